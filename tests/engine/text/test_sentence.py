"""Sentences of clinical text."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.text.sentence import sentences
from engine.text.token import tokenize

_WORDS = st.sampled_from(
    [
        *(
            "Dr.",
            "No.",
            "b.i.d.",
            "p.o.",
            "X.",
            "vs.",
            "1.",
            "12.",
            "Fever.",
            "fever",
            "The",
            "denies",
            "pain",
            "PLAN:",
            "A:",
        ),
        *(
            "•",
            "-",
            "[**Name**]",
            "___",
            ".",
            "...",
            "?",
            "!",
            ",",
            ".,",
            '"',
            ")",
            "(",
            "5.5",
            "mg.",
            "İ",
            "e\u0301",
            "👍",
        ),
        *(" ", " ", " ", "  ", "\n", "\n", "\r\n", "\n\n", "\t", "\u00a0", "\u200b", "\f", "\x85", "\r"),
    ]
)
_TEXTS = st.one_of(st.text(max_size=60), st.lists(_WORDS, max_size=40).map("".join))


def _said(text):
    return [one.of(text) for one in sentences(text)]


@given(_TEXTS)
@settings(max_examples=250)
def test_each_token_lies_in_exactly_one_sentence(text):
    tokens = tokenize(text)
    found = sentences(text, tokens)
    assert all(left.end <= right.start for left, right in pairwise(found))
    starts, ends = set(tokens.starts.tolist()), set(tokens.ends.tolist())
    assert all(one.start in starts and one.end in ends for one in found)
    inside = sum(one.contains(token) for token in tokens for one in found)
    assert inside == len(tokens)
    assert "".join("".join(one.of(text).split()) for one in found) == "".join(text.split())
    assert sentences(text) == found


@given(_TEXTS)
@settings(max_examples=150)
def test_no_sentence_reaches_over_a_blank_line(text):
    marks = ("[**", "**]")
    for one in sentences(text):
        surface = one.of(text)
        if not any(mark in surface for mark in marks):
            assert not [line for line in surface.splitlines() if not line.strip()]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("He has pain. She has none.", ["He has pain.", "She has none."]),
        ("Pt stable. denies pain.No cough.", ["Pt stable.", "denies pain.", "No cough."]),
        ("Seen by Dr. Smith. Left.", ["Seen by Dr. Smith.", "Left."]),
        ("Seen by Dr. X. The patient left.", ["Seen by Dr. X.", "The patient left."]),
        ("John J. Smith came.", ["John J. Smith came."]),
        ("He has hepatitis C. She has not.", ["He has hepatitis C.", "She has not."]),
        ("Lasix 40 mg p.o. b.i.d. for edema.", ["Lasix 40 mg p.o. b.i.d. for edema."]),
        (
            "Lasix 40 mg p.o. b.i.d. Colace 100 mg p.o. BID.",
            ["Lasix 40 mg p.o. b.i.d.", "Colace 100 mg p.o. BID."],
        ),
        ("Wt. 5 kg. approx. 3 days", ["Wt. 5 kg. approx. 3 days"]),
        ("No. 5 scalpel vs. laser", ["No. 5 scalpel vs. laser"]),
        ("Any pain? No. Any cough? No.", ["Any pain?", "No.", "Any cough?", "No."]),
        ("K was 4.1. Na 3.5 today.", ["K was 4.1.", "Na 3.5 today."]),
        ('He said "no." Then (he left.) Good.', ['He said "no."', "Then (he left.)", "Good."]),
        ("Plan: 1. Aspirin. 2. Rest.", ["Plan:", "1. Aspirin.", "2. Rest."]),
        (
            "MEDICATIONS:,  1.  Aspirin 81 mg.,2.  Plavix.",
            ["MEDICATIONS:", ",  1.  Aspirin 81 mg.,", "2.  Plavix."],
        ),
        ("Stents by Guidant Inc., Indiana.", ["Stents by Guidant Inc., Indiana."]),
        ("- ? bleeding, ? UTI. Why?", ["- ? bleeding, ? UTI.", "Why?"]),
        (
            "Urine 45 mL/h. Dipstick clear. Every 6 h. The",
            ["Urine 45 mL/h.", "Dipstick clear.", "Every 6 h.", "The"],
        ),
        ("1 . Asthma .\n2 . COPD .", ["1 . Asthma .", "2 . COPD ."]),
    ],
)
def test_full_stops_end_sentences_and_those_of_abbreviations_do_not(text, wanted):
    assert _said(text) == wanted


def test_a_wrapped_paragraph_is_joined_again():
    text = (
        "The patient is a 64 year old man who was brought in by his wife because of\n"
        "increasing shortness of breath for three days, and who was seen by\n"
        "Dr. Placeholder in March. He takes furosemide 40 mg and metoprolol in the\n"
        "evening. No fever."
    )
    first, second, third = _said(text)
    assert first.endswith("in March.")
    assert second.startswith("He takes")
    assert second.endswith("evening.")
    assert third == "No fever."


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_list_items_headings_and_short_lines_stand_alone(end):
    lines = [
        "ASSESSMENT",
        "chest pain",
        "• cough with sputum",
        "- aspirin 81 mg daily",
        "1) metoprolol",
        "a. rest",
        "BP: 120/80",
        "Temp: 98.6",
    ]
    assert _said(end.join(lines)) == lines


def test_a_known_heading_is_a_sentence_and_a_label_with_its_value_is_one():
    text = "FAMILY HISTORY: Mother had asthma. EKG: normal sinus rhythm.\nPLAN: Rest."
    assert _said(text) == [
        "FAMILY HISTORY:",
        "Mother had asthma.",
        "EKG: normal sinus rhythm.",
        "PLAN:",
        "Rest.",
    ]


def test_the_bullet_of_a_heading_stays_with_it():
    assert _said("# PLAN: rest\n- ALLERGIES: none") == ["# PLAN:", "rest", "- ALLERGIES:", "none"]


def test_rows_of_a_table_are_never_joined():
    wrapped = (
        "The patient was brought in by his wife because of increasing\nshortness of breath, "
        "and because of some swelling\nof both his ankles.\n\n"
    )
    rows = [
        "insulin aspart\t100 units/mL\tby pump, 38 units a day\tbasal",
        "levothyroxine\t25 µg\tstopped\tfor two years",
    ]
    rows += [
        "hemoglobin             12.1        13.5-17.5 g/dL  was",
        "creatinine             1.0         0.7-1.3 mg/dL",
    ]
    assert _said(wrapped + "\n".join(rows))[1:] == rows


def test_each_paragraph_has_its_own_width():
    text = (
        "He was seen at home and was found by the nurse to be\n"
        "short of breath, pale and sweating, with a blood\n"
        "pressure of 90/50 and an oxygen saturation of 88\n"
        "to 90 percent.\n\n"
        "Initial vital signs there were a temperature of 38 and SpO2\n"
        "94% on two liters; these later became normal and\n"
        "stayed so until discharge"
    )
    assert len(_said(text)) == 2


def test_a_line_that_ends_in_the_middle_goes_on():
    assert _said("There is pain in the\nleft arm") == ["There is pain in the\nleft arm"]
    assert _said("No wheezes,\nrales or rhonchi") == ["No wheezes,\nrales or rhonchi"]


def test_blank_lines_and_page_breaks_part_even_unfinished_sentences():
    assert _said("pain in the\n\nleft arm") == ["pain in the", "left arm"]
    assert _said("pain in the\r\n \t\r\nleft arm") == ["pain in the", "left arm"]


def test_an_empty_text_has_no_sentence():
    assert sentences("") == sentences(" \r\n\t ") == []


def _seconds(text):
    started = time.process_time()
    sentences(text)
    return time.process_time() - started


@pytest.mark.parametrize(
    "piece",
    ["a. ", "....", "A\n", "\n", ": ", "ABC: ", "., AB", "1. ", "., PLAN:", "a\n \n", "the\n", "Dr. X. "],
)
def test_odd_texts_cost_no_more_than_their_length(piece):
    short, long = (piece * (size // len(piece)) for size in (50_000, 200_000))
    before = min(_seconds(short) for _ in range(2))
    assert _seconds(long) < max(24 * before, 1.0)
