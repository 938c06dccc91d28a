"""Assertion measure: what the rules of `engine.assertion` add, on the notes kept back from training.

    python -m engine.training.assertion_measure ../shared/data [--tagger NAME] [--train]

Three ways to say modifiers are compared: the tagger alone, the tagger completed by rules, and rules
alone; on gold entities and on those that the tagger found.  A problem has a status where a modifier
of that kind is joined to it.  The notes are the 19 of the recipes' split; `--train` takes the
others, on which the rules were made (the tagger was trained on them: there only the rows of rules tell).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.annotation.said import Answer, LabelledSpan, SaidRelation, answer
from engine.assertion.completing import NoteWords, completed
from engine.assertion.linking import link
from engine.evaluation.confidence import bootstrap
from engine.evaluation.evaluation import only
from engine.evaluation.judged import Judged
from engine.evaluation.matching import Rule
from engine.evaluation.scores import Count, Scores, added, score_relations, score_tags
from engine.jobs.job import Job
from engine.labels.files import find_label_set
from engine.labels.label_set import LabelSet
from engine.model_files.places import models_folder
from engine.taggers.registry import find_tagger, load_tagger
from engine.text.sentence import sentences
from engine.text.span import Span
from engine.text.token import tokenize
from engine.training.corpora import CorpusNote, read_brat
from engine.training.split import groups_of_near_duplicates, split_by_group

_CORPUS = "kiwi-mtsamples/train"
_DEV, _SEED = 0.19, 1
_WAYS = ("tagger", "tagger + rules", "rules")
_STATUS = ("negation", "uncertain", "condition", "subject")
_DRUG_LINE = frozenset({"drug", "strength", "dosage", "form", "route", "frequency", "duration"})
_LAB_LINE = frozenset({"test", "labvalue"})
_PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: what, said which way, of which entities; strict but for `relaxed`."""

    what: str
    way: str
    entities: str
    count: Count
    low: float
    high: float


def kept_back(folder: Path, *, train: bool = False) -> list[CorpusNote]:
    """Return the notes of Kiwi that recipes keep back from training, or the others.

    Raises:
        FormatError: the corpus is not below `folder`.
    """
    notes = list(read_brat(folder / _CORPUS))
    groups = groups_of_near_duplicates([note.text for note in notes])
    parts = split_by_group(groups, (1.0 - _DEV, _DEV), _SEED)
    return [note for note, part in zip(notes, parts, strict=True) if part == (0 if train else 1)]


def gold_answer(note: CorpusNote, labels: LabelSet) -> Answer:
    """Return what people said of a note as an answer."""
    items = [LabelledSpan((Span(mark.start, mark.end),), mark.label) for mark in note.marks]
    known = [
        (head, tail, labels.relation(items[head].label, items[tail].label)) for head, tail in note.relations
    ]
    return answer(items, [SaidRelation(head, tail, name) for head, tail, name in known if name is not None])


def said_one_way(way: str, note: CorpusNote, items: Sequence[LabelledSpan], labels: LabelSet) -> Answer:
    """Return the answer of one of the three ways; `items` are the entities and the tagger's modifiers."""
    tokens = tokenize(note.text)
    words = NoteWords(note.text, tokens, sentences(note.text, tokens))
    if way == "tagger":
        return answer(list(items), link(items, note.text, words.sentences, labels))
    entities = {one.name for one in labels.entities}
    kept = [one for one in items if one.label in entities] if way == "rules" else items
    return answer(*completed(words, kept, labels))


def rows(notes: Sequence[CorpusNote], said: Sequence[Answer], labels: LabelSet) -> Iterator[Row]:
    """Yield every figure for what a tagger (without rules) `said` of `notes`."""
    entities = {one.name for one in labels.entities}
    for which in ("gold", "found"):
        for way in _WAYS:
            judged = []
            for note, one in zip(notes, said, strict=True):
                gold = gold_answer(note, labels)
                items = list(one.items)
                if which == "gold":
                    modifiers = [item for item in items if item.label not in entities]
                    items = [item for item in gold.items if item.label in entities] + modifiers
                judged.append(Judged(note.name, note.text, gold, said_one_way(way, note, items, labels)))
            yield from _figures(judged, way, which, labels)


