from __future__ import annotations

import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.labels.label_set import LabelSet
from engine.taggers.llama_cpp.formats.answer_format import Mark, names_of
from engine.taggers.llama_cpp.formats.inline_tags import InlineTags
from engine.taggers.llama_cpp.formats.registry import FORMATS, find_format
from engine.taggers.llama_cpp.prompts.rendering import END
from engine.text.token import tokenize
from engine.training.corpora import CorpusNote
from engine.training.small_llm.lessons import MODIFIERS, Curriculum, Lesson, Teacher
from engine.training.small_llm.sentences import Sentence, sentences_of
from engine.training.small_llm.vocabulary import CLOSE, Vocabulary, opening

TEMPLATE = "{format}: {types}\n{examples}{text}\n=\n"
PLAN = Curriculum({"tags": 1.0}, one_type=0.0, defined=0.0)


def chance(seed: int = 1) -> random.Random:
    return random.Random(seed)  # noqa: S311  it must be repeatable, not secret


@pytest.fixture
def teacher(kiwi: LabelSet, vocabulary: Vocabulary) -> Teacher:
    return Teacher(kiwi, vocabulary, TEMPLATE, PLAN)


def parts(lesson: Lesson, vocabulary: Vocabulary) -> tuple[str, str]:
    """Return what is read and what is answered, of a lesson with one sentence."""
    both = ["", ""]
    for token, weight in zip(lesson.ids, lesson.weights, strict=True):
        both[weight == 1.0] += vocabulary.piece(token).decode("latin-1")
    return both[0].encode("latin-1").decode(), both[1].encode("latin-1").decode()


def about(gold: CorpusNote, word: str) -> Sentence:
    return next(one for one in sentences_of([gold], 60) if word in one.text)


def test_a_lesson_is_the_prompt_of_the_tagger_and_the_tagged_sentence(
    teacher: Teacher, vocabulary: Vocabulary, gold: CorpusNote, kiwi: LabelSet
) -> None:
    lesson = teacher.lesson([about(gold, "chest")], "tags", chance())
    assert lesson is not None
    types = ", ".join(one.name for one in kiwi.entities)
    read, answer = parts(lesson, vocabulary)
    assert read == f"tags: {types}\nShe denies chest pain.\n=\n"
    assert answer == "She denies<problem> chest pain</>.\n\n"


def test_only_the_answer_counts_fully_and_the_instructions_not_at_all(
    teacher: Teacher, vocabulary: Vocabulary, gold: CorpusNote
) -> None:
    lesson = teacher.lesson([about(gold, "chest")], "tags", chance())
    assert lesson is not None
    assert lesson.ids[0] == vocabulary.begin
    assert lesson.weights[0] == 0.0
    assert set(lesson.weights) == {0.0, PLAN.reading, 1.0}


def test_modifiers_name_the_tags_that_they_belong_to(
    teacher: Teacher, vocabulary: Vocabulary, gold: CorpusNote
) -> None:
    lesson = teacher.lesson([about(gold, "chest")], MODIFIERS, chance())
    assert lesson is not None
    read, answer = parts(lesson, vocabulary)
    assert read.endswith("\nShe denies1( chest pain).\nModifiers:\n")
    assert answer == "Shenegation1( denies)bodyloc1( chest) pain.\n\n"


def test_a_sentence_without_tags_has_no_modifiers(teacher: Teacher) -> None:
    bare = CorpusNote("bare", "Nothing to say here.", ())
    assert teacher.lesson(list(sentences_of([bare], 60)), MODIFIERS, chance()) is None


def test_several_sentences_make_examples_of_the_first_ones(
    teacher: Teacher, vocabulary: Vocabulary, gold: CorpusNote
) -> None:
    lesson = teacher.lesson([about(gold, "aspirin"), about(gold, "chest")], "tanl", chance())
    assert lesson is not None
    whole = b"".join(map(vocabulary.piece, lesson.ids)).decode()
    assert "Takes [ aspirin | drug ] 81 mg daily.\n\nShe denies chest pain.\n=\n" in whole


def test_what_has_no_room_is_left_out(kiwi: LabelSet, vocabulary: Vocabulary, gold: CorpusNote) -> None:
    plan = msgspec.structs.replace(PLAN, most_tokens=90)
    small = Teacher(kiwi, vocabulary, TEMPLATE, plan)
    lesson = small.lesson([about(gold, "chest")] * 9, "tags", chance())
    assert lesson is not None
    assert 0 < len(lesson) <= 90


def test_a_corpus_is_asked_only_for_what_it_says(
    teacher: Teacher, vocabulary: Vocabulary, gold: CorpusNote
) -> None:
    partly = CorpusNote("partly", gold.text, gold.marks, says=frozenset({"drug"}))
    lesson = teacher.lesson([about(partly, "chest")], "tags", chance())
    assert lesson is not None
    assert parts(lesson, vocabulary) == (
        "tags: drug\nShe denies chest pain.\n=\n",
        "She denies chest pain.\n\n",
    )


words = st.lists(
    st.sampled_from(["no", "fever", "CT", "81", "mg.", "é", "(x)", "drug"]), min_size=1, max_size=9
)


@given(words=words, seed=st.integers(0, 99), form=st.sampled_from(["tags", *FORMATS]))
def test_every_format_says_the_marks_that_are_there(
    kiwi: LabelSet, vocabulary: Vocabulary, words: list[str], seed: int, form: str
) -> None:
    text, drawn = " ".join(words), chance(seed)
    spans = list(tokenize(text))
    chosen = drawn.sample(spans, min(2, len(spans)))
    marks = tuple(Mark(one.start, one.end, drawn.choice(kiwi.entities).name) for one in sorted(chosen))
    lesson = Teacher(kiwi, vocabulary, TEMPLATE, PLAN).lesson(
        [Sentence(text, tuple(spans), marks)], form, drawn
    )
    assert lesson is not None
    answer = parts(lesson, vocabulary)[1].removesuffix(END)
    opens = {one.name: opening(one.name) for one in kiwi.entities}
    how = InlineTags(opens, CLOSE) if form == "tags" else find_format(form)
    said = how.read(answer, names_of(kiwi.entities))
    found = {(one.label, one.surface.strip()) for one in said.written}
    wanted = {(one.label, text[one.start : one.end]) for one in marks}
    hidden = len(vocabulary.tokens(text)) < len(spans)
    assert found == wanted or (form == "tags" and hidden)
