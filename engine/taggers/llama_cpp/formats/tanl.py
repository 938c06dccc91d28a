"""TANL: the sentence repeated with ``[ fever | problem ]`` in it (Paolini et al., ICLR 2021).

Marks nest.  What is said of a thing may stand behind its label, as in
``[ knee pain | problem | negation = no ]``, where the words are those of another mark.  A
bracket, a bar or a backslash of the note itself has a backslash before it; brackets
without a bar are taken for the note's own even where a model forgot that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from engine.labels.label_set import LabelType
from engine.taggers.llama_cpp.formats.answer_format import Flaw, Mark, Names, Read, Written
from engine.taggers.llama_cpp.formats.reading import Repeated, borders

_SPECIAL = re.compile(r"[\[\]|\\]")
_TOKEN = re.compile(r"\\[\[\]|\\]|[\[\]|]|[^\[\]|\\]+|\\")

Links = Sequence[tuple[int, int]]
"""(head, tail): numbers of marks, where the tail says something of the head."""


class Tanl:
    """See the module."""

    name = "tanl"
    nests = True
    stop = "\n"
    everywhere = False

    def task(self, types: Sequence[LabelType]) -> str:
        """Return the instruction."""
        known = ", ".join(one.name for one in types)
        return (
            "Repeat the text with nothing changed, and put what it says in brackets with its kind, "
            f"as in [ words | kind ].\nThe kinds are: {known}\n"
        )

    def named(self, one: LabelType) -> str:
        """Return the name."""
        return one.name

    def write(self, text: str, marks: Sequence[Mark], links: Links = ()) -> str:
        """Return `text` with its marks and, behind a label, what `links` says of it."""
        said: dict[Mark, str] = {}
        for head, tail in links:
            words = _escaped(text[marks[tail].start : marks[tail].end])
            said[marks[head]] = f"{said.get(marks[head], '')} | {marks[tail].label} = {words}"
        written: list[str] = []
        for piece, mark, opens in borders(text, marks):
            written.append(_escaped(piece))
            if mark:
                written.append("[ " if opens else f" | {mark.label}{said.get(mark, '')} ]")
        return "".join(written)

    def read(self, raw: str, names: Names) -> Read:
        """Return what is marked, and what is said of it."""
        found, links = Repeated(names), list[tuple[Written, str]]()
        parsed = _Parsed()
        for token in _TOKEN.findall(raw):
            parsed.take(token)
        for event in parsed.events():
            if event.text:
                found.text(event.text)
            elif event == _BEGIN:
                found.open()
            elif written := found.close(event.parts[0].strip()):
                links += [(written, one) for one in event.parts[1:]]
        if parsed.unbalanced:
            found.flaw(Flaw.UNBALANCED)
        return _linked(found.read(), links, names)


class _Event(NamedTuple):
    """A piece of text (not empty); or the beginning of a mark; or its end, with label and links."""

    text: str = ""
    parts: tuple[str, ...] = ()


_BEGIN = _Event()


@dataclass(slots=True)
class _Bracket:
    """What stands behind an opening bracket: the content and, from the first bar on, the parts."""

    content: list[_Event] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Parsed:
    """Reads brackets with a stack.  No recursion: an answer may be brackets alone."""

    unbalanced: bool = False
    _stack: list[_Bracket] = field(default_factory=lambda: [_Bracket()])

    def take(self, said: str) -> None:
        inside = len(self._stack) > 1
        top = self._stack[-1]
        if said == "[":
            if top.parts:  # a mark begins within the label of another, which so was never closed
                self.unbalanced = True
                self._close()
            self._stack.append(_Bracket())
        elif said == "]" and inside:
            self._close()
        elif said == "|" and inside:
            top.parts.append("")
        else:
            self.unbalanced = self.unbalanced or said == "]"
            self._text(said[1:] if said[0] == "\\" and said[1:] else said)

    def events(self) -> list[_Event]:
        """Return all that was taken; brackets still open end here."""
        while len(self._stack) > 1:
            self.unbalanced = True
            self._close(ended=False)
        return self._stack[0].content

    def _text(self, text: str) -> None:
        top = self._stack[-1]
        if top.parts:
            top.parts[-1] += text
        else:
            top.content.append(_Event(text))

    def _close(self, *, ended: bool = True) -> None:
        one = self._stack.pop()
        outer = self._stack[-1].content
        if one.parts:
            outer += [_BEGIN, *_unpadded(one.content), _Event("", tuple(one.parts))]
        else:
            outer += [_Event("["), *one.content, *([_Event("]")] if ended else [])]


def _unpadded(content: list[_Event]) -> list[_Event]:
    """Drop the one blank behind the bracket and the one before the bar, which are not the note's."""
    first = _Event(content[0].text[1:]) if content and content[0].text.startswith(" ") else None
    events = [*([first] if first.text else []), *content[1:]] if first else list(content)
    last = _Event(events[-1].text[:-1]) if events and events[-1].text.endswith(" ") else None
    return [*events[:-1], *([last] if last.text else [])] if last else events


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: "\\" + found[0], text)


def _linked(read: Read, links: Sequence[tuple[Written, str]], names: Names) -> Read:
    """Join what is said of a thing to it: the nearest mark of that label with those words."""
    written, missing = list(read.written), False
    for head, said in links:
        key, _, words = (one.strip() for one in said.partition("="))
        label = names.get(key.casefold())
        at = next((n for n, one in enumerate(written) if one.place == head.place), None)
        same = [n for n, one in enumerate(written) if (one.label, one.surface) == (label, words)]
        if at is None or not same:
            missing = True
            continue
        place = written[at].place
        tail = min(same, key=lambda n: _apart(written[n], place.start if place else 0))
        written[tail] = written[tail]._replace(about=tuple(sorted({*written[tail].about, at})))
    return replace(read, written=tuple(written), flaws=read.flaws | ({Flaw.MISSING} if missing else set()))


def _apart(one: Written, start: int) -> int:
    return abs(one.place.start - start) if one.place else 0
