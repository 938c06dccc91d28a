"""Runs of taggers beside the window: answers stored, cancel, crash, close."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from desktop.jobs.kept_tagger import KeptTagger
from desktop.jobs.tagger_lane import TaggerLane
from desktop.project import Project
from engine.annotation.said import Answer, LabelledSpan
from engine.errors import ModelError, WorkerCrashed
from engine.store.notes import NewNote
from engine.store.store import Store
from engine.taggers.registry import TaggerSpec, find_tagger
from engine.text.span import Span

TEXTS = [f"Visit {number}: chest pain, aspirin." for number in range(6)]


class Scripted:
    """A tagger that tags the first word, or does what it was told for a text."""

    id, device, warnings = "scripted.v1/test", "CPU", ("This model is slow here.",)

    def __init__(self, trouble: dict[str, Exception] | None = None) -> None:
        self.trouble = trouble or {}
        self.closed = False

    def tag(self, texts: Sequence[str], labels: object, job: object) -> Iterator[Answer]:
        for text in texts:
            job.check()
            for word, error in self.trouble.items():
                if word in text:
                    raise error
            yield Answer((LabelledSpan((Span(0, 5),), "problem", 0.9),))

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def project(qtbot, labels, tmp_path: Path):
    made = Project("anna")
    with qtbot.waitCallback() as entered:
        made.open(lambda: Store.create(tmp_path / "Ward.tagwell", labels), entered, pytest.fail)
    new = [NewNote(f"note-{number}", text) for number, text in enumerate(TEXTS)]
    with qtbot.waitSignal(made.changed):
        made.do(lambda store: store.add_notes(new, "anna", "Import"))
    yield made
    made.close()


@pytest.fixture
def lane(qtbot, project):
    made = TaggerLane(project)
    yield made
    made.close()


def scripted(lane: TaggerLane, trouble: dict[str, Exception] | None = None) -> TaggerSpec:
    lane._make = lambda spec: KeptTagger(spec, lambda _spec: Scripted(trouble))
    return TaggerSpec("scripted", "dictionary.v1", Path(), title="Scripted")


def left(project: Project, qtbot) -> list[int]:
    got: list[list[int]] = []
    project.ask(lambda store: [row.suggestions_left for row in store.note_rows(store.note_ids())], got.append)
    qtbot.waitUntil(lambda: bool(got))
    return got[0]


def ids(project: Project, qtbot) -> list[int]:
    got: list[list[int]] = []
    project.ask(lambda store: list(store.note_ids()), got.append)
    qtbot.waitUntil(lambda: bool(got))
    return got[0]


def test_each_answer_is_stored_and_the_run_is_done(lane, project, qtbot):
    spec, notes = scripted(lane), ids(project, qtbot)
    with qtbot.waitSignals([lane.tagged, lane.ended]):
        assert lane.tag(spec, notes)
    assert left(project, qtbot) == [1] * len(TEXTS)
    runs: list[object] = []
    project.ask(lambda store: store.runs()[0], runs.append)
    qtbot.waitUntil(lambda: bool(runs))
    assert (runs[0].status, runs[0].done, runs[0].left) == ("done", len(TEXTS), 0)


def test_a_real_worker_stays_loaded_between_two_notes(lane, project, qtbot, tmp_path):
    terms = tmp_path / "terms.tsv"
    terms.write_text("chest pain\tproblem\naspirin\tdrug\n", encoding="utf-8")
    spec, notes = find_tagger(str(terms)), ids(project, qtbot)
    with qtbot.waitSignal(lane.tagged, timeout=20_000):
        lane.tag(spec, notes[:1])
    first = lane._kept._tagger.pid
    with qtbot.waitSignal(lane.tagged, timeout=20_000):
        lane.tag(spec, notes[1:2])
    assert lane._kept._tagger.pid == first
    assert left(project, qtbot)[:3] == [2, 2, 0]


def test_one_run_at_a_time(lane, project, qtbot):
    spec, notes = scripted(lane), ids(project, qtbot)
    told: list[str] = []
    lane.told.connect(lambda words, _kind: told.append(words))
    with qtbot.waitSignal(lane.ended):
        assert lane.tag(spec, notes)
        assert not lane.tag(spec, notes)
    assert any("tagging already" in words for words in told)


def test_a_model_that_cannot_be_loaded_is_a_sentence(lane, project, qtbot, tmp_path):
    spec = TaggerSpec("gone", "onnx-bert.v1", tmp_path / "gone", title="Gone")
    told: list[str] = []
    lane.told.connect(lambda words, _kind: told.append(words))
    with qtbot.waitSignal(lane.ended, timeout=20_000):
        lane.tag(spec, ids(project, qtbot))
    assert len(told) == 1
    assert told[0].endswith(".")
    assert left(project, qtbot) == [0] * len(TEXTS)


def test_one_bad_note_costs_only_itself_and_is_named_with_its_cause(lane, project, qtbot):
    spec = scripted(lane, {"Visit 2": ModelError("This note is too strange.")})
    told: list[str] = []
    lane.told.connect(lambda words, _kind: told.append(words))
    with qtbot.waitSignal(lane.tagged):
        lane.tag(spec, ids(project, qtbot))
    assert left(project, qtbot) == [1, 1, 0, 1, 1, 1]
    assert any("1 note could not be tagged: This note is too strange." in words for words in told)


def test_a_crash_of_the_model_costs_one_note_and_a_fresh_one_goes_on(lane, project, qtbot):
    made: list[Scripted] = []

    def start(_spec: TaggerSpec) -> Scripted:
        made.append(Scripted({"Visit 3": WorkerCrashed("The model stopped unexpectedly (SIGSEGV).")}))
        return made[-1]

    lane._make = lambda spec: KeptTagger(spec, start)
    with qtbot.waitSignal(lane.tagged):
        lane.tag(TaggerSpec("scripted", "dictionary.v1", Path()), ids(project, qtbot))
    assert left(project, qtbot) == [1, 1, 1, 0, 1, 1]
    assert len(made) > 1
    assert made[0].closed


def test_stopping_keeps_what_was_tagged_and_the_run_can_be_continued(lane, project, qtbot):
    spec, notes = scripted(lane), ids(project, qtbot)
    lane.began.connect(lambda job: job.cancel())
    with qtbot.waitSignal(lane.ended):
        lane.tag(spec, notes)
    lane.began.disconnect()
    with qtbot.waitSignal(lane.tagged):
        lane.tag(spec, notes)
    assert left(project, qtbot) == [1] * len(TEXTS)


def test_closing_while_a_real_model_loads_leaves_no_process_behind(project, qtbot, tmp_path):
    terms = tmp_path / "terms.tsv"
    terms.write_text("chest pain\tproblem\n", encoding="utf-8")
    lane = TaggerLane(project)
    lane.tag(find_tagger(str(terms)), ids(project, qtbot))
    lane.close()  # the fixtures of the whole test run look for processes left behind


def test_the_window_hears_which_model_runs_where_and_its_warnings(lane, project, qtbot):
    spec = scripted(lane)
    told: list[str] = []
    lane.told.connect(lambda words, _kind: told.append(words))
    with qtbot.waitSignal(lane.model_changed) as loaded:
        lane.tag(spec, ids(project, qtbot))
    assert loaded.args == ["Scripted", "CPU"]
    qtbot.waitUntil(lambda: "This model is slow here." in told)
    qtbot.waitUntil(lambda: not lane.busy)
