from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.training.small_llm.vocabulary import BEGIN, CLOSE, Vocabulary, opening


@given(text=st.text())
def test_the_pieces_of_a_text_are_its_bytes(vocabulary: Vocabulary, text: str) -> None:
    ids = vocabulary.tokens(text)
    assert b"".join(map(vocabulary.piece, ids)) == text.encode()


def test_a_tag_is_one_token(vocabulary: Vocabulary) -> None:
    for tag in (opening("drug"), CLOSE, '<span class="', '">', "</span>"):
        assert len(vocabulary.tokens(tag)) == 1
        assert vocabulary.tokens(tag)[0] in vocabulary.user_defined


def test_the_first_token_of_a_text_is_no_text(vocabulary: Vocabulary) -> None:
    assert vocabulary.piece(vocabulary.begin) == b""
    assert vocabulary.texts[vocabulary.begin] == BEGIN


def test_line_breaks_stay_apart(vocabulary: Vocabulary) -> None:
    assert [vocabulary.piece(one) for one in vocabulary.tokens("\n\nfever")][:2] == [b"\n", b"\n"]
    assert len(vocabulary.tokens("\n\n")) == len(b"\n\n")


def test_a_word_of_our_answers_is_one_token(vocabulary: Vocabulary) -> None:
    assert len(vocabulary.tokens("problem")) == len(vocabulary.tokens(" problem")) == 1
    assert len(vocabulary.tokens("negation")) == 1
