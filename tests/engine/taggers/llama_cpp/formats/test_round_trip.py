"""What a format writes it reads back, whatever the text holds: place for place, label for label."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.labels.files import find_label_set
from engine.model_files.places import models_folder
from engine.taggers.llama_cpp.formats.answer_format import AnswerFormat, Mark, flat, names_of, nested
from engine.taggers.llama_cpp.formats.bio_lines import BioLines
from engine.taggers.llama_cpp.formats.inline_tags import InlineTags
from engine.taggers.llama_cpp.formats.json_answers import JsonDict, JsonList
from engine.taggers.llama_cpp.formats.span_tags import SpanTags
from engine.taggers.llama_cpp.formats.tanl import Tanl
from engine.text.token import tokenize

KIWI = find_label_set("kiwi", models_folder())
LABELS = [one.name for one in KIWI.types]
NAMES = names_of(KIWI.types, KIWI.aliases)
TAGS = InlineTags({name: f"<{name}>" for name in LABELS}, "</>")

PIECES = [
    *"ab[]|\\<>&;:=\"'{},/ \t.",
    "\r\n",
    "\n",
    "🙂",
    "µg",
    "\u00a0",
    "ﬁ",
    "İ",
    "fever",
    "no pain",
    "&lt;",
    "&amp;",
    "</span>",
    '<span class="drug">',
    "<span class=",
    " | ",
    " : B-problem",
    "[ x | drug ]",
    "\\[",
]


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, list[Mark]]:
    """A text of awkward pieces, and marks on it that neither begin nor end with white space."""
    text = "".join(draw(st.lists(st.sampled_from(PIECES), min_size=1, max_size=14)))
    marks = []
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        if text[start:end].strip() == text[start:end]:
            marks.append(Mark(start, end, draw(st.sampled_from(LABELS))))
    return text, list(dict.fromkeys(marks))


def back(how: AnswerFormat, text: str, marks: list[Mark]) -> list[Mark]:
    """What is read from what is written, which repeats the text exactly and has no flaw."""
    read = how.read(how.write(text, marks), NAMES)
    assert read.copied == text
    assert not read.flaws
    assert not read.unknown
    for one in read.written:
        assert one.place
        assert one.surface == one.place.of(text)
    return [Mark(one.place.start, one.place.end, one.label) for one in read.written if one.place]


@pytest.mark.parametrize("how", [SpanTags(), Tanl()], ids=lambda one: one.name)
@given(marked())
@example(
    ("BP <140/90 & [rising|falling] </span>&lt;/span>", [Mark(3, 10, "labvalue"), Mark(3, 4, "problem")])
)
def test_nested_marks_come_back_where_they_were(how: AnswerFormat, case: tuple[str, list[Mark]]):
    text, marks = case
    assert sorted(back(how, text, marks)) == sorted(nested(marks))


@given(marked())
def test_inline_tags_come_back_where_the_text_holds_none_of_them(case: tuple[str, list[Mark]]):
    text, marks = case
    assert sorted(back(TAGS, text, marks)) == sorted(nested(marks))


def test_a_tag_that_opens_stands_before_the_blank():
    text = "took aspirin daily"
    assert TAGS.write(text, [Mark(5, 12, "drug")]) == "took<drug> aspirin</> daily"


@given(marked())
def test_bio_lines_come_back_by_whole_words(case: tuple[str, list[Mark]]):
    text, marks = case
    tokens = tokenize(text)
    words = tokens.words(text)
    read = BioLines().read(BioLines().write(text, marks), NAMES)
    assert read.copied == " ".join(words)
    assert not read.flaws
    starts, at = {}, 0
    for number, word in enumerate(words):
        starts[at] = number
        at += len(word) + 1
    expected: list[tuple[int, int, str]] = []
    for mark in flat(marks):
        over = [n for n, one in enumerate(tokens) if one.start < mark.end and mark.start < one.end]
        free = [n for n in over if not any(first <= n < last for first, last, _ in expected)]
        if free:
            expected.append((free[0], free[-1] + 1, mark.label))
    found = [(starts[one.place.start], one.surface, one.label) for one in read.written if one.place]
    assert found == [(first, " ".join(words[first:last]), label) for first, last, label in expected]


@given(marked())
def test_a_json_list_gives_every_mark_in_order(case: tuple[str, list[Mark]]):
    text, marks = case
    read = JsonList().read(JsonList().write(text, marks), NAMES)
    ordered = sorted(marks, key=lambda one: (one.start, -one.end, one.label))
    assert [(one.label, one.surface) for one in read.written] == [
        (one.label, text[one.start : one.end]) for one in ordered
    ]
    assert not read.flaws


@given(marked())
def test_a_json_dictionary_gives_the_words_of_each_kind_once(case: tuple[str, list[Mark]]):
    text, marks = case
    read = JsonDict().read(JsonDict().write(text, marks), NAMES)
    assert {(one.label, one.surface) for one in read.written} == {
        (one.label, text[one.start : one.end]) for one in marks
    }
    assert len(read.written) == len(set(read.written))
    assert not read.flaws


@pytest.mark.parametrize("how", [SpanTags(), Tanl(), BioLines(), JsonList(), JsonDict(), TAGS], ids=type)
@given(
    st.text(
        alphabet=st.sampled_from("ab[]|\\<>&{}\"',:/ \n\u2028") | st.characters(codec="utf-8"), max_size=60
    )
)
def test_whatever_a_model_writes_can_be_read(how: AnswerFormat, raw: str):
    read = how.read(raw, NAMES)
    for one in (*read.written, *read.unknown):
        assert one.surface.strip()
        if one.place:
            assert read.copied is not None
            assert one.place.of(read.copied) == one.surface
