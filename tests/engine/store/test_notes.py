from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.annotation.annotation import Status
from engine.annotation.said import Answer, LabelledSpan, SaidRelation, answer
from engine.errors import InputError, LabelError, OffsetError, StoreError
from engine.labels.label_set import LabelSet
from engine.store.store import NewNote, NoteQuery, Store
from engine.text.note import NoteId, text_hash
from engine.text.span import Span
from engine.text.token import tokenize

Content = Callable[[Store], dict[str, list[tuple[object, ...]]]]


def names(store: Store, query: NoteQuery | None = None) -> list[str]:
    return [row.name for row in store.note_rows(store.note_ids(query))]


def add(store: Store, **texts: str) -> list[NoteId]:
    new = [NewNote(name, text) for name, text in texts.items()]
    return [NoteId(i) for i in store.add_notes(new, "anna", "Import").created]


def test_a_note_comes_back_as_it_was(store: Store) -> None:
    text = "\ufeff? no: a BOM is not text\r\nTab\there,\u00a0NBSP, e\u0301, 🙂, İ, \x01\r"
    meta = {"patient": "p1", "encounter": "e 7", "Ward": "7 süd"}
    done = store.add_notes([NewNote("a note", text, meta)], "anna", "Import 1 note")
    note = store.note(NoteId(done.created[0]))
    assert (note.name, note.text, note.metadata) == ("a note", text, meta)
    row = store.note_rows([note.id])[0]
    assert (row.length, row.patient, row.encounter, row.status) == (len(text), "p1", "e 7", Status.NEW)
    assert store.note_named("a note") == note.id
    assert store.note_named("A note") is None


