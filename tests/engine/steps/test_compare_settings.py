"""Comparing settings: nothing is asked twice, also after a kill; times and counts are those of the notes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from engine.annotation.said import Answer, LabelledSpan, answer
from engine.errors import InputError, ModelError, WorkerCrashed
from engine.evaluation.answer_log import AnswerLog
from engine.evaluation.settings_page import as_settings_page
from engine.evaluation.settings_report import GOODNESS, PRICE, goodness, price, settings_values
from engine.formats.document import Document
from engine.jobs.job import Job
from engine.labels.files import find_label_set
from engine.labels.label_set import LabelSet
from engine.model_files.places import models_folder
from engine.steps.compare_settings import Setting, compare_settings
from engine.taggers.registry import TaggerSpec
from engine.text.span import Span

KIWI = find_label_set("kiwi", models_folder())
PAIN = LabelledSpan((Span(7, 11),), "problem", 0.9)
GOLD = [Document(f"n{number}", f"canary pain {number}", answer=answer([PAIN], [])) for number in range(6)]
SPEC = TaggerSpec("scripted", "scripted.v1", Path(), {"good": True})
GOOD = Setting(SPEC, {"good": "yes"})
BAD = Setting(replace(SPEC, options={"good": False}), {"good": "no"})


class Killed(BaseException):
    """Ends everything at once, as a signal does."""


@dataclass
class Scripted:
    """Finds the pain, or if it is not good nothing; dies after so many answers, all taggers together."""

    spec: TaggerSpec
    asked: list[tuple[bool, str]]
    die_after: int = 1000
    crash_on: frozenset[str] = frozenset()
    cost: Mapping[str, float] = field(default_factory=dict)

    id, device, warnings = "scripted.v1/scripted@0", "CPU", ()

    def tag(self, texts: Sequence[str], _labels: LabelSet, _job: Job) -> Iterator[Answer]:
        for text in texts:
            if len(self.asked) >= self.die_after:
                raise Killed
            good = bool(self.spec.options["good"])
            self.asked.append((good, text))
            if text in self.crash_on:
                raise WorkerCrashed("The model’s process ended.")
            done = self.cost.get("tokens", 0.0) + len(text)
            self.cost = {"tokens": done, "calls": self.cost.get("calls", 0.0) + 1, "memory": 5e6}
            yield answer([PAIN] if good else [], [])

    def close(self) -> None:
        self.asked = []


def compared(folder, asked, **how):
    return compare_settings(
        [GOOD, BAD], GOLD, KIWI, folder, Job(), start=lambda spec: Scripted(spec, asked, **how)
    )


def test_each_setting_is_scored_timed_and_compared_with_the_first(tmp_path):
    rows, refused = compared(tmp_path, [])
    assert not refused
    assert [row.f1["entities"][0] for row in rows] == [1.0, 0.0]
    assert [len(row.against) > 0 for row in rows] == [False, True]
    assert next(one for one in rows[1].against if one.group == "entities").difference.f1 == -1.0
    assert rows[0].cost == {"tokens": sum(len(one.text) for one in GOLD), "calls": len(GOLD)}
    assert rows[0].memory == 5e6


@pytest.mark.parametrize("die_after", range(1, 12))
def test_after_a_kill_only_what_is_missing_is_asked_and_nothing_twice(tmp_path, die_after):
    asked: list[tuple[bool, str]] = []
    with pytest.raises(Killed):
        compared(tmp_path, asked, die_after=die_after)
    rows, _ = compared(tmp_path, asked)
    assert sorted(asked) == sorted((good, one.text) for good in (True, False) for one in GOLD)
    assert [row.f1["entities"][0] for row in rows] == [1.0, 0.0]


def test_a_line_that_was_cut_short_is_asked_for_again(tmp_path):
    asked: list[tuple[bool, str]] = []
    compared(tmp_path, asked)
    log = tmp_path / f"{GOOD.key(KIWI)}.jsonl"
    log.write_bytes(log.read_bytes()[:-20])
    again: list[tuple[bool, str]] = []
    compared(tmp_path, again)
    assert again == [(True, GOLD[-1].text)]
    assert len(AnswerLog(log).entries) == len(GOLD)


def test_how_many_times_slower_is_what_the_raw_times_say(tmp_path):
    rows, refused = compared(tmp_path, [])
    values = json.loads(json.dumps(settings_values(rows, refused, {"gold": "gold"})))
    totals = [sum(one["seconds_by_note"].values()) for one in values["settings"]]
    for one, total in zip(values["settings"], totals, strict=True):
        assert one["seconds"] == pytest.approx(total)
        assert one["times_slower_than_the_fastest"] == pytest.approx(total / min(totals))


def test_no_text_of_a_note_is_kept_or_shown(tmp_path):
    rows, refused = compared(tmp_path, [])
    kept = "".join(path.read_text(encoding="utf-8") for path in tmp_path.iterdir())
    page = as_settings_page(rows, refused, "Mine & <theirs>", {})
    assert "canary" not in kept + page + json.dumps(settings_values(rows, refused, {"gold": "gold"}))
    assert "Mine &amp; &lt;theirs&gt;" in page
    assert all((len(goodness(row)), len(price(row))) == (len(GOODNESS), len(PRICE)) for row in rows)


def test_a_note_that_ends_the_process_counts_as_empty_and_is_not_tried_again(tmp_path):
    asked: list[tuple[bool, str]] = []
    rows, _ = compared(tmp_path, asked, crash_on=frozenset({GOLD[2].text}))
    assert [row.failed for row in rows] == [1, 1]
    assert rows[0].f1["entities"][0] == pytest.approx(2 * 5 / 11)
    compared(tmp_path, asked)
    assert len(asked) == 2 * len(GOLD)


def test_a_process_that_ends_three_times_in_a_row_ends_the_comparison_for_now(tmp_path):
    with pytest.raises(WorkerCrashed):
        compared(tmp_path, [], crash_on=frozenset(one.text for one in GOLD))
    asked: list[tuple[bool, str]] = []
    rows, _ = compared(tmp_path, asked)
    assert rows[0].failed == 2
    assert len(asked) == 2 * len(GOLD) - 2


def test_a_setting_that_the_tagger_refuses_is_named_and_the_others_go_on(tmp_path):
    class Refusing(Scripted):
        def tag(self, texts, labels, job):
            if not self.spec.options["good"]:
                raise ModelError("This cannot be set so.")
            yield from super().tag(texts, labels, job)

    rows, refused = compare_settings(
        [BAD, GOOD], GOLD, KIWI, tmp_path, Job(), start=lambda spec: Refusing(spec, [])
    )
    assert [row.cell.title for row in rows] == ["scripted: good yes"]
    assert [(cell.title, cell.refused) for cell in refused] == [
        ("scripted: good no", "This cannot be set so.")
    ]
    with pytest.raises(ModelError, match="cannot be set so"):
        compare_settings([BAD], GOLD, KIWI, tmp_path, Job(), start=lambda spec: Refusing(spec, []))


def test_options_that_do_not_go_together_are_never_run(tmp_path):
    asked: list[tuple[bool, str]] = []
    rows, refused = compare_settings(
        [GOOD, replace(BAD, refused="Not so.")],
        GOLD,
        KIWI,
        tmp_path,
        Job(),
        start=lambda s: Scripted(s, asked),
    )
    assert (len(rows), [cell.refused for cell in refused]) == (1, ["Not so."])
    assert len(asked) == len(GOLD)


def test_notes_must_be_told_apart(tmp_path):
    with pytest.raises(InputError, match="name of its own"):
        compare_settings([GOOD], [GOLD[0], GOLD[0]], KIWI, tmp_path, Job())
