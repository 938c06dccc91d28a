"""A note is read sentence by sentence or section by section, and nothing of it twice or never."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.taggers.llama_cpp.parts import Part, halves, parts, words_of
from engine.text.sentence import sentences
from engine.text.token import tokenize

NOTE = (
    "Seen today. No complaints.\n"
    "MEDICATIONS: Aspirin 81 mg. Metformin.\n"
    "ALLERGIES: None. Denies any.\n"
    "PLAN: Return in May.\n"
)


def said(found: list[Part], text: str = NOTE) -> list[str]:
    return [text[one[0][0].start : one[-1][-1].end] for one in found]


def test_by_sentence_each_is_a_part():
    tokens = tokenize(NOTE)
    found = parts(NOTE, tokens, "sentence")
    assert said(found) == [one.of(NOTE).strip() for one in sentences(NOTE, tokens)]
    assert all(len(part) == 1 for part in found)


def test_by_section_a_part_is_all_from_one_heading_to_the_next():
    assert said(parts(NOTE, tokenize(NOTE), "section")) == [
        "Seen today. No complaints.",
        "MEDICATIONS: Aspirin 81 mg. Metformin.",
        "ALLERGIES: None. Denies any.",
        "PLAN: Return in May.",
    ]


def test_of_chosen_sentences_those_in_a_row_go_together():
    tokens = tokenize(NOTE)
    every = sentences(NOTE, tokens)
    names = [one.of(NOTE).strip() for one in every]
    taken = {every[names.index(one)] for one in names if one not in {"Metformin.", "No complaints."}}
    assert said(parts(NOTE, tokens, "section", taken)) == [
        "Seen today.",
        "MEDICATIONS: Aspirin 81 mg.",
        "ALLERGIES: None. Denies any.",
        "PLAN: Return in May.",
    ]
    gap = {every[0], every[-1]}
    assert said(parts(NOTE, tokens, "section", gap)) == ["Seen today.", names[-1]]
    assert parts(NOTE, tokens, "section", []) == []


def test_a_gap_within_a_section_parts_it():
    text = "PLAN: One is here. Two is there. Three is gone."
    tokens = tokenize(text)
    every = sentences(text, tokens)
    kept = [one for one in every if "Two" not in one.of(text)]
    assert said(parts(text, tokens, "section", kept), text)[-1] == "Three is gone."
    assert len(parts(text, tokens, "section", kept)) == 2
    assert len(parts(text, tokens, "section")) == 1


@given(st.lists(st.sampled_from([*NOTE.splitlines(True), "pain. ", "\n", "Hx: "])).map("".join))
def test_every_word_is_in_one_part_and_parts_are_halved_down_to_words(text: str):
    tokens = tokenize(text)
    words = [tokens[at] for at in range(len(tokens))]
    for unit in ("sentence", "section"):
        found = parts(text, tokens, unit)
        assert [one for part in found for one in words_of(part)] == words
        for part in found:
            assert halved(part) == words_of(part)


def halved(part: Part) -> list[object]:
    if len(words_of(part)) == 1:
        return list(words_of(part))
    left, right = halves(part)
    assert left
    assert right
    return halved(left) + halved(right)


def test_a_part_is_split_between_sentences_where_it_has_several():
    text = "One two three four. Five. Six seven. Eight nine."
    (whole,) = parts(text, tokenize(text), "section")
    left, right = halves(whole)
    assert said([left, right], text) == ["One two three four. Five.", "Six seven. Eight nine."]
