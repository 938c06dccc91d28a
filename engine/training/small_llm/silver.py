"""Silver: raw text marked by another tagger, so that a small model sees more than gold holds.

Known as distillation, or pseudo-labelling (Lee, ICML workshop 2013).  The other tagger has to
have been trained without the notes that are measured on; its mistakes are learned too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from engine.annotation.said import Answer
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.taggers.registry import find_tagger, load_tagger
from engine.training.corpora import CorpusNote, Mark

_AT_ONCE = 16


class _Line(msgspec.Struct, frozen=True):
    text: str
    marks: tuple[tuple[int, int, str], ...]
    relations: tuple[tuple[int, int], ...]


def silver_notes(
    texts: Sequence[str], teacher: str, labels: LabelSet, kept: Path, say: Callable[[str], object]
) -> list[CorpusNote]:
    """Return `texts` as the tagger called `teacher` marks them; relations are those that it says.

    What is done is kept in the file `kept` (public text only: it holds the texts), so that a
    second start goes on.

    Raises:
        TagwellError: the teacher is not here, or cannot answer.
    """
    done = _read(kept)
    todo = list(texts[len(done) :])
    if todo:
        tagger = load_tagger(find_tagger(teacher), Job())
        try:
            with kept.open("ab") as file:
                for begin in range(0, len(todo), _AT_ONCE):
                    some = todo[begin : begin + _AT_ONCE]
                    for text, answer in zip(some, tagger.tag(some, labels, Job()), strict=True):
                        one = _line(text, answer)
                        file.write(msgspec.json.encode(one) + b"\n")
                        done.append(one)
                    file.flush()
                    say(f"silver: {len(done):,} of {len(texts):,} texts")
        finally:
            tagger.close()
    return [
        CorpusNote(f"silver-{number}", one.text, tuple(Mark(*mark) for mark in one.marks), one.relations)
        for number, one in enumerate(done[: len(texts)])
    ]


def _read(kept: Path) -> list[_Line]:
    """Return what is whole in the file; a line that was cut off by an end is made anew."""
    if not kept.exists():
        return []
    lines = kept.read_bytes().splitlines(keepends=True)
    whole = [line for line in lines if line.endswith(b"\n")]
    if len(whole) < len(lines):
        kept.write_bytes(b"".join(whole))
    return [msgspec.json.decode(line, type=_Line) for line in whole]


def _line(text: str, answer: Answer) -> _Line:
    marks = tuple((one.hull.start, one.hull.end, one.label) for one in answer.items)
    return _Line(text, marks, tuple((one.head, one.tail) for one in answer.relations))
