"""Projects to test with: a small label set, notes that we made up, and ways to look into a file."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.annotation.annotation import RunId
from engine.annotation.said import Answer, LabelledSpan, SaidRelation, answer
from engine.labels.label_set import Kind, LabelSet, LabelType, Pair
from engine.store.store import NewNote, RunRecord, Store
from engine.text.note import NoteId
from engine.text.span import Span

TEXT = "She denies chest pain; takes aspirin 81 mg daily. No fever 🙂 today."


def label_type(name: str, kind: Kind) -> LabelType:
    return LabelType(name, kind, name.title(), f"A {name}.", "", (), "#336699")


def made_labels() -> LabelSet:
    return LabelSet(
        name="small",
        version="1",
        title="Small",
        description="For tests.",
        types=(
            *(label_type(name, Kind.ENTITY) for name in ("problem", "drug", "test")),
            *(label_type(name, Kind.MODIFIER) for name in ("negation", "strength")),
        ),
        pairs=(
            Pair("problem", "negation", "hasAttr"),
            Pair("drug", "strength", "hasAttr"),
            Pair("test", "problem", "shows"),
            Pair("test", "problem", "excludes"),
        ),
        aliases=(("medication", "drug"),),
    )


def said(
    *items: tuple[int, int, str] | tuple[int, int, str, float], joined: tuple[tuple[int, int], ...] = ()
) -> Answer:
    """An answer of (start, end, label[, score]) items; `joined` are (head, tail) by their order here."""
    return answer(
        [LabelledSpan((Span(one[0], one[1]),), one[2], one[3] if len(one) > 3 else 0.9) for one in items],
        [SaidRelation(head, tail, "hasAttr") for head, tail in joined],
    )


@pytest.fixture(scope="session")
def labels() -> LabelSet:
    return made_labels()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ward.tagwell"


@pytest.fixture
def store(path: Path, labels: LabelSet) -> Iterator[Store]:
    with Store.create(path, labels, title="Ward 7") as made:
        yield made


@pytest.fixture
def note(store: Store) -> NoteId:
    """A note of 68 characters, with nothing said of it."""
    return NoteId(store.add_notes([NewNote("note1", TEXT)], "anna", "Import 1 note").created[0])


@pytest.fixture
def make_said() -> Callable[..., Answer]:
    return said


@pytest.fixture
def record() -> RunRecord:
    return RunRecord("scripted.v1:one:0", "One", "0" * 64, "f" * 64, "CPU", {"threshold": 0.5}, "anna")


@pytest.fixture
def tagged(store: Store, note: NoteId, record: RunRecord) -> Callable[..., RunId]:
    """Let a tagger called `name` answer on the note; returns its run."""

    def tag(answer: Answer, name: str = "One") -> RunId:
        run = store.begin_run(
            RunRecord(f"scripted.v1:{name}:0", name, "0" * 64, "f" * 64, "CPU", {}, "anna"), [note]
        )
        store.save_answer(run, note, answer, 0.1)
        store.end_run(run, "done")
        return run

    return tag


CONTENT = {
    "note": (
        "SELECT id, name, status, suggestions, annotations, started, finished, annotator_id FROM note "
        "WHERE hidden = 0"
    ),
    "annotation": "SELECT a.* FROM annotation a JOIN note n ON n.id = a.note_id AND n.hidden = 0",
    "relation": "SELECT r.* FROM relation r JOIN note n ON n.id = r.note_id AND n.hidden = 0",
    "decision": "SELECT d.* FROM decision d JOIN note n ON n.id = d.note_id AND n.hidden = 0",
    "prediction": (
        "SELECT w.id, w.note_id, w.shown, p.id, p.spans, p.label FROM answer w "
        "JOIN note n ON n.id = w.note_id AND n.hidden = 0 "
        "LEFT JOIN prediction p ON p.answer_id = w.id WHERE w.hidden = 0"
    ),
}


@pytest.fixture
def content() -> Callable[[Store], dict[str, list[tuple[object, ...]]]]:
    """All that undo has to bring back, row by row."""
    return lambda store: {name: sorted(store._all(sql)) for name, sql in CONTENT.items()}


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MB, where the system lets us have one."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    if os.name != "posix" or os.geteuid():
        pytest.skip("only root may mount a small disk")
    command = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this system does not let us mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
