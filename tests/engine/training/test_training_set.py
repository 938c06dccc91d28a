"""Dividing gold: whole patients, whole groups of repeats, the same each time."""

from __future__ import annotations

import random
from collections import defaultdict

import pytest

from engine.annotation.annotation import Annotation, AnnotationId, LayerId, Relation, RelationId
from engine.annotation.gold import Gold
from engine.annotation.said import LabelledSpan
from engine.errors import InputError
from engine.text.note import Note, NoteId
from engine.text.span import Span
from engine.text.token import tokenize
from engine.training.training_set import PARTS, Content, Division, divide


def gold(number: int, text: str, patient: str = "", *, finished: bool = True, tags: int = 2) -> Gold:
    note = Note(NoteId(number), f"note {number:03d}", text, {"patient": patient} if patient else {})
    here = (note.id, LayerId(1))
    said = [("negation", 0, 2), ("problem", 3, 7)][:tags]
    annotations = tuple(
        Annotation(AnnotationId(10 * number + i), *here, (Span(start, end),), label, "Ada")
        for i, (label, start, end) in enumerate(said)
    )
    relations = (
        (Relation(RelationId(number), *here, annotations[1].id, annotations[0].id, "hasAttr"),)
        if tags == 2
        else ()
    )
    rejected = (LabelledSpan((Span(0, 2),), "drug"),) if tags == 2 else ()
    origins = {one.id: "person" for one in annotations}
    return Gold(note, tokenize(text), annotations, relations, rejected, finished, origins)


def words(number: int) -> str:
    chosen = random.Random(number).sample(range(10_000), 30)  # noqa: S311
    return "No pain " + " ".join(f"w{one}" for one in chosen)


NOTES = [gold(i, words(i), f"p{i // 3}") for i in range(30)]


def test_a_patient_is_never_divided_and_shares_are_kept() -> None:
    found = divide(NOTES, Division(seed=3, shares=(0.6, 0.2, 0.2)))
    parts = defaultdict(set)
    for member in found.members:
        parts[member.patient].add(member.part)
    assert all(len(one) == 1 for one in parts.values())
    assert [len(found.in_part(part)) for part in PARTS] == [18, 6, 6]


def test_the_order_of_the_notes_does_not_matter_and_the_seed_does() -> None:
    shuffled = random.Random(1).sample(NOTES, len(NOTES))  # noqa: S311
    first = divide(NOTES, Division(seed=1))
    assert divide(shuffled, Division(seed=1)) == first
    assert any(divide(NOTES, Division(seed=seed)).part_of() != first.part_of() for seed in range(2, 6))


def test_notes_that_repeat_each_other_are_in_one_part_whoever_they_are_of() -> None:
    twins = [gold(100 + i, words(500) + f" and end {i}", f"q{i}") for i in range(8)]
    for by in ("patient", "document"):
        found = divide([*NOTES, *twins], Division(by=by))  # type: ignore[arg-type]
        assert len({member.part for member in found.members if member.note >= 100}) == 1
        assert [len(names) for names in found.near_duplicates] == [8]


def test_unfinished_notes_are_left_out_unless_wanted_and_decided_in() -> None:
    notes = [gold(1, words(1)), gold(2, words(2), finished=False), gold(3, words(3), finished=False, tags=0)]
    found = divide(notes, Division())
    assert ([member.note for member in found.members], found.left_out) == ([1], 2)
    partial = divide(notes, Division(partial=True))
    assert [(member.note, member.finished) for member in partial.members] == [(1, True), (2, False)]
    assert partial.left_out == 1


def test_nothing_to_learn_from_is_said() -> None:
    with pytest.raises(InputError, match="no finished note"):
        divide([gold(1, words(1), finished=False)], Division())
    with pytest.raises(InputError, match="share above 0"):
        divide(NOTES, Division(shares=(0.0, 0.5, 0.5)))


def test_what_a_part_holds_is_counted() -> None:
    content = Content()
    content.add(NOTES[0])
    content.add(NOTES[1], only=frozenset({"problem"}))
    assert content.labels == {"negation": 1, "problem": 2}
    assert content.relations == {"problem: negation": 1}
    assert content.rejected == {"drug": 1}
    assert content.annotators == {"Ada": 3}
    assert content.origins == {"person": 3}
    assert (content.notes, content.partial) == (2, 0)
