from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from desktop.review.keyboard import DEFAULTS, RESERVED, Command, KeyMap, chord_of_label, label_keys
from engine.labels.checks import RESERVED_KEYS
from engine.labels.files import shipped_label_sets
from engine.labels.label_set import Kind, LabelSet, LabelType
from engine.model_files.places import models_folder

NONE, CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
KEYS = KeyMap()


def key(code: Qt.Key, held: Qt.KeyboardModifier = NONE, text: str = "") -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, code, held, text)


def meaning(*pressed: object, labels: LabelSet | None = None) -> object:
    return KEYS.meaning(key(*pressed), labels)


@pytest.mark.parametrize(
    ("pressed", "command"),
    [
        ((Qt.Key.Key_Left,), Command.LEFT),
        ((Qt.Key.Key_Right, CTRL), Command.TOKEN_RIGHT),
        ((Qt.Key.Key_Right, CTRL | SHIFT), Command.SELECT_TOKEN_RIGHT),
        ((Qt.Key.Key_Right, ALT | SHIFT), Command.SELECT_RIGHT_EXACT),
        ((Qt.Key.Key_Tab, NONE, "\t"), Command.NEXT_SPAN),
        ((Qt.Key.Key_Backtab, SHIFT), Command.PREVIOUS_SPAN),
        ((Qt.Key.Key_Return, NONE, "\r"), Command.ACCEPT),
        ((Qt.Key.Key_Enter, Qt.KeyboardModifier.NoModifier, "\r"), Command.ACCEPT),
        ((Qt.Key.Key_Space, NONE, " "), Command.ACCEPT_AND_NEXT),
        ((Qt.Key.Key_Space, SHIFT, " "), Command.BACK),
        ((Qt.Key.Key_Backspace, NONE, "\b"), Command.REMOVE),
        ((Qt.Key.Key_Delete, NONE, "\x7f"), Command.REMOVE),
        ((Qt.Key.Key_Escape, NONE, "\x1b"), Command.ESCAPE),
        ((Qt.Key.Key_R, NONE, "r"), Command.RELATION),
        ((Qt.Key.Key_M, NONE, "m"), Command.MODIFIER),
        ((Qt.Key.Key_P, NONE, "p"), Command.PROPAGATE),
        ((Qt.Key.Key_Question, SHIFT, "?"), Command.SHOW_KEYS),
        ((Qt.Key.Key_Semicolon, NONE, ";"), Command.CHOOSE_LABEL),
        ((Qt.Key.Key_0, CTRL), Command.ZOOM_RESET),
        ((Qt.Key.Key_Plus, CTRL | SHIFT, "+"), Command.ZOOM_IN),
        ((Qt.Key.Key_Equal, CTRL, "="), Command.ZOOM_IN),
        ((Qt.Key.Key_Minus, CTRL, "-"), Command.ZOOM_OUT),
        ((Qt.Key.Key_PageDown,), Command.PAGE_DOWN),
        ((Qt.Key.Key_Home, CTRL), Command.NOTE_START),
    ],
)
def test_keys_of_a_us_keyboard(pressed, command):
    assert meaning(*pressed) is command


