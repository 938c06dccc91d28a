"""Find bar: finding words in the open note."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from engine.text.span import Span

HITS_AT_MOST = 10_000


def find_words(text: str, words: str, case: bool = False) -> list[Span]:
    """Return where `words` stand in `text`, as they are written.

    The text itself is searched, never a lower-cased copy: lower-casing may change lengths.
    """
    if not words:
        return []
    pattern = re.compile(re.escape(words), 0 if case else re.IGNORECASE)
    found: list[Span] = []
    for hit in pattern.finditer(text):
        found.append(Span(*hit.span()))
        if len(found) == HITS_AT_MOST:
            break
    return found


class FindBar(QFrame):
    """A field under the note's header; Enter and F3 go on, Shift goes back, Esc leaves.

    Signals:
        hits_changed: (spans, index of the current one or None).
        closed: the bar was left at this hit (`Span` or None), which should be selected.
    """

    hits_changed = Signal(object, object)
    closed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("noteHeader")
        self._text = ""
        self._from = 0
        self.hits: Sequence[Span] = ()
        self.current: int | None = None
        self.field = QLineEdit()
        self.field.setPlaceholderText("Find in this note")
        self.field.setAccessibleName("Find in this note")
        self.field.setClearButtonEnabled(True)
        self.case = QCheckBox("&Match case")
        self.count = QLabel()
        self.count.setObjectName("quiet")
        self.count.setMinimumWidth(90)
        back, on = self._button("↑", "Previous hit (Shift+F3)"), self._button("↓", "Next hit (F3)")
        close = self._button("✕", "Close (Esc)")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 8, 5)
        row.setSpacing(6)
        row.addWidget(self.field, 1)
        for widget in (self.count, back, on, self.case, close):
            row.addWidget(widget)
        self.field.textChanged.connect(lambda _text: self._search())
        self.case.toggled.connect(lambda _on: self._search())
        self.field.returnPressed.connect(lambda: self.step(1))
        shift_enter = QShortcut(QKeySequence("Shift+Return"), self.field, lambda: self.step(-1))
        shift_enter.setContext(Qt.ShortcutContext.WidgetShortcut)
        back.clicked.connect(lambda: self.step(-1))
        on.clicked.connect(lambda: self.step(1))
        close.clicked.connect(self.leave)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.leave)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.hide()

    def _button(self, title: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName("flat")
        button.setText(title)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button

    def enter(self, words: str, at: int) -> None:
        """Open the bar, with `words` to find where there are some, from the place `at` on."""
        self._from = at
        self.show()
        if words:
            self.field.setText(words)
        self.field.selectAll()
        self.field.setFocus()
        self._search()

    def set_text(self, text: str) -> None:
        """Search in `text` from now on."""
        if text != self._text:
            self._text = text
            self._from = 0
            if not self.isHidden():
                self._search(quiet=True)

    def step(self, by: int) -> None:
        """Go to the next hit, or the previous one; round the end."""
        if not self.hits:
            return
        self.current = 0 if self.current is None else (self.current + by) % len(self.hits)
        self._from = self.hits[self.current].start
        self._tell()

    def leave(self) -> None:
        """Close the bar and unmark the hits."""
        self.hide()
        found = self.hits[self.current] if self.current is not None else None
        self.hits, self.current = (), None
        self.hits_changed.emit((), None)
        self.closed.emit(found)

    def _search(self, quiet: bool = False) -> None:
        self.hits = find_words(self._text, self.field.text(), self.case.isChecked())
        later = (i for i, hit in enumerate(self.hits) if hit.start >= self._from)
        self.current = None if quiet or not self.hits else next(later, 0)
        self._tell()

    def _tell(self) -> None:
        total = f"{len(self.hits):,}" + ("+" if len(self.hits) == HITS_AT_MOST else "")
        if not self.field.text():
            self.count.setText("")
        elif not self.hits:
            self.count.setText("Not found")
        elif self.current is None:
            self.count.setText(f"{total} found")
        else:
            self.count.setText(f"{self.current + 1:,} of {total}")
        self.hits_changed.emit(tuple(self.hits), self.current)
