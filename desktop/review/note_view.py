"""Note view: one note, painted by ourselves; keys and mouse become intents."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractScrollArea


class RelationsShown(Enum):
    """Which relation lines are drawn."""

    FOCUSED = "focused"
    ALL = "all"
    NONE = "none"


class TabStops(Enum):
    """Where Tab stops: at every span, or at suggestions nobody has decided."""

    SPANS = "spans"
    UNREVIEWED = "unreviewed"


class NoteView(QAbstractScrollArea):
    """The note on the screen.  See README.md beside this file for its whole contract."""

    intended = Signal(object)
    focus_changed = Signal(object)
    caret_moved = Signal(int)
    selection_changed = Signal(object)
    mode_changed = Signal(object)
    refused = Signal(str)
    zoom_changed = Signal(float)
