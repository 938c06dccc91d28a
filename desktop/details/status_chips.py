"""Status chips: what is said of the focused problem, as short words on the colours of their labels."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from desktop.appearance.theme import Theme
from engine.assertion.status import BY_SECTION, Statement
from engine.labels.label_set import LabelSet

_BLANK = "&nbsp;"


class StatusChips(QLabel):
    """A line of chips that wraps; hidden where nothing is said."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setVisible(False)

    def show_statements(self, said: Sequence[Statement], labels: LabelSet, theme: Theme) -> None:
        """Show `said`, each in the colour of its label in `labels`."""
        self.setText(" ".join(_chip(one, labels, theme) for one in said))
        self.setAccessibleName("Status: " + ", ".join(one.title for one in said) if said else "")
        self.setToolTip("\n".join(f"{one.title}: by {_why(one)}" for one in said))
        self.setVisible(bool(said))


def _chip(one: Statement, labels: LabelSet, theme: Theme) -> str:
    if one.label in labels:
        colours = theme.label_colours(labels.type(one.label).colour)
        back, front = colours.bar, colours.on_bar
    else:
        back, front = theme.chip, theme.chip_text
    words = escape(one.title).replace(" ", _BLANK)
    return f'<span style="background-color:{back}; color:{front}">{_BLANK}{words}{_BLANK}</span>'


def _why(one: Statement) -> str:
    """Return by what a statement is known; words of the note stand in quotes."""
    return one.why if one.why == BY_SECTION else f"“{one.why}”"
