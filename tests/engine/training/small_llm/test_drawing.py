from __future__ import annotations

from itertools import islice

import msgspec
import pytest

from engine.labels.label_set import LabelSet
from engine.taggers.llama_cpp.formats.answer_format import Mark
from engine.text.token import tokenize
from engine.training.small_llm.drawing import Drawer, Examples
from engine.training.small_llm.lessons import Curriculum, Lesson, Teacher
from engine.training.small_llm.recipe import SILVER
from engine.training.small_llm.sentences import Sentence
from engine.training.small_llm.vocabulary import Vocabulary

TEMPLATE = "{format}: {types}\n{examples}{text}\n=\n"
PLAN = Curriculum({"tags": 1.0}, turns=(3,), similar=1.0, one_type=0.0, defined=0.0)


def sentence(text: str, note: str, *marked: str) -> Sentence:
    marks = tuple(Mark(text.index(one), text.index(one) + len(one), "problem") for one in marked)
    return Sentence(text, tuple(tokenize(text)), marks, note=note)


GOLD = [
    sentence("He has knee pain.", "a", "knee pain"),
    sentence("She has severe knee pain at night.", "b", "severe knee pain"),
    sentence("The knee was normal.", "c"),
    sentence("Lungs are clear.", "d"),
    sentence("No knee pain.", "e", "knee pain"),
]


def test_the_most_similar_sentence_is_the_last() -> None:
    found = Examples(GOLD).near(sentence("There is severe knee pain.", "z"), 2)
    assert [one.note for one in found][-1] == "b"
    assert "d" not in [one.note for one in found]


def test_a_sentence_is_no_example_for_its_own_note_or_for_itself() -> None:
    asked = sentence("No knee pain.", "a")
    assert not {"a", "e"} & {one.note for one in Examples(GOLD).near(asked, 5)}


def test_sentences_without_marks_are_examples_too() -> None:
    assert "c" in [one.note for one in Examples(GOLD).near(sentence("The knee is normal.", "z"), 1)]


@pytest.fixture
def teacher(kiwi: LabelSet, vocabulary: Vocabulary) -> Teacher:
    return Teacher(kiwi, vocabulary, TEMPLATE, PLAN)


def drawn(teacher: Teacher, plan: Curriculum, count: int = 20) -> list[Lesson]:
    silver = [sentence("Some knee pain was there.", f"s{number}", "knee pain") for number in range(3)]
    drawer = Drawer({"gold": GOLD, SILVER: silver}, plan, ["problem", "drug"])
    return list(islice(drawer.draw({"gold": 1.0, SILVER: 1.0}, teacher, 7), count))


def test_answers_of_examples_count_less_than_the_last(teacher: Teacher) -> None:
    lesson = next(one for one in drawn(teacher, PLAN) if PLAN.shown in one.weights)
    assert lesson.weights[-1] == 1.0
    assert lesson.weights.index(PLAN.shown) < lesson.weights.index(1.0)


def test_the_same_lessons_are_drawn_for_the_same_seed(teacher: Teacher) -> None:
    plan = msgspec.structs.replace(PLAN, changed=0.5)
    assert drawn(teacher, plan) == drawn(teacher, plan)


def test_examples_of_a_changed_lesson_count_as_little_as_what_is_read(teacher: Teacher) -> None:
    def lightly(plan: Curriculum) -> int:
        return sum(PLAN.shown not in one.weights for one in drawn(teacher, plan, 60))

    assert lightly(msgspec.structs.replace(PLAN, changed=1.0)) > lightly(PLAN) + 5
