"""Completing: a tagger's answer with what the rules know: cues of context, drug lines, lab lines.

The policy, chosen on the notes that the default model's recipe keeps back
(engine/decisions/assertion-rules.md):

- where a rule and the tagger mark the same words with one label, that stands once, within the rule's borders;
- which part of a drug's line some words are, a rule decides;
- what only the tagger marks stays where it is sure of it (of labels that no rule knows: always);
- what only a rule found is added, except over words to which the tagger gave another modifier,
  which only the negation of a problem replaces (“negative” that a tagger took for a value);
- a negation and a subject reach as far as their scope or as an enumeration goes, whichever is further;
  parts of a line belong to its drug or test; all else is joined by place (`linking`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from engine.annotation.said import LabelledSpan, SaidRelation
from engine.assertion.context import cues, reached, small_words
from engine.assertion.drug_line import drug_parts
from engine.assertion.form_fields import form_fields
from engine.assertion.found import Found
from engine.assertion.lab_line import lab_values
from engine.assertion.lexicon import shipped_lexicon
from engine.assertion.linking import link
from engine.labels.label_set import Kind, LabelSet
from engine.text.placeholders import placeholders
from engine.text.section import sections
from engine.text.span import Span
from engine.text.token import Tokens

_PROBLEM, _DRUG, _TEST = "problem", "drug", "test"
_CONTEXT = frozenset({"negation", "uncertain", "condition", "subject"})
_DRUG_LINE = frozenset({"strength", "dosage", "form", "route", "frequency", "duration"})
_BY_PLACE = frozenset({"uncertain", "condition"})
"""Of these, scopes were less often right than the nearest problem and its enumeration."""
_SURE = {"negation": 0.7, "labvalue": 0.5, **dict.fromkeys(_DRUG_LINE, 0.5)}
"""As sure as a tagger must be of what rules would know, where they do not."""
_RULE_SCORE = 0.8
_BLOCK = 64


@dataclass(frozen=True, slots=True)
class NoteWords:
    """A note's text with its tokens and sentences, as a tagger has them already."""

    text: str = field(repr=False)
    tokens: Tokens
    sentences: Sequence[Span]


def completed(
    note: NoteWords, items: Sequence[LabelledSpan], labels: LabelSet
) -> tuple[list[LabelledSpan], list[SaidRelation]]:
    """Return `items` with the modifiers that rules add, and the relations between all of them.

    Only labels and pairs of `labels` are said.  Deterministic; in time that grows with the note's length.
    """
    kinds = {one.name: one.kind for one in labels}
    entities = sorted((one for one in items if kinds[one.label] is Kind.ENTITY), key=lambda one: one.hull)
    modifiers = [one for one in items if kinds[one.label] is Kind.MODIFIER]
    by_rules = found_by_rules(note, entities) if labels.modifiers else []
    found = [one for one in by_rules if one.label in labels]
    kept, known = _merged(modifiers, found)
    everything = [*entities, *kept]
    by_rule = {len(entities) + number: one for number, one in known.items()}
    relations = link(everything, note.text, note.sentences, labels)
    return everything, _joined(relations, everything, by_rule, labels)


def found_by_rules(note: NoteWords, entities: Sequence[LabelledSpan]) -> list[Found]:
    """Return the modifiers that rules find for `entities` (in order), whose numbers in it are their heads."""
    if not entities:
        return []
    problems = _numbered(entities, _PROBLEM)
    said = list(form_fields(note.text, problems))
    spoken_for = {head for one in said for head in one.heads}
    lines = [
        *drug_parts(note.text, _numbered(entities, _DRUG), note.sentences),
        *lab_values(note.text, _numbered(entities, _TEST), note.sentences),
    ]
    words = small_words(note.text, note.tokens)
    found = [one for one in said if one.label]
    form = {one.span.start for one in found}
    by_context = _by_context(note, words, entities, spoken_for)
    found += (one for one in by_context if one.span.start not in form)
    found += _inside(note, words, problems)
    return found + list(_snapped(note, lines))


def _snapped(note: NoteWords, lines: Sequence[Found]) -> Iterator[Found]:
    """Yield `lines` grown to whole words, without those that touch a mark of de-identification."""
    marks = [mark.span for mark in placeholders(note.text)] if lines else []
    for one in lines:
        place = note.tokens.snapped(one.span)
        if place is None:
            continue
        near = bisect_right(marks, place.start, key=lambda mark: mark.end)
        if near == len(marks) or not marks[near].overlaps(place):
            yield replace(one, span=place)


def _numbered(entities: Sequence[LabelledSpan], label: str) -> list[tuple[int, Span]]:
    return [(number, one.hull) for number, one in enumerate(entities) if one.label == label]


