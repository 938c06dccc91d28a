from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.annotation.annotation import AnnotationId, RelationId, Status
from engine.annotation.said import Answer
from engine.errors import LabelError, OffsetError, StoreError
from engine.store.annotations import moved_title
from engine.store.store import NewNote, Store
from engine.text.note import NoteId
from engine.text.span import Span, surface

Content = Callable[[Store], dict[str, list[tuple[object, ...]]]]


def one(start: int, end: int) -> tuple[Span, ...]:
    return (Span(start, end),)


def add(store: Store, note: NoteId, start: int, end: int, label: str, who: str = "anna") -> AnnotationId:
    return AnnotationId(store.annotate(note, one(start, end), label, who).created[0])


def imported(store: Store, make_said: Callable[..., Answer]) -> NoteId:
    told = make_said((4, 10, "negation"), (11, 21, "problem"), (29, 36, "drug"), joined=((1, 0),))
    text = "She denies chest pain; takes aspirin."
    new = NewNote("imported", text, said=told, said_as="annotations", origin="old.zip")
    return NoteId(store.add_notes([new], "anna", "Import 1 note").created[0])


def test_an_annotation_is_kept_as_it_was_made(store: Store, note: NoteId) -> None:
    spans = (Span(29, 36), Span(11, 16))
    made = AnnotationId(store.annotate(note, spans, "problem", "anna").created[0])
    kept = store.view(note, "anna").annotations[0]
    assert kept == store.annotation(made)
    assert kept.spans == (Span(11, 16), Span(29, 36))
    assert surface(store.note(note).text, kept.spans) == "chest aspirin"
    assert (kept.label, kept.annotator, kept.prediction) == ("problem", "anna", None)


def test_annotations_nest_and_overlap_and_come_in_order(store: Store, note: NoteId) -> None:
    for start, end, label in ((11, 16, "strength"), (11, 21, "problem"), (17, 36, "drug"), (11, 21, "drug")):
        add(store, note, start, end, label)
    assert [(a.hull.start, a.hull.end, a.label) for a in store.view(note, "anna").annotations] == [
        (11, 21, "drug"),
        (11, 21, "problem"),
        (11, 16, "strength"),
        (17, 36, "drug"),
    ]


def test_counts_and_status_follow(store: Store, note: NoteId) -> None:
    assert store.note_rows([note])[0].status is Status.NEW
    add(store, note, 11, 21, "problem")
    row = store.note_rows([note])[0]
    assert (row.status, row.annotations, row.suggestions_left) == (Status.STARTED, 1, 0)
    before = store.view(note, "anna").revision
    store.undo("anna")
    row = store.note_rows([note])[0]
    assert (row.status, row.annotations) == (Status.NEW, 0)
    assert store.view(note, "anna").revision > before


@pytest.mark.parametrize("spans", [(), (Span(0, 5), Span(4, 8)), (Span(60, 999),)])
def test_a_tag_that_does_not_lie_in_the_note_is_refused(
    store: Store, note: NoteId, spans: tuple[Span, ...], content: Content
) -> None:
    made = add(store, note, 11, 21, "problem")
    before = content(store)
    with pytest.raises(OffsetError):
        store.annotate(note, spans, "problem", "anna")
    with pytest.raises(OffsetError):
        store.reshape(made, spans, "anna")
    assert content(store) == before


def test_a_label_that_the_set_lacks_is_refused(store: Store, note: NoteId) -> None:
    made = add(store, note, 11, 21, "problem")
    with pytest.raises(LabelError, match="no label “disease”"):
        store.annotate(note, one(0, 3), "disease", "anna")
    with pytest.raises(LabelError):
        store.relabel(made, "disease", "anna")


def test_the_same_tag_twice_is_refused(store: Store, note: NoteId) -> None:
    problem, drug = add(store, note, 11, 21, "problem"), add(store, note, 11, 21, "drug")
    other = add(store, note, 29, 36, "drug")
    with pytest.raises(StoreError, match="already"):
        add(store, note, 11, 21, "problem")
    with pytest.raises(StoreError, match="already"):
        store.relabel(drug, "problem", "anna")
    with pytest.raises(StoreError, match="already"):
        store.reshape(other, one(11, 21), "anna")
    with pytest.raises(StoreError, match="already"):
        store.relabel(problem, "problem", "anna")
    with pytest.raises(StoreError, match="already"):
        store.reshape(problem, one(11, 21), "anna")


