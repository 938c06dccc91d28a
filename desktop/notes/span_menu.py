"""Span menu: what the right mouse button offers for a span or for selected words."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from desktop.review.intents import OpenMenu
from desktop.review.keyboard import Command as InNote
from desktop.review.keyboard import KeyMap, chord_of_label
from desktop.review.scene import NoteScene


def open_span_menu(
    parent: QWidget,
    wanted: OpenMenu,
    scene: NoteScene,
    act: Callable[[InNote], object],
    label: Callable[[str], object],
) -> None:
    """Open the menu; `act` carries out a command of the note view, `label` gives a label.

    The menu does not block: it deletes itself when it closes.
    """
    menu = span_menu(parent, wanted, scene, act, label)
    if menu.isEmpty():
        menu.deleteLater()
        return
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.popup(QPoint(wanted.x, wanted.y))


def span_menu(
    parent: QWidget,
    wanted: OpenMenu,
    scene: NoteScene,
    act: Callable[[InNote], object],
    label: Callable[[str], object],
) -> QMenu:
    """Return the menu for what is under the mouse; a finished note offers only copying."""
    menu = QMenu(parent)
    target = wanted.target
    if not scene.finished:
        for title, command in _commands(target is not None, target is not None and target.suggested):
            menu.addAction(f"{title}\t{KeyMap().chords(command)[0]}", partial(act, command))
        if target is not None or wanted.selection:
            menu.addSeparator()
            labels = menu.addMenu("&Label" if wanted.selection else "Re&label as")
            for one in scene.labels:
                labels.addAction(
                    f"{one.title}\t{chord_of_label(scene.labels, one.name)}", partial(label, one.name)
                )
    if wanted.selection:
        menu.addAction("&Copy\tCtrl+C", partial(act, InNote.COPY))
    return menu


def _commands(there: bool, suggested: bool) -> list[tuple[str, InNote]]:
    if not there:
        return []
    first = (
        [("&Accept", InNote.ACCEPT), ("&Reject", InNote.REMOVE)]
        if suggested
        else [("&Delete", InNote.REMOVE)]
    )
    return [
        *first,
        ("&Join to another span…", InNote.RELATION),
        ("Add a &modifier…", InNote.MODIFIER),
        ("Same words &elsewhere…", InNote.PROPAGATE),
    ]