def _by_context(
    note: NoteWords, words: Sequence[str], entities: Sequence[LabelledSpan], spoken_for: set[int]
) -> Iterator[Found]:
    """Yield the cues that reach an entity of their sentence, no negation where a form has spoken."""
    starts = [part.start for part in note.sentences]
    here: defaultdict[int, list[int]] = defaultdict(list)
    for number, one in enumerate(entities):
        here[max(0, bisect_right(starts, one.hull.start) - 1)].append(number)
    parts = [note.sentences[part] for part in sorted(here)]
    of_part = {part: [entities[number] for number in numbers] for part, numbers in here.items()}
    titled = [(one.span, one.title) for one in sections(note.text)]
    for cue in cues(words, note.tokens, parts, shipped_lexicon("context"), titled):
        part = bisect_right(starts, cue.span.start) - 1
        if cue.label not in _CONTEXT or (cue.label == "negation" and _in_a_name(cue.span, of_part[part])):
            continue
        heads = [here[part][head] for head in reached(cue, of_part[part], note.tokens)]
        if cue.label == "negation":
            heads = [head for head in heads if head not in spoken_for]
        if heads:
            firm = cue.label == "negation" and all(entities[head].label == _PROBLEM for head in heads)
            yield Found(cue.span, cue.label, tuple(heads), alone=False, firm=firm)


def _in_a_name(span: Span, entities: Sequence[LabelledSpan]) -> bool:
    """Whether `span` is part of one of `entities` (in order), as “non” of “non-small cell carcinoma”."""
    before = bisect_right(entities, span.start, key=lambda one: one.hull.start) - 1
    return before >= 0 and entities[before].hull.contains(span)


def _inside(note: NoteWords, words: Sequence[str], problems: Sequence[tuple[int, Span]]) -> Iterator[Found]:
    """Yield the words of course and severity that stand inside a problem."""
    for match in shipped_lexicon("inside").matches(words):
        span = Span(int(note.tokens.starts[match.first]), int(note.tokens.ends[match.last - 1]))
        before = bisect_right(problems, span.start, key=lambda one: one[1].start) - 1
        if before >= 0 and problems[before][1].contains(span):
            yield Found(span, match.phrase.label, (problems[before][0],))


class _Modifiers:
    """The modifiers that a tagger gave, found by place."""

    def __init__(self, modifiers: Sequence[LabelledSpan]) -> None:
        self.all = modifiers
        self._blocks: defaultdict[int, list[int]] = defaultdict(list)
        for number, one in enumerate(modifiers):
            for block in range(one.hull.start // _BLOCK, (one.hull.end - 1) // _BLOCK + 1):
                self._blocks[block].append(number)

    def over(self, span: Span) -> list[int]:
        """Return the numbers of those that share a character with `span`."""
        blocks = range(span.start // _BLOCK, (span.end - 1) // _BLOCK + 1)
        near = dict.fromkeys(number for block in blocks for number in self._blocks.get(block, ()))
        return [number for number in near if self.all[number].hull.overlaps(span)]


def _merged(
    modifiers: Sequence[LabelledSpan], found: Sequence[Found]
) -> tuple[list[LabelledSpan], dict[int, Found]]:
    """Return the modifiers that stand by the policy, and by number what rules know of them."""
    given = _Modifiers(modifiers)
    settled: set[int] = set()
    kept: list[LabelledSpan] = []
    known: dict[int, Found] = {}
    for one in found:
        over = given.over(one.span)
        same = next((number for number in over if modifiers[number].label == one.label), None)
        if same in settled or not (same is not None or _may_stand(one, [modifiers[n].label for n in over])):
            continue
        settled.update(over if same is None or one.label in _DRUG_LINE else (same,))
        known[len(kept)] = one
        kept.append(_stated(one, None if same is None else modifiers[same]))
    for number, other in enumerate(modifiers):
        if number not in settled and other.score >= _SURE.get(other.label, 0.0):
            kept.append(other)
    return kept, known


def _may_stand(found: Found, over: Sequence[str]) -> bool:
    """Whether a rule's modifier may stand where the tagger gave the labels `over`, none of them its own."""
    if not over or found.firm:
        return True
    return found.label in _DRUG_LINE and all(label in _DRUG_LINE for label in over)


def _stated(found: Found, given: LabelledSpan | None) -> LabelledSpan:
    """Return the modifier that a rule found, with what the tagger `given` knows beside its borders."""
    if given is None:
        return LabelledSpan((found.span,), found.label, _RULE_SCORE)
    return replace(given, spans=(found.span,))


def _joined(
    relations: Sequence[SaidRelation],
    items: Sequence[LabelledSpan],
    by_rule: dict[int, Found],
    labels: LabelSet,
) -> list[SaidRelation]:
    """Return `relations`, which are by place, with what rules say of the modifiers numbered in `by_rule`."""
    by_place = {one.tail for one in relations}
    alone = {tail for tail, found in by_rule.items() if found.alone}
    kept = [one for one in relations if one.tail not in alone]
    there = {(one.head, one.tail) for one in kept}
    for tail, found in by_rule.items():
        if found.label in _BY_PLACE and tail in by_place:
            continue
        for head in found.heads:
            name = labels.relation(items[head].label, items[tail].label)
            if name is not None and (head, tail) not in there:
                there.add((head, tail))
                kept.append(SaidRelation(head, tail, name, min(items[head].score, items[tail].score)))
    return sorted(kept, key=lambda one: (one.tail, one.head))
