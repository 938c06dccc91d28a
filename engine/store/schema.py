"""Schema: the tables and views of the project file, as the first version made them.

Facts are changed by operations and come back by undo; *settled* columns follow from facts and are
written anew by `settling` after each operation.  Text never changes; predictions never change.
Offsets are Python code points, half-open; SQLite's ``substr`` counts them the same way.
``spans`` is JSON ``[start, end, start, end, …]``: an annotation may have several fragments.
"""

# ruff: noqa: S608 - SQL is put together from the constants of this package only

from __future__ import annotations

APPLICATION_ID = int.from_bytes(b"TGWL", "big")

TABLES = """
CREATE TABLE project (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE label_set (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, version TEXT NOT NULL,
  fingerprint TEXT NOT NULL UNIQUE, definition TEXT NOT NULL, added TEXT NOT NULL
) STRICT;
CREATE TABLE annotator (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, added TEXT NOT NULL
) STRICT;

CREATE TABLE note (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  folded TEXT NOT NULL,                       -- the name without case, to sort and to search by
  length INTEGER NOT NULL,                    -- in code points
  sha256 TEXT NOT NULL,                       -- of the text's UTF-8
  patient TEXT, encounter TEXT,
  added TEXT NOT NULL,
  hidden INTEGER NOT NULL DEFAULT 0,          -- fact: removed, or its import undone
  started INTEGER NOT NULL DEFAULT 0,         -- fact: a person has begun
  finished INTEGER NOT NULL DEFAULT 0,        -- fact: a person has said so
  annotator_id INTEGER REFERENCES annotator(id),  -- fact: whose annotations count here
  status TEXT NOT NULL DEFAULT 'new'          -- settled
    CHECK (status IN ('new', 'suggested', 'started', 'finished')),
  suggestions INTEGER NOT NULL DEFAULT 0,     -- settled: left to decide
  annotations INTEGER NOT NULL DEFAULT 0,     -- settled
  longest INTEGER NOT NULL DEFAULT 0,         -- settled: the length of the longest annotation
  revision INTEGER NOT NULL DEFAULT 0         -- grows with every change
) STRICT;
CREATE UNIQUE INDEX note_name ON note (name) WHERE hidden = 0;
CREATE UNIQUE INDEX note_sha256 ON note (sha256) WHERE hidden = 0;
CREATE INDEX note_by_name ON note (folded, id, status) WHERE hidden = 0;
CREATE INDEX note_by_status ON note (status, id) WHERE hidden = 0;
CREATE INDEX note_by_length ON note (length, id, status) WHERE hidden = 0;
CREATE INDEX note_by_suggestions ON note (suggestions, id, status) WHERE hidden = 0;

CREATE TABLE note_text (
  id INTEGER PRIMARY KEY REFERENCES note(id), metadata TEXT NOT NULL, text TEXT NOT NULL
) STRICT;
CREATE TABLE note_tokens (
  note_id INTEGER PRIMARY KEY REFERENCES note(id), version TEXT NOT NULL,
  packed TEXT NOT NULL                        -- JSON, a number for each token: start * 16777216 + length
) STRICT;
CREATE VIRTUAL TABLE note_search USING fts5(
  text, content='note_text', content_rowid='id', tokenize="unicode61 remove_diacritics 2"
);

CREATE TABLE run (
  id INTEGER PRIMARY KEY AUTOINCREMENT, step INTEGER NOT NULL,
  tagger_id TEXT NOT NULL, tagger_name TEXT NOT NULL, model_sha256 TEXT NOT NULL,
  label_set TEXT NOT NULL, device TEXT NOT NULL, options TEXT NOT NULL, annotator TEXT NOT NULL,
  started TEXT NOT NULL, ended TEXT,
  status TEXT NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'done', 'cancelled', 'failed'))
) STRICT;
CREATE TABLE run_note (
  run_id INTEGER NOT NULL REFERENCES run(id), note_id INTEGER NOT NULL REFERENCES note(id),
  state TEXT NOT NULL DEFAULT 'left' CHECK (state IN ('left', 'done', 'failed')), seconds REAL, cause TEXT,
  PRIMARY KEY (run_id, note_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_note_note ON run_note (note_id);

CREATE TABLE layer (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK (kind IN ('annotator', 'import', 'run', 'adjudication')),
  name TEXT NOT NULL, annotator_id INTEGER REFERENCES annotator(id), run_id INTEGER REFERENCES run(id)
) STRICT;
CREATE TABLE answer (                         -- all that one layer proposes on one note
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  note_id INTEGER NOT NULL REFERENCES note(id), layer_id INTEGER NOT NULL REFERENCES layer(id),
  source TEXT NOT NULL,                       -- the newest of one source is shown
  labels TEXT NOT NULL,                       -- |problem|drug|, to filter notes by
  hidden INTEGER NOT NULL DEFAULT 0,          -- fact: withdrawn by undo
  shown INTEGER NOT NULL DEFAULT 0            -- settled: not hidden, and the newest of its source
) STRICT;
CREATE INDEX answer_note ON answer (note_id, shown);
CREATE TABLE prediction (
  id INTEGER PRIMARY KEY AUTOINCREMENT, answer_id INTEGER NOT NULL REFERENCES answer(id),
  start INTEGER NOT NULL, "end" INTEGER NOT NULL, spans TEXT NOT NULL, label TEXT NOT NULL,
  score REAL NOT NULL, alignment TEXT NOT NULL, open_margin REAL, label_margin REAL, close_margin REAL,
  CHECK (0 <= start AND start < "end")
) STRICT;
CREATE INDEX prediction_answer ON prediction (answer_id, start);
CREATE TABLE predicted_relation (
  id INTEGER PRIMARY KEY, answer_id INTEGER NOT NULL REFERENCES answer(id),
  head INTEGER NOT NULL REFERENCES prediction(id), tail INTEGER NOT NULL REFERENCES prediction(id),
  label TEXT NOT NULL, score REAL NOT NULL
) STRICT;
CREATE INDEX predicted_relation_answer ON predicted_relation (answer_id);
CREATE INDEX predicted_relation_head ON predicted_relation (head);
CREATE INDEX predicted_relation_tail ON predicted_relation (tail);
CREATE TABLE unplaced (
  id INTEGER PRIMARY KEY, answer_id INTEGER NOT NULL REFERENCES answer(id),
  label TEXT NOT NULL, surface TEXT NOT NULL, alignment TEXT NOT NULL
) STRICT;
CREATE INDEX unplaced_answer ON unplaced (answer_id);

CREATE TABLE annotation (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  note_id INTEGER NOT NULL REFERENCES note(id), layer_id INTEGER NOT NULL REFERENCES layer(id),
  start INTEGER NOT NULL, "end" INTEGER NOT NULL, spans TEXT NOT NULL, label TEXT NOT NULL,
  annotator_id INTEGER NOT NULL REFERENCES annotator(id), at TEXT NOT NULL,
  prediction_id INTEGER REFERENCES prediction(id),
  imported_by INTEGER REFERENCES layer(id),   -- the import it came with, even after a person changed it
  CHECK (0 <= start AND start < "end")
) STRICT;
CREATE INDEX annotation_note ON annotation (note_id, start, label, "end");
CREATE INDEX annotation_label ON annotation (label, note_id);
CREATE INDEX annotation_prediction ON annotation (prediction_id) WHERE prediction_id IS NOT NULL;
CREATE TABLE relation (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  note_id INTEGER NOT NULL REFERENCES note(id), layer_id INTEGER NOT NULL REFERENCES layer(id),
  head INTEGER NOT NULL REFERENCES annotation(id), tail INTEGER NOT NULL REFERENCES annotation(id),
  label TEXT NOT NULL, UNIQUE (head, tail, label)
) STRICT;
CREATE INDEX relation_tail ON relation (tail);
CREATE INDEX relation_note ON relation (note_id);
CREATE TABLE decision (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  prediction_id INTEGER NOT NULL REFERENCES prediction(id), note_id INTEGER NOT NULL REFERENCES note(id),
  annotator_id INTEGER NOT NULL REFERENCES annotator(id), at TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('accepted', 'rejected')),
  start INTEGER NOT NULL, spans TEXT NOT NULL, label TEXT NOT NULL,  -- of the prediction
  UNIQUE (prediction_id, annotator_id)
) STRICT;
CREATE INDEX decision_note ON decision (note_id, start);

CREATE TABLE operation (                      -- append-only: ids, names and salted hashes, never text
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  step INTEGER NOT NULL,                      -- the operation whose undo takes this one back
  kind TEXT NOT NULL, title TEXT NOT NULL, annotator TEXT NOT NULL, at TEXT NOT NULL,
  note_id INTEGER, reverses INTEGER,
  images INTEGER NOT NULL, digest TEXT NOT NULL, chain TEXT NOT NULL
) STRICT;
CREATE INDEX operation_step ON operation (step) WHERE step <> id;  -- the answers of a run
CREATE TRIGGER operation_stays BEFORE UPDATE ON operation
BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
CREATE TRIGGER operation_remains BEFORE DELETE ON operation
BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
CREATE TABLE step (                           -- what undo and redo find
  id INTEGER PRIMARY KEY, state TEXT NOT NULL CHECK (state IN ('done', 'undone', 'dropped'))
) STRICT;
CREATE TABLE row_image (                      -- the log's payload, which a purge may erase
  operation_id INTEGER NOT NULL REFERENCES operation(id), place INTEGER NOT NULL, note_id INTEGER,
  table_name TEXT NOT NULL, row_id INTEGER NOT NULL, before TEXT, after TEXT,
  PRIMARY KEY (operation_id, place)
) STRICT, WITHOUT ROWID;
"""

