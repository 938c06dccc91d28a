"""Presidio: made-up sentences with made-up identities, in JSON with spans."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from engine.errors import FormatError, OffsetError
from engine.training.corpora import CorpusNote, Mark


class _Span(msgspec.Struct):
    entity_type: str
    entity_value: str
    start_position: int
    end_position: int


class _Sentence(msgspec.Struct):
    full_text: str
    spans: list[_Span]


def read_presidio(path: Path) -> Iterator[CorpusNote]:
    """Yield each sentence; types as the file says them.

    Raises:
        FormatError: it is not a file of that shape.
        OffsetError: a span is not what stands at its offsets.
    """
    try:
        said = msgspec.json.decode(path.read_bytes(), type=list[_Sentence])
    except msgspec.DecodeError as error:
        raise FormatError(f"“{path.name}” is not a list of sentences with spans: {error}.") from error
    for number, one in enumerate(said):
        for span in one.spans:
            if one.full_text[span.start_position : span.end_position] != span.entity_value:
                raise OffsetError(f"“{path.name}”: a span of sentence {number} does not stand where it says.")
        marks = (Mark(span.start_position, span.end_position, span.entity_type) for span in one.spans)
        yield CorpusNote(str(number), one.full_text, tuple(marks))
