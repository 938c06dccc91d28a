"""Two answers become one, and nothing is lost or moved on the way."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from engine.annotation.said import Answer, LabelledSpan, RawAnswer, SaidRelation, Unplaced, answer
from engine.labels.files import find_label_set
from engine.model_files.places import models_folder
from engine.taggers.cascade.merging import Split, merged
from engine.taggers.cascade.policy import sentence_of
from engine.text.sentence import sentences
from engine.text.span import Span

KIWI = find_label_set("kiwi", models_folder())
ALL = frozenset(one.name for one in KIWI)
ENTITIES = frozenset(one.name for one in KIWI.entities)
TEXT = "No fever and no cough. Mild pain in the left knee. Takes aspirin daily."
SENTENCES = sentences(TEXT)


def at(said: str, label: str, score: float = 1.0, start: int = 0) -> LabelledSpan:
    begin = TEXT.index(said, start)
    return LabelledSpan((Span(begin, begin + len(said)),), label, score)


def found(said: Answer) -> list[tuple[str, str]]:
    return [(item.hull.of(TEXT), item.label) for item in said.items]


def joined(said: Answer) -> set[tuple[str, str]]:
    return {
        (said.items[one.head].hull.of(TEXT), said.items[one.tail].hull.of(TEXT)) for one in said.relations
    }


def test_the_second_counts_in_chosen_sentences_and_the_first_elsewhere() -> None:
    first = answer([at("fever", "problem"), at("aspirin", "problem")], [])
    second = answer([at("aspirin", "drug")], [])
    assert found(merged(Split(TEXT, SENTENCES, {2}), first, second, ALL, KIWI)) == [
        ("fever", "problem"),
        ("aspirin", "drug"),
    ]


def test_what_the_second_cannot_say_stays_the_firsts_word() -> None:
    first = answer(
        [at("pain", "problem"), at("Mild", "severity")], [SaidRelation(0, 1, "hasAttr", 0.7)]
    )  # sorted: Mild, pain
    second = answer([at("pain", "problem", 0.4)], [])
    said = merged(Split(TEXT, SENTENCES, {1}), first, second, ENTITIES, KIWI)
    assert found(said) == [("Mild", "severity"), ("pain", "problem")]
    assert said.items[1].score == 0.4
    assert joined(said) == {("pain", "Mild")}


def test_a_relation_goes_with_its_entity_and_a_new_entity_is_joined_by_place() -> None:
    first = answer([at("No", "negation"), at("fever", "problem")], [SaidRelation(1, 0, "hasAttr")])
    second = answer([at("fever and no cough", "problem")], [])
    said = merged(Split(TEXT, SENTENCES, {0}), first, second, ENTITIES, KIWI)
    assert found(said) == [("No", "negation"), ("fever and no cough", "problem")]
    assert joined(said) == {("fever and no cough", "No")}


def test_a_second_that_says_modifiers_decides_on_their_relations() -> None:
    first = answer([at("No", "negation"), at("fever", "problem")], [SaidRelation(1, 0, "hasAttr")])
    second = answer([at("No", "negation"), at("fever", "problem")], [])
    said = merged(Split(TEXT, SENTENCES, {0}), first, second, ALL, KIWI)
    assert len(said.items) == 2
    assert said.relations == ()


def test_what_models_wrote_stays_with_what_was_read_from_it() -> None:
    first = answer(
        [replace(at("fever", "problem"), raw=0)],
        [],
        [Unplaced("drug", "x", raw=0)],
        [RawAnswer(SENTENCES[0], "a", "one")],
    )
    second = answer([replace(at("aspirin", "drug"), raw=0)], [], [], [RawAnswer(SENTENCES[2], "b", "two")])
    said = merged(Split(TEXT, SENTENCES, {2}), first, second, ALL, KIWI).checked(TEXT)
    written = {item.label: said.raw[item.raw or 0].text for item in said.items}
    assert written == {"problem": "one", "drug": "two"}
    assert [said.raw[one.raw or 0].text for one in said.unplaced] == ["one"]


def test_what_could_not_be_placed_is_not_dropped() -> None:
    second = Answer(unplaced=(Unplaced("drug", "asprin"),))
    said = merged(Split(TEXT, SENTENCES, {2}), Answer(), second, ALL, KIWI)
    assert said.unplaced == second.unplaced


spans = st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 12)).map(
    lambda pair: Span(pair[0], min(len(TEXT), pair[0] + pair[1]))
)
items = st.lists(
    st.builds(lambda span, label: LabelledSpan((span,), label), spans, st.sampled_from(sorted(ALL))),
    unique_by=lambda item: (item.spans, item.label),
    max_size=8,
)


@given(items, items, st.sets(st.integers(0, len(SENTENCES) - 1)), st.booleans())
def test_each_sentence_holds_exactly_what_its_tagger_said(
    ours: list[LabelledSpan], theirs: list[LabelledSpan], chosen: set[int], everything: bool
) -> None:
    in_chosen = [item for item in theirs if sentence_of(item, SENTENCES) in chosen]
    said_by_second = ALL if everything else ENTITIES
    in_chosen = [item for item in in_chosen if item.label in said_by_second]
    first, second = answer(ours, []), answer(in_chosen, [])
    said = merged(Split(TEXT, SENTENCES, chosen), first, second, said_by_second, KIWI).checked(TEXT)
    kept = [
        item
        for item in ours
        if sentence_of(item, SENTENCES) not in chosen or item.label not in said_by_second
    ]
    assert {(item.spans, item.label) for item in said.items} == {
        (item.spans, item.label) for item in (*kept, *in_chosen)
    }
    assert len({(item.spans, item.label) for item in said.items}) == len(said.items)
    for one in said.relations:
        assert KIWI.relation(said.items[one.head].label, said.items[one.tail].label)
