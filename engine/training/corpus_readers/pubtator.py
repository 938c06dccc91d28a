"""PubTator: abstracts with their mentions by offset, as NCBI disease and BC5CDR are published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from engine.errors import FormatError, OffsetError
from engine.training.corpora import CorpusNote, Mark

_HEADLINE = re.compile(r"(\d+)\|([ta])\|(.*)")
_LETTERS = re.compile(r"\W+")
_MENTION_COLUMNS = 5


def read_pubtator(path: Path) -> Iterator[CorpusNote]:
    """Yield each abstract of the file once: title, a blank, the abstract; types as the file says them.

    Relations between identifiers (lines of four columns) are left out.

    Raises:
        FormatError: a line is neither text nor an annotation.
        OffsetError: a mention is not what stands at its offsets.
    """
    seen: set[str] = set()
    for block in path.read_bytes().decode("utf-8").replace("\r\n", "\n").split("\n\n"):
        if block.strip():
            note = _note(block.strip("\n").split("\n"), path.name)
            if note.name not in seen:
                yield note
            seen.add(note.name)


def _note(lines: list[str], file: str) -> CorpusNote:
    parts = [_HEADLINE.fullmatch(line) for line in lines[:2]]
    texts = {part[2]: part[3] for part in parts if part}
    if set(texts) != {"t", "a"}:
        raise FormatError(f"“{file}”: an abstract does not begin with its title and its text.")
    text = f"{texts['t']} {texts['a']}"
    name = lines[0].partition("|")[0]
    marks = [
        _mark(line.split("\t"), text, name) for line in lines[2:] if line.count("\t") >= _MENTION_COLUMNS - 1
    ]
    return CorpusNote(name, text, tuple(dict.fromkeys(marks)))


def _mark(columns: list[str], text: str, name: str) -> Mark:
    try:
        start, end, surface, label = int(columns[1]), int(columns[2]), columns[3], columns[4]
    except (ValueError, IndexError) as error:
        raise FormatError(f"The abstract {name} has a line that is no mention.") from error
    # One abstract of NCBI carries a mention with other blanks around its quotation marks.
    if _LETTERS.sub("", text[start:end]) != _LETTERS.sub("", surface):
        raise OffsetError(f"The abstract {name}: a mention does not stand where it says.")
    found = text[start:end]
    return Mark(start + len(found) - len(found.lstrip()), start + len(found.rstrip()), label)
