"""Search: words and patterns in the text of the notes, each hit with its exact place."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.errors import InputError
from engine.jobs.job import Job
from engine.store.fts import fts_query
from engine.store.sentence_vectors import Sparing
from engine.text.note import NoteId
from engine.text.span import Span

CONTEXT = 40
"""How many characters before and after a hit are given with it."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where the words or the pattern stand: `text[span.start:span.end]` of the note."""

    note: NoteId
    name: str
    span: Span
    surface: str = field(repr=False)
    before: str = field(repr=False)
    after: str = field(repr=False)


class Searching(Sparing):
    """Searching all notes of the project, lazily: the caller may stop at any hit."""

    def search(self, words: str, limit: int = 500, job: Job | None = None) -> Iterator[Hit]:
        """Yield the places of `words` in the notes that hold all of them, note by note.

        Case and accents do not matter; ``"a phrase"`` is found as one place, ``begin*`` finds every
        word that begins so.  The places are those of the index itself, so they are exact also where
        lower case has another length (İ).
        """
        query = fts_query(words)
        if query is None:
            return
        opening, closing = f"\ufdd0{secrets.token_hex(4)}\ufdd1", f"\ufdd2{secrets.token_hex(4)}\ufdd3"
        rows = self._each(
            "SELECT n.id, n.name, highlight(note_search, 0, ?, ?) FROM note_search "
            "JOIN note n ON n.id = note_search.rowid AND n.hidden = 0 "
            "WHERE note_search MATCH ? ORDER BY note_search.rowid",
            opening,
            closing,
            query,
        )
        found = 0
        for note, name, marked in rows:
            if job is not None:
                job.check()
            text, places = _unmarked(marked, opening, closing)
            for place in places:
                yield _hit(note, name, text, place)
                found += 1
                if found >= limit:
                    return

    def search_pattern(
        self, pattern: str, limit: int = 500, ignore_case: bool = True, job: Job | None = None
    ) -> Iterator[Hit]:
        """Yield the places where a regular expression matches, note by note as they are read.

        Empty matches are no places.  A cancel is noticed between notes, not inside a match.

        Raises:
            InputError: the pattern cannot be read; it says where.
        """
        try:
            compiled = re.compile(pattern, re.IGNORECASE if ignore_case else 0)
        except re.error as error:
            where = "" if error.pos is None else f" (at character {error.pos + 1})"
            raise InputError(f"This pattern cannot be read{where}: {error.msg}.") from None
        return self._matches(compiled, limit, job)

    def _matches(self, compiled: re.Pattern[str], limit: int, job: Job | None) -> Iterator[Hit]:
        rows = self._each(
            "SELECT n.id, n.name, t.text FROM note n JOIN note_text t ON t.id = n.id "
            "WHERE n.hidden = 0 ORDER BY n.id"
        )
        found = 0
        for note, name, text in rows:
            if job is not None:
                job.check()
            for match in compiled.finditer(text):
                if match.end() > match.start():
                    yield _hit(note, name, text, Span(match.start(), match.end()))
                    found += 1
                    if found >= limit:
                        return


def _unmarked(marked: str, opening: str, closing: str) -> tuple[str, list[Span]]:
    """Return the text without its marks, and the places that they enclosed."""
    parts = re.split(f"({opening}|{closing})", marked)
    text: list[str] = []
    places: list[Span] = []
    at = start = 0
    for part in parts:
        if part == opening:
            start = at
        elif part == closing:
            places.append(Span(start, at))
        else:
            text.append(part)
            at += len(part)
    return "".join(text), places


def _hit(note: int, name: str, text: str, span: Span) -> Hit:
    before, after = text[max(0, span.start - CONTEXT) : span.start], text[span.end : span.end + CONTEXT]
    return Hit(NoteId(note), name, span, span.of(text), before, after)
