"""Inline tags: the sentence repeated with short tags, as in ``took<drug> aspirin</> daily``.

So drafted tagging writes it.  A tag that opens stands before the blank of the word it opens
at, so the tokens of the note stay as they are without any tag.  The drafted decoder never
confuses a tag with the note; read back from free text, a note that itself holds one of
these tags is misread.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from engine.labels.label_set import LabelType
from engine.taggers.llama_cpp.formats.answer_format import Mark, Names, Read
from engine.taggers.llama_cpp.formats.reading import Repeated, borders

NAME = "tags"


class InlineTags:
    """Tags as a model can tell them apart: `opens` by label, and one that closes any."""

    name = NAME
    nests = True
    stop = "\n"
    everywhere = False

    def __init__(self, opens: Mapping[str, str], close: str) -> None:
        """Write these tags; for a model without tags of its own, see `engine.taggers.llama_cpp.tags`."""
        self._opens = dict(opens)
        self._close = close
        self._labels = {tag: label for label, tag in opens.items()}
        known = sorted((*self._labels, close), key=len, reverse=True)
        self._tag = re.compile("|".join(map(re.escape, known)))

    def task(self, types: Sequence[LabelType]) -> str:
        """Return the instruction."""
        tags = ", ".join(self.named(one) for one in types)
        return (
            f"Copy the text and mark what it says, with these tags: {tags}\n"
            f"Each tag ends with {self._close}. Nothing else is changed.\n"
        )

    def named(self, one: LabelType) -> str:
        """Return the opening tag."""
        return self._opens[one.name]

    def write(self, text: str, marks: Sequence[Mark]) -> str:
        """Return `text` with its marks."""
        written: list[str] = []
        for piece, mark, opens in borders(text, [_before_blank(text, one) for one in marks]):
            written.append(piece)
            if mark:
                written.append(self._opens[mark.label] if opens else self._close)
        return "".join(written)

    def read(self, raw: str, names: Names) -> Read:
        """Return what is marked."""
        found, at = Repeated(names), 0
        for tag in self._tag.finditer(raw):
            found.text(raw[at : tag.start()])
            at = tag.end()
            if tag[0] == self._close:
                found.close()
            else:
                found.open(self._labels[tag[0]])
        found.text(raw[at:])
        return found.read()


def _before_blank(text: str, mark: Mark) -> Mark:
    return mark._replace(start=mark.start - 1) if text[mark.start - 1 : mark.start] == " " else mark
