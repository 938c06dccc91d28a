"""FTS: what a person types to find words, as SQLite's full-text search wants it."""

from __future__ import annotations

import re
import unicodedata

_PARTS = re.compile(r'"([^"]*)"(\*?)|([^\s"]+)')


def fts_query(typed: str) -> str | None:
    """Return the query for `typed`: words, ``"a phrase"`` and ``begin*``, all of which must be there.

    None where it holds nothing that the index knows (marks only).  Nothing a person types is an
    error, and none of it is an operator: AND, NEAR, ^ and brackets are words or nothing.
    """
    wanted: list[str] = []
    for quoted, star, word in _PARTS.findall(typed):
        said = quoted or word.rstrip("*")
        beginning = star or ("*" if word.endswith("*") else "")
        if any(_indexed(c) for c in said):
            wanted.append(f'"{said}"{beginning}')
    return " ".join(wanted) or None


def _indexed(character: str) -> bool:
    """Whether SQLite's unicode61 tokenizer takes it as part of a word."""
    return unicodedata.category(character)[0] in "LN" or unicodedata.category(character) == "Co"