def _figures(judged: Sequence[Judged], way: str, which: str, labels: LabelSet) -> Iterator[Row]:
    modifiers = frozenset(one.name for one in labels.modifiers)
    counted = {
        "modifiers": [score_tags(*_tags(one, modifiers)) for one in judged],
        "relations": [score_relations(one) for one in judged],
        "lines of drugs": [score_relations(only(one, _DRUG_LINE)) for one in judged],
        "values of tests": [score_relations(only(one, _LAB_LINE)) for one in judged],
    }
    for label in _STATUS:
        counted[f"status {label}"] = [score_tags(*_with(one, label)) for one in judged]
    counted["status negation, relaxed"] = [
        score_tags(*_with(one, "negation"), Rule.RELAXED) for one in judged
    ]
    for what, by_note in counted.items():
        yield _row(what, way, which, by_note)


def _row(what: str, way: str, which: str, by_note: Sequence[Scores]) -> Row:
    interval = bootstrap([one.micro for one in by_note])
    return Row(what, way, which, added(by_note).micro, interval.low, interval.high)


def _tags(judged: Judged, labels: frozenset[str]) -> tuple[list[LabelledSpan], list[LabelledSpan]]:
    gold, predicted = judged.gold.items, judged.predicted.items
    return [one for one in gold if one.label in labels], [one for one in predicted if one.label in labels]


def _with(judged: Judged, label: str) -> tuple[list[LabelledSpan], list[LabelledSpan]]:
    """Return the problems to which a modifier of that label is joined, gold and predicted."""
    gold, predicted = judged.gold, judged.predicted
    return _problems_with(gold, label), _problems_with(predicted, label)


def _problems_with(said: Answer, label: str) -> list[LabelledSpan]:
    heads = {
        one.head
        for one in said.relations
        if said.items[one.tail].label == label and said.items[one.head].label == _PROBLEM
    }
    return [said.items[head] for head in sorted(heads)]


def _lines(found: Sequence[Row]) -> Iterator[str]:
    yield f"{'what':26}{'entities':10}{'said by':16}{'F1':>7}{'low':>7}{'high':>7}{'P':>7}{'R':>7}{'gold':>6}"
    for one in sorted(found, key=lambda row: (row.what, row.entities != "gold", _WAYS.index(row.way))):
        figures = (one.count.f1, one.low, one.high, one.count.precision, one.count.recall)
        shown = "".join(f"{figure:7.3f}" for figure in figures)
        yield f"{one.what:26}{one.entities:10}{one.way:16}{shown}{one.count.gold:6}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the measure."""
    parser = argparse.ArgumentParser(prog="python -m engine.training.assertion_measure", description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder of public corpora")
    parser.add_argument(
        "--tagger", default="", help="name or folder of an encoder; the default one if not given"
    )
    parser.add_argument("--train", action="store_true", help="measure on the notes that are not kept back")
    asked = parser.parse_args(arguments)
    labels = find_label_set("kiwi", models_folder())
    notes = kept_back(asked.folder, train=asked.train)
    spec = find_tagger(asked.tagger)
    tagger = load_tagger(replace(spec, options={**spec.options, "assertion": False}), Job())
    said = list(tagger.tag([note.text for note in notes], labels, Job()))
    heading = f"{tagger.id}, {len(notes)} notes"
    sys.stdout.write("\n".join([heading, *_lines(list(rows(notes, said, labels))), ""]))
    return 0


if __name__ == "__main__":
    from engine.airgap import engage

    engage("command")
    sys.exit(main())
