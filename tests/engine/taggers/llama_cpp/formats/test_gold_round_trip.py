"""What people marked in real notes comes back from every format, sentence by sentence."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from engine.annotation.alignment import placed_by_words
from engine.formats.format import ReadOptions
from engine.formats.problem import Problems
from engine.formats.reading import read_documents
from engine.labels.files import find_label_set
from engine.labels.label_set import Kind
from engine.model_files.places import models_folder
from engine.steps.example_bank import examples_of
from engine.taggers.llama_cpp.formats.answer_format import Mark, names_of
from engine.taggers.llama_cpp.formats.bio_lines import BioLines
from engine.taggers.llama_cpp.formats.json_answers import JsonDict, JsonList
from engine.taggers.llama_cpp.formats.span_tags import SpanTags
from engine.taggers.llama_cpp.formats.tanl import Tanl
from engine.taggers.llama_cpp.prompts.rendering import one_line

CORPUS = Path(__file__).parents[6] / "shared" / "data" / "kiwi-mtsamples" / "train"
KIWI = find_label_set("kiwi", models_folder())
NAMES = names_of(KIWI.types, KIWI.aliases)
NOTES = 24

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the Kiwi corpus is not in ../shared/data")


@cache
def gold() -> list[tuple[str, list[Mark]]]:
    """Sentences as a prompt shows them, with marks of which none crosses another."""
    found = []
    documents = read_documents(sorted(CORPUS.glob("*.txt"))[:NOTES], ReadOptions(labels=KIWI), Problems())
    for document in documents:
        for one in examples_of(document.text, document.items):
            marks = [
                mark
                for mark in dict.fromkeys(one.marked)
                if not any(_cross(mark, each) for each in one.marked)
            ]
            found.append((one_line(one.text), marks))
    assert sum(len(marks) for _, marks in found) > 1000
    return found


def _cross(one: Mark, other: Mark) -> bool:
    first, second = sorted((one, other))
    return first.start < second.start < first.end < second.end


@pytest.mark.parametrize("how", [SpanTags(), Tanl()], ids=lambda one: one.name)
def test_marks_within_marks_come_back_where_they_were(how: SpanTags | Tanl) -> None:
    for text, marks in gold():
        read = how.read(how.write(text, marks), NAMES)
        assert (read.copied, read.flaws) == (text, frozenset())
        assert sorted(
            (one.place.start, one.place.end, one.label) for one in read.written if one.place
        ) == sorted((one.start, one.end, one.label) for one in marks)


def test_entities_come_back_from_lines_of_words() -> None:
    for text, marks in gold():
        entities = [one for one in marks if KIWI.type(one.label).kind is Kind.ENTITY]
        if any(one.start < other.end and other.start < one.end for one, other in combinations(entities, 2)):
            continue
        read = BioLines().read(BioLines().write(text, entities), NAMES)
        assert not read.flaws
        said = [(one.label, "".join(one.surface.split())) for one in read.written]
        assert said == [(one.label, "".join(text[one.start : one.end].split())) for one in sorted(entities)]


def test_words_alone_are_found_where_they_were_marked_but_for_few() -> None:
    """Words that stand twice and were marked once may be found at their other place: a list cannot tell."""
    right = total = 0
    for text, marks in gold():
        read = JsonList().read(JsonList().write(text, marks), NAMES)
        assert not read.flaws
        places = placed_by_words(text, [(one.label, one.surface) for one in read.written])
        there = {(one.span, said.label) for one, said in zip(places, read.written, strict=True)}
        assert None not in {span for span, _ in there}
        right += sum(
            (span.start, span.end, label) in {tuple(one) for one in marks} for span, label in there if span
        )
        total += len(marks)
        kinds = JsonDict().read(JsonDict().write(text, marks), NAMES).written
        assert {(one.label, one.surface) for one in kinds} == {
            (m.label, text[m.start : m.end]) for m in marks
        }
    assert right / total > 0.98
