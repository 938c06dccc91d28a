"""Banner: the line at the foot of the note that says which mode is on and what the keys mean in it."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from desktop.appearance.theme import Theme
from desktop.review.keyboard import chord_of_label
from desktop.review.modes import Mode, takes_modifiers
from desktop.review.review_state import ReviewState

_LONGEST = 48


class Banner(QLabel):
    """A line over the note's foot; hidden as long as no mode is on."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setMargin(8)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def dress(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.setStyleSheet(
            f"background: {theme.raised}; color: {theme.text}; border-top: 1px solid {theme.faint};"
            f" border-left: 4px solid {theme.accent};"
        )

    def say(self, sentence: str) -> None:
        """Show `sentence`, or nothing where it is empty."""
        self.setText(sentence)
        self.setVisible(bool(sentence))
        self.stand()

    def stand(self) -> None:
        """Lie along the foot of the parent."""
        room = self._over.rect()
        height = self.heightForWidth(room.width())
        self.setGeometry(0, room.height() - height, room.width(), height)


def sentence_for(state: ReviewState) -> str:
    """Return what the banner says of the mode that is on, as rich text; nothing in normal mode."""
    source = state.marks.get(state.joining.source) if state.joining and state.marks else None
    if source is None or state.scene is None or state.joining is None:
        return ""
    words = " ".join(source.spans[0].of(state.scene.text).split())
    short = words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
    what = f"“{escape(short)}” ({escape(source.label)})"
    if state.mode is Mode.RELATION:
        way = ", the other way round" if state.joining.reversed else ""
        return (
            f"Join {what}{way} to: a <b>letter</b> shown, <b>Tab</b> and <b>Enter</b>, or a click."
            " &nbsp; <b>R</b> turns the direction round · <b>Esc</b> leaves"
        )
    labels = state.scene.labels
    keys = [
        f"<b>{escape(chord_of_label(labels, name))}</b>&nbsp;{escape(name)}"
        for name in takes_modifiers(labels, source.label)
    ]
    how = f"Modifier of {what}: select its words, then press its key. <b>Esc</b> leaves."
    return f"{how}<br>{' &nbsp; '.join(keys)}"
