"""Note pane: the middle of the window: header, messages, find bar, and the note itself."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from desktop.appearance.theme import Theme
from desktop.details.wording import section_at, section_words
from desktop.failures.failure_message import MessageBar
from desktop.notes.find_bar import FindBar
from desktop.notes.note_header import NoteHeader
from desktop.review.note_view import NoteView
from desktop.review.scene import NoteScene
from engine.annotation.annotation import Status
from engine.text.note import NoteId
from engine.text.section import Section, sections
from engine.text.span import Span

PICK_A_NOTE = "Choose a note on the left, or press Ctrl+PgDown for the first one."
NO_NOTES = (
    "This project has no notes yet.\n\n"
    "File, Import notes (Ctrl+I) brings in text files, tables, and annotated files such as brat or CoNLL. "
    "You see what was found before anything is stored."
)


class NotePane(QWidget):
    """Shows the open note; asks nobody.

    Signals:
        finish_wanted: the button of the header was pressed.
        import_wanted: the button of an empty project was pressed.
    """

    finish_wanted = Signal()
    import_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._scene: NoteScene | None = None
        self._header_said: tuple[str, Status] = ("", Status.NEW)
        self.sections: list[Section] = []
        self.header = NoteHeader()
        self.message = MessageBar()
        self.finder = FindBar()
        self.view = NoteView()
        self.empty = QLabel()
        self.empty.setObjectName("emptyWords")
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setContentsMargins(48, 0, 48, 12)
        self.bring_in = QPushButton("&Import notes…")
        self.bring_in.clicked.connect(self.import_wanted)
        nothing = QWidget()
        inside = QVBoxLayout(nothing)
        inside.addStretch(1)
        inside.addWidget(self.empty)
        inside.addWidget(self.bring_in, 0, Qt.AlignmentFlag.AlignHCenter)
        inside.addStretch(1)
        self.stack = QStackedWidget()
        self.stack.addWidget(nothing)
        self.stack.addWidget(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.header, self.message, self.finder):
            column.addWidget(widget)
        column.addWidget(self.stack, 1)
        self.view.caret_moved.connect(self._caret_moved)
        self.finder.hits_changed.connect(self._show_hits)
        self.finder.closed.connect(self._leave_finder)
        self.message.dismissed.connect(self.view.setFocus)
        self.header.finish_wanted.connect(self.finish_wanted)
        self.set_theme(theme)
        self.show_scene(None)

    def set_theme(self, theme: Theme) -> None:
        """Draw everything in the colours of `theme`."""
        self._theme = theme
        self.view.set_theme(theme)
        self._show_header()

    def show_scene(self, scene: NoteScene | None) -> None:
        """Show `scene`, or that no note is open."""
        other = scene is None or self._scene is None or scene.note != self._scene.note
        self._scene = scene
        self.header.setVisible(scene is not None)
        self.stack.setCurrentIndex(0 if scene is None else 1)
        if scene is None:
            self.view.clear_note()
            self.finder.set_text("")
            self.finder.hide()
            return
        if other:
            self.sections = sections(scene.text)
        self.view.show_note(scene, keep_position=not other)
        self.finder.set_text(scene.text)
        self._caret_moved(self.view.caret)

    def tell_empty(self, words: str) -> None:
        """Say why there is no note here."""
        self.empty.setText(words)
        self.bring_in.setVisible(words == NO_NOTES)

    def show_status(self, name: str, status: Status) -> None:
        """Show the note's name and status in the header."""
        self._header_said = (name, status)
        self._show_header()

    @property
    def shown(self) -> NoteId | None:
        """The note that is shown."""
        return self._scene.note if self._scene is not None else None

    def find_in_note(self) -> None:
        """Open the find bar with the selected words."""
        scene, chosen = self._scene, self.view.selection
        if scene is None:
            return
        words = chosen[0].of(scene.text) if chosen else ""
        self.finder.enter("" if "\n" in words else words, self.view.caret)

    def _show_header(self) -> None:
        if self._scene is not None:
            name, status = self._header_said
            self.header.show_note(name, status, len(self._scene.suggestions), self._theme)

    def _caret_moved(self, caret: int) -> None:
        section = section_at(self.sections, caret)
        if section is None or self._scene is None:
            self.header.show_section("")
        else:
            self.header.show_section(section_words(section, self._scene.text))

    def _leave_finder(self, found: Span | None) -> None:
        if found is not None:
            self.view.select(found)
        self.view.setFocus()

    def _show_hits(self, hits: tuple[Span, ...], current: int | None) -> None:
        self.view.set_search_hits(hits, current)
        if current is not None:
            self.view.reveal(hits[current])
