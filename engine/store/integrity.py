"""Integrity: whether all that the project file says still holds together."""

# ruff: noqa: S608 - SQL is put together from the constants of this package only

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.errors import LabelError, ProjectDamaged
from engine.jobs.job import Job
from engine.store.log_chain import LogChain
from engine.store.packing import unpack_tokens
from engine.store.search import Searching
from engine.store.settling import LEFT, MINE
from engine.store.sqlite import foreseen
from engine.text.note import text_hash
from engine.text.span import Span, as_spans


@dataclass(frozen=True, slots=True)
class CheckReport:
    """`problems` are sentences that name notes and rows, never text; none means all is well.

    `counts` says how much was looked at: notes, annotations, relations, predictions, operations.
    """

    problems: tuple[str, ...]
    counts: Mapping[str, int]

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.problems


_COUNTED = {
    "notes": "SELECT count(*) FROM note WHERE hidden = 0",
    "annotations": "SELECT count(*) FROM annotation",
    "relations": "SELECT count(*) FROM relation",
    "predictions": "SELECT count(*) FROM prediction",
    "operations": "SELECT count(*) FROM operation",
}

_LEFT_HERE = LEFT.format(note="n.id", annotator="n.annotator_id")
_MINE_HERE = MINE.format(annotator="n.annotator_id")

_FINDERS = {
    "Relation {} joins annotations of two notes or two layers.": """
        SELECT r.id FROM relation r JOIN annotation h ON h.id = r.head JOIN annotation t ON t.id = r.tail
        WHERE r.note_id <> h.note_id OR r.note_id <> t.note_id OR r.layer_id <> h.layer_id
           OR r.layer_id <> t.layer_id OR r.head = r.tail""",
    "Relation {} joins an annotation that is not there.": """
        SELECT r.id FROM relation r WHERE NOT EXISTS (SELECT 1 FROM annotation a WHERE a.id = r.head)
        OR NOT EXISTS (SELECT 1 FROM annotation a WHERE a.id = r.tail)""",
    "Suggested relation {} joins suggestions of two answers.": """
        SELECT r.id FROM predicted_relation r JOIN prediction h ON h.id = r.head
        JOIN prediction t ON t.id = r.tail WHERE h.answer_id <> r.answer_id OR t.answer_id <> r.answer_id""",
    "Suggestion {} was read from a raw answer that is not there.": """
        SELECT p.id FROM prediction p WHERE p.raw IS NOT NULL AND NOT EXISTS (
          SELECT 1 FROM raw_answer a WHERE a.answer_id = p.answer_id AND a.place = p.raw)""",
    "Annotation {} remembers a suggestion of another note.": """
        SELECT a.id FROM annotation a JOIN prediction p ON p.id = a.prediction_id
        JOIN answer w ON w.id = p.answer_id WHERE w.note_id <> a.note_id""",
    "The decision on suggestion {} does not match it.": """
        SELECT p.id FROM decision d JOIN prediction p ON p.id = d.prediction_id
        JOIN answer w ON w.id = p.answer_id
        WHERE w.note_id <> d.note_id OR p.spans <> d.spans OR p.label <> d.label OR p.start <> d.start""",
    "Note {} has no text.": """
        SELECT n.id FROM note n WHERE NOT EXISTS (SELECT 1 FROM note_text t WHERE t.id = n.id)""",
    "The counts of note {} are wrong.": f"""
        SELECT n.id FROM note n WHERE n.hidden = 0 AND (
          n.annotations <> (SELECT count(*) FROM annotation a JOIN layer l ON l.id = a.layer_id
                            WHERE a.note_id = n.id AND {_MINE_HERE})
          OR n.longest <> (SELECT coalesce(max(a."end" - a.start), 0) FROM annotation a
                           WHERE a.note_id = n.id)
          OR n.suggestions <> (SELECT count(DISTINCT p.label || p.spans) {_LEFT_HERE}))""",
}
"""What must not be there, and how to find it."""


