"""Desk: what is open: the project, the note, and the one who reviews it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.jobs.tagger_lane import TaggerLane
from desktop.project import Project
from desktop.remembered import Remembered
from desktop.review.scene import NoteScene
from desktop.reviewing import Reviewer
from engine.annotation.changes import Changes
from engine.errors import TagwellError
from engine.labels.label_set import LabelSet
from engine.text.note import NoteId

if TYPE_CHECKING:
    from engine.store.settings import Json
    from engine.store.store import Store


class Desk(QObject):
    """Opens, closes and remembers; everything else in the window looks at it.

    Lives on the window's thread.

    Signals:
        opening: True when a project is being opened or made, False when that has ended, well or not.
        project_opened, project_closed: `project` is another one now, or None.
        note_opened: the note of this id is wanted; its scene comes by `scene_shown`.
        scene_shown: the `NoteScene` of the open note; None where no note is open.
        told: (sentence, kind) for the message bar; kind is warning or note.
        refused: a sentence: a key could not do what was asked.
        focus_wanted: a `Target` the view should focus.
        note_finished: the open note was finished.
        work_began, work_ended: a `Job` whose progress the status bar should show, and its end.
        crashed: a bug.
    """

    opening = Signal(bool)
    project_opened = Signal()
    project_closed = Signal()
    note_opened = Signal(int)
    scene_shown = Signal(object)
    told = Signal(str, str)
    refused = Signal(str)
    focus_wanted = Signal(object)
    note_finished = Signal(int)
    work_began = Signal(object)
    work_ended = Signal()
    crashed = Signal(object)

    def __init__(self, remembered: Remembered, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.remembered = remembered
        self.project: Project | None = None
        self.reviewer: Reviewer | None = None
        self.tagging: TaggerLane | None = None
        self._place_of_view: Callable[[], dict[str, Json]] = dict

    # -- projects -----------------------------------------------------------------------

    def open_project(
        self,
        path: Path,
        passphrase: str | None = None,
        then: Callable[[], None] | None = None,
        failed: Callable[[TagwellError], None] | None = None,
    ) -> None:
        """Open the project at `path`; the one that was open is closed first."""
        self._enter(lambda: _store().open(path, passphrase), then, failed)

    def create_project(
        self,
        path: Path,
        labels: LabelSet,
        title: str,
        passphrase: str | None = None,
        then: Callable[[], None] | None = None,
        failed: Callable[[TagwellError], None] | None = None,
    ) -> None:
        """Create a project at `path` and open it."""
        self._enter(lambda: _store().create(path, labels, passphrase, title), then, failed)

    def _enter(
        self,
        make: Callable[[], Store],
        then: Callable[[], None] | None,
        failed: Callable[[TagwellError], None] | None,
    ) -> None:
        self.close_project()
        self.opening.emit(True)
        project = Project(self.remembered.annotator, self)
        project.crashed.connect(self.crashed)
        project.failed.connect(lambda error: self.told.emit(str(error), "warning"))

        def entered() -> None:
            self.opening.emit(False)
            self._take(project)
            if then is not None:
                then()

        def refused(error: TagwellError) -> None:
            self.opening.emit(False)
            project.close()
            project.deleteLater()
            if failed is not None:
                failed(error)
            else:
                self.told.emit(str(error), "warning")

        project.open(make, entered, refused)

    def _take(self, project: Project) -> None:
        self.project = project
        self.reviewer = Reviewer(project, self)
        self.reviewer.shown.connect(self.scene_shown)
        self.reviewer.refused.connect(self.refused)
        self.reviewer.focus_wanted.connect(self.focus_wanted)
        self.reviewer.finished.connect(self.note_finished)
        self.tagging = TaggerLane(project, self)
        self.tagging.told.connect(self.told)
        self.tagging.crashed.connect(self.crashed)
        project.changed.connect(partial(self._changed, project))
        self.remembered.opened(project.path)
        self.remembered.keep("last-project", str(project.path))
        self.project_opened.emit()
        for words in project.warnings:
            self.told.emit(words, "warning")
        if project.backup_due:  # a large project: `open` does it for small ones
            project.read(lambda store, _job: store.backup("daily"), lambda _path: None)

    def close_project(self) -> None:
        """Stop what runs and close the project, the store last; nothing happens if none is open."""
        project, reviewer, tagging = self.project, self.reviewer, self.tagging
        if project is None or reviewer is None or tagging is None:
            return
        self.remember_place()
        tagging.ask_to_stop()
        self.project = self.reviewer = self.tagging = None
        self.scene_shown.emit(None)
        self.project_closed.emit()
        tagging.close()
        project.close()
        for one in (tagging, reviewer, project):
            one.deleteLater()

    def _changed(self, project: Project, changes: Changes) -> None:
        reviewer = self.reviewer
        if project is not self.project or reviewer is None:
            return
        if reviewer.note is not None and (
            changes.notes or changes.labels or reviewer.note in changes.note_ids
        ):
            reviewer.refresh()

    # -- notes --------------------------------------------------------------------------

    @property
    def note(self) -> NoteId | None:
        """The open note."""
        return self.reviewer.note if self.reviewer is not None else None

    @property
    def scene(self) -> NoteScene | None:
        """What stands in the open note, once it has been read."""
        return self.reviewer.scene if self.reviewer is not None else None

    def open_note(self, note: int) -> None:
        """Show the note of this id."""
        if self.reviewer is None:
            return
        if note != self.reviewer.note:
            self.remember_place()
            self.note_opened.emit(note)
            self.reviewer.open(NoteId(note))

    def leave_note(self) -> None:
        """Show no note."""
        if self.reviewer is not None:
            self.reviewer.leave()
        self.scene_shown.emit(None)

    # -- where the user was -------------------------------------------------------------

    def set_place_of_view(self, place: Callable[[], dict[str, Json]]) -> None:
        """Say how to find out where in the note the user is."""
        self._place_of_view = place

    def remember_place(self) -> None:
        """Keep which note is open, and where in it the user is."""
        if self.project is not None and self.note is not None and self.scene is not None:
            self.project.remember_place({"note": int(self.note), **self._place_of_view()})

    @property
    def place(self) -> dict[str, Json]:
        """Where the user was in this project last time, or nothing."""
        return self.project.place if self.project is not None else {}


def _store() -> type[Store]:
    """Return the store, loaded on the lane that opens it: it costs time, and the window shows meanwhile."""
    from engine.store.store import Store

    return Store
