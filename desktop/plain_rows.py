"""Plain rows: how every list of the program that has columns looks and behaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

ROW_HEIGHT = 24


def lay_out_rows(
    view: QTableView,
    name: str,
    widths: Mapping[int, int],
    stretched: int | None = None,
    height: int = ROW_HEIGHT,
) -> None:
    """Make a table a plain list: whole rows, one line each, no grid; Tab leads out of it.

    `name` is for screen readers; `widths` are of columns, `stretched` the column that takes the rest.
    """
    view.setAccessibleName(name)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setTabKeyNavigation(False)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    rows, columns = view.verticalHeader(), view.horizontalHeader()
    rows.hide()
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setDefaultSectionSize(height)
    columns.setHighlightSections(False)
    columns.setMinimumSectionSize(24)
    columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    for column, width in widths.items():
        columns.resizeSection(column, width)
    if stretched is not None:
        columns.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)


def on_keys(view: QTableView, acts: Mapping[str, Callable[[], object]]) -> None:
    """Let keys act while `view` has the focus; `acts` by key, such as ``Return`` or ``Del``."""
    for keys, act in acts.items():
        shortcut = QShortcut(QKeySequence(keys), view, partial(act))
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
