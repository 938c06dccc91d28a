"""Migrations: the schema, step by step.  A step is appended, never changed once released."""

from __future__ import annotations

from engine.store import schema
from engine.store.sqlite import Connection, Database, Migrations

steps = Migrations("tagwell")


@steps(name="0001 first light")
def _first_light(db: Database) -> None:
    for statement in (schema.TABLES, schema.VIEWS):
        db.executescript(statement)
    db.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    _reached(db, 1)


@steps(name="0002 raw answers")
def _raw_answers(db: Database) -> None:
    for statement in schema.RAW_ANSWERS:  # a script of several would end the step's transaction
        db.execute(statement)
    _reached(db, 2)


@steps(name="0003 sentence vectors")
def _sentence_vectors(db: Database) -> None:
    db.execute(schema.SENTENCE_VECTORS)
    _reached(db, 3)


@steps(name="0004 stage of a prediction")
def _stage(db: Database) -> None:
    db.execute(schema.STAGE)
    _reached(db, 4)


SCHEMA_VERSION = 4
"""What `PRAGMA user_version` says after the last step."""


def _reached(db: Database, version: int) -> None:
    db.execute(f"PRAGMA user_version = {version}")  # part of the step's own transaction


def migrate(db: Database) -> None:
    """Bring the schema to `SCHEMA_VERSION`; each step and its record are one transaction.

    Foreign keys are switched on only afterwards: rebuilding a table inside a transaction with
    ``ON`` and a cascade fails in sqlite-utils.
    """
    steps.apply(db)


def version_of(connection: Connection) -> int:
    """Return the schema version that a file says it has."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)
