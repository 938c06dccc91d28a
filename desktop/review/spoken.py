"""Spoken: what a screen reader is told of the note, in words.

Qt's text interface for screen readers cannot be used from Python: PySide6 6.11 leaves two of its
functions (`selection`, `attributes`) empty, and they answer with whatever stood in memory.  So the
view has a name and a description, which follow the caret, and says aloud what the eye would see.
"""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from desktop.review.marks import Mark
from desktop.review.review_state import ReviewState
from engine.labels.label_set import LabelSet
from engine.text.span import surface

_LONGEST = 400


def said_of_mark(text: str, mark: Mark) -> str:
    """Return a span in words: “problem, suggested: chest pain”."""
    words = " ".join(surface(text, mark.spans).split())
    return f"{mark.label}{', suggested' if mark.target.suggested else ''}: {words[:_LONGEST]}"


def said_of(state: ReviewState, line: str) -> str:
    """Return where the reader is, in words: the focused span, else what is selected, else the line."""
    if state.scene is None:
        return "No note is open."
    focused, selected = state.focused, state.selected
    if focused is not None:
        return said_of_mark(state.scene.text, focused)
    if selected is not None:
        return f"Selected: {selected.of(state.scene.text)[:_LONGEST]}"
    return line[:_LONGEST] or "Empty line"


def tip_of(mark: Mark, labels: LabelSet) -> str:
    """Return what a tool tip says of a span: its label, how sure a suggestion is, what the label means."""
    known = labels.type(mark.label) if mark.label in labels else None
    title = known.title if known is not None else mark.label
    if mark.target.suggested:
        sure = "" if mark.score is None else f", {mark.score:.0%} sure"
        title += f" (suggested{sure})"
    return f"{title}\n{known.definition}" if known is not None and known.definition else title


def announce(widget: QWidget, sentence: str) -> None:
    """Have a screen reader say `sentence`, if one is listening."""
    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, sentence))
