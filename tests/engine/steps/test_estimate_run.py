"""How long a run will take is told before it, from a short try on this machine."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from engine.annotation.said import Answer
from engine.errors import Cancelled
from engine.jobs.job import Job
from engine.labels.files import find_label_set
from engine.labels.label_set import LabelSet
from engine.model_files.places import models_folder
from engine.steps import estimate_run as step
from engine.steps.estimate_run import Speed, duration, estimate_run, speed_of
from engine.taggers.cascade.tagger import cascade_of
from engine.taggers.registry import TaggerSpec, find_tagger, load_tagger
from engine.taggers.tagger import Tagger

KIWI = find_label_set("kiwi", models_folder())
NOTES = ["Fever since Monday. Cough. No chills.", "Cough. Fever."]


class Timed:
    """A real tagger that needs some time to start, for its first text, and for each character."""

    def __init__(self, spec: TaggerSpec) -> None:
        time.sleep(0.02)
        self._tagger = load_tagger(spec, Job())
        self._new = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tagger, name)

    def tag(self, texts: Sequence[str], labels: LabelSet, job: Job) -> Iterator[Answer]:
        for text in texts:
            time.sleep(0.03 * self._new + len(text) / 20_000)
            self._new = False
            yield from self._tagger.tag([text], labels, job)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The names of the taggers that were started; tries are short, and speeds kept apart."""
    names: list[str] = []
    monkeypatch.setattr(step, "user_folder", lambda: tmp_path / "user")
    monkeypatch.setattr(step, "LONG_ENOUGH_SECONDS", 0.05)
    return names


def start_noting(names: list[str]) -> step.Start:
    def start(spec: TaggerSpec) -> Tagger:
        names.append(spec.name)
        return Timed(spec)  # type: ignore[return-value]

    return start


def terms(folder: Path, name: str, lines: str) -> TaggerSpec:
    (folder / name).write_text(lines, encoding="utf-8")
    return find_tagger(str(folder / name))


def test_a_speed_is_measured_once_and_kept_without_any_text(started: list[str], tmp_path: Path) -> None:
    spec, start = terms(tmp_path, "few.tsv", "fever\tproblem\n"), start_noting(started)
    speed = speed_of(spec, KIWI, Job(), start)
    assert 0.02 <= speed.start < 1
    assert 0.02 <= speed.once < 1
    assert 2_000 < speed.characters <= 20_000
    assert speed_of(spec, KIWI, Job(), start) == speed
    assert started == ["few"]
    kept = (tmp_path / "user" / "speeds.json").read_text()
    assert "ever" not in kept


def test_other_options_have_another_speed(started: list[str], tmp_path: Path) -> None:
    spec, start = terms(tmp_path, "few.tsv", "fever\tproblem\n"), start_noting(started)
    speed_of(spec, KIWI, Job(), start)
    speed_of(
        TaggerSpec(spec.name, spec.kind, spec.folder, {**spec.options, "plural": True}), KIWI, Job(), start
    )
    assert started == ["few", "few"]


def test_a_run_of_one_tagger_takes_its_speed_times_its_length(started: list[str], tmp_path: Path) -> None:
    spec, start = terms(tmp_path, "few.tsv", "fever\tproblem\n"), start_noting(started)
    speed = speed_of(spec, KIWI, Job(), start)
    found = estimate_run(spec, NOTES, 200, KIWI, Job(), start)
    assert found.seconds == pytest.approx(speed.seconds(100 * sum(map(len, NOTES))))
    assert found.sentence.startswith("About ")
    assert "for 200 notes." in found.sentence


def test_a_cascade_counts_the_sentences_that_are_read_twice(started: list[str], tmp_path: Path) -> None:
    first = terms(tmp_path, "few.tsv", "fever\tproblem\n")
    second = terms(tmp_path, "many.tsv", "cough\tproblem\n")
    spec = cascade_of(first, second, {"policy": "disagreeing", "other": str(tmp_path / "many.tsv")})
    found = estimate_run(spec, NOTES, 20, KIWI, Job(), start_noting(started))
    assert (found.sentences, found.chosen) == (50, 20)
    assert [title for title, _ in found.parts] == ["few.tsv", "many.tsv", "many.tsv"]
    assert "20 of 50 sentences (40 %) are read twice" in found.sentence
    never = cascade_of(first, second, {"policy": "never"})
    assert estimate_run(never, NOTES, 2, KIWI, Job(), start_noting(started)).chosen == 0


def test_a_cancel_stops_the_try_and_keeps_nothing(started: list[str], tmp_path: Path) -> None:
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        speed_of(terms(tmp_path, "few.tsv", "fever\tproblem\n"), KIWI, job, start_noting(started))
    assert not (tmp_path / "user").exists()


def test_a_file_of_speeds_that_makes_no_sense_is_measured_anew(started: list[str], tmp_path: Path) -> None:
    (tmp_path / "user").mkdir()
    (tmp_path / "user" / "speeds.json").write_text("{")
    speed = speed_of(terms(tmp_path, "few.tsv", "fever\tproblem\n"), KIWI, Job(), start_noting(started))
    assert isinstance(speed, Speed)


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.2, "1 s"), (59, "59 s"), (90, "2 min"), (3600, "60 min"), (9000, "2.5 hours")]
)
def test_a_duration_is_said_in_the_unit_that_fits(seconds: float, said: str) -> None:
    assert duration(seconds) == said
