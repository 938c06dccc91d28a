# ruff: noqa: S608 - constants of this file
from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.annotation.annotation import AnnotationId, PredictionId, RelationId
from engine.annotation.said import Answer
from engine.errors import StoreError, TagwellError
from engine.labels.label_set import LabelSet
from engine.store.store import NewNote, RunRecord, Store
from engine.text.note import NoteId
from engine.text.span import Span

Content = Callable[[Store], dict[str, list[tuple[object, ...]]]]


def one(start: int, end: int) -> tuple[Span, ...]:
    return (Span(start, end),)


def test_an_operation_is_one_named_row_of_the_log(store: Store, note: NoteId) -> None:
    done = store.annotate(note, one(11, 21), "problem", "anna")
    row = store.history(1)[0]
    assert (row.id, row.kind, row.title, row.annotator) == (done.operation, "annotate", "Add problem", "anna")
    assert (row.note, row.undone) == (note, False)
    assert done.title == "Add problem"
    assert done.changes.note_ids == {note}
    assert not done.changes.notes


def test_undo_and_redo_are_named_and_survive_a_restart(store: Store, note: NoteId, path: Path) -> None:
    store.annotate(note, one(11, 21), "problem", "anna")
    store.annotate(note, one(29, 36), "drug", "anna")
    store.close()
    with Store.open(path) as again:
        assert again.undo_title == "Add drug"
        done = again.undo("bea")
        assert done is not None
        assert done.title == "Undo Add drug"
        assert done.changes.note_ids == {note}
        assert [a.label for a in again.view(note, "anna").annotations] == ["problem"]
    with Store.open(path) as again:
        assert (again.undo_title, again.redo_title) == ("Add problem", "Add drug")
        again.redo("anna")
        assert [a.label for a in again.view(note, "anna").annotations] == ["problem", "drug"]
        assert again.redo("anna") is None


def test_undo_gives_annotations_back_with_their_ids(store: Store, note: NoteId) -> None:
    made = store.annotate(note, one(11, 21), "problem", "anna").created[0]
    store.delete([AnnotationId(made)], "anna")
    store.undo("anna")
    assert store.view(note, "anna").annotations[0].id == made


def test_ids_are_never_used_twice(store: Store, note: NoteId) -> None:
    first = store.annotate(note, one(11, 21), "problem", "anna").created[0]
    store.undo("anna")
    assert store.annotate(note, one(29, 36), "drug", "anna").created[0] > first


def test_what_was_undone_before_a_new_step_cannot_be_redone_but_stays_in_the_log(
    store: Store, note: NoteId
) -> None:
    gone = store.annotate(note, one(11, 21), "problem", "anna").operation
    store.undo("anna")
    store.annotate(note, one(29, 36), "drug", "anna")
    assert store.redo_title is None
    assert store.redo("anna") is None
    assert [row.undone for row in store.history() if row.id == gone] == [True]


def test_nothing_to_undo_is_none(store: Store) -> None:
    assert store.undo_title is None
    assert store.undo("anna") is None


def test_an_operation_needs_a_name_of_who_works(store: Store, note: NoteId) -> None:
    with pytest.raises(StoreError, match="Enter a name"):
        store.annotate(note, one(0, 3), "problem", "  ")


def test_together_makes_one_step_of_several(store: Store, note: NoteId, content: Content) -> None:
    before = content(store)
    with store.together("Add negated problem", "anna") as joined:
        head = store.annotate(note, one(11, 21), "problem", "anna").created[0]
        tail = store.annotate(note, one(4, 10), "negation", "anna").created[0]
        relation = store.link(AnnotationId(head), AnnotationId(tail), "anna").created[0]
    assert joined.done.created == (head, tail, relation)
    assert joined.done.title == "Add negated problem"
    assert len(store.history()) == 2
    assert store.undo_title == "Add negated problem"
    store.undo("anna")
    assert content(store) == before
    store.redo("anna")
    assert len(store.view(note, "anna").relations) == 1


