from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop.review.selection import Selection, token_at_caret, token_left, token_right
from engine.text.span import Span
from engine.text.token import tokenize

TEXT = "no chest pain  today"
TOKENS = tokenize(TEXT)

texts = st.text(alphabet="ab .\n-é1", max_size=30)


def test_a_selection_grows_to_whole_tokens():
    assert Selection(5, 11).span(TOKENS) == Span(3, 13)
    assert Selection(11, 5).span(TOKENS) == Span(3, 13)


def test_an_exact_selection_keeps_its_borders():
    assert Selection(5, 11, exact=True).span(TOKENS) == Span(5, 11)
    assert Selection(5, 11).span(None) == Span(5, 11)


def test_blanks_alone_are_no_selection():
    assert Selection(13, 15).span(TOKENS) is None
    assert Selection(4, 4).span(TOKENS) is None


def test_moving_on_extends_or_lets_go():
    held = Selection(3, 3).moved_to(8, extend=True)
    assert held == Selection(3, 8)
    assert held.moved_to(9, extend=False) == Selection(9, 9)
    assert Selection(3, 3).moved_to(4, extend=True, exact=True).exact
    assert not Selection(3, 5, exact=True).moved_to(6, extend=False, exact=True).exact


def test_the_token_at_a_caret_is_around_before_or_behind_it():
    assert token_at_caret(TOKENS, 4) == Span(3, 8)
    assert token_at_caret(TOKENS, 3) == Span(3, 8)
    assert token_at_caret(TOKENS, 8) == Span(3, 8)
    assert token_at_caret(TOKENS, 14) is None
    assert token_at_caret(TOKENS, len(TEXT)) == Span(15, 20)


def test_words_are_walked_by_their_starts():
    assert [token_right(TOKENS, at, len(TEXT)) for at in (0, 1, 2, 3, 9, 16)] == [3, 3, 3, 9, 15, 20]
    assert [token_left(TOKENS, at) for at in (20, 16, 15, 14, 9, 4, 3, 0)] == [15, 15, 9, 9, 3, 3, 0, 0]


@given(texts, st.integers(0, 30))
def test_a_step_by_token_lands_on_a_token_or_an_end_and_never_stands_still(text, caret):
    tokens = tokenize(text)
    caret = min(caret, len(text))
    right, left = token_right(tokens, caret, len(text)), token_left(tokens, caret)
    assert right > caret or caret == right == len(text)
    assert left < caret or caret == left == 0 or left == 0
    assert right == len(text) or right in tokens.starts
    assert left == 0 or left in tokens.starts