def test_relabelling_keeps_what_stays_legal(store: Store, note: NoteId) -> None:
    problem, negation = add(store, note, 11, 21, "problem"), add(store, note, 4, 10, "negation")
    test = add(store, note, 29, 36, "test")
    store.link(problem, negation, "anna")
    store.link(test, problem, "anna", "excludes")
    done = store.relabel(problem, "drug", "anna")
    assert done.title == "Change problem to drug"
    view = store.view(note, "anna")
    assert view.relations == ()
    assert next(a for a in view.annotations if a.id == problem).label == "drug"
    store.undo("anna")
    assert {r.label for r in store.view(note, "anna").relations} == {"hasAttr", "excludes"}


def test_moving_a_border_keeps_identity_and_relations(store: Store, note: NoteId) -> None:
    problem, negation = add(store, note, 11, 21, "problem"), add(store, note, 4, 10, "negation")
    store.link(problem, negation, "anna")
    assert store.reshape(problem, one(11, 16), "anna").title == "Move end of problem"
    assert store.reshape(problem, one(13, 16), "anna").title == "Move start of problem"
    view = store.view(note, "anna")
    assert next(a for a in view.annotations if a.id == problem).spans == one(13, 16)
    assert len(view.relations) == 1


@pytest.mark.parametrize(
    ("old", "new", "title"),
    [
        ([(1, 5)], [(2, 5)], "Move start of drug"),
        ([(1, 5)], [(1, 9)], "Move end of drug"),
        ([(1, 5)], [(2, 6)], "Move drug"),
        ([(1, 5), (7, 9)], [(1, 5), (7, 8)], "Move end of drug"),
        ([(1, 5), (7, 9)], [(1, 4), (7, 9)], "Move drug"),
        ([(1, 5), (7, 9)], [(1, 9)], "Move drug"),
    ],
)
def test_moves_are_named(old: list[tuple[int, int]], new: list[tuple[int, int]], title: str) -> None:
    assert moved_title(tuple(Span(*s) for s in old), tuple(Span(*s) for s in new), "drug") == title


def test_deleting_takes_the_relations_along(store: Store, note: NoteId) -> None:
    problem, negation = add(store, note, 11, 21, "problem"), add(store, note, 4, 10, "negation")
    store.link(problem, negation, "anna")
    assert store.delete([problem], "anna").title == "Delete problem"
    view = store.view(note, "anna")
    assert ([a.id for a in view.annotations], view.relations) == ([negation], ())
    with pytest.raises(StoreError, match="not there any more"):
        store.delete([problem], "anna")
    store.undo("anna")
    assert len(store.view(note, "anna").relations) == 1
    assert store.delete([problem, negation, problem], "anna").title == "Delete 2 annotations"


def test_nobody_changes_what_is_another_annotators(store: Store, note: NoteId, content: Content) -> None:
    problem, negation = add(store, note, 11, 21, "problem"), add(store, note, 4, 10, "negation")
    before = content(store)
    for change in (
        lambda: store.relabel(problem, "drug", "bea"),
        lambda: store.reshape(problem, one(11, 16), "bea"),
        lambda: store.delete([problem], "bea"),
        lambda: store.link(problem, negation, "bea"),
    ):
        with pytest.raises(StoreError, match="another annotator"):
            change()
    assert content(store) == before
    assert store.view(note, "bea").annotations == ()
    assert store.view(note, "bea").others == {"anna": 2}


def test_each_annotator_has_a_layer_of_their_own(store: Store, note: NoteId) -> None:
    first, second = add(store, note, 11, 21, "problem"), add(store, note, 11, 21, "problem", "bea")
    assert [a.id for a in store.view(note, "anna").annotations] == [first]
    assert [a.id for a in store.view(note, "bea").annotations] == [second]
    assert store.annotators() == ["anna", "bea"]
    assert store.annotation(first).layer != store.annotation(second).layer


def test_a_finished_note_is_not_changed_by_a_slip(store: Store, note: NoteId, content: Content) -> None:
    made = add(store, note, 11, 21, "problem")
    store.finish(note, "anna")
    before = content(store)
    for change in (
        lambda: add(store, note, 0, 3, "drug"),
        lambda: store.relabel(made, "drug", "anna"),
        lambda: store.reshape(made, one(11, 16), "anna"),
        lambda: store.delete([made], "anna"),
        lambda: store.finish(note, "anna"),
    ):
        with pytest.raises(StoreError, match="Reopen it"):
            change()
    assert content(store) == before
    store.reopen(note, "anna")
    store.delete([made], "anna")


