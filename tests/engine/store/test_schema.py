"""The project file read with nothing but the standard library, in a process that has none of our code."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.annotation.annotation import AnnotationId
from engine.annotation.said import Answer
from engine.labels.label_set import LabelSet
from engine.store.store import NewNote, Store
from engine.text.note import NoteId
from engine.text.span import Span
from engine.text.token import tokenize

READ = """
import json, sqlite3, sys
db = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
assert not [name for name in sys.modules if name.startswith(("engine", "sqlcipher3", "sqlite_utils"))]
print(json.dumps([db.execute(sql).fetchall() for sql in sys.argv[2:]]))
"""
ENTITIES = (
    "SELECT note, label, start, end, text, annotator, layer, layer_kind FROM entity_annotations "
    "ORDER BY note, start, label"
)
TOKENS = "SELECT start, end, text, tag FROM token_annotations WHERE note = ? ORDER BY layer_id, token, label"
RELATIONS = "SELECT note, label, head_label, tail_label FROM relation_annotations"


def read(path: Path, *questions: str) -> list[list[list[object]]]:
    """The answers of plain sqlite3 in another process, away from our code."""
    command = [sys.executable, "-I", "-c", READ, str(path), *questions]
    done = subprocess.run(command, capture_output=True, check=True, cwd=path.parent)
    return json.loads(done.stdout)


def one(start: int, end: int) -> tuple[Span, ...]:
    return (Span(start, end),)


def test_plain_sqlite_reads_annotations_tokens_and_relations(store: Store) -> None:
    text = "🙂🙂 denies chest\u00a0pain. İ: aspirin 81mg"
    note = NoteId(store.add_notes([NewNote("emoji", text)], "anna", "Import").created[0])
    negation = store.annotate(note, one(3, 9), "negation", "anna").created[0]
    problem = store.annotate(note, one(10, 20), "problem", "anna").created[0]
    store.link(AnnotationId(problem), AnnotationId(negation), "anna")
    store.annotate(note, (Span(25, 32), Span(35, 37)), "drug", "anna")
    entities, tokens, relations = read(store.path, ENTITIES, TOKENS.replace("?", "'emoji'"), RELATIONS)
    assert entities == [
        ["emoji", "negation", 3, 9, "denies", "anna", "anna", "annotator"],
        ["emoji", "problem", 10, 20, "chest\u00a0pain", "anna", "anna", "annotator"],
        ["emoji", "drug", 25, 37, "aspirin mg", "anna", "anna", "annotator"],
    ]
    assert relations == [["emoji", "hasAttr", "problem", "negation"]]
    assert [row[2:] for row in tokens] == [
        ["🙂", "O"],
        ["🙂", "O"],
        ["denies", "B-negation"],
        ["chest", "B-problem"],
        ["pain", "I-problem"],
        [".", "O"],
        ["İ", "O"],
        [":", "O"],
        ["aspirin", "B-drug"],
        ["81", "O"],
        ["mg", "B-drug"],
    ]
    assert all(text[start:end] == surface for start, end, surface, _ in tokens)


def test_a_token_under_several_annotations_has_several_rows(store: Store, note: NoteId) -> None:
    store.annotate(note, one(11, 21), "problem", "anna")
    store.annotate(note, one(17, 21), "strength", "anna")
    store.annotate(note, one(17, 21), "drug", "bea")
    (tokens,) = read(store.path, TOKENS.replace("?", "'note1'"))
    assert [tag for _, _, text, tag in tokens if text == "pain"] == ["I-problem", "B-strength", "B-drug"]
    assert [tag for _, _, text, tag in tokens if text == "chest"] == ["B-problem", "O"]


def test_a_finished_note_without_annotations_is_all_outside(store: Store, note: NoteId) -> None:
    (before,) = read(store.path, "SELECT count(*) FROM token_annotations")
    store.annotate(note, one(0, 3), "drug", "anna")
    store.undo("anna")
    store.finish(note, "anna")
    (tags, count) = read(
        store.path, "SELECT DISTINCT tag FROM token_annotations", "SELECT count(*) FROM token_annotations"
    )
    assert (before, tags) == ([[0]], [["O"]])
    assert count == [[len(store.tokens(note))]]


def test_a_tag_that_begins_in_white_space_or_ends_inside_a_word(store: Store, note: NoteId) -> None:
    store.annotate(note, one(10, 19), "problem", "anna")
    (tokens,) = read(store.path, TOKENS.replace("?", "'note1'"))
    assert [row[2:] for row in tokens if row[3] != "O"] == [["chest", "B-problem"], ["pain", "I-problem"]]


def test_removed_notes_and_mere_suggestions_are_not_shown(
    store: Store, make_said: Callable[..., Answer]
) -> None:
    new = NewNote("a", "Takes aspirin.", said=make_said((6, 13, "drug")), said_as="suggestions")
    note = NoteId(store.add_notes([new], "anna", "Import").created[0])
    counts = ["SELECT count(*) FROM entity_annotations", "SELECT count(*) FROM token_annotations"]
    assert read(store.path, *counts) == [[[0]], [[0]]]
    store.accept([store.view(note, "anna").suggestions[0].id], "anna")
    assert read(store.path, *counts) == [[[1]], [[3]]]
    store.remove_notes([note], "anna")
    assert read(store.path, *counts) == [[[0]], [[0]]]


letters = st.text(st.sampled_from("ab1.-\u00a0 \t\r\n🙂İé\u0301"), min_size=1, max_size=40)


@settings(max_examples=25, deadline=None)
@given(text=letters, data=st.data())
def test_the_tags_are_those_that_a_plain_loop_gives(
    text: str, data: st.DataObject, labels: LabelSet, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=6, unique=True).map(sorted))
    spans = tuple(Span(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False))
    with Store.create(tmp_path_factory.mktemp("t") / "a.tagwell", labels) as store:
        note = NoteId(store.add_notes([NewNote("a", text)], "anna", "Import").created[0])
        store.annotate(note, spans, "drug", "anna")
        found = store._all('SELECT start, "end", text, tag FROM token_annotations ORDER BY token, tag')
        (surface,) = store._one("SELECT text FROM entity_annotations") or ("",)
    expected: list[tuple[int, int, str, str]] = []
    begun: set[Span] = set()
    for token in tokenize(text):
        under = [span for span in spans if span.overlaps(token)]
        tags = sorted("I-drug" if span in begun else "B-drug" for span in under) or ["O"]
        begun.update(under)
        expected += [(token.start, token.end, token.of(text), tag) for tag in tags]
    assert found == expected
    assert surface == " ".join(span.of(text) for span in spans)


@pytest.mark.slow
def test_the_views_read_a_long_note_in_reasonable_time(store: Store) -> None:
    import time

    text = "Denies chest pain, takes aspirin 81 mg daily. " * 650  # 30,000 characters, ten pages
    note = NoteId(store.add_notes([NewNote("long", text)], "anna", "Import").created[0])
    with store.together("Tag all", "anna"):
        for i in range(650):
            store.annotate(note, one(i * 46 + 7, i * 46 + 17), "problem", "anna")
    began = time.perf_counter()
    (rows,) = read(store.path, TOKENS.replace("?", "'long'"))
    assert len(rows) == len(store.tokens(note))
    assert time.perf_counter() - began < 20
