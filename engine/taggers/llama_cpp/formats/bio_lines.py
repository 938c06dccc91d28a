"""BIO lines: one word a line with its tag, as in ``fever : B-problem``.

The format of Lu et al., AMIA 2024 (arXiv 2407.00731).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.labels.label_set import LabelType
from engine.taggers.llama_cpp.formats.answer_format import Flaw, Mark, Names, Read, Written, flat
from engine.taggers.llama_cpp.formats.reading import sorted_by_label
from engine.text.span import Span
from engine.text.token import tokenize

_LINE = re.compile(
    r"\s*(?P<word>\S(?:.*?\S)??)(?:\s+:\s*|:\s+|\s+)(?P<tag>O|[BI]-\S.*?)\s*\Z", re.DOTALL | re.IGNORECASE
)
_BREAK = re.compile(r"\r\n|\r|\n")


class BioLines:
    """See the module.  A mark covers whole words; of marks within each other the longest stays."""

    name = "bio"
    nests = False
    stop = "\n\n"
    everywhere = False

    def task(self, types: Sequence[LabelType]) -> str:
        """Return the instruction."""
        tags = ", ".join(f"B-{one.name}, I-{one.name}" for one in types)
        return (
            "Write each word of the text on a line of its own, then “ : ” and its tag: B-kind where "
            f"something begins, I-kind where it goes on, O elsewhere.\nThe tags are: O, {tags}\n"
        )

    def named(self, one: LabelType) -> str:
        """Return the name."""
        return one.name

    def write(self, text: str, marks: Sequence[Mark]) -> str:
        """Return a line for each word of `text`."""
        kept, lines = flat(marks), list[str]()
        before: Mark | None = None
        for token in tokenize(text):
            over = next((one for one in kept if one.start < token.end and token.start < one.end), None)
            tag = f"{'I' if over == before else 'B'}-{over.label}" if over else "O"
            lines.append(f"{token.of(text)} : {tag}")
            before = over
        return "\n".join(lines)

    def read(self, raw: str, names: Names) -> Read:
        """Return what the tags say; an I without its B begins a mark, and a line that cannot be read is O."""
        words, tags, flaws = list[str](), list[str](), set[Flaw]()
        for line in filter(str.strip, _BREAK.split(raw)):
            found = _LINE.match(line)
            if found is None:
                flaws.add(Flaw.UNREADABLE)
            words.append(found["word"] if found else line.strip())
            tags.append(found["tag"][:2].upper() + found["tag"][2:] if found else "O")
        known, unknown = sorted_by_label(list(_runs(words, tags)), names)
        if unknown:
            flaws.add(Flaw.UNKNOWN_LABEL)
        return Read(tuple(known), " ".join(words), tuple(unknown), frozenset(flaws))


def _runs(words: Sequence[str], tags: Sequence[str]) -> Iterator[Written]:
    """Yield the marks, placed in the words joined by blanks."""
    at, begin, label = 0, -1, ""
    end = 0
    text = " ".join(words)
    for word, tag in zip(words, tags, strict=True):
        kind, _, name = tag.partition("-")
        if label and (kind != "I" or name != label):
            yield Written(label, text[begin:end], Span(begin, end))
            label = ""
        if kind != "O" and not label:
            begin, label = at, name
        end = at + len(word)
        at = end + 1
    if label:
        yield Written(label, text[begin:end], Span(begin, end))
