"""The table of commands: nothing dead, nothing twice."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMainWindow

from desktop.actions import COMMANDS, MENUS, Actions, When
from desktop.review.keyboard import KeyMap


def test_each_command_has_a_name_of_its_own_and_a_menu():
    assert max(Counter(command.name for command in COMMANDS).values()) == 1
    assert {command.menu for command in COMMANDS} == set(MENUS)


def test_no_key_of_the_window_means_two_things():
    keys = Counter(QKeySequence(key).toString() for command in COMMANDS for key in command.keys)
    assert [key for key, count in keys.items() if count > 1] == []


def test_mnemonics_are_unique_in_each_menu():
    used: defaultdict[str, list[str]] = defaultdict(list)
    for command in COMMANDS:
        title = command.title.replace("&&", "")
        assert "&" in title, f"“{command.title}” has no mnemonic"
        used[command.menu].append(title[title.index("&") + 1].casefold())
    twice = {menu: [one for one, n in Counter(letters).items() if n > 1] for menu, letters in used.items()}
    assert {menu: letters for menu, letters in twice.items() if letters} == {}


def test_a_command_of_the_note_shows_the_key_of_the_note_and_takes_none_of_the_window():
    for command in COMMANDS:
        if command.in_note is not None:
            assert command.keys == ()
            assert command.shown_key == KeyMap().chords(command.in_note)[0]


def test_a_command_that_nobody_carries_out_is_refused(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    with pytest.raises(KeyError):
        Actions({}, window)


def test_only_what_makes_sense_is_enabled(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    actions = Actions({command.name: lambda: None for command in COMMANDS}, window)
    actions.enable({When.PROJECT})
    assert actions.by_name["import-notes"].isEnabled()
    assert actions.by_name["new-project"].isEnabled()
    assert not actions.by_name["accept"].isEnabled()
    assert not actions.by_name["undo"].isEnabled()


def test_each_command_of_the_real_window_is_carried_out_by_someone(window):
    assert set(window.actions_.by_name) == {command.name for command in COMMANDS}
    shown = {action for menu in window.menuBar().actions() for action in menu.menu().actions()}
    assert set(window.actions_.by_name.values()) <= shown
