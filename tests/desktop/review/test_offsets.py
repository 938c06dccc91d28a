from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QFont, QTextLayout

from desktop.review.offsets import Offsets, laid_out

pytestmark = pytest.mark.usefixtures("qapp")

PIECES = [
    "a",
    "Z",
    " ",
    "\t",
    "\n",
    "\r",
    "\r\n",
    "\u00a0",
    "e\u0301",
    "ö",
    "İ",
    "ß",
    "😀",
    "👩🏽‍⚕️",
    "𝒳",
    "\u200b",
    "\u2028",
    "漢",
    "مر",
]
texts = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


def layout(text: str) -> QTextLayout:
    made = QTextLayout(text, QFont("DejaVu Sans", 11))
    made.beginLayout()
    while (line := made.createLine()).isValid():
        line.setLineWidth(200)
    made.endLayout()
    return made


def units(made: QTextLayout) -> int:
    last = made.lineAt(made.lineCount() - 1)
    return last.textStart() + last.textLength()


@settings(max_examples=200, deadline=None)
@given(texts)
def test_a_text_is_as_long_as_qt_lays_it_out(text):
    assert Offsets(text).to_qt(len(text)) == units(layout(text))


@settings(max_examples=200, deadline=None)
@given(texts)
def test_each_character_begins_where_qt_has_it(text):
    encoded = text.encode("utf-16-le")
    offsets = Offsets(text)
    for position, character in enumerate(text):
        first, last = offsets.to_qt(position), offsets.to_qt(position + 1)
        assert encoded[2 * first : 2 * last].decode("utf-16-le") == character


@settings(max_examples=200, deadline=None)
@given(texts)
def test_qt_never_has_a_caret_inside_a_character(text):
    made, offsets = layout(text), Offsets(text)
    for unit in range(units(made) + 1):
        if made.isValidCursorPosition(unit):
            assert offsets.to_qt(offsets.from_qt(unit)) == unit


@settings(max_examples=200, deadline=None)
@given(texts)
def test_there_and_back_is_the_same_place(text):
    offsets = Offsets(text)
    for position in range(len(text) + 1):
        assert offsets.from_qt(offsets.to_qt(position)) == position


@settings(max_examples=200, deadline=None)
@given(texts)
def test_the_unit_inside_a_wide_character_belongs_to_it(text):
    offsets = Offsets(text)
    for position, character in enumerate(text):
        if ord(character) > 0xFFFF:
            assert offsets.from_qt(offsets.to_qt(position) + 1) == position


@settings(max_examples=200, deadline=None)
@given(texts)
def test_what_is_laid_out_has_every_character_in_its_place(text):
    seen = laid_out(text)
    assert len(seen) == len(text)
    assert units(layout(seen)) == Offsets(text).to_qt(len(text))
    for was, now in zip(text, seen, strict=True):
        assert was == now or was in "\r\n\u2028" or ord(was) < 0x20


def test_cr_and_lf_count_one_each():
    assert [Offsets("a\r\nb😀c").to_qt(at) for at in range(7)] == [0, 1, 2, 3, 4, 6, 7]


def test_control_characters_can_be_seen():
    assert laid_out("a\x00b\x07\x7fc\t") == "a␀b␇␡c\t"
