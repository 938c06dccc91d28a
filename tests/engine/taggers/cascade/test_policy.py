"""Each policy chooses the sentences that it promises."""

from __future__ import annotations

import pytest

from engine.annotation.said import Answer, LabelledSpan, answer
from engine.errors import ModelError
from engine.taggers.cascade.policy import Choosing, Policy
from engine.text.sentence import sentences
from engine.text.span import Span

TEXT = "HPI: Severe chest pain.\n\nMEDICATIONS: Aspirin daily. Heparin.\n\nPLAN: Discharge home."
SENTENCES = sentences(TEXT)


def at(said: str, score: float = 1.0, label: str = "problem") -> LabelledSpan:
    begin = TEXT.index(said)
    return LabelledSpan((Span(begin, begin + len(said)),), label, score)


def chosen(how: Choosing, first: Answer, other: Answer | None = None) -> list[str]:
    numbers = how.chosen(TEXT, SENTENCES, first, other)
    return [SENTENCES[number].of(TEXT) for number in numbers]


FIRST = answer([at("chest pain", 0.95), at("Aspirin", 0.4), at("Heparin", 0.79)], [])


def test_never_and_all() -> None:
    assert chosen(Choosing(Policy.NEVER), FIRST) == []
    assert chosen(Choosing(Policy.ALL), FIRST) == [one.of(TEXT) for one in SENTENCES]


def test_uncertain_sentences_have_a_tag_below_the_threshold() -> None:
    assert chosen(Choosing(Policy.UNCERTAIN, 0.8), FIRST) == ["Aspirin daily.", "Heparin."]
    assert chosen(Choosing(Policy.UNCERTAIN, 0.4), FIRST) == []
    assert chosen(Choosing(Policy.UNCERTAIN, 0.5), FIRST) == ["Aspirin daily."]


def test_sentences_of_named_sections() -> None:
    said = chosen(Choosing(Policy.SECTIONS, sections=frozenset({"medications"})), FIRST)
    assert said == ["MEDICATIONS:", "Aspirin daily.", "Heparin."]


def test_a_section_that_never_is_is_refused_with_those_that_are() -> None:
    with pytest.raises(ModelError, match=r"no section titled “drugs”\. The titles are: .*medications"):
        Choosing(Policy.SECTIONS, sections=frozenset({"drugs"})).check()
    with pytest.raises(ModelError, match="No section is named"):
        Choosing(Policy.SECTIONS).check()


def test_disagreeing_sentences_differ_in_a_place_or_a_label() -> None:
    same = answer([at("chest pain", 0.1), at("Aspirin", 0.1, "drug"), at("Heparin")], [])
    assert chosen(Choosing(Policy.DISAGREEING), FIRST, same) == ["Aspirin daily."]
    assert len(chosen(Choosing(Policy.DISAGREEING), FIRST, Answer())) == 3


def test_the_silence_of_a_list_of_terms_is_no_disagreement() -> None:
    terms = answer([at("pain")], [])
    assert chosen(Choosing(Policy.DISAGREEING, silent=True), FIRST, Answer()) == []
    assert len(chosen(Choosing(Policy.DISAGREEING, silent=True), FIRST, terms)) == 1


def test_doubt_that_the_second_tagger_cannot_settle_sends_it_nothing() -> None:
    first = answer([at("chest pain", 0.1), at("Severe", 0.1, "severity"), at("Aspirin", 0.2, "drug")], [])
    said = frozenset({"drug"})
    both = Choosing(Policy.UNCERTAIN), Choosing(Policy.DISAGREEING)
    for how in both:
        numbers = how.chosen(TEXT, SENTENCES, first, Answer(), said)
        assert [SENTENCES[number].of(TEXT) for number in numbers] == ["Aspirin daily."]
        assert len(how.chosen(TEXT, SENTENCES, first, Answer())) == 2