def test_an_error_inside_together_takes_all_of_it_back(store: Store, note: NoteId, content: Content) -> None:
    before = content(store)
    with pytest.raises(StoreError, match="already"), store.together("Twice", "anna"):
        store.annotate(note, one(11, 21), "problem", "anna")
        store.annotate(note, one(11, 21), "problem", "anna")
    assert content(store) == before
    assert store.annotate(note, one(11, 21), "problem", "anna").created


def test_an_error_that_is_caught_inside_together_takes_back_its_part_only(store: Store, note: NoteId) -> None:
    with store.together("Join what may be joined", "anna") as joined:
        head = AnnotationId(store.annotate(note, one(11, 21), "problem", "anna").created[0])
        tail = AnnotationId(store.annotate(note, one(29, 36), "drug", "anna").created[0])
        with pytest.raises(TagwellError):
            store.link(head, tail, "anna")
        with pytest.raises(TagwellError):
            store.delete([tail, AnnotationId(99)], "anna")
    assert joined.done.created == (head, tail)
    assert len(store.view(note, "anna").annotations) == 2
    assert store.check().problems == ()
    store.undo("anna")
    assert store.view(note, "anna").annotations == ()
    with pytest.raises(StoreError, match="part of another step"), store.together("Undo", "anna"):
        store.undo("anna")


def test_an_image_that_names_something_else_is_not_made_into_sql(store: Store, note: NoteId) -> None:
    store.annotate(note, one(11, 21), "problem", "anna")
    store._conn.execute(
        """UPDATE row_image SET after = '{"label = 1; --": 2}', before = '{"label = 1; --": 1}'"""
    )
    with pytest.raises(StoreError, match="another version"):
        store.undo("anna")


def test_the_log_holds_no_text(store: Store, note: NoteId) -> None:
    store.annotate(note, one(11, 21), "problem", "anna")
    rows = store._all("SELECT * FROM operation") + store._all("SELECT * FROM row_image")
    assert "chest" not in json.dumps(rows)


def test_the_log_only_grows(store: Store, note: NoteId) -> None:
    import sqlcipher3

    for statement in ("UPDATE operation SET title = 'x'", "DELETE FROM operation"):
        with pytest.raises(sqlcipher3.DatabaseError, match="only grows"):
            store._conn.execute(statement)


def test_undo_of_an_import_hides_its_notes_and_copies_no_text(store: Store, content: Content) -> None:
    before = content(store)
    done = store.add_notes(
        [NewNote("a", "First text."), NewNote("b", "Second text.")], "anna", "Import 2 notes"
    )
    assert done.changes.notes
    after = content(store)
    undone = store.undo("anna")
    assert undone is not None
    assert undone.changes.notes
    assert content(store) == before
    assert store.note_named("a") is None
    store.redo("anna")
    assert content(store) == after
    assert "First text" not in json.dumps(store._all("SELECT before, after FROM row_image"))


def test_undo_steps_over_the_answers_of_a_run_that_began_earlier(
    store: Store, note: NoteId, record: RunRecord, make_said: Callable[..., Answer]
) -> None:
    other = NoteId(store.add_notes([NewNote("note2", "Takes aspirin.")], "anna", "Import 1 note").created[0])
    run = store.begin_run(record, [note, other])
    mine = store.annotate(note, one(11, 21), "problem", "anna")
    store.save_answer(run, other, make_said((6, 13, "drug")), 0.1)
    store.save_answer(run, note, make_said((29, 36, "drug")), 0.1)
    done = store.undo("anna")
    assert done is not None
    assert done.title == f"Undo {mine.title}"
    assert [len(store.view(one, "anna").suggestions) for one in (note, other)] == [1, 1]
    assert store.undo_title == "Tag 2 notes with One"
    store.undo("anna")
    assert [len(store.view(one, "anna").suggestions) for one in (note, other)] == [0, 0]
    with pytest.raises(StoreError, match="undone"):
        store.save_answer(run, note, make_said(), 0.1)
    store.redo("anna")
    store.redo("anna")
    assert [len(store.view(one, "anna").suggestions) for one in (note, other)] == [1, 1]
    assert store.check().problems == ()