@pytest.mark.parametrize(
    ("pressed", "command"),
    [
        # US: keys of their own, with Shift for the braces
        ((Qt.Key.Key_BracketRight, NONE, "]"), Command.END_RIGHT),
        ((Qt.Key.Key_BraceLeft, SHIFT, "{"), Command.START_LEFT),
        ((Qt.Key.Key_BracketRight, ALT, "]"), Command.END_RIGHT_EXACT),
        ((Qt.Key.Key_BraceRight, ALT | SHIFT, "}"), Command.START_RIGHT_EXACT),
        # German on Windows: AltGr is told as Ctrl and Alt together
        ((Qt.Key.Key_BracketRight, CTRL | ALT, "]"), Command.END_RIGHT),
        ((Qt.Key.Key_BraceLeft, CTRL | ALT, "{"), Command.START_LEFT),
        # German on X11: AltGr is told as a group switch or not at all
        ((Qt.Key.Key_BracketLeft, Qt.KeyboardModifier.GroupSwitchModifier, "["), Command.END_LEFT),
        # German and French: keys without AltGr
        ((Qt.Key.Key_Period, NONE, "."), Command.END_RIGHT),
        ((Qt.Key.Key_Comma, NONE, ","), Command.END_LEFT),
        ((Qt.Key.Key_Less, NONE, "<"), Command.START_LEFT),
        ((Qt.Key.Key_Greater, SHIFT, ">"), Command.START_RIGHT),
        ((Qt.Key.Key_Less, ALT, "<"), Command.START_LEFT_EXACT),
        ((Qt.Key.Key_Period, ALT | SHIFT, "."), Command.END_RIGHT_EXACT),
        ((Qt.Key.Key_Right, ALT), Command.END_RIGHT),
    ],
)
def test_borders_can_be_moved_on_every_keyboard(pressed, command):
    assert meaning(*pressed) is command


def test_a_french_digit_is_a_digit(kiwi):
    assert meaning(Qt.Key.Key_1, SHIFT, "1", labels=kiwi) == "problem"


def test_label_keys_are_the_label_sets(kiwi):
    assert meaning(Qt.Key.Key_1, NONE, "1", labels=kiwi) == "problem"
    assert meaning(Qt.Key.Key_N, NONE, "n", labels=kiwi) == "negation"
    assert meaning(Qt.Key.Key_Z, NONE, "z", labels=kiwi) is None
    assert chord_of_label(kiwi, "drug") == "3"


def test_caps_lock_is_no_second_bank(kiwi):
    assert meaning(Qt.Key.Key_N, NONE, "N", labels=kiwi) == "negation"
    assert meaning(Qt.Key.Key_R, NONE, "R", labels=kiwi) is Command.RELATION


def test_shortcuts_with_ctrl_are_left_to_the_window(kiwi):
    for code, text in (
        (Qt.Key.Key_F, "\x06"),
        (Qt.Key.Key_Z, "\x1a"),
        (Qt.Key.Key_N, "\x0e"),
        (Qt.Key.Key_S, "\x13"),
    ):
        assert meaning(code, CTRL, text, labels=kiwi) is None
    assert meaning(Qt.Key.Key_Return, CTRL, "\r", labels=kiwi) is None
    assert meaning(Qt.Key.Key_PageDown, CTRL, labels=kiwi) is None


def test_labels_without_a_key_are_reached_by_ctrl_and_a_digit():
    def type_(name: str, own: str) -> LabelType:
        return LabelType(name, Kind.ENTITY, name, "", "", (), "#123456", own)

    labels = LabelSet("x", "1", "X", "", (type_("one", "a"), type_("two", ""), type_("three", "")), ())
    assert label_keys(labels) == {"a": "one", "Ctrl+1": "two", "Ctrl+2": "three"}
    assert meaning(Qt.Key.Key_2, CTRL, "\x00", labels=labels) == "three"
    assert meaning(Qt.Key.Key_2, CTRL, "", labels=labels) == "three"


def test_no_chord_has_two_meanings():
    assert KEYS.clashes() == {}
    assert set(DEFAULTS) == set(Command)


def test_keys_can_be_bound_differently_and_clashes_are_told():
    changed = KeyMap({Command.RELATION: ("l",), Command.MODIFIER: (";",)})
    assert changed.meaning(key(Qt.Key.Key_L, NONE, "l"), None) is Command.RELATION
    assert changed.meaning(key(Qt.Key.Key_R, NONE, "r"), None) is None
    assert changed.clashes() == {";": [Command.MODIFIER, Command.CHOOSE_LABEL]}


def test_label_sets_may_not_take_our_keys():
    assert RESERVED == RESERVED_KEYS
    for labels in shipped_label_sets(models_folder()):
        assert RESERVED.isdisjoint(one.key for one in labels)
