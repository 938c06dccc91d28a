"""Busy person: works on a project without end and says after each step that it is done.

    python busy_person.py PROJECT SEED [PASSPHRASE]

Run as a child by test_kill.py, which kills it.  Each line on stdout is a promise: this operation,
with this title, is on the disk, and the project holds exactly this.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from engine.annotation.annotation import RunId
from engine.annotation.said import Answer, LabelledSpan, SaidRelation, answer
from engine.errors import LabelError, StoreError
from engine.store.store import Done, NewNote, RunRecord, Store
from engine.text.note import NoteId
from engine.text.span import Span

LABELS = ("problem", "drug", "test", "negation", "strength")


def held(store: Store) -> str:
    """A hash of all that the project says."""
    mac = sha256()
    for table in (
        "note",
        "note_text",
        "answer",
        "prediction",
        "annotation",
        "relation",
        "decision",
        "run_note",
        "step",
    ):
        mac.update(json.dumps(store._all(f"SELECT * FROM {table} ORDER BY 1, 2"), default=str).encode())  # noqa: S608
    return mac.hexdigest()


class BusyPerson:
    def __init__(self, store: Store, seed: int) -> None:
        self.store = store
        self.random = random.Random(seed)  # noqa: S311
        self.run: RunId | None = None

    def note(self) -> NoteId:
        ids = self.store.note_ids()
        if not ids:
            raise StoreError("Every import was undone.")
        return NoteId(self.random.choice(ids))

    def answer(self) -> Answer:
        items = [
            LabelledSpan((Span(start, start + self.random.randint(1, 9)),), self.random.choice(LABELS))
            for start in self.random.sample(range(100), self.random.randint(0, 20))
        ]
        joined = [
            SaidRelation(i, k, "hasAttr")
            for i, one in enumerate(items)
            for k, other in enumerate(items)
            if (one.label, other.label) == ("problem", "negation")
        ]
        return answer(items, joined)

    def add(self) -> Done:
        how = self.random.choice(["annotations", "suggestions", None])
        new = [
            NewNote(
                f"n{self.random.getrandbits(60)}",
                f"{self.random.getrandbits(200):x} " * 20,
                said=self.answer(),
                said_as=how,
            )
            for _ in range(self.random.randint(1, 30))
        ]
        return self.store.add_notes(new, "anna", f"Import {len(new)} notes")

    def tag(self) -> Done | None:
        left = self.store.run_left(self.run) if self.run is not None else []
        if self.run is None or not left:
            ids = [NoteId(i) for i in self.store.note_ids()][-50:]
            self.run = self.store.begin_run(RunRecord("t", "Tagger", "", "", "CPU", {}, "anna"), ids)
            return None
        return self.store.save_answer(self.run, left[0], self.answer(), 0.01)

    def annotate(self) -> Done:
        start = self.random.randint(0, 90)
        return self.store.annotate(self.note(), (Span(start, start + 4),), self.random.choice(LABELS), "anna")

    def accept(self) -> Done:
        return self.store.accept(
            [one.id for one in self.store.view(self.note(), "anna").suggestions][:7], "anna"
        )

    def reject(self) -> Done:
        return self.store.reject(
            [one.id for one in self.store.view(self.note(), "anna").suggestions][:2], "anna"
        )

    def delete(self) -> Done:
        return self.store.delete(
            [one.id for one in self.store.view(self.note(), "anna").annotations][:3], "anna"
        )

    def finish(self) -> Done:
        return self.store.finish(self.note(), "anna")

    def undo(self) -> Done | None:
        return self.store.undo("anna")

    def redo(self) -> Done | None:
        return self.store.redo("anna")

    def backup(self) -> None:
        self.store.backup("by hand")

    def step(self) -> None:
        steps: list[Callable[[], object]] = [
            self.add,
            *[self.tag] * 6,
            *[self.annotate] * 6,
            *[self.accept] * 3,
        ]
        steps += [self.reject, self.delete, self.finish, self.undo, self.undo, self.redo]
        if self.random.random() < 0.02:
            steps = [self.backup]
        try:
            self.random.choice(steps)()
        except (StoreError, LabelError) as error:
            if type(error) not in (StoreError, LabelError):
                raise
            self.run = None if "undone" in str(error) else self.run
            return
        newest = self.store.history(1, parts=True)[0]
        promise = {"id": newest.id, "title": newest.title, "held": held(self.store)}
        os.write(1, (json.dumps(promise) + "\n").encode())


def main() -> None:
    path, seed, *passphrase = sys.argv[1:]
    with Store.open(Path(path), *passphrase) as store:
        person = BusyPerson(store, int(seed))
        person.add()
        while True:
            person.step()


if __name__ == "__main__":
    main()
