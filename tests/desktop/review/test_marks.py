from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from desktop.review.intents import Target
from desktop.review.marks import Marks
from engine.text.span import Span

TEXT = "He denies severe chest pain, fever and chills."


def words(marks, text=TEXT):
    return [text[mark.start : mark.end] for mark in marks]


def test_reading_order_is_by_start_with_the_outer_span_first(write):
    marks = Marks(
        write(TEXT).a("severity", "severe").a("problem", "severe chest pain").s("problem", "fever").scene()
    )
    assert words(marks.all) == ["severe chest pain", "severe", "fever"]


def test_a_stack_is_innermost_first(write):
    scene = (
        write(TEXT).a("problem", "severe chest pain").a("severity", "severe").a("bodyloc", "chest").scene()
    )
    marks = Marks(scene)
    assert words(marks.stack(TEXT.index("severe") + 2)) == ["severe", "severe chest pain"]
    assert words(marks.stack(TEXT.index("chest") + 1)) == ["chest", "severe chest pain"]
    assert marks.stack(0) == []


def test_a_caret_behind_a_span_still_finds_it(write):
    marks = Marks(write(TEXT).a("problem", "fever").scene())
    assert words(marks.stack(TEXT.index("fever") + 5)) == ["fever"]


def test_a_caret_between_the_fragments_of_a_span_finds_nothing(write):
    marks = Marks(write(TEXT).a("problem", "chest", "fever").scene())
    assert marks.stack(TEXT.index("pain") + 1) == []
    assert words(marks.stack(TEXT.index("chest") + 1)) == ["chest pain, fever"]


def test_next_and_previous_walk_through_all_marks(write):
    scene = (
        write(TEXT).a("problem", "severe chest pain").a("severity", "severe").s("problem", "fever").scene()
    )
    marks = Marks(scene)
    first = marks.next((0, 0, False, 0), lambda _: True)
    assert first is not None
    order = [first]
    while (following := marks.next(order[-1].key, lambda _: True)) is not None:
        order.append(following)
    assert tuple(order) == marks.all
    assert marks.previous(order[1].key, lambda _: True) == order[0]
    assert marks.previous(order[0].key, lambda _: True) is None
    assert words([marks.next((0, 0, False, 0), lambda mark: mark.target.suggested)]) == ["fever"]


def test_a_suggestion_is_followed_to_the_annotation_it_became(write):
    marks = Marks(write(TEXT).a("problem", "fever", of=3).scene())
    assert marks.became(Target(3, suggested=True)) == Target(1)
    assert marks.became(Target(4, suggested=True)) is None
    assert marks.became(Target(1)) is None


def test_relations_are_seen_from_both_ends(write):
    marks = Marks(write(TEXT).a("problem", "fever").a("negation", "denies").joined(1, 2).scene())
    assert marks.joints[Target(1)] == marks.joints[Target(2)]
    (joint,) = marks.joints[Target(1)]
    assert joint.other(Target(1)) == Target(2)
    assert joint.relation == 1


def test_a_suggested_relation_reaches_the_annotation_its_end_became(write):
    writer = (
        write(TEXT)
        .a("problem", "fever", of=1)
        .s("problem", "fever")
        .s("negation", "denies")
        .maybe_joined(1, 2)
    )
    del writer.suggestions[0]  # decided, so no longer in view
    (joint,) = Marks(writer.scene()).joints[Target(1)]
    assert joint.tail == Target(2, suggested=True)
    assert joint.relation is None


def test_what_a_person_joined_is_not_suggested_again(write):
    scene = (
        write(TEXT).a("problem", "fever", of=1).a("negation", "denies", of=2).joined(1, 2).maybe_joined(1, 2)
    )
    (joint,) = Marks(scene.scene()).joints[Target(1)]
    assert joint.relation == 1


def test_only_what_changed_is_told(write):
    scene = write(TEXT).a("problem", "fever").a("problem", "chills").scene()
    before = Marks(scene)
    assert Marks(scene, before).changed(before) == []
    relabelled = replace(
        scene, annotations=(scene.annotations[0], replace(scene.annotations[1], label="test"))
    )
    after = Marks(relabelled, before)
    assert set(after.changed(before)) == {scene.annotations[1].hull}
    fewer = Marks(replace(scene, annotations=scene.annotations[:1]), before)
    assert fewer.changed(before) == [scene.annotations[1].hull]


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20)), max_size=20),
    st.integers(0, 45),
    st.integers(1, 15),
)
def test_what_overlaps_a_place_is_found_among_nested_and_crossing_marks(write_any, places, start, length):
    scene = write_any(places)
    marks = Marks(scene)
    asked = Span(start, start + length)
    found = {mark.target.id for mark in marks.overlapping(asked.start, asked.end)}
    assert found == {one.id for one in scene.annotations if one.hull.overlaps(asked)}