class Checking(Searching):
    """Checking a project."""

    def check(self, job: Job | None = None) -> CheckReport:
        """Look at everything: the file, each text's SHA-256, each offset, relations, the log.

        Takes time in proportion to the project (some 20 s for 100,000 notes); a reader may do it.

        Raises:
            Cancelled: the job was cancelled.
        """
        look = Job() if job is None else job
        found: list[str] = []
        try:
            for what, problems in (
                ("Checking the file", self._file_problems()),
                ("Checking texts and offsets", self._text_problems(look)),
                ("Checking relations", self._row_problems()),
                ("Checking the log", self._log_problems()),
            ):
                look.report(what)
                found += problems
            counts = {name: int((self._one(sql) or (0,))[0]) for name, sql in _COUNTED.items()}
        except ProjectDamaged as error:
            return CheckReport((*found, str(error)), {})
        return CheckReport(tuple(found), counts)

    def _file_problems(self) -> Iterator[str]:
        for (said,) in self._all("PRAGMA integrity_check(20)"):
            if said != "ok":
                yield f"The file is damaged: {_without_text(said)}"
        for table, row, parent, _ in self._all("PRAGMA foreign_key_check"):
            yield f"Row {row} of “{table}” points to something in “{parent}” that is not there."

    def _row_problems(self) -> Iterator[str]:
        for sentence, sql in _FINDERS.items():
            for (row,) in self._all(sql):
                yield sentence.format(row)
        try:
            labels = self.label_set
        except ProjectDamaged as error:
            yield str(error)
            return
        for table in ("annotation", "prediction"):
            for (label,) in self._all(f"SELECT DISTINCT label FROM {table}"):
                try:
                    labels.type(label)
                except LabelError as error:
                    yield str(error)

    def _log_problems(self) -> Iterator[str]:
        with foreseen(self.path):  # the log is read past `_all`, row by row
            found = LogChain(self._conn).problems()
        yield from found

    def _text_problems(self, job: Job) -> Iterator[str]:
        rows = self._all("SELECT id, sha256, length FROM note ORDER BY id")
        for note, sha256, length in job.each("Checking texts and offsets", rows, len(rows)):
            text = (self._one("SELECT text FROM note_text WHERE id = ?", note) or ("",))[0]
            if text_hash(text) != sha256 or len(text) != length:
                yield f"The text of note {note} is not the one that was imported."
            yield from self._span_problems(note, length)
            yield from self._token_problems(note, text)

    def _span_problems(self, note: int, length: int) -> Iterator[str]:
        rows = self._all(
            "SELECT 'Annotation', id, start, \"end\", spans FROM annotation WHERE note_id = ?1 UNION ALL "
            "SELECT 'Suggestion', p.id, p.start, p.\"end\", p.spans FROM answer w "
            "JOIN prediction p ON p.answer_id = w.id WHERE w.note_id = ?1",
            note,
        )
        for what, row, start, end, packed in rows:
            if not _fits(packed, start, end, length):
                yield f"{what} {row} of note {note} does not lie in its text."

    def _token_problems(self, note: int, text: str) -> Iterator[str]:
        row = self._one("SELECT version, packed FROM note_tokens WHERE note_id = ?", note)
        if row is not None and not _tokens_fit(row[1], row[0], text):
            yield f"The tokens of note {note} do not fit its text."


def _fits(packed: str, start: int, end: int, length: int) -> bool:
    try:
        flat = json.loads(packed)
        spans = as_spans(Span(flat[i], flat[i + 1]) for i in range(0, len(flat), 2))
    except (ValueError, IndexError, TypeError):
        return False
    return spans[0].start == start and spans[-1].end == end and end <= length and len(flat) == 2 * len(spans)


def _tokens_fit(packed: str, version: str, text: str) -> bool:
    """Whether the tokens are in order, none empty, and cover all of `text` but white space."""
    try:
        tokens = unpack_tokens(packed, version)
    except ProjectDamaged:
        return False
    starts, ends = tokens.starts.tolist(), tokens.ends.tolist()
    borders = zip([0, *ends], [*starts, len(text)], strict=True)
    return all(a < b for a, b in zip(starts, ends, strict=True)) and all(
        a <= b and not text[a:b].strip() for a, b in borders
    )


def _without_text(said: str) -> str:
    """Return what SQLite says of damage, without the values it may quote."""
    return said.split(":", maxsplit=1)[0][:120]
