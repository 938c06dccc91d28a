from __future__ import annotations

from engine.training.corpora import CorpusNote
from engine.training.small_llm.sentences import as_example, sentences_of


def test_marks_move_with_their_sentence(gold: CorpusNote) -> None:
    found = list(sentences_of([gold], most_words=60))
    said = [{(one.text[m.start : m.end], m.label) for m in one.marks} for one in found]
    assert {("chest pain", "problem"), ("denies", "negation"), ("chest", "bodyloc")} in said
    assert {("aspirin", "drug"), ("81 mg", "strength")} in said


def test_what_belongs_together_still_does(gold: CorpusNote) -> None:
    first = next(one for one in sentences_of([gold], 60) if "chest" in one.text)
    joined = {(first.marks[h].label, first.marks[t].label) for h, t in first.joined}
    assert joined == {("problem", "negation"), ("problem", "bodyloc")}


def test_a_long_sentence_is_halved_and_no_word_is_lost(gold: CorpusNote) -> None:
    whole, cut = (list(sentences_of([gold], most)) for most in (60, 3))
    assert max(len(one.words) for one in cut) <= 3
    assert sum(len(one.words) for one in cut) == sum(len(one.words) for one in whole)


def test_an_example_holds_the_marks_that_are_asked_for(gold: CorpusNote) -> None:
    first = next(one for one in sentences_of([gold], 60) if "chest" in one.text)
    shown = as_example(first, ["problem"])
    assert [first.text[start:end] for start, end, _ in shown.marks] == ["chest pain"]
    assert shown.note
