"""Note commands: moving between notes, reviewing, finding; joins the view to the one who reviews."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from desktop.actions import COMMANDS
from desktop.desk import Desk
from desktop.details.details import Details
from desktop.details.wording import count_words
from desktop.failures.failure_message import ask
from desktop.help.command_palette import Entry
from desktop.notes.finding import Finding
from desktop.notes.note_list import NoteList
from desktop.notes.note_pane import NO_NOTES, PICK_A_NOTE, NotePane
from desktop.notes.same_words import propagate
from desktop.notes.span_menu import open_span_menu
from desktop.notes.turning import Turning
from desktop.review.intents import Annotate, OpenMenu, Propagate, Relabel, ShowKeys, Target, Unlink
from desktop.review.keyboard import Command as InNote
from desktop.review.keyboard import chord_of_label
from desktop.review.note_view import NotePlace
from desktop.review.scene import NoteScene
from engine.annotation.annotation import RelationId
from engine.text.note import NoteId
from engine.text.span import Span, Spans

if TYPE_CHECKING:
    from engine.store.settings import Json


class NoteCommands(QObject):
    """Carries intents from the view to the reviewer, and scenes from the reviewer to the views.

    Signals:
        said: a sentence for the status bar.
        place_changed: (caret or None, words on what is selected).
        keys_wanted: show the overview of keys.
    """

    said = Signal(str)
    place_changed = Signal(object, str)
    keys_wanted = Signal()

    def __init__(
        self, window: QWidget, desk: Desk, notes: NoteList, pane: NotePane, details: Details
    ) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._notes = notes
        self._pane = pane
        self._details = details
        self._focus_next: Target | None = None
        self._reveal_next: Span | None = None
        self._go_on = False
        self._returning = False
        self._showing = False
        self.turning = Turning(desk, self)
        self.turning.said.connect(self.said)
        self.finding = Finding(window, desk, pane)
        self.finding.chosen.connect(self._open_hit)
        desk.set_place_of_view(self._place)
        self._connect()
        for keys, act in (("F6", self._next_part), ("Shift+F6", self._previous_part)):
            QShortcut(QKeySequence(keys), window, act)

    def _connect(self) -> None:
        desk, view = self._desk, self._pane.view
        desk.project_opened.connect(self._project_opened)
        desk.scene_shown.connect(self._show)
        desk.focus_wanted.connect(self._focus)
        desk.note_finished.connect(self._finished)
        self._notes.chosen.connect(desk.open_note)
        self._notes.shown.connect(self._listed)
        self._notes.view.activated.connect(lambda _index: view.setFocus())
        view.intended.connect(self._intended)
        view.refused.connect(self.said)
        view.zoom_changed.connect(lambda zoom: desk.remembered.keep("zoom", round(zoom * 100)))
        view.focus_changed.connect(self._focus_changed)
        view.caret_moved.connect(lambda _caret: self._tell_place())
        view.selection_changed.connect(lambda _spans: self._tell_place())
        details = self._details
        details.focus_wanted.connect(self._go_to)
        details.origin_wanted.connect(self._ask_origin)
        details.labels.chosen.connect(self.label)
        details.card.commanded.connect(self._view_act)
        details.card.relabel_wanted.connect(partial(self._view_act, InNote.CHOOSE_LABEL))
        details.card.relations.unlinked.connect(lambda relation: self._intended(Unlink(RelationId(relation))))
        details.card.relations.refused.connect(self.said)
        self._pane.finish_wanted.connect(self._finish_or_reopen)

    def commands(self) -> dict[str, Callable[[], object]]:
        """Return what the commands of this part do."""
        view = {
            command.name: partial(self._view_act, command.in_note)
            for command in COMMANDS
            if command.in_note is not None
        }
        return (
            view
            | self.finding.commands()
            | self.turning.commands()
            | {
                "text-larger": partial(self._zoom, InNote.ZOOM_IN),
                "text-smaller": partial(self._zoom, InNote.ZOOM_OUT),
                "text-normal": partial(self._zoom, InNote.ZOOM_RESET),
                "next-note": partial(self.step, 1),
                "previous-note": partial(self.step, -1),
                "go-to-note-list": self._notes.view.setFocus,
                "go-to-text": self._pane.view.setFocus,
                "go-to-details": lambda: self._details.tabs.currentWidget().setFocus(),
                "accept-all": self.accept_all,
                "remove-notes": self.remove_notes,
                "finish": self.finish,
                "reopen": self.reopen,
            }
        )

    # -- showing ------------------------------------------------------------------------

    def _project_opened(self) -> None:
        project, note = self._desk.project, self._desk.place.get("note")
        self._returning = project is not None and isinstance(note, int)
        if project is not None and isinstance(note, int):
            project.ask(lambda store: store.note_rows([note]), lambda rows: self._return_to(note, bool(rows)))

    def _return_to(self, note: int, there: bool) -> None:
        self._go_on, self._returning = True, False
        if there:
            self._desk.open_note(note)
            self._notes.set_current(note)
        else:
            self.step(1)

    def _listed(self, count: int) -> None:
        """Open the first note where none is open, so that the window never stands idle."""
        self._pane.tell_empty(PICK_A_NOTE if count or self._notes.filtered else NO_NOTES)
        if count and self._desk.note is None and not self._returning:
            self._go_on = True
            self.step(1)

    def _show(self, scene: NoteScene | None) -> None:
        reviewer, view = self._desk.reviewer, self._pane.view
        other = scene is not None and self._pane.shown != scene.note
        before = view.marks
        self._showing = True
        self._pane.show_scene(scene)
        brought = self.turning.brought(before, view.marks)
        if self._focus_next is None and not other and view.focused is None:
            self._focus_next = brought
        if scene is not None and other:
            self._enter_note(scene)
        if self._focus_next is not None:
            wanted, self._focus_next = self._focus_next, None
            view.focus_on(wanted)
        self._showing = False
        self._details.show_scene(scene, view.marks, self._pane.sections, view.focused)
        if scene is not None and reviewer is not None:
            self._pane.show_status(reviewer.name, reviewer.status)
            self._notes.set_current(scene.note)
        self._tell_place()

    def _focus_changed(self, target: Target | None) -> None:
        if not self._showing:  # else the details are shown once, when the view has settled
            self._details.show_target(target)

    def _enter_note(self, scene: NoteScene) -> None:
        """Put the user where they were in this note, where they searched, or at its start."""
        place = self._desk.place
        if self._reveal_next is not None:
            self._pane.view.select(self._reveal_next)
            self._reveal_next = None
        elif place.get("note") == scene.note:
            first, caret = place.get("first"), place.get("caret")
            if isinstance(first, int) and isinstance(caret, int):
                self._pane.view.return_to(NotePlace(scene.note, first, caret))
        if self._go_on:
            self._go_on = False
            self._pane.view.setFocus()

    def _place(self) -> dict[str, Json]:
        place = self._pane.view.place
        return {"first": place.first, "caret": place.caret} if place is not None else {}

    def _tell_place(self) -> None:
        scene, view = self._desk.scene, self._pane.view
        if scene is None:
            self.place_changed.emit(None, "")
            return
        chosen: Spans | None = view.selection
        length = sum(len(span) for span in chosen) if chosen else 0
        self.place_changed.emit(view.caret, f"{count_words(length, 'character')} selected" if length else "")

    def _ask_origin(self, target: Target) -> None:
        reviewer = self._desk.reviewer
        if reviewer is not None:
            reviewer.origin(target, lambda words: self._details.set_origin(target, words))

    # -- acting -------------------------------------------------------------------------

    def _intended(self, intent: object) -> None:
        reviewer = self._desk.reviewer
        scene = self._desk.scene
        if isinstance(intent, OpenMenu):
            if scene is not None:
                open_span_menu(self._window, intent, scene, self._view_act, self.label)
        elif isinstance(intent, ShowKeys):
            self.keys_wanted.emit()
        elif isinstance(intent, Propagate):
            propagate(self._window, self._desk, intent.target, self.said.emit)
        elif reviewer is not None:
            reviewer.act(intent)

    def _view_act(self, command: InNote) -> None:
        """Carry out a command of the note view, which has the focus again then."""
        self._pane.view.setFocus()
        self._pane.view.act(command)

    def _zoom(self, command: InNote) -> None:
        self._pane.view.act(command)

    def label(self, name: str) -> None:
        """Label the selection, or relabel the focused span."""
        view, scene = self._pane.view, self._desk.scene
        view.setFocus()
        if scene is None:
            return
        if scene.finished:
            self.said.emit("This note is finished. Reopen it to change it.")
        elif view.selection:
            self._intended(Annotate(view.selection, name))
        elif view.focused is not None:
            self._intended(Relabel(view.focused, name))
        else:
            self.said.emit("Select some words first, or go to a span with Tab.")

    def label_entries(self) -> list[Entry]:
        """Return the labels for the command palette."""
        scene = self._desk.scene
        if scene is None:
            return []
        return [
            Entry(
                f"Label: {one.title}", chord_of_label(scene.labels, one.name), partial(self.label, one.name)
            )
            for one in scene.labels
        ]

    def accept_all(self) -> None:
        """Accept all suggestions of the open note, once the user agreed."""
        scene, reviewer = self._desk.scene, self._desk.reviewer
        if scene is None or reviewer is None:
            return
        count = len(scene.suggestions)
        if not count:
            self.said.emit("This note has no suggestion left.")
            return
        words = (
            f"Accept {count_words(count, 'suggestion')} of this note unseen?\n\n"
            "You stand behind what you accept. It can be undone in one step."
        )
        if ask(self._window, "Accept all suggestions", words, "&Accept all"):
            reviewer.accept_all()

    def remove_notes(self) -> None:
        """Take the selected notes out of the project, once the user agreed."""
        project, chosen = self._desk.project, [NoteId(one) for one in self._notes.selected]
        if project is None or not chosen:
            return
        count = count_words(len(chosen), "selected note")
        words = f"Take {count} out of the project, with all that was said of them?\n\nUndo brings them back."
        if ask(self._window, "Remove notes", words, "&Remove"):
            project.do(lambda store: store.remove_notes(chosen, project.annotator))

    # -- finishing and moving on ---------------------------------------------------------

    def finish(self) -> None:
        """Finish the open note and go to the next; says what is left if something is."""
        scene, reviewer = self._desk.scene, self._desk.reviewer
        if reviewer is None or scene is None:
            return
        if scene.finished:
            self._next_after_finishing()
        else:
            reviewer.finish()

    def reopen(self) -> None:
        """Take the open note up again."""
        scene, reviewer = self._desk.scene, self._desk.reviewer
        if reviewer is None or scene is None:
            return
        if scene.finished:
            reviewer.reopen()
        else:
            self.said.emit("This note is open already.")

    def _finish_or_reopen(self) -> None:
        scene = self._desk.scene
        if scene is not None and scene.finished:
            self.reopen()
        else:
            self.finish()

    def _finished(self, _note: int) -> None:
        self._next_after_finishing()

    def _next_after_finishing(self) -> None:
        if self._notes.step(1) is None:
            self.said.emit("Finished. That was the last note of the list.")
        else:
            self._go_on = True
            self.step(1)

    def step(self, by: int) -> None:
        """Open the next note of the list, or the previous one."""
        note = self._notes.step(by)
        if note is None:
            self.said.emit(
                "This is the last note of the list." if by > 0 else "This is the first note of the list."
            )
            return
        self._desk.open_note(note)
        self._notes.set_current(note)

    def _focus(self, target: Target) -> None:
        """Focus `target` now, or as soon as a scene holds it."""
        marks = self._details.marks
        if marks is not None and target in marks:
            self._pane.view.focus_on(target)
            self._pane.view.setFocus()
        else:
            self._focus_next = target

    def _go_to(self, target: Target) -> None:
        self._pane.view.focus_on(target)
        self._pane.view.setFocus()

    def _open_hit(self, note: int, span: Span) -> None:
        """Go to what a search over all notes found."""
        if self._desk.note == note and self._desk.scene is not None:
            self._pane.view.select(span)
        else:
            self._reveal_next = span
            self._desk.open_note(note)
            self._notes.set_current(note)
        self._window.activateWindow()
        self._pane.view.setFocus()

    # -- moving between the parts of the window -------------------------------------------

    def _next_part(self) -> None:
        self._to_part(1)

    def _previous_part(self) -> None:
        self._to_part(-1)

    def _to_part(self, by: int) -> None:
        card = self._details.card
        parts: list[QWidget] = [
            self._notes.view,
            self._pane.view,
            card.relations.table,
            self._details.labels.table,
            self._details.spans.view,
        ]
        shown = [part for part in parts if part.isVisible()]
        if shown:
            now = next((i for i, part in enumerate(shown) if part.hasFocus()), -1 if by > 0 else 0)
            shown[(now + by) % len(shown)].setFocus()
