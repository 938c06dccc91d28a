"""What a model wrote is found again where it stands, and said not to be found where it does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.annotation.alignment import (
    NOT_FOUND,
    Placed,
    placed_by_copy,
    placed_by_words,
    placed_everywhere,
)
from engine.annotation.said import Alignment
from engine.text.span import Span
from engine.text.token import tokenize

EXACT, NORMALISED, FUZZY, AMBIGUOUS = (
    Alignment.EXACT,
    Alignment.NORMALISED,
    Alignment.FUZZY,
    Alignment.AMBIGUOUS,
)
WORDS = st.sampled_from(["no", "fever", "pain", "Pain", "of", "knee", ",", "µg", "🙂", "<", "140/90", "İ"])


def at(text: str, words: str, nth: int = 0) -> Span:
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    return Span(start, start + len(words))


def copied(text: str, written: str, words: str, nth: int = 0) -> Placed:
    (one,) = placed_by_copy(text, written, [at(written, words, nth)])
    return one


# A repeated text


@given(st.lists(WORDS, min_size=1, max_size=12), st.data())
def test_in_a_true_copy_every_place_is_where_it_was(words: list[str], data: st.DataObject):
    text = " ".join(words)
    start = data.draw(st.integers(0, len(text) - 1))
    place = Span(start, data.draw(st.integers(start + 1, len(text))))
    assert placed_by_copy(text, text, [place]) == [(place, EXACT)]


@given(st.lists(WORDS, min_size=1, max_size=10), st.lists(WORDS, max_size=10), st.data())
def test_whatever_was_copied_a_place_has_whole_words_of_the_text(
    words: list[str], theirs: list[str], data: st.DataObject
):
    text, written = " ".join(words), " ".join([*theirs, "x"])
    first = data.draw(st.integers(0, len(tokenize(written)) - 1))
    (one,) = placed_by_copy(text, written, [tokenize(written)[first]])
    if one.span is not None:
        assert one.span in list(tokenize(text)) or one.span.of(text).strip() == one.span.of(text)
    if one.alignment is EXACT:
        assert one.span is not None
        assert one.span.of(text) == tokenize(written)[first].of(written)


def test_other_blanks_change_nothing():
    text = "BP 140/90 and\tknee  pain."
    assert copied(text, "BP 140 / 90 and knee pain .", "140 / 90") == (at(text, "140/90"), EXACT)
    assert copied(text, "BP 140 / 90 and knee pain .", "knee pain") == (at(text, "knee  pain"), EXACT)


def test_a_slip_of_the_pen_is_found_and_marked_as_such():
    text = "Started on AMPICILLIN , then amylase was checked ."
    wrong = "Started on AMPICIDILLIN , then amylose was checked ."
    assert copied(text, wrong, "AMPICIDILLIN") == (at(text, "AMPICILLIN"), FUZZY)
    assert copied(text, wrong, "checked") == (at(text, "checked"), EXACT)
    assert copied(text, wrong.lower(), "then") == (at(text, "then"), EXACT)
    assert copied(text, wrong.lower(), "started") == (at(text, "Started"), NORMALISED)


def test_words_left_out_or_put_in_do_not_move_the_others():
    text = "no fever , no pain , no cough today"
    assert copied(text, "no fever , no cough today", "cough") == (at(text, "cough"), EXACT)
    assert copied(text, "has no fever , absolutely no pain , no cough today", "pain") == (
        at(text, "pain"),
        EXACT,
    )
    assert copied(text, "no fever , no pain , no rash today", "rash") == NOT_FOUND


def test_a_place_within_a_word_stays_within_it():
    text = "the left-sided effusion was seen"
    assert copied(text, "a left-sided effusion was seen", "left") == (at(text, "left"), EXACT)


def test_a_long_text_that_was_changed_everywhere_is_still_followed():
    text = " ".join(f"word{number} pain" for number in range(1200))
    written = " ".join(f"Word{number} pain" for number in range(1200))
    (one,) = placed_by_copy(text, written, [at(written, "pain", 700)])
    assert one == (at(text, "pain", 700), EXACT)


# Words alone


def test_equal_words_take_one_occurrence_each_in_order():
    text = "no pain in the knee and no pain in the hip"
    said = [
        ("negation", "no"),
        ("problem", "pain"),
        ("negation", "no"),
        ("problem", "pain"),
        ("bodyloc", "hip"),
    ]
    assert placed_by_words(text, said) == [
        (at(text, "no"), EXACT),
        (at(text, "pain"), EXACT),
        (at(text, "no", 1), EXACT),
        (at(text, "pain", 1), EXACT),
        (at(text, "hip"), EXACT),
    ]


def test_the_order_tells_which_of_several_places_is_meant_and_it_stays_a_guess():
    text = "pain before , fever , pain after"
    assert placed_by_words(text, [("problem", "fever"), ("problem", "pain")]) == [
        (at(text, "fever"), EXACT),
        (at(text, "pain", 1), AMBIGUOUS),
    ]


def test_what_is_named_out_of_order_is_found_all_the_same():
    text = "ibuprofen for knee pain"
    assert placed_by_words(text, [("problem", "knee pain"), ("drug", "ibuprofen")]) == [
        (at(text, "knee pain"), EXACT),
        (at(text, "ibuprofen"), EXACT),
    ]


def test_more_items_than_places_are_not_all_found():
    text = "some pain"
    assert placed_by_words(text, [("problem", "pain")] * 2) == [(at(text, "pain"), EXACT), NOT_FOUND]
    assert placed_by_words(text, [("problem", "pain"), ("test", "pain")])[1].span == at(text, "pain")


@pytest.mark.parametrize(
    ("words", "expected", "how"),
    [
        ("Knee Pain", "knee  pain", NORMALISED),
        ("knee pains", "knee  pain", FUZZY),
        ("ﬁbrosis", "fibrosis", NORMALISED),
        ("pain", "pain", EXACT),
        ("140/90", "140/90", EXACT),
        ("cough", None, Alignment.NOT_FOUND),
        ("", None, Alignment.NOT_FOUND),
        (" \n", None, Alignment.NOT_FOUND),
    ],
)
def test_words_are_found_exactly_or_folded_or_nearly_or_not(words: str, expected: str | None, how: Alignment):
    text = "painful knee  pain, fibrosis, BP 140/90"
    (one,) = placed_by_words(text, [("problem", words)])
    place = at(text, expected, 1 if expected == "pain" else 0) if expected else None
    assert one == (place, how), "a whole word goes before a part of one"


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Painful. PAIN today", "pain", Placed(Span(9, 13), NORMALISED)),
        ("this denotes pain", "no", NOT_FOUND),
        ("mutations of BRCA1", "CA1", NOT_FOUND),
        ("the p53 gene", "p5", NOT_FOUND),
        ("for x3days", "days", Placed(Span(6, 10), EXACT)),
        ("患者有胸痛", "胸痛", Placed(Span(3, 5), EXACT)),
    ],
)
def test_a_piece_of_a_word_is_not_the_word(text: str, words: str, expected: Placed):
    assert placed_by_words(text, [("problem", words)]) == [expected]
    assert placed_everywhere(text, words) == ([] if expected == NOT_FOUND else [expected])


def test_everywhere_means_each_mention_in_any_case():
    text = "Fever . no fever , feverish"
    assert placed_everywhere(text, "fever") == [(at(text, "Fever"), NORMALISED), (at(text, "fever"), EXACT)]
    assert placed_everywhere(text, "cough") == []


@given(
    st.lists(WORDS, min_size=1, max_size=12), st.lists(st.tuples(st.sampled_from("ab"), WORDS), max_size=6)
)
def test_no_two_items_of_a_kind_share_a_place(words: list[str], said: list[tuple[str, str]]):
    text = " ".join(words)
    found = placed_by_words(text, said)
    places = [(label, one.span) for (label, _), one in zip(said, found, strict=True) if one.span]
    assert len(places) == len(set(places))
    for (_, wanted), one in zip(said, found, strict=True):
        assert (one.span is None) == (one.alignment is Alignment.NOT_FOUND)
        if one.alignment is EXACT:
            assert one.span is not None
            assert one.span.of(text) == wanted
