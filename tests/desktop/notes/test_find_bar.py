"""Finding in the open note."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from desktop.notes.find_bar import FindBar, find_words
from engine.text.span import Span

TEXT = "Pain. No chest pain, no PAIN.\nİstanbul pain 👩‍⚕️ pain"


def test_case_does_not_matter_unless_the_user_says_so():
    assert [hit.of(TEXT) for hit in find_words(TEXT, "pain")] == ["Pain", "pain", "PAIN", "pain", "pain"]
    assert len(find_words(TEXT, "pain", case=True)) == 3


def test_offsets_stay_right_behind_characters_whose_lower_case_is_longer():
    assert all(hit.of(TEXT).casefold() == "pain" for hit in find_words(TEXT, "pain"))


@settings(max_examples=60)
@given(st.text(max_size=30), st.text(min_size=1, max_size=4), st.text(max_size=30))
def test_what_stands_in_the_text_is_found_where_it_stands(before, words, after):
    text = before + words + after
    hits = find_words(text, words, case=True)
    assert all(hit.of(text) == words for hit in hits)
    assert any(hit.start <= len(before) for hit in hits)


def test_no_words_no_hits():
    assert find_words(TEXT, "") == []
    assert find_words(TEXT, "(") == []


def test_the_bar_goes_on_from_where_the_caret_was_and_round_the_end(qtbot):
    bar = FindBar()
    qtbot.addWidget(bar)
    bar.set_text(TEXT)
    bar.enter("pain", 10)
    assert bar.count.text() == "2 of 5"
    bar.step(1)
    assert bar.count.text() == "3 of 5"
    bar.step(-3)
    assert bar.count.text() == "5 of 5"


def test_leaving_hands_over_the_hit_so_that_it_can_be_selected(qtbot):
    bar = FindBar()
    qtbot.addWidget(bar)
    bar.show()
    bar.activateWindow()
    qtbot.waitUntil(bar.isActiveWindow)
    bar.set_text(TEXT)
    bar.enter("chest", 0)
    with qtbot.waitSignal(bar.closed) as closed:
        qtbot.keyClick(bar.field, Qt.Key.Key_Escape)
    assert closed.args == [Span(9, 14)]
    assert bar.isHidden()


def test_nothing_found_is_said(qtbot):
    bar = FindBar()
    qtbot.addWidget(bar)
    bar.set_text(TEXT)
    bar.enter("fever", 0)
    assert bar.count.text() == "Not found"
    bar.step(1)
    assert bar.current is None