@settings(max_examples=20, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
def test_any_text_comes_back_with_its_hash(
    text: str, labels: LabelSet, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with Store.create(tmp_path_factory.mktemp("t") / "a.tagwell", labels) as store:
        (note,) = add(store, a=text)
        assert store.note(note).text == text
        assert store._one("SELECT length(text) FROM note_text") == (len(text),)
        assert store.known_hashes([text_hash(text), "0" * 64]) == {text_hash(text): note}
        assert store.tokens(note) == tokenize(text)


@pytest.mark.parametrize(
    ("new", "error"),
    [
        (NewNote("x", "half \ud83d of an emoji"), InputError),
        (NewNote("x", "a\0b"), InputError),
        (NewNote("x", ""), InputError),
        (NewNote("  ", "text"), InputError),
        (NewNote("first", "other text"), StoreError),
        (NewNote("other name", "First text."), StoreError),
    ],
)
def test_what_cannot_be_a_note_is_refused_and_all_with_it(
    store: Store, new: NewNote, error: type[Exception], content: Content
) -> None:
    add(store, first="First text.")
    before = content(store)
    with pytest.raises(error):
        store.add_notes([NewNote("good", "Good text."), new], "anna", "Import 2 notes")
    assert content(store) == before
    assert names(store) == ["first"]
    assert list(store.search("good")) == []


def test_the_same_name_or_text_twice_in_one_import_is_refused(store: Store) -> None:
    for twice in ([NewNote("a", "x"), NewNote("a", "y")], [NewNote("a", "x"), NewNote("b", "x")]):
        with pytest.raises(StoreError, match="There is already a note with the"):
            store.add_notes(twice, "anna", "Import")
    assert names(store) == []


def test_an_import_that_is_stopped_halfway_adds_nothing(store: Store) -> None:
    from engine.errors import Cancelled

    def some() -> Iterator[NewNote]:
        yield NewNote("a", "First.")
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        store.add_notes(some(), "anna", "Import")
    assert names(store) == []


def test_what_a_file_said_becomes_annotations_or_suggestions(
    store: Store, make_said: Callable[..., Answer]
) -> None:
    text = "She denies chest pain; {}"
    told = make_said((4, 10, "negation"), (11, 21, "problem"), joined=((1, 0),))
    done = store.add_notes(
        [
            NewNote("a", text.format(1), said=told, said_as="annotations", origin="ward.zip"),
            NewNote("b", text.format(2), said=told, said_as="suggestions", origin="ward.zip"),
        ],
        "anna",
        "Import 2 notes",
    )
    first, second = (store.view(NoteId(i), "bea") for i in done.created)
    assert [(one.label, one.spans) for one in first.annotations] == [
        ("negation", (Span(4, 10),)),
        ("problem", (Span(11, 21),)),
    ]
    assert [(one.head, one.tail, one.label) for one in first.relations] == [
        (first.annotations[1].id, first.annotations[0].id, "hasAttr")
    ]
    assert (first.status, first.suggestions) == (Status.STARTED, ())
    assert (second.status, second.annotations, len(second.suggestions)) == (Status.SUGGESTED, (), 2)
    assert len(second.suggested_relations) == 1
    assert set(first.origins.values()) == set(second.origins.values()) == {"ward.zip"}
    rows = store.note_rows(done.created)
    assert [(row.annotations, row.suggestions_left) for row in rows] == [(2, 0), (0, 2)]


def test_what_a_file_says_twice_is_written_once(store: Store) -> None:
    item, other = LabelledSpan((Span(0, 3),), "problem"), LabelledSpan((Span(4, 7),), "negation")
    told = answer([item, item, other], [SaidRelation(0, 2, "hasAttr"), SaidRelation(1, 2, "hasAttr")])
    done = store.add_notes([NewNote("a", "abc not", said=told, said_as="annotations")], "anna", "Import")
    view = store.view(NoteId(done.created[0]), "anna")
    assert (len(view.annotations), len(view.relations)) == (2, 1)


@pytest.mark.parametrize(
    ("told", "error"),
    [
        (Answer((LabelledSpan((Span(0, 99),), "problem"),)), OffsetError),
        (Answer((LabelledSpan((Span(0, 2), Span(1, 3)), "problem"),)), OffsetError),
        (Answer((LabelledSpan((Span(0, 2),), "disease"),)), LabelError),
        (
            Answer(
                (LabelledSpan((Span(0, 2),), "drug"), LabelledSpan((Span(1, 3),), "negation")),
                (SaidRelation(0, 1, "hasAttr"),),
            ),
            LabelError,
        ),
        (Answer((LabelledSpan((Span(0, 2),), "drug"),), (SaidRelation(0, 1, "hasAttr"),)), OffsetError),
    ],
)
@pytest.mark.parametrize("how", ["annotations", "suggestions"])
def test_what_does_not_fit_the_note_or_the_label_set_is_refused(
    store: Store, told: Answer, error: type[Exception], how: str
) -> None:
    with pytest.raises(error):
        store.add_notes([NewNote("a", "A text.", said=told, said_as=how)], "anna", "Import")
    assert names(store) == []


def test_tokens_are_stored_where_given_where_annotated_and_where_the_note_is_long(store: Store) -> None:
    long = "word " * 5000
    short, given, huge = (
        NoteId(i)
        for i in store.add_notes(
            [
                NewNote("s", "Short one."),
                NewNote("g", "Given one.", tokens=tokenize("Given one.")),
                NewNote("l", long),
            ],
            "anna",
            "Import",
        ).created
    )
    assert store._all("SELECT note_id FROM note_tokens ORDER BY 1") == [(given,), (huge,)]
    store.annotate(short, (Span(0, 5),), "problem", "anna")
    assert store._one("SELECT version, packed FROM note_tokens WHERE note_id = ?", short) == (
        "1",
        "[5,100663299,150994945]",
    )
    for note in (short, given, huge):
        assert store.tokens(note) == tokenize(store.note(note).text)


# Listing


def test_notes_are_listed_as_asked_for(store: Store) -> None:
    add(
        store,
        beta="Cough and fever.",
        Alpha="No fever.",
        gamma="Chest pain at night, no cough, no fever at all.",
    )
    assert names(store) == ["Alpha", "beta", "gamma"]
    assert names(store, NoteQuery(descending=True)) == ["gamma", "beta", "Alpha"]
    assert names(store, NoteQuery(sort="added")) == ["beta", "Alpha", "gamma"]
    assert names(store, NoteQuery(sort="length")) == ["Alpha", "beta", "gamma"]
    assert names(store, NoteQuery(text="cough")) == ["beta", "gamma"]
    assert names(store, NoteQuery(text="cough pain")) == ["gamma"]
    assert names(store, NoteQuery(text='"no cough"')) == ["gamma"]
    assert names(store, NoteQuery(text="cou*")) == ["beta", "gamma"]
    assert names(store, NoteQuery(text="%&")) == []
    assert names(store, NoteQuery(name="ALPH")) == ["Alpha"]
    assert names(store, NoteQuery(name="a%")) == []


def test_notes_are_found_by_status_and_label(store: Store, make_said: Callable[..., Answer]) -> None:
    a, b, c = add(store, a="One drug here.", b="Two drugs here.", c="Nothing.")
    store.annotate(a, (Span(4, 8),), "drug", "anna")
    done = store.add_notes(
        [NewNote("d", "Said drug.", said=make_said((5, 9, "drug")), said_as="suggestions")], "anna", "Import"
    )
    assert names(store, NoteQuery(label="drug")) == ["a", "d"]
    assert names(store, NoteQuery(label="problem")) == []
    store.finish(c, "anna")
    assert names(store, NoteQuery(status=frozenset({Status.FINISHED, Status.SUGGESTED}))) == ["c", "d"]
    assert store.status_counts() == {
        Status.NEW: 1,
        Status.SUGGESTED: 1,
        Status.STARTED: 1,
        Status.FINISHED: 1,
    }
    assert names(store, NoteQuery(sort="suggestions", descending=True))[0] == "d"
    assert store.note_ids().typecode == "q"
    assert names(store, NoteQuery(status=frozenset({Status.NEW}), text="drugs", name="b")) == ["b"]
    assert done.created[0] not in store.note_ids(NoteQuery(status=frozenset({Status.NEW})))
    assert b in store.note_ids()


def test_rows_come_in_the_order_asked_for_and_gone_notes_have_none(store: Store) -> None:
    a, b, c = add(store, a="1", b="2", c="3")
    store.remove_notes([b], "anna")
    assert [row.id for row in store.note_rows([c, b, a, 999])] == [c, a]


# Removing


def test_removed_notes_are_nowhere_until_undo(store: Store) -> None:
    a, b = add(store, a="First fever.", b="Second fever.")
    store.annotate(a, (Span(6, 11),), "problem", "anna")
    done = store.remove_notes([a], "anna")
    assert done.changes.notes
    assert done.title == "Remove 1 note"
    assert names(store) == ["b"]
    assert [hit.note for hit in store.search("fever")] == [b]
    assert [hit.note for hit in store.search_pattern("fever")] == [b]
    assert [one.note.id for one in store.gold(finished_only=False)] == [b]
    assert store.known_names(["a", "b"]) == {"b"}
    for gone in (
        lambda: store.note(a),
        lambda: store.view(a, "anna"),
        lambda: store.remove_notes([a], "anna"),
    ):
        with pytest.raises(StoreError, match="not in the project any more"):
            gone()
    store.undo("anna")
    assert names(store) == ["a", "b"]
    assert len(store.view(a, "anna").annotations) == 1


def test_a_removed_note_may_be_imported_again(store: Store) -> None:
    (a,) = add(store, a="First fever.")
    store.remove_notes([a], "anna")
    (again,) = add(store, a="First fever.")
    assert again != a
    assert names(store) == ["a"]
    store.undo("anna")
    store.undo("anna")
    assert store.note_named("a") == a
