from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from engine.taggers.llama_cpp.formats.answer_format import Mark
from engine.text.token import tokenize
from engine.training.small_llm.changes import changed
from engine.training.small_llm.sentences import Sentence

NAMES = ("problem", "drug")


def sentence(text: str, *marks: tuple[str, str]) -> Sentence:
    found = tuple(Mark(text.index(said), text.index(said) + len(said), label) for said, label in marks)
    return Sentence(text, tuple(tokenize(text)), found)


SHOWN = sentence("He has the gout and took aspirin.", ("gout", "problem"), ("aspirin", "drug"))
ASKED = sentence("She took a statin for the flu.", ("statin", "drug"), ("the flu", "problem"))


def said(one: Sentence) -> set[tuple[str, str]]:
    return {(one.text[mark.start : mark.end], mark.label) for mark in one.marks}


def drawn(times: int = 200) -> list[list[Sentence]]:
    made = (changed([SHOWN, ASKED], NAMES, random.Random(seed)) for seed in range(times))  # noqa: S311
    return [one for one in made if one]


def test_every_change_is_drawn_at_times() -> None:
    asked = [said(one[-1]) for one in drawn()]
    assert {("statin", "problem"), ("the flu", "drug")} in asked  # two types exchanged
    assert {("statin", "drug")} in asked  # one left out, or a phrase marked nowhere
    assert {("a statin", "drug"), ("flu", "problem")} in asked  # articles
    assert {("statin", "problem"), ("the flu", "problem")} in asked  # a phrase with another label


def test_a_phrase_that_is_planted_has_the_same_label_in_the_example() -> None:
    for shown, asked in drawn():
        for phrase in ("statin", "the flu"):
            if phrase in shown.text:
                assert {label for words, label in said(shown) if words == phrase} == {
                    label for words, label in said(asked) if words == phrase
                }


def test_the_text_that_is_asked_about_stays_as_it_is() -> None:
    assert {one[-1].text for one in drawn()} == {ASKED.text}


def test_nothing_changes_without_an_example() -> None:
    assert changed([ASKED], NAMES, random.Random(1)) is None  # noqa: S311


words = st.lists(st.sampled_from(["the", "gout", "no", "aspirin", "(x)", "é."]), min_size=1, max_size=7)


@given(both=st.tuples(words, words), seed=st.integers(0, 999))
def test_marks_stay_within_their_sentence_and_apart(both: tuple[list[str], list[str]], seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    given = []
    for some in both:
        text = " ".join(some)
        spans = tuple(tokenize(text))
        chosen = sorted(chance.sample(spans, min(2, len(spans))))
        marks = tuple(Mark(one.start, one.end, chance.choice(NAMES)) for one in chosen)
        given.append(Sentence(text, spans, marks))
    for one in changed(given, NAMES, chance) or []:
        assert all(0 <= mark.start < mark.end <= len(one.text) for mark in one.marks)
        assert all(a.end <= b.start for a, b in zip(one.marks, one.marks[1:], strict=False))
        assert list(one.words) == list(tokenize(one.text))
