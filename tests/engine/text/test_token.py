"""Tokens of clinical text."""

import time
import unicodedata

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.errors import OffsetError
from engine.text.placeholders import placeholders
from engine.text.span import Span
from engine.text.token import TOKENIZER_VERSION, Tokens, tokenize

_CLINICAL = st.lists(
    st.sampled_from(
        [
            *"aZ09 .,;:-/'’()[]*_<>{}%µ½²\t\n\r",
            *(
                "\r\n",
                "\u00a0",
                "\u200b",
                "\u200c",
                "\u200d",
                "\ufeff",
                "\u0301",
                "\u0307",
                "İ",
                "ﬁ",
                "e\u0301",
            ),
            *(
                "👍",
                "🏽",
                "👩\u200d⚕️",
                "🇩🇪",
                "1️⃣",
                "\u00ad",
                "\x00",
                "\x1c",
                "\u2028",
                "漢",
                "ك",
                "\U0001f1e6",
            ),
            *(
                "[**Name**]",
                "___",
                "XXXX",
                "[DATE]",
                "<PHI>",
                "[NAME***]",
                "b.i.d.",
                "81mg",
                "120/80",
                "'s",
                "q6h",
            ),
        ]
    ),
    max_size=40,
).map("".join)
_TEXTS = st.one_of(st.text(max_size=60), _CLINICAL)


@given(_TEXTS)
@example("e\u0301")
@example("[**First Name**]\u0301")
@settings(max_examples=200)
def test_tokens_and_white_space_rebuild_the_text(text):
    tokens = tokenize(text)
    rebuilt, done = "", 0
    for token in tokens.each(text):
        between = text[done : token.span.start]
        assert not between.strip(), "a character that is not white space lies in no token"
        assert token.text == token.span.of(text)
        rebuilt += between + token.text
        done = token.span.end
    assert rebuilt + text[done:] == text
    assert not text[done:].strip()


@given(_TEXTS)
@settings(max_examples=200)
def test_only_marks_of_deidentification_hold_white_space(text):
    marks = {one.span for one in placeholders(text)}
    spans = list(tokenize(text))
    assert marks <= set(spans)
    for span in spans:
        if span not in marks:
            assert not any(character.isspace() for character in span.of(text))


@given(_TEXTS)
@settings(max_examples=300)
def test_a_combining_mark_stays_with_its_base(text):
    marks = [one.span for one in placeholders(text)]
    starts = set(tokenize(text).starts.tolist())
    for place in range(1, len(text)):
        is_mark = unicodedata.category(text[place]).startswith("M")
        if is_mark and not text[place - 1].isspace() and not any(span.end == place for span in marks):
            assert place not in starts


@given(_TEXTS)
@settings(max_examples=100)
def test_json_gives_the_same_tokens_back(text):
    tokens = tokenize(text)
    packed = tokens.to_json()
    assert " " not in packed
    assert Tokens.from_json(packed) == tokens
    assert Tokens.from_json(packed).starts.dtype == np.int32


