"""Example: a sentence of someone's gold with its marks, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from engine.taggers.llama_cpp.formats.answer_format import Mark


class Example(msgspec.Struct, frozen=True):
    """One sentence.  `marks` are (start, end, label) in code points of `text`.

    `note` is the SHA-256 of the note it stands in, and `patient` whose note that is (may be
    empty): no sentence is an example for its own note or patient.
    """

    text: str
    marks: tuple[tuple[int, int, str], ...] = ()
    note: str = ""
    patient: str = ""

    @property
    def marked(self) -> list[Mark]:
        """The marks as a format writes them."""
        return [Mark(*one) for one in self.marks]


class Bank(msgspec.Struct, frozen=True):
    """Examples to choose from; `patients` says whose the notes of a run are, by SHA-256 of their text.

    It holds note text, so it is kept in memory or in the project, never in a file of its own
    that the user did not ask for.
    """

    examples: tuple[Example, ...] = ()
    patients: Mapping[str, str] = {}