# Whatever is done, in whatever order


HERE = "JOIN note n ON n.id = a.note_id AND n.hidden = 0"


class Play:
    """A person and a tagger at work; each choice is a number that hypothesis draws."""

    def __init__(self, store: Store, numbers: list[int]) -> None:
        self.store = store
        self.numbers = iter(numbers)
        self.imported = 0
        self.run = None

    def pick(self, options: list[object]) -> object:
        return options[next(self.numbers, 0) % len(options)]

    def rows(self, sql: str) -> list[int]:
        return [row[0] for row in self.store._all(sql)] or [0]

    def note(self) -> NoteId:
        return NoteId(self.pick(self.rows("SELECT id FROM note WHERE hidden = 0 ORDER BY status, id")))

    def annotation(self) -> AnnotationId:
        return AnnotationId(self.pick(self.rows(f"SELECT a.id FROM annotation a {HERE} ORDER BY a.id")))

    def prediction(self) -> PredictionId:
        shown = f"SELECT p.id FROM prediction p JOIN answer a ON a.id = p.answer_id AND a.shown {HERE}"
        return PredictionId(self.pick(self.rows(f"{shown} ORDER BY p.id")))

    def link(self) -> object:
        pairs = self.store._all(
            f"SELECT a.id, b.id FROM annotation a JOIN annotation b ON b.note_id = a.note_id {HERE} "
            "WHERE a.label || b.label IN ('problemnegation', 'drugstrength', 'testproblem') ORDER BY 1, 2"
        ) or [(0, 0)]
        head, tail = self.pick(list(pairs))
        return self.store.link(head, tail, self.who(), self.pick([None, None, "excludes"]))

    def label(self) -> str:
        return str(self.pick([one.name for one in self.store.label_set.types]))

    def spans(self) -> tuple[Span, ...]:
        start, length = next(self.numbers, 0) % 12, 1 + next(self.numbers, 0) % 4
        if next(self.numbers, 0) % 5 == 0:
            return (Span(start, start + length), Span(start + length + 1, start + length + 2))
        return (Span(start, start + length),)

    def answer(self) -> Answer:
        from engine.annotation.said import LabelledSpan, SaidRelation, answer

        items = [LabelledSpan(self.spans(), self.label()) for _ in range(next(self.numbers, 0) % 5)]
        labels = self.store.label_set
        joined = [
            SaidRelation(i, k, labels.relations(a.label, b.label)[0])
            for i, a in enumerate(items)
            for k, b in enumerate(items)
            if i != k and labels.relations(a.label, b.label)
        ]
        return answer(items, joined)

    def who(self) -> str:
        return str(self.pick(["anna", "anna", "anna", "bea"]))

    def add(self) -> None:
        self.imported += 1
        text = f"{self.imported:03d} " + "abc def ghi jkl mno"
        how = self.pick([None, "annotations", "suggestions"])
        said = None if how is None else self.answer()
        self.store.add_notes(
            [NewNote(f"n{self.imported}", text, said=said, said_as=how, origin="f")], "anna", "Import"
        )

    def begin(self) -> None:
        record = RunRecord("t", str(self.pick(["One", "Two"])), "", "", "CPU", {}, "anna")
        self.run = self.store.begin_run(
            record, [NoteId(i) for i in self.rows("SELECT id FROM note WHERE hidden = 0")]
        )

    def tag(self) -> None:
        if self.run is not None:
            self.store.save_answer(self.run, self.note(), self.answer(), 0.1)

    def steps(self) -> dict[str, Callable[[], object]]:
        s = self.store
        return {
            "add": self.add,
            "begin": self.begin,
            "tag": self.tag,
            "annotate": lambda: s.annotate(self.note(), self.spans(), self.label(), self.who()),
            "accept": lambda: s.accept([self.prediction(), self.prediction()], self.who()),
            "reject": lambda: s.reject([self.prediction()], self.who()),
            "accept all": lambda: s.accept(
                [one.id for one in s.view(self.note(), "anna").suggestions], "anna"
            ),
            "relabel": lambda: s.relabel(self.annotation(), self.label(), self.who()),
            "reshape": lambda: s.reshape(self.annotation(), self.spans(), self.who()),
            "relabel suggestion": lambda: s.relabel_suggestion(self.prediction(), self.label(), self.who()),
            "reshape suggestion": lambda: s.reshape_suggestion(self.prediction(), self.spans(), self.who()),
            "delete": lambda: s.delete([self.annotation()], self.who()),
            "link": self.link,
            "unlink": lambda: s.unlink(
                RelationId(self.pick(self.rows("SELECT id FROM relation"))), self.who()
            ),
            "finish": lambda: s.finish(self.note(), self.who()),
            "reopen": lambda: s.reopen(self.note(), self.who()),
            "remove": lambda: s.remove_notes([self.note()], self.who()),
            "undo": lambda: s.undo(self.who()),
            "redo": lambda: s.redo(self.who()),
        }