RAW_ANSWERS = (
    """
CREATE TABLE raw_answer (                     -- what a model wrote, to the letter
  id INTEGER PRIMARY KEY, answer_id INTEGER NOT NULL REFERENCES answer(id),
  place INTEGER NOT NULL,                     -- its number in the answer
  start INTEGER NOT NULL, "end" INTEGER NOT NULL,  -- the characters that it was asked about
  asked TEXT NOT NULL, text TEXT NOT NULL,
  flaws TEXT NOT NULL,                        -- JSON, a list of words
  CHECK (0 <= start AND start < "end"), UNIQUE (answer_id, place)
) STRICT""",
    "ALTER TABLE prediction ADD COLUMN raw INTEGER",  # the place of the raw answer that it was read from
    "ALTER TABLE unplaced ADD COLUMN raw INTEGER",
    "ALTER TABLE run ADD COLUMN figures TEXT NOT NULL DEFAULT '{}'",  # JSON: tokens, calls, memory of a run
)
"""What the second version added."""

SENTENCE_VECTORS = """
CREATE TABLE sentence_vector (                -- of examples, by encoder and sentence; may be lost
  key TEXT PRIMARY KEY, vector TEXT NOT NULL
) STRICT, WITHOUT ROWID"""
"""What the third version added."""

