"""Measure: what the screen finds and misses on public texts; run as a module, not part of the program.

    python -m engine.identifiers.measure ../shared/data [--reviewed FILE] [--show] [--json]

Recall comes from `presidio-synth` (synthetic sentences of no clinic, 17 types), apart for the
templates with an even number, which the rules were tuned on, and for those with an odd one.
False alarms come from clinical notes that were published as free of identifiers; what a reader
of every alarm judged a real identifier is listed by place in FILE and counted apart.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.identifiers.classes import IdentifierClass
from engine.identifiers.finding import Finding
from engine.identifiers.place_words import COUNTRIES, STATES
from engine.identifiers.screen import screen
from engine.text.span import Span

CLASSES_OF_TYPE: Mapping[str, frozenset[IdentifierClass]] = {
    "PERSON": frozenset({IdentifierClass.NAME}),
    "STREET_ADDRESS": frozenset({IdentifierClass.PLACE}),
    "GPE": frozenset({IdentifierClass.PLACE}),
    "ZIP_CODE": frozenset({IdentifierClass.PLACE}),
    "CREDIT_CARD": frozenset({IdentifierClass.ACCOUNT}),
    "IBAN_CODE": frozenset({IdentifierClass.ACCOUNT}),
    "DATE_TIME": frozenset({IdentifierClass.DATE}),
    "AGE": frozenset({IdentifierClass.AGE}),
    "PHONE_NUMBER": frozenset({IdentifierClass.PHONE, IdentifierClass.FAX}),
    "EMAIL_ADDRESS": frozenset({IdentifierClass.EMAIL}),
    "DOMAIN_NAME": frozenset({IdentifierClass.URL}),
    "US_SSN": frozenset({IdentifierClass.SSN}),
    "IP_ADDRESS": frozenset({IdentifierClass.IP}),
    "US_DRIVER_LICENSE": frozenset({IdentifierClass.LICENCE}),
}
"""The types of `presidio-synth` that are identifiers of ours.  Organisations, titles and
nationalities (ORGANIZATION, TITLE, NRP) are none of HIPAA's classes: they are not claimed."""