@given(_TEXTS, st.integers(0, 70), st.integers(1, 20))
@settings(max_examples=300)
def test_looking_up_equals_looking_through(text, start, length):
    tokens = tokenize(text)
    spans = list(tokens)
    holding = [i for i, span in enumerate(spans) if span.start <= start < span.end]
    assert tokens.at(start) == (holding[0] if holding else None)
    assert tokens.first_from(start) == next((i for i, s in enumerate(spans) if s.end > start), len(spans))
    wanted = Span(start, start + length)
    touched = [i for i, span in enumerate(spans) if span.overlaps(wanted)]
    assert tokens.covering(wanted) == ((touched[0], touched[-1] + 1) if touched else None)
    snapped = tokens.snapped(wanted)
    assert snapped == (Span(spans[touched[0]].start, spans[touched[-1]].end) if touched else None)
    if snapped is not None:
        assert tokens.snapped(snapped) == snapped


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("81mg 0.5mL 1,200.5 .5 mg 2nd 3x", "81 mg 0.5 mL 1,200.5 .5 mg 2nd 3 x"),
        ("BP 120/80, SpO2 98%", "BP 120/80 , SpO2 98 %"),
        ("07/22/2008 2008-07-22 10:20 7-22-08", "07/22/2008 2008-07-22 10:20 7-22-08"),
        ("555-123-4567", "555 - 123 - 4567"),
        ("b.i.d. p.o., i.e. U.S.", "b.i.d. p.o. , i.e. U.S."),
        ("no. fever.", "no . fever ."),
        ("patient's Crohn’s don't parents'", "patient 's Crohn ’s don't parents '"),
        ("non-small-cell", "non - small - cell"),
        ("HbA1c q6h L4 CYP2D6 10^9/L kg/m²", "HbA1c q6h L4 CYP2D6 10 ^ 9 / L kg / m²"),
        ("37,5 3,4,5 1,000,000", "37 , 5 3 , 4 , 5 1,000,000"),
        ("2+ edema (-) +/-", "2 + edema ( - ) + / -"),
        ("µg ±3°C ≥90", "µg ± 3 ° C ≥ 90"),
    ],
)
def test_clinical_words_are_split_as_agreed(text, words):
    assert tokenize(text).words(text) == words.split(" ")


def test_marks_joined_emoji_and_odd_letters_are_one_token_each():
    text = "[**First Name**] ___ cafe\u0301 İstanbul ﬁbrosis 👩\u200d⚕️ 👍🏽 🇩🇪 soft\u00adhyphen"
    assert tokenize(text).words(text) == [
        "[**First Name**]",
        "___",
        "cafe\u0301",
        "İstanbul",
        "ﬁbrosis",
        "👩\u200d⚕️",
        "👍🏽",
        "🇩🇪",
        "soft\u00adhyphen",
    ]


def test_a_sequence_of_spans():
    tokens = tokenize("no chest pain")
    assert len(tokens) == 3
    assert tokens[1] == Span(3, 8)
    assert tokens[-1] == Span(9, 13)
    assert tokens[0:2] == [Span(0, 2), Span(3, 8)]
    assert tokens.version == TOKENIZER_VERSION
    with pytest.raises(ValueError, match="read-only"):
        tokens.starts[0] = 7
    assert len(tokenize("")) == len(tokenize(" \r\n\t\u00a0")) == 0


@pytest.mark.parametrize(
    "packed",
    [
        "",
        "7",
        "{}",
        "[1]",
        "[1,1]",
        "[3,2]",
        "[-1,2]",
        "[0,4,3,5]",
        "[4,5,0,1]",
        '["a",2]',
        "[0,99999999999]",
    ],
)
def test_broken_stored_tokens_are_refused(packed):
    with pytest.raises(OffsetError, match="stored tokens"):
        Tokens.from_json(packed)


def _seconds(text):
    started = time.process_time()
    tokenize(text)
    return time.process_time() - started


def test_a_long_note_is_split_at_once():
    note = "The patient’s BP was 120/80; started metoprolol 25mg p.o. b.i.d. on 07/22/2008.\r\n" * 2500
    assert len(note) > 200_000
    assert min(_seconds(note) for _ in range(3)) < 0.3


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "1",
        "a.",
        "1/",
        "1,",
        "a'",
        "'s",
        "-",
        "_",
        "[**",
        "{{",
        "<NAME ",
        "XX/",
        "e\u0301",
        "👩\u200d",
        "**N",
        "[NAME*",
    ],
)
def test_one_endless_line_costs_no_more_than_its_length(piece):
    short, long = (piece * (size // len(piece)) for size in (50_000, 400_000))
    before = min(_seconds(short) for _ in range(3))
    # Eight times the text: quadratic reading would take sixty-four times as long.
    assert _seconds(long) < max(24 * before, 1.0)
