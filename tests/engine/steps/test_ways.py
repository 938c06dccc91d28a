"""Ways to ask a language model: what is compared by default, with what examples and which rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.annotation.said import Answer, LabelledSpan, answer
from engine.errors import WorkerCrashed
from engine.evaluation.judged import Judged
from engine.formats.document import Document
from engine.jobs.job import Job
from engine.labels.files import find_label_set
from engine.labels.label_set import LabelSet
from engine.model_files.places import models_folder
from engine.steps.error_rules import rules_of_mistakes
from engine.steps.ways import LLM, RULE_NOTES, WAYS, Known, ways_of
from engine.taggers.llama_cpp.options import Options, options_from
from engine.taggers.registry import TaggerSpec
from engine.text.span import Span

KIWI = find_label_set("kiwi", models_folder())
TEXT = "Denies chest pain. Takes aspirin."
PAIN = LabelledSpan((Span(7, 17),), "problem")
ASPIRIN = LabelledSpan((Span(25, 32),), "drug")
KNOWN = [Document(f"n{number}", TEXT, answer=answer([PAIN, ASPIRIN], [])) for number in range(RULE_NOTES + 5)]
SPEC = TaggerSpec("llm", LLM, Path(), {"threads": 1})


@dataclass
class Mistaken:
    """Calls aspirin a treatment and overlooks the pain; a modifier that it says is no matter for rules."""

    asked: list[str]
    crashes: bool = False

    id, device, warnings = "mistaken", "CPU", ()

    def tag(self, texts: Sequence[str], _labels: LabelSet, _job: Job) -> Iterator[Answer]:
        for text in texts:
            self.asked.append(text)
            if self.crashes:
                raise WorkerCrashed("The model’s process ended.")
            negation = LabelledSpan((Span(0, 6),), "negation")
            yield answer([LabelledSpan(ASPIRIN.spans, "treatment"), negation], [])

    def close(self) -> None:
        pass


def ways(tmp_path: Path, notes: Sequence[Document], asked: list[str], *, crashes: bool = False) -> list[Any]:
    known = Known(notes, tmp_path / "mistakes")
    return ways_of(SPEC, known, KIWI, Job(), lambda _: Mistaken(asked, crashes))


def test_every_decoder_format_and_strategy_is_there_once_and_their_options_go_together() -> None:
    options = [options_from({}, way, "") for way in WAYS]
    assert len(set(map(repr, options))) == len(WAYS)
    assert {one.decoder for one in options} == {"drafted", "plain", "free"}
    for examples in ("none", "similar"):
        free = {one.answers for one in options if one.decoder == "free" and one.examples == examples}
        assert free == {"tags", "span-tags", "tanl", "bio", "json-list", "json-dict"}
    assert {one.examples for one in options} == {"none", "fixed", "random", "similar"}
    assert {True, False} == {one.per_type for one in options} == {one.guideline for one in options}
    assert (options[0].decoder, options[0].examples, options[0].definitions) == ("drafted", "none", False)


def test_examples_come_from_the_known_notes_and_only_where_they_are_shown(tmp_path: Path) -> None:
    for setting in ways(tmp_path, KNOWN, []):
        options = msgspec.convert(dict(setting.spec.options), type=dict[str, Any])
        wanted = options_from({}, options, "")
        texts = [one["text"] for one in options["bank"]["examples"]] if wanted.examples != "none" else []
        assert set(texts) == ({"Denies chest pain.", "Takes aspirin."} if texts else set())
        assert bool(texts) == (wanted.examples != "none")
        assert options["threads"] == 1


def test_rules_are_made_of_the_mistakes_in_some_known_notes_which_are_asked_for_once(tmp_path: Path) -> None:
    asked: list[str] = []
    (rules,) = (one for one in ways(tmp_path, KNOWN, asked) if one.varied["prompt"] == "rules")
    assert rules.spec.options["rules"] == [
        "“chest pain” is marked as problem.",
        "“aspirin” is marked as drug, not as treatment.",
    ]
    assert len(asked) == RULE_NOTES
    ways(tmp_path, KNOWN, asked)
    assert len(asked) == RULE_NOTES
    kept = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "mistakes").iterdir())
    assert "aspirin" not in kept


def test_without_known_notes_rules_are_refused_and_examples_are_those_of_the_label_set(
    tmp_path: Path,
) -> None:
    found = ways(tmp_path, [], [])
    assert [one.varied["prompt"] for one in found if one.refused] == ["rules"]
    shown = [one.spec.options["bank"] for one in found if "few-shot" in one.varied["prompt"]]
    assert set(shown) == {""}


def test_a_model_that_keeps_crashing_ends_the_search_for_mistakes(tmp_path: Path) -> None:
    with pytest.raises(WorkerCrashed):
        ways(tmp_path, KNOWN, [], crashes=True)


@pytest.mark.parametrize(
    ("said", "right", "rule"),
    [
        ((Span(7, 17), "problem"), (Span(7, 17), "problem"), []),
        (
            (Span(13, 17), "problem"),
            (Span(7, 17), "problem"),
            ["As problem, “chest pain” is marked, not “pain”."],
        ),
        (
            (Span(13, 17), "test"),
            (Span(7, 17), "problem"),
            ["“chest pain” is marked as problem, and “pain” is not marked as test."],
        ),
        ((Span(0, 6), "test"), None, ["“Denies” is not marked as test."]),
    ],
)
def test_each_class_of_mistake_teaches_what_a_correction_would(
    said: tuple[Span, str], right: tuple[Span, str] | None, rule: list[str]
) -> None:
    def told(one: tuple[Span, str] | None) -> Answer:
        return answer([LabelledSpan((one[0],), one[1])] if one else [], [])

    assert rules_of_mistakes([Judged("n", TEXT, told(right), told(said))], 5) == rule


def test_the_commonest_mistake_comes_first_and_so_many_are_kept() -> None:
    missed = Judged("n", TEXT, answer([PAIN, ASPIRIN], []), Answer())
    half = Judged("m", TEXT, answer([ASPIRIN], []), Answer())
    assert rules_of_mistakes([missed, half], 1) == ["“aspirin” is marked as drug."]
    assert Options().learned_rules == 0
