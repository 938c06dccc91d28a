"""A cascade of real taggers: the second reads what the policy chooses, with exact places."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.errors import Cancelled, ModelError
from engine.jobs.job import Job
from engine.labels.files import find_label_set
from engine.model_files.places import models_folder
from engine.taggers.cascade.tagger import CascadeTagger, cascade_of
from engine.taggers.registry import TaggerSpec, find_tagger, load_tagger

KIWI = find_label_set("kiwi", models_folder())
TEXTS = [
    "HPI: Fever since Monday. 🩺 µ Severe fever, cough.\r\n\r\nMEDICATIONS:\tAspirin.  Fever remedy.",
    "",
    "Cough.",
]


@pytest.fixture
def terms(tmp_path: Path) -> tuple[Path, Path]:
    """Two lists of terms: the first knows one word, the second more and other labels."""
    few, many = tmp_path / "few.tsv", tmp_path / "many.tsv"
    few.write_text("fever\tproblem\n", encoding="utf-8")
    many.write_text("severe fever\tproblem\ncough\tproblem\naspirin\tdrug\n", encoding="utf-8")
    return few, many


def made(terms: tuple[Path, Path], **policy: Any) -> TaggerSpec:
    first, second = (find_tagger(str(one)) for one in terms)
    return cascade_of(first, second, policy)


def said(spec: TaggerSpec) -> tuple[list[list[tuple[str, str]]], tuple[int, int]]:
    tagger = load_tagger(spec, Job())
    assert isinstance(tagger, CascadeTagger)
    answers = list(tagger.tag(TEXTS, KIWI, Job()))
    counts = tagger.counts
    tagger.close()
    found = [
        [(item.hull.of(text), item.label) for item in one.checked(text).items]
        for text, one in zip(TEXTS, answers, strict=True)
    ]
    return found, (counts.chosen, counts.sentences)


def test_never_is_the_first_alone_and_all_the_second(terms: tuple[Path, Path]) -> None:
    never, (chosen, sentences) = said(made(terms, policy="never"))
    assert (chosen, sentences) == (0, 7)
    assert never == [[("Fever", "problem"), ("fever", "problem"), ("Fever", "problem")], [], []]
    everything, (chosen, sentences) = said(made(terms, policy="all"))
    assert chosen == sentences
    assert everything == [
        [("Severe fever", "problem"), ("cough", "problem"), ("Aspirin", "drug")],
        [],
        [("Cough", "problem")],
    ]


def test_only_chosen_sentences_change(terms: tuple[Path, Path]) -> None:
    sections, (chosen, _) = said(made(terms, policy="sections", sections=["medications"]))
    assert chosen == 3
    assert sections[0] == [("Fever", "problem"), ("fever", "problem"), ("Aspirin", "drug")]
    disputed, (chosen, _) = said(made(terms, policy="disagreeing", other=str(terms[1])))
    assert chosen == 3
    assert disputed[0] == [
        ("Fever", "problem"),
        ("Severe fever", "problem"),
        ("cough", "problem"),
        ("Aspirin", "drug"),
        ("Fever", "problem"),
    ]
    assert disputed[2] == [("Cough", "problem")]


def test_each_tag_says_which_tagger_made_it(terms: tuple[Path, Path]) -> None:
    for policy in ({"policy": "never"}, {"policy": "sections", "sections": ["medications"]}):
        tagger = load_tagger(made(terms, **policy), Job())
        first, *second = tagger.id.removeprefix("cascade.v1/").split("+")
        found = [one for answer in tagger.tag(TEXTS, KIWI, Job()) for one in answer.items]
        tagger.close()
        by_label = {(one.label, one.stage) for one in found}
        assert by_label == {("problem", first), *(("drug", one) for one in second)}


def test_a_cascade_says_which_models_it_is_made_of(terms: tuple[Path, Path]) -> None:
    spec = made(terms, policy="all")
    assert spec.options["models"]["first"].startswith("dictionary.v1/few@")
    tagger = load_tagger(spec, Job())
    assert tagger.id.startswith("cascade.v1/dictionary.v1/few@")
    assert tagger.device == "CPU"
    tagger.close()


@pytest.mark.parametrize(
    ("policy", "sentence"),
    [
        ({"policy": "sometimes"}, "options of the cascade are not right"),
        ({"policy": "disagreeing"}, "needs a tagger to compare with"),
        ({"policy": "sections"}, "No section is named"),
        ({"policy": "uncertain", "threshold": 2}, "options of the cascade are not right"),
        ({"policy": "all", "colour": "red"}, "options of the cascade are not right"),
    ],
)
def test_options_that_are_not_right_are_refused(
    terms: tuple[Path, Path], policy: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ModelError, match=sentence):
        made(terms, **policy)


def test_a_missing_tagger_is_named_and_nothing_stays_loaded(terms: tuple[Path, Path]) -> None:
    spec = made(terms, policy="all")
    terms[1].unlink()
    with pytest.raises(ModelError, match="many"):
        load_tagger(spec, Job())


def test_a_cancel_stops_it(terms: tuple[Path, Path]) -> None:
    tagger = load_tagger(made(terms, policy="all"), Job())
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        list(tagger.tag(TEXTS, KIWI, job))
    tagger.close()
