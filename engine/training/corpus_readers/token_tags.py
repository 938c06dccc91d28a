"""Token tags: texts as lists of words with one BIO tag each, as NeuroTrialNER is published (JSON lines)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from engine.errors import FormatError
from engine.training.corpora import CorpusNote, Mark

_STICKS_TO_THE_LEFT = frozenset(".,;:!?)]}%'’") | {"'s", "’s", "n't"}
_STICKS_TO_THE_RIGHT = frozenset("([{$#")
_STICKS_TO_BOTH = frozenset("-/–")


class _Line(msgspec.Struct):
    tokens: list[str]
    ner_tags: list[str]
    nct_id: str = ""


def read_token_tags(path: Path) -> Iterator[CorpusNote]:
    """Yield each text with its words joined as they are commonly written; the original spacing is lost.

    Raises:
        FormatError: a line is not an object with `tokens` and as many `ner_tags`.
    """
    for number, line in enumerate(path.read_bytes().splitlines()):
        try:
            said = msgspec.json.decode(line, type=_Line)
        except msgspec.DecodeError as error:
            raise FormatError(f"“{path.name}”, line {number + 1}: {error}.") from error
        if len(said.tokens) != len(said.ner_tags):
            raise FormatError(f"“{path.name}”, line {number + 1}: not one tag for each word.")
        text, starts = joined(said.tokens)
        yield CorpusNote(said.nct_id or str(number), text, tuple(_marks(said, starts)))


def joined(tokens: Sequence[str]) -> tuple[str, list[int]]:
    """Return the words as one text, and where each begins."""
    text, starts = "", []
    for before, token in zip(["", *tokens], tokens, strict=False):
        if before and not _together(before, token):
            text += " "
        starts.append(len(text))
        text += token
    return text, starts


def _together(before: str, token: str) -> bool:
    both = before in _STICKS_TO_BOTH or token in _STICKS_TO_BOTH
    return both or before in _STICKS_TO_THE_RIGHT or token in _STICKS_TO_THE_LEFT


def _marks(said: _Line, starts: Sequence[int]) -> Iterator[Mark]:
    open_mark: Mark | None = None
    for token, tag, start in zip(said.tokens, said.ner_tags, starts, strict=True):
        place, _, label = tag.partition("-")
        if open_mark and place == "I" and label == open_mark.label:
            open_mark = Mark(open_mark.start, start + len(token), label)
            continue
        if open_mark:
            yield open_mark
        open_mark = Mark(start, start + len(token), label) if place in {"B", "I"} else None
    if open_mark:
        yield open_mark
