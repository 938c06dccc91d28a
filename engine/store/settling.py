"""Settling: what follows from the facts (status, counts, which answers are shown), written anew."""

# ruff: noqa: S608 - SQL is put together from the constants of this package only

from __future__ import annotations

import json
from collections.abc import Iterable

from engine.store.sqlite import Connection

LEFT = """
FROM answer w CROSS JOIN prediction p ON p.answer_id = w.id
WHERE w.note_id = {note} AND w.shown = 1
  AND NOT EXISTS (
    SELECT 1 FROM decision d
    WHERE d.note_id = w.note_id AND d.start = p.start AND d.spans = p.spans AND d.label = p.label
      AND d.annotator_id IS {annotator})
  AND NOT EXISTS (
    SELECT 1 FROM annotation a JOIN layer l ON l.id = a.layer_id
    WHERE a.note_id = w.note_id AND a.start = p.start AND a.label = p.label AND a.spans = p.spans
      AND (l.kind <> 'annotator' OR l.annotator_id IS {annotator}))
"""
"""The predictions of a note that are left to decide, for one annotator: no equal annotation is in view,
and no equal suggestion was decided before.  Equal is the same fragments and label; what two taggers
say alike counts once, so count distinct (label, spans)."""

MINE = "(l.kind <> 'annotator' OR l.annotator_id IS {annotator})"
"""The layers in view of one annotator: their own, imports and adjudications."""

_THESE = "SELECT value FROM json_each(?)"

_SHOWN = f"""
UPDATE answer SET shown = (hidden = 0 AND id = (
  SELECT max(o.id) FROM answer o
  WHERE o.note_id = answer.note_id AND o.source = answer.source AND o.hidden = 0))
WHERE note_id IN ({_THESE})
"""

_LEFT_HERE = LEFT.format(note="n.id", annotator="n.annotator_id")
_MINE_HERE = MINE.format(annotator="n.annotator_id")
_SETTLE = f"""
WITH new AS MATERIALIZED (
  SELECT n.id,
    (SELECT count(DISTINCT p.label || p.spans) {_LEFT_HERE}) AS suggestions,
    (SELECT count(*) FROM annotation a JOIN layer l ON l.id = a.layer_id
     WHERE a.note_id = n.id AND {_MINE_HERE}) AS annotations,
    (SELECT coalesce(max(a."end" - a.start), 0) FROM annotation a WHERE a.note_id = n.id) AS longest
  FROM note n WHERE n.id IN ({_THESE}))
UPDATE note SET suggestions = new.suggestions, annotations = new.annotations, longest = new.longest,
  revision = revision + 1,
  status = CASE
    WHEN finished = 1 AND new.suggestions = 0 THEN 'finished'
    WHEN started = 1 THEN 'started'
    WHEN EXISTS (SELECT 1 FROM answer w WHERE w.note_id = note.id AND w.shown = 1) THEN 'suggested'
    ELSE 'new' END
FROM new WHERE note.id = new.id
"""
"""Materialised, since the counts would be taken once for each time that they are named."""


def settle(connection: Connection, notes: Iterable[int], answers: bool) -> None:
    """Write status, counts and revision of `notes` anew; with `answers`, also which are shown.

    A finished note that gets new suggestions is started again until they are decided or withdrawn:
    a note is finished only when no suggestion is left unseen.
    """
    these = (json.dumps(list(notes)),)
    if these == ("[]",):
        return
    if answers:
        connection.execute(_SHOWN, these)
    connection.execute(_SETTLE, these)