_OLDEST_PLAIN_AGE = 89
_NOT_FINER_THAN_A_YEAR = re.compile(r"\d{4}|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Recall:
    """How many of `gold` were touched by a finding of the right class, and covered by findings of any."""

    gold: int = 0
    found: int = 0
    covered: int = 0

    def plus(self, found: bool, covered: bool) -> Recall:
        """Return this count with one more identifier in it."""
        return Recall(self.gold + 1, self.found + found, self.covered + covered)


@dataclass(frozen=True, slots=True)
class Alarms:
    """Alarms on one corpus of notes: `real` are identifiers to a reader, `false` are not.

    `listed` is how many identifiers the reader knows of, `found` how many of those an alarm touches.
    """

    corpus: str
    notes: int
    words: int
    real: int
    false: int
    listed: int
    found: int
    false_by_rule: Mapping[str, int]

    @property
    def false_per_thousand_words(self) -> float:
        """False alarms per 1,000 words (runs of characters between blanks)."""
        return 1000 * self.false / self.words if self.words else 0.0


def rows_of_types(sentences: Iterable[Mapping[str, object]]) -> dict[str, dict[str, Recall]]:
    """Return, for each half of the templates, recall per row; a row is a type or a part of one."""
    halves: dict[str, dict[str, Recall]] = {"tuning": {}, "held-out": {}}
    for sentence in sentences:
        half = halves["held-out" if int(str(sentence["template_id"])) % 2 else "tuning"]
        text = str(sentence["full_text"])
        findings = screen(text)
        spans = sentence["spans"]
        assert isinstance(spans, list)  # noqa: S101 - the corpus's own format
        for row, found, covered in _judged(text, spans, findings):
            half[row] = half.get(row, Recall()).plus(found, covered)
    return halves


def _judged(
    text: str, spans: Sequence[Mapping[str, object]], findings: Sequence[Finding]
) -> Iterator[tuple[str, bool, bool]]:
    after_title = {int(str(span["end_position"])) + 1 for span in spans if span["entity_type"] == "TITLE"}
    for span in spans:
        kind = str(span["entity_type"])
        place = Span(int(str(span["start_position"])), int(str(span["end_position"])))
        touching = [finding for finding in findings if finding.span.overlaps(place)]
        right = CLASSES_OF_TYPE.get(kind, frozenset())
        found = any(finding.kind in right for finding in touching)
        covered = all(
            any(finding.span.start <= at < finding.span.end for finding in touching)
            for at in range(place.start, place.end)
            if text[at].isalnum()
        )
        for row in _rows(kind, place.of(text), place.start in after_title):
            yield row, found, covered


def _rows(kind: str, surface: str, after_title: bool) -> Iterator[str]:
    """Name the rows in which one identifier counts; what the rules do not claim has a row of its own."""
    if kind not in CLASSES_OF_TYPE:
        yield f"not claimed: {kind}"
    elif kind == "DATE_TIME" and _NOT_FINER_THAN_A_YEAR.fullmatch(surface):
        yield "not claimed: years and weekdays"
    elif kind == "AGE" and not (surface.isdigit() and int(surface) > _OLDEST_PLAIN_AGE):
        yield "not claimed: ages up to 89"
    elif kind == "GPE" and surface in STATES | COUNTRIES:
        yield "not claimed: countries and states"
    else:
        yield kind
        if kind == "PERSON" and after_title:
            yield "PERSON after a title"


def alarms(
    corpus: str, notes: Iterable[tuple[str, str]], real: Mapping[str, Sequence[Sequence[int]]]
) -> Alarms:
    """Screen every note of a corpus; an alarm that touches a place listed in `real` is no false one."""
    count = words = true = found = 0
    false: Counter[str] = Counter()
    for name, text in notes:
        count += 1
        words += len(text.split())
        places, findings = real.get(name, ()), screen(text)
        found += sum(any(is_listed(finding.span, (place,)) for finding in findings) for place in places)
        for finding in findings:
            if is_listed(finding.span, places):
                true += 1
            else:
                false[finding.rule] += 1
    listed = sum(map(len, real.values()))
    return Alarms(corpus, count, words, true, false.total(), listed, found, dict(sorted(false.items())))


def is_listed(span: Span, places: Sequence[Sequence[int]]) -> bool:
    """Whether `span` touches one of the places, given as pairs of offsets."""
    return any(start < span.end and span.start < end for start, end in places)


def presidio_sentences(folder: Path) -> list[Mapping[str, object]]:
    """Read the sentences of `presidio-synth`."""
    loaded = json.loads((folder / "presidio-synth" / "synth_dataset_v2.json").read_text(encoding="utf-8"))
    assert isinstance(loaded, list)  # noqa: S101 - the corpus's own format
    return loaded


def corpora(folder: Path) -> dict[str, list[tuple[str, str]]]:
    """Read the clinical notes: name and text, line ends as they are."""
    kiwi = [
        (path.stem, path.read_bytes().decode("utf-8"))
        for path in sorted((folder / "kiwi-mtsamples" / "train").glob("*.txt"))
    ]
    aci: list[tuple[str, str]] = []
    for part in ("train", "valid"):
        with (folder / "aci-bench" / f"{part}.csv").open(encoding="utf-8", newline="") as file:
            aci.extend((row["encounter_id"], row["note"]) for row in csv.DictReader(file))
    return {"kiwi-mtsamples": kiwi, "aci-bench": aci}


def _table(halves: Mapping[str, Mapping[str, Recall]]) -> Iterator[str]:
    yield f"{'type':36}" + "".join(f"{half:>30}" for half in halves)
    yield f"{'':36}" + f"{'gold  found  covered':>30}" * len(halves)
    for row in sorted({row for half in halves.values() for row in half}, key=lambda r: (":" in r, r)):
        cells = ""
        for half in halves.values():
            one = half.get(row, Recall())
            shares = (
                f"{one.found / one.gold:7.3f}{one.covered / one.gold:9.3f}"
                if one.gold
                else (f"{'–':>7}{'–':>9}")
            )
            cells += f"{one.gold:14}{shares}"
        yield f"{row:36}{cells}"


def _alarm_lines(one: Alarms) -> Iterator[str]:
    yield (
        f"{one.corpus}: {one.notes} notes, {one.words:,} words; {one.real + one.false} alarms, "
        f"{one.real} of them real; {one.found} of the {one.listed} identifiers a reader listed were found; "
        f"{one.false} false = {one.false_per_thousand_words:.2f} per 1,000 words"
    )
    yield from (f"    {count:4} {rule}" for rule, count in one.false_by_rule.items())


def _shown(notes: Iterable[tuple[str, str]], real: Mapping[str, Sequence[Sequence[int]]]) -> Iterator[str]:
    for name, text in notes:
        for finding in screen(text):
            if not is_listed(finding.span, real.get(name, ())):
                start, end = finding.span.start, finding.span.end
                around = (
                    f"{text[max(0, start - 40) : start]!r} >>{text[start:end]!r}<< {text[end : end + 30]!r}"
                )
                yield f"{name} [{start}, {end}) {finding.rule} {around}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the measure of the screen on the corpora of a folder."""
    parser = argparse.ArgumentParser(prog="python -m engine.identifiers.measure", description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder of public corpora")
    parser.add_argument("--reviewed", type=Path, help="places that a reader judged real identifiers (JSON)")
    parser.add_argument(
        "--show", action="store_true", help=("show each alarm that is not in the reviewed list")
    )
    parser.add_argument("--json", action="store_true", help="print figures as JSON")
    asked = parser.parse_args(arguments)
    reviewed = json.loads(asked.reviewed.read_text(encoding="utf-8")) if asked.reviewed else {}
    texts = corpora(asked.folder)
    if asked.show:
        shown = [line for corpus, notes in texts.items() for line in _shown(notes, reviewed.get(corpus, {}))]
        sys.stdout.write("\n".join([*shown, ""]))
        return 0
    halves = rows_of_types(presidio_sentences(asked.folder))
    counted = [alarms(corpus, notes, reviewed.get(corpus, {})) for corpus, notes in texts.items()]
    if asked.json:
        said = {
            "recall": {
                half: {row: asdict(one) for row, one in rows.items()} for half, rows in halves.items()
            },
            "alarms": [asdict(one) | {"per_thousand": one.false_per_thousand_words} for one in counted],
        }
        sys.stdout.write(json.dumps(said, indent=1, sort_keys=True) + "\n")
        return 0
    lines = [*_table(halves), "", *(line for one in counted for line in _alarm_lines(one))]
    sys.stdout.write("\n".join([*lines, ""]))
    return 0


if __name__ == "__main__":
    from engine.airgap import engage

    engage("command")
    sys.exit(main())