OFTEN = (
    *(
        "add",
        "begin",
        "remove",
        "finish",
        "finish",
        "reopen",
        "reopen",
        "accept all",
        "undo",
        "undo",
        "redo",
        "redo",
    ),
    *("tag", "tag", "tag", "annotate", "annotate", "annotate", "annotate", "accept", "accept", "reject"),
    *(
        "relabel",
        "relabel",
        "reshape",
        "relabel suggestion",
        "reshape suggestion",
        "delete",
        "link",
        "link",
        "unlink",
    ),
)
NOT_A_STEP = {"tag", "undo", "redo"}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(numbers=st.lists(st.integers(0, 10_000), min_size=20, max_size=160))
def test_undo_brings_back_exactly_what_was_and_redo_what_came(
    numbers: list[int], tmp_path_factory: pytest.TempPathFactory, labels: LabelSet, content: Content
) -> None:
    with Store.create(tmp_path_factory.mktemp("play") / "p.tagwell", labels) as store:
        store._conn.execute("PRAGMA synchronous = OFF")  # only for speed; test_kill looks after safety
        play = Play(store, numbers)
        play.add()
        play.begin()
        play.tag()
        for number in play.numbers:
            name = OFTEN[number % len(OFTEN)]
            step = play.steps()[name]
            before = content(store)
            steps_before = store._all("SELECT max(id) FROM step")
            try:
                step()
            except TagwellError:
                assert content(store) == before, f"{name} was refused, and yet changed something"
                continue
            after = content(store)
            if name not in NOT_A_STEP and store._all("SELECT max(id) FROM step") != steps_before:
                store.undo("anna")
                assert content(store) == before, f"undo of {name}"
                store.redo("anna")
                assert content(store) == after, f"redo of {name}"
        final = content(store)
        undone = 0
        while store.undo("anna"):
            undone += 1
        assert content(store)["note"] == []
        assert store.check().problems == ()
        for _ in range(undone):
            store.redo("anna")
        assert content(store) == final
        assert store.check().problems == ()


def test_a_dense_note_is_settled_by_its_narrowest_index(store: Store) -> None:
    # Another index (by label) looks as good to SQLite and is a thousand times slower here.
    from engine.store.settling import _SETTLE

    plan = [row[3] for row in store._all(f"EXPLAIN QUERY PLAN {_SETTLE}", "[1]")]
    narrow = [line for line in plan if "annotation_note (note_id=? AND start=? AND label=?)" in line]
    assert narrow, plan
    assert [line for line in plan if "decision_note (note_id=? AND start=?)" in line], plan
    assert [line for line in plan if "prediction_answer (answer_id=?)" in line], plan
