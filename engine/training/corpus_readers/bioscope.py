"""BioScope: sentences in XML in which cues of negation and speculation are marked, with their scopes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from engine.errors import FormatError
from engine.training.corpora import CorpusNote, Mark

_DOCTYPE = re.compile(rb"<!DOCTYPE[^>]*>")


def read_bioscope(path: Path) -> Iterator[CorpusNote]:
    """Yield each document, its sentences one to a line.

    Types are ``negation`` and ``speculation``: the cues, not their scopes.

    Raises:
        FormatError: it is not a file of BioScope.
    """
    raw = path.read_bytes()
    if b"<!ENTITY" in raw:
        raise FormatError(f"“{path.name}” defines entities of its own and is not read.")
    try:
        root = ET.fromstring(_DOCTYPE.sub(b"", raw))  # noqa: S314  no entities, see above
    except ET.ParseError as error:
        raise FormatError(f"“{path.name}” is not a file of BioScope: {error}.") from error
    for number, document in enumerate(root.iter("Document")):
        text = ""
        marks: list[Mark] = []
        for sentence in document.iter("sentence"):
            text += "\n" if text else ""
            text = _told(sentence, text, marks)
        yield CorpusNote(document.findtext("DocID") or str(number), text, tuple(marks))


def _told(element: ET.Element, text: str, marks: list[Mark]) -> str:
    """Return `text` with the words of `element` added; its cues are added to `marks`."""
    start = len(text)
    text += element.text or ""
    for child in element:
        text = _told(child, text, marks) + (child.tail or "")
    if element.tag == "cue" and text[start:].strip():
        marks.append(Mark(start, len(text), element.get("type", "")))
    return text
