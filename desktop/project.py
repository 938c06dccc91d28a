"""Project: the open project seen from the window: questions, operations, and what changed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.jobs.job_runner import JobRunner
from engine.annotation.changes import Changes
from engine.errors import TagwellError
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet

if TYPE_CHECKING:
    from engine.store.operations import Done
    from engine.store.settings import Json
    from engine.store.store import Store

T = TypeVar("T")

PLACE = "window-place"
"""Under what the project remembers where the user was."""

GATHER_MS = 100
"""How long the changes of background work are gathered before the views hear of them."""


@dataclass(frozen=True, slots=True)
class Undoable:
    """What undo and redo would do next, in words; None where there is nothing."""

    undo: str | None = None
    redo: str | None = None


class Project(QObject):
    """One open project.

    Every write, and the reads behind the view, run on the store lane, in order; search
    and export run on the read lane with a read-only connection of its own.  All methods
    but `write_from_lane` and `ask_from_lane` are for the window's thread, and all
    callables given as `then` or `failed` are called there.

    Signals:
        changed: `Changes` of an operation that is on the disk.
        labels_changed: the project has another label set now; before `changed`.
        undoable_changed: other things can be undone or redone now.
        saving_changed: operations wait for the disk, or none does.
        failed: a `TagwellError` nobody took.
        crashed: a bug (`desktop.jobs.job_runner.Bug`).
    """

    changed = Signal(object)
    labels_changed = Signal()
    undoable_changed = Signal()
    saving_changed = Signal(bool)
    failed = Signal(object)
    crashed = Signal(object)

    def __init__(self, annotator: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.annotator = annotator
        self.path = Path()
        self.title = ""
        self.labels: LabelSet
        self.undoable = Undoable()
        self.place: dict[str, Json] = {}
        self.encrypted = False
        self.warnings: tuple[str, ...] = ()
        self.backup_due = False
        self._store: Store | None = None
        self._reader: Store | None = None
        self._writing = 0
        self._gathered: Changes | None = None
        self._gathering = threading.Lock()
        self.store_lane = JobRunner("store", self)
        self.read_lane = JobRunner("reading", self)
        for lane in (self.store_lane, self.read_lane):
            lane.failed.connect(self.failed)
            lane.crashed.connect(self.crashed)
        self._tell = QTimer(self, interval=GATHER_MS)
        self._tell.timeout.connect(self._tell_gathered)

    # -- opening and closing ------------------------------------------------------------

    def open(
        self,
        make: Callable[[], Store],
        then: Callable[[], None],
        failed: Callable[[TagwellError], None],
    ) -> None:
        """Open or create the project with `make`, which runs on the store lane."""

        def enter(_job: Job) -> None:
            store = make()
            self._store = store
            store.ensure_annotator(self.annotator)
            self.path, self.title, self.labels = store.path, store.title, store.label_set
            self.undoable = self._undoable(store)
            self.encrypted = store.key is not None
            self.warnings = tuple(store.warnings)
            self.backup_due = store.backup_due
            place = store.setting(PLACE)
            self.place = place if isinstance(place, dict) else {}

        def entered(_nothing: None) -> None:
            self._tell.start()
            then()

        self.store_lane.run(enter, entered, failed, doing="opening a project")

    def close(self) -> None:
        """Stop what runs and close the store last; returns when the file is closed."""
        self._tell.stop()
        if self._reader is not None:
            self._reader.interrupt()  # a search looks at its job between notes only
        self.read_lane.close(last=self._close_reader)
        self.store_lane.close(last=self._close_store)

    def _close_reader(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _close_store(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None

    # -- asking -------------------------------------------------------------------------

    def ask(
        self,
        question: Callable[[Store], T],
        then: Callable[[T], None],
        failed: Callable[[TagwellError], None] | None = None,
    ) -> None:
        """Put a quick question to the project, in order with the operations."""
        self.store_lane.run(lambda _job: question(self._opened()), then, failed, doing="reading the project")

    def read(
        self,
        question: Callable[[Store, Job], T],
        then: Callable[[T], None],
        failed: Callable[[TagwellError], None] | None = None,
        stopped: Callable[[], None] | None = None,
    ) -> Job:
        """Put a long question (search, export) to a read-only connection; return its job."""
        return self.read_lane.run(
            lambda job: question(self._reading(), job), then, failed, stopped, doing="searching or exporting"
        )

    # -- operations ---------------------------------------------------------------------

    def do(
        self,
        operation: Callable[[Store], Done | None],
        then: Callable[[Done | None], None] | None = None,
        failed: Callable[[TagwellError], None] | None = None,
        stopped: Callable[[], None] | None = None,
        job: Job | None = None,
    ) -> None:
        """Carry out a named operation; `changed` is emitted once it is on the disk.

        `job` is what the operation itself looks at, where it takes long.
        """
        self._count_writing(1)

        def work(_job: Job) -> tuple[Done | None, Undoable, LabelSet]:
            store = self._opened()
            done = operation(store)
            return done, self._undoable(store), store.label_set

        def ended(got: tuple[Done | None, Undoable, LabelSet]) -> None:
            self._count_writing(-1)
            done, undoable, labels = got
            self._set_undoable(undoable)
            self._set_labels(labels)
            if done is not None:
                self.changed.emit(done.changes)
            if then is not None:
                then(done)

        def refused(error: TagwellError) -> None:
            self._count_writing(-1)
            (failed or self.failed.emit)(error)

        def given_up() -> None:
            self._count_writing(-1)
            if stopped is not None:
                stopped()

        self.store_lane.run(work, ended, refused, given_up, "changing the project", job)

    def _set_labels(self, labels: LabelSet) -> None:
        if labels != self.labels:
            self.labels = labels
            self.labels_changed.emit()

    def undo(self, then: Callable[[Done | None], None] | None = None) -> None:
        """Undo the last operation of this annotator."""
        self.do(lambda store: store.undo(self.annotator), then)

    def redo(self, then: Callable[[Done | None], None] | None = None) -> None:
        """Redo what was undone last."""
        self.do(lambda store: store.redo(self.annotator), then)

    @property
    def saving(self) -> bool:
        """Whether an operation waits for the disk."""
        return self._writing > 0

    def change_passphrase(
        self,
        old: str | None,
        new: str | None,
        then: Callable[[Sequence[Path]], None],
        failed: Callable[[TagwellError], None],
    ) -> None:
        """Encrypt the project under `new`, or write it in the clear; `then` gets the older backups."""

        def change(store: Store) -> Sequence[Path]:
            older = store.change_passphrase(old, new)
            self.encrypted = store.key is not None
            return older

        # The reader's connection must be closed before; it is opened again when it is needed.
        self.read_lane.run(
            lambda _job: self._close_reader(), lambda _nothing: self.ask(change, then, failed), failed
        )

    def remember_place(self, place: dict[str, Json]) -> None:
        """Keep where the user is in this project; no operation."""
        if place != self.place:
            self.place = place
            self.ask(lambda store: store.set_setting(PLACE, place), lambda _done: None)

    # -- for other lanes ----------------------------------------------------------------

    def ask_from_lane(self, question: Callable[[Store], T]) -> T:
        """Put a question from another lane's thread and wait for the answer.

        Raises:
            Cancelled: the project is being closed.
        """
        return self.store_lane.wait_for(lambda: question(self._opened()))

    def write_from_lane(self, operation: Callable[[Store], Done]) -> Done:
        """Carry out an operation from another lane's thread and wait until it is on the disk.

        The views hear of it within a tenth of a second, gathered with others.

        Raises:
            Cancelled: the project is being closed.
        """
        done = self.ask_from_lane(operation)
        self.gather(done.changes)
        return done

    def gather(self, changes: Changes) -> None:
        """Tell the views of `changes` soon; safe from any thread."""
        with self._gathering:
            self._gathered = changes if self._gathered is None else self._gathered | changes

    def _tell_gathered(self) -> None:
        with self._gathering:
            changes, self._gathered = self._gathered, None
        if changes is not None:
            self.changed.emit(changes)
            self.ask(self._undoable, self._set_undoable)

    # -- inside -------------------------------------------------------------------------

    def _opened(self) -> Store:
        if self._store is None:
            raise RuntimeError("the project is not open")
        return self._store

    def _reading(self) -> Store:
        """Return the read-only connection of the read lane, opened on its first use there."""
        if self._reader is None:
            self._reader = self._opened().reader()
        return self._reader

    @staticmethod
    def _undoable(store: Store) -> Undoable:
        return Undoable(store.undo_title, store.redo_title)

    def _set_undoable(self, undoable: Undoable) -> None:
        if undoable != self.undoable:
            self.undoable = undoable
            self.undoable_changed.emit()

    def _count_writing(self, by: int) -> None:
        before = self._writing > 0
        self._writing += by
        if before != (self._writing > 0):
            self.saving_changed.emit(self._writing > 0)
