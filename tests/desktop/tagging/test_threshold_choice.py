"""Thresholds in the window: kept ones are offered for their model, new ones are fitted and used by a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from desktop.main_window import MainWindow
from desktop.tagging.prompt_settings import PromptSettings
from desktop.tagging.threshold_choice import ThresholdChoice
from engine.annotation.said import Answer, LabelledSpan
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.model_files import thresholds
from engine.model_files.thresholds import Thresholds, keep_thresholds
from engine.store.store import NewNote
from engine.taggers.registry import TaggerSpec, find_tagger
from engine.text.note import NoteId
from engine.text.span import Span

NOTE = "She denies chest pain. Started on aspirin."
RIGHT = Span(34, 41)


class Scripted:
    """Stands in for the worker: calls the first word and aspirin a drug, and is surer of aspirin."""

    id, device, warnings = "scripted", "CPU", ()

    def __init__(self, spec: TaggerSpec) -> None:
        self.bias = dict(spec.options["bias"]).get("drug", 0.0)

    def tag(self, texts: Sequence[str], labels: LabelSet, job: Job) -> Iterator[Answer]:
        for _ in texts:
            both = ((Span(0, 3), 1.0 + self.bias), (RIGHT, 5.0 + self.bias))
            yield Answer(
                tuple(LabelledSpan((at,), "drug", open_margin=sure) for at, sure in both if sure > 0)
            )

    def close(self) -> None:
        pass


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thresholds, "user_folder", lambda: tmp_path / "user")
    monkeypatch.setattr("engine.workers.worker_process.WorkerProcess", Scripted)


@pytest.fixture
def opened(qtbot, window: MainWindow, project: Path) -> MainWindow:
    """A window with a project of 25 finished notes, each with one drug."""
    notes = [NewNote(f"n{number}", f"{NOTE} {number}") for number in range(25)]
    done: list[object] = []

    def fill(store: Any) -> object:
        store.add_notes(notes, "anna", "Import")
        for number in range(1, 26):
            store.annotate(NoteId(number), (RIGHT,), "drug", "anna")
        return store.finish_notes([NoteId(number) for number in range(1, 26)], "anna")

    window.desk.project.do(fill, done.append)
    qtbot.waitUntil(lambda: bool(done), timeout=20_000)
    return window


def choice(window: MainWindow, chosen: str, options: Mapping[str, Any] | None = None) -> ThresholdChoice:
    spec = find_tagger("small-llm")
    return ThresholdChoice(window.desk.project, spec, chosen, lambda: options or {})


def test_kept_ones_are_offered_with_what_they_do_and_one_that_is_gone_stays_chosen(
    qtbot, window: MainWindow, project: Path
) -> None:
    figures = (0.61, 0.64, 0.03, 0.01, 0.05, 0.02)
    sha256 = find_tagger("small-llm").sha256
    keep_thresholds(Thresholds("ward", "S", sha256, "kiwi", {"drug": -0.5}, "gold", 12, 9, "2026", *figures))
    made = choice(window, "ward")
    qtbot.addWidget(made)
    assert (made.chosen, "0.640 with such thresholds and 0.610 without" in made.said.text()) == ("ward", True)
    assert made.said.text().endswith("They help.")
    gone = choice(window, "clinic")
    qtbot.addWidget(gone)
    assert gone.chosen == "clinic"
    assert [gone.box.itemText(n) for n in range(gone.box.count())] == ["None", "ward", "clinic (not here)"]
    made.leave()
    gone.leave()


def test_new_ones_are_fitted_to_the_finished_notes_and_go_into_the_options_of_a_run(
    qtbot, opened: MainWindow, labels: LabelSet
) -> None:
    page = PromptSettings("Small", {}, {}, labels)
    qtbot.addWidget(page)
    made = choice(opened, "", page.chosen)
    page.add_thresholds(made)
    assert page.chosen["thresholds"] == "none"
    with qtbot.waitSignal(made.changed, timeout=20_000):
        made.fit.click()
    assert page.chosen["thresholds"] == "Ward"
    assert thresholds.kept_thresholds(find_tagger("small-llm").sha256)[0].bias == {"drug": -3.0}
    assert "Over 25 notes F1 is 1.000" in made.said.text()
    page.restore()
    assert page.chosen["thresholds"] == "none"
    page.reject()


def test_a_project_without_finished_notes_is_told_why_nothing_is_fitted(
    qtbot, window: MainWindow, project: Path
) -> None:
    made = choice(window, "")
    qtbot.addWidget(made)
    made.fit.click()
    qtbot.waitUntil(lambda: bool(made.said.text()), timeout=20_000)
    assert made.said.text().startswith("No note of this project is finished")
    assert made.fit.isEnabled()
    made.leave()
