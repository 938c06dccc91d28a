"""Windows and the screen they stand on."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog

from desktop.fitting import FRAME, open_at, screen_room


def test_a_window_is_as_large_as_wanted_where_the_screen_has_the_room(qtbot):
    dialog = QDialog()
    qtbot.addWidget(dialog)
    open_at(dialog, 320, 200)
    assert (dialog.width(), dialog.height()) == (320, 200)


def test_on_a_small_screen_title_and_buttons_stay_on_it(qtbot, monkeypatch):
    monkeypatch.setattr("desktop.fitting.screen_room", screen_room)
    dialog = QDialog()
    qtbot.addWidget(dialog)
    open_at(dialog, 9000, 9000)
    assert dialog.size() + FRAME == dialog.screen().availableSize()
