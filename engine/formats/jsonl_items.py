"""JSON line items: the tags, relations and further sayings of one line, from and to plain objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from engine.annotation.annotation import Status
from engine.annotation.said import Alignment, LabelledSpan, Unplaced
from engine.formats.characters import cleaned
from engine.formats.document import Detail
from engine.formats.offset_units import Claim
from engine.text.span import Spans, surface

_MARGINS = ("open_margin", "label_margin", "close_margin")


def item_record(id: str, item: LabelledSpan, detail: Detail, text: str) -> dict[str, object]:
    """Return a tag as an object; what is empty or as usual is not in it."""
    record: dict[str, object] = {
        "id": id,
        "start": item.hull.start,
        "end": item.hull.end,
        "label": item.label,
        "text": surface(text, item.spans),
        "spans": [[span.start, span.end] for span in item.spans] if len(item.spans) > 1 else None,
        "score": item.score if item.score != 1.0 else None,
        "alignment": item.alignment.value if item.alignment is not Alignment.EXACT else None,
        **{margin: getattr(item, margin) for margin in _MARGINS},
        "stage": item.stage,
        "origin": detail.origin,
        "annotator": detail.annotator,
        "comment": detail.comment,
        "attributes": [list(pair) for pair in detail.attributes],
        "references": list(detail.references),
    }
    return {key: value for key, value in record.items() if key == "label" or value not in (None, "", [])}


@dataclass(frozen=True, slots=True)
class ClaimedTag:
    """A tag as a line claims it; where it stands is not believed yet."""

    claim: Claim
    label: str
    score: float
    alignment: Alignment
    margins: tuple[float | None, float | None, float | None]
    stage: str | None
    detail: Detail

    def at(self, spans: Spans) -> LabelledSpan:
        """Return the tag at the place that was found to be meant."""
        said = LabelledSpan(spans, self.label, self.score, self.alignment, *self.margins)
        return replace(said, stage=self.stage)


def claimed_tag(one: object) -> ClaimedTag:
    """Return the tag that an object or a ``[start, end, label]`` claims.

    Raises:
        ValueError: it lacks its place or its label.
    """
    if isinstance(one, list) and len(one) == 3:  # noqa: PLR2004 - start, end, label
        one = {"start": one[0], "end": one[1], "label": one[2]}
    label = one.get("label", one.get("type")) if isinstance(one, dict) else None
    if not isinstance(one, dict) or not isinstance(label, str) or not label:
        raise ValueError("no label")
    said = one.get("text")
    open_margin, label_margin, close_margin = (_number(one.get(margin), None) for margin in _MARGINS)
    return ClaimedTag(
        claim=Claim(_places(one), said if isinstance(said, str) else None),
        label=label,
        score=_number(one.get("score"), 1.0) or 0.0,
        alignment=_alignment(one.get("alignment")),
        margins=(open_margin, label_margin, close_margin),
        stage=_word(one.get("stage")) or None,
        detail=_detail(one),
    )


def _places(one: Mapping[str, object]) -> tuple[tuple[int, int], ...]:
    spans = one.get("spans")
    if isinstance(spans, list) and spans:
        return tuple((_offset(start), _offset(end)) for start, end in map(_pair, spans))
    start = next((one[key] for key in ("start", "start_offset", "begin") if key in one), None)
    end = next((one[key] for key in ("end", "end_offset") if key in one), None)
    return ((_offset(start), _offset(end)),)


def _offset(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError("not an offset")


def _pair(value: object) -> tuple[object, object]:
    if isinstance(value, list) and len(value) == 2:  # noqa: PLR2004 - a pair
        return value[0], value[1]
    raise ValueError("not a pair")


def _detail(one: Mapping[str, object]) -> Detail:
    return Detail(
        id="" if one.get("id") is None else str(one["id"]),
        origin=_word(one.get("origin")),
        annotator=_word(one.get("annotator")),
        comment=_word(one.get("comment")),
        attributes=tuple(
            (_word(pair[0]), _word(pair[1])) for pair in map(_pair, as_list(one.get("attributes")))
        ),
        references=tuple(_word(reference) for reference in as_list(one.get("references"))),
    )


def _alignment(value: object) -> Alignment:
    try:
        return Alignment(value)
    except ValueError:
        return Alignment.EXACT


def _number(value: object, otherwise: float | None) -> float | None:
    return float(value) if isinstance(value, int | float) else otherwise


def score_of(record: Mapping[str, object]) -> float:
    """Return the score of an object, 1 where it has none."""
    score = _number(record.get("score"), None)
    return 1.0 if score is None else score


def _word(value: object) -> str:
    return "" if value is None else cleaned(str(value))[0]


def as_list(value: object) -> list[object]:
    """Return `value` if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def as_objects(value: object) -> Iterator[Mapping[str, object]]:
    """Yield the objects of a list, passing over all else."""
    yield from (one for one in as_list(value) if isinstance(one, dict))


def unplaced_in(value: object) -> Iterator[Unplaced]:
    """Yield the answers that were not found in the note."""
    for one in as_objects(value):
        found = _alignment(one.get("alignment"))
        alignment = Alignment.NOT_FOUND if found is Alignment.EXACT else found
        yield Unplaced(_word(one.get("label")), _word(one.get("text")), alignment)


def unplaced_records(unplaced: Iterable[Unplaced]) -> list[dict[str, object]]:
    """Return answers that were not found in the note, as objects."""
    return [{"label": one.label, "text": one.surface, "alignment": one.alignment.value} for one in unplaced]


def status_in(value: object) -> Status | None:
    """Return the status that a word names, if it names one."""
    try:
        return Status(value)
    except ValueError:
        return None
