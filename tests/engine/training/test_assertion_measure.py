from __future__ import annotations

from pathlib import Path

import pytest

from engine.annotation.said import Answer
from engine.labels.files import find_label_set
from engine.labels.label_set import LabelSet
from engine.model_files.places import models_folder
from engine.training.assertion_measure import Row, gold_answer, kept_back, rows
from engine.training.corpora import CorpusNote, Mark

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
needs_corpus = pytest.mark.skipif(
    not (DATA / "kiwi-mtsamples").is_dir(), reason="the public corpora are not beside this checkout"
)


@pytest.fixture(scope="module")
def kiwi() -> LabelSet:
    return find_label_set("kiwi", models_folder())


def note(text: str, marks: dict[str, str], joined: tuple[tuple[int, int], ...]) -> CorpusNote:
    placed = tuple(
        Mark(text.index(words), text.index(words) + len(words), label) for words, label in marks.items()
    )
    return CorpusNote("one", text, placed, joined)


def figure(found: list[Row], what: str, way: str, entities: str) -> Row:
    (row,) = [one for one in found if (one.what, one.way, one.entities) == (what, way, entities)]
    return row


def test_what_rules_add_is_counted_apart_from_what_the_tagger_said(kiwi: LabelSet) -> None:
    gold = note(
        "No fever or cough. Aspirin 81 mg.",
        {"No": "negation", "fever": "problem", "cough": "problem", "Aspirin": "drug", "81 mg": "strength"},
        ((1, 0), (2, 0), (3, 4)),
    )
    entities = tuple(one for one in gold_answer(gold, kiwi).items if one.label in {"problem", "drug"})
    found = list(rows([gold], [Answer(entities[:1])], kiwi))
    assert figure(found, "status negation", "tagger", "gold").count.recall == 0
    assert figure(found, "status negation", "rules", "gold").count.f1 == 1
    assert figure(found, "status negation", "tagger + rules", "found").count.recall == 0.5
    assert figure(found, "lines of drugs", "rules", "gold").count.f1 == 1
    assert figure(found, "lines of drugs", "rules", "found").count.recall == 0


def test_gold_holds_the_pairs_that_the_label_set_allows(kiwi: LabelSet) -> None:
    gold = note("No fever.", {"No": "negation", "fever": "problem"}, ((1, 0), (0, 1)))
    assert [(one.head, one.tail) for one in gold_answer(gold, kiwi).relations] == [(1, 0)]


@needs_corpus
@pytest.mark.slow
def test_rules_alone_know_the_negated_problems_of_the_notes_kept_back(kiwi: LabelSet) -> None:
    notes = kept_back(DATA)
    assert len(notes) == 19
    said = [gold_answer(one, kiwi) for one in notes]
    entities = {one.name for one in kiwi.entities}
    bare = [Answer(tuple(item for item in one.items if item.label in entities)) for one in said]
    found = list(rows(notes, bare, kiwi))
    assert figure(found, "status negation", "rules", "gold").count.f1 > 0.93
    assert figure(found, "lines of drugs", "rules", "gold").count.f1 > 0.67
    assert figure(found, "values of tests", "rules", "gold").count.precision > 0.92