STAGE = "ALTER TABLE prediction ADD COLUMN stage TEXT"  # which of several taggers of a run made it
"""What the fourth version added."""

# Everything that Python's str.isspace() calls white space.
_WHITE = (
    "char(9,10,11,12,13,28,29,30,31,32,133,160,5760,8192,8193,8194,8195,8196,8197,8198,8199,8200,8201,8202,"
    "8232,8233,8239,8287,12288)"
)

# A token k of `note_tokens.packed`.  Plain arithmetic, since it is done for each token and annotation.
START = "(k.value >> 24)"
END = "((k.value >> 24) + (k.value & 16777215))"
# An annotation a that shares a character with it.  The first condition only makes the search short.
NEAR = f'a.start > {START} - n.longest AND a.start < {END} AND a."end" > {START}'

VIEWS = f"""
CREATE VIEW annotation_fragments AS
SELECT a.id AS annotation_id, a.note_id, a.layer_id, a.label, f.key / 2 AS fragment, f.value AS start,
       json_extract(a.spans, '$[' || (f.key + 1) || ']') AS "end"
FROM annotation a JOIN json_each(a.spans) f ON f.key % 2 = 0;

CREATE VIEW entity_annotations AS
SELECT n.name AS note, n.id AS note_id, n.status AS note_status, a.id AS annotation_id, a.label,
       a.start, a."end", a.spans,
       (SELECT group_concat(surface, ' ') FROM (
          SELECT substr(t.text, f.start + 1, f."end" - f.start) AS surface
          FROM annotation_fragments f WHERE f.annotation_id = a.id ORDER BY f.fragment)) AS text,
       l.kind AS layer_kind, l.name AS layer, a.layer_id, p.name AS annotator, a.at, a.prediction_id
FROM annotation a
JOIN note n ON n.id = a.note_id AND n.hidden = 0
JOIN note_text t ON t.id = n.id
JOIN layer l ON l.id = a.layer_id
JOIN annotator p ON p.id = a.annotator_id;

CREATE VIEW relation_annotations AS
SELECT n.name AS note, r.note_id, r.id AS relation_id, r.label, r.head AS head_id, h.label AS head_label,
       r.tail AS tail_id, t.label AS tail_label, r.layer_id
FROM relation r
JOIN note n ON n.id = r.note_id AND n.hidden = 0
JOIN annotation h ON h.id = r.head
JOIN annotation t ON t.id = r.tail;

-- One row for each token, layer and tag of the notes that have annotations (or are finished): 'O' where
-- a token has none, several rows where it has several annotations.  Each fragment begins with a B.
CREATE VIEW token_annotations AS
SELECT n.name AS note, n.id AS note_id, a.layer_id, l.name AS layer, k.key AS token,
       {START} AS start, {END} AS "end", substr(t.text, {START} + 1, {END} - {START}) AS text,
       CASE WHEN {START} <= f.value
              OR trim(substr(t.text, f.value + 1, {START} - f.value), {_WHITE}) = '' THEN 'B-' || a.label
            ELSE 'I-' || a.label END AS tag,
       a.label, a.id AS annotation_id
FROM note n
CROSS JOIN note_text t ON t.id = n.id
CROSS JOIN note_tokens s ON s.note_id = n.id
CROSS JOIN json_each(s.packed) k
CROSS JOIN annotation a ON a.note_id = n.id AND {NEAR}
CROSS JOIN json_each(a.spans) f ON f.key % 2 = 0 AND f.value < {END}
       AND json_extract(a.spans, '$[' || (f.key + 1) || ']') > {START}
JOIN layer l ON l.id = a.layer_id
WHERE n.hidden = 0
UNION ALL
SELECT n.name, n.id, l.id, l.name, k.key, {START}, {END},
       substr(t.text, {START} + 1, {END} - {START}), 'O', NULL, NULL
FROM note n
CROSS JOIN note_text t ON t.id = n.id
CROSS JOIN layer l ON l.kind <> 'run' AND (
       EXISTS (SELECT 1 FROM annotation a WHERE a.note_id = n.id AND a.layer_id = l.id)
       OR (n.status = 'finished' AND l.kind = 'annotator' AND l.annotator_id = n.annotator_id))
CROSS JOIN note_tokens s ON s.note_id = n.id
CROSS JOIN json_each(s.packed) k
WHERE n.hidden = 0 AND NOT EXISTS (
       SELECT 1 FROM annotation a CROSS JOIN json_each(a.spans) f ON f.key % 2 = 0 AND f.value < {END}
              AND json_extract(a.spans, '$[' || (f.key + 1) || ']') > {START}
       WHERE a.note_id = n.id AND a.layer_id = l.id AND {NEAR});
"""