# What was imported


def test_changing_what_was_imported_makes_it_ones_own_with_all_it_is_joined_to(
    store: Store, make_said: Callable[..., Answer]
) -> None:
    note = imported(store, make_said)
    before = store.view(note, "anna")
    problem = next(a for a in before.annotations if a.label == "problem")
    store.reshape(problem.id, one(11, 16), "anna")
    after = store.view(note, "anna")
    assert [a.id for a in after.annotations] == [a.id for a in before.annotations]
    moved = {a.label: a.layer for a in after.annotations}
    was = before.annotations[0].layer
    assert moved["problem"] == moved["negation"] == after.relations[0].layer != was
    assert moved["drug"] == was
    assert store.origin(problem.id).source == "old.zip"
    assert store.check().problems == ()
    store.undo("anna")
    assert store.view(note, "anna").annotations == before.annotations
    assert store.view(note, "anna").relations == before.relations


def test_what_was_imported_can_be_joined_to_ones_own(store: Store, make_said: Callable[..., Answer]) -> None:
    note = imported(store, make_said)
    drug = next(a for a in store.view(note, "anna").annotations if a.label == "drug")
    strength = add(store, note, 22, 28, "strength")
    store.link(drug.id, strength, "anna")
    view = store.view(note, "anna")
    assert len(view.relations) == 2
    assert store.check().problems == ()


def test_what_was_imported_is_not_tagged_a_second_time(
    store: Store, make_said: Callable[..., Answer]
) -> None:
    note = imported(store, make_said)
    with pytest.raises(StoreError, match="already"):
        add(store, note, 29, 36, "drug")


# Relations


def test_relations_are_made_and_undone(store: Store, note: NoteId) -> None:
    problem, negation = add(store, note, 11, 21, "problem"), add(store, note, 4, 10, "negation")
    drug = add(store, note, 29, 36, "drug")
    done = store.link(problem, negation, "anna")
    assert done.title == "Join negation to problem"
    (relation,) = store.view(note, "anna").relations
    assert (relation.id, relation.head, relation.tail, relation.label) == (
        done.created[0],
        problem,
        negation,
        "hasAttr",
    )
    with pytest.raises(StoreError, match="joined already"):
        store.link(problem, negation, "anna")
    with pytest.raises(LabelError, match="“negation” may not be joined to “drug”"):
        store.link(drug, negation, "anna")
    with pytest.raises(LabelError):
        store.link(negation, problem, "anna")
    with pytest.raises(StoreError, match="itself"):
        store.link(problem, problem, "anna")
    assert store.unlink(relation.id, "anna").title == "Part negation from problem"
    assert store.view(note, "anna").relations == ()
    with pytest.raises(StoreError, match="not there any more"):
        store.unlink(RelationId(relation.id), "anna")


def test_one_modifier_may_serve_several_heads(store: Store, note: NoteId) -> None:
    negation = add(store, note, 4, 10, "negation")
    for start, end in ((11, 21), (53, 58)):
        store.link(add(store, note, start, end, "problem"), negation, "anna")
    assert len(store.view(note, "anna").relations) == 2


def test_a_pair_may_have_several_relations_where_the_label_set_says_so(store: Store, note: NoteId) -> None:
    test, problem = add(store, note, 11, 21, "test"), add(store, note, 29, 36, "problem")
    store.link(test, problem, "anna")
    store.link(test, problem, "anna", "excludes")
    assert [r.label for r in store.view(note, "anna").relations] == ["shows", "excludes"]
    with pytest.raises(LabelError, match="as “cures”"):
        store.link(test, problem, "anna", "cures")


def test_annotations_of_two_notes_are_never_joined(store: Store, note: NoteId) -> None:
    other = NoteId(store.add_notes([NewNote("other", "denies pain")], "anna", "Import").created[0])
    problem, negation = add(store, note, 11, 21, "problem"), add(store, other, 0, 6, "negation")
    with pytest.raises(StoreError, match="one note"):
        store.link(problem, negation, "anna")
