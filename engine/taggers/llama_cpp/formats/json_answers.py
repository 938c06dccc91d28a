"""JSON answers: the words of what was found, as a list of objects or as a dictionary by kind.

Nothing is repeated but the words themselves, so where they stand is found out afterwards.
The reader is tolerant: text around the JSON, Python's quotes, a trailing comma, an answer
that breaks off, and the shapes that other prompts ask for (``{"fever": "problem"}``) are
all read.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping, Sequence

from engine.labels.label_set import LabelType
from engine.taggers.llama_cpp.formats.answer_format import Flaw, Mark, Names, Read, Written
from engine.taggers.llama_cpp.formats.reading import sorted_by_label

_KINDS = ("entity", "type", "label", "kind", "class")
_WORDS = ("text", "words", "span", "surface", "mention", "name")
_OBJECT = re.compile(r"\{[^{}]*\}")
_TRAILING = re.compile(r",(?=\s*[\]}])")
_ENTRY = re.compile(r"\"((?:[^\"\\]|\\.)*)\"\s*:\s*\[((?:\s*\"(?:[^\"\\]|\\.)*\"\s*,?)*)")
_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"")


class JsonList:
    """Objects in the order of the text: ``[{"entity": "problem", "text": "fever"}]``."""

    name = "json-list"
    nests = True
    stop = "\n\n"
    everywhere = False

    def task(self, types: Sequence[LabelType]) -> str:
        """Return the instruction."""
        known = ", ".join(f'"{one.name}"' for one in types)
        return (
            "Answer with a JSON list of what the text says, in its order and in its own words, each as "
            f'{{"entity": kind, "text": words}}, or [] for nothing.\nThe kinds are: {known}\n'
        )

    def named(self, one: LabelType) -> str:
        """Return the name in quotes."""
        return f'"{one.name}"'

    def write(self, text: str, marks: Sequence[Mark]) -> str:
        """Return the list."""
        ordered = sorted(marks, key=lambda one: (one.start, -one.end, one.label))
        return _dumped([{"entity": one.label, "text": text[one.start : one.end]} for one in ordered])

    def read(self, raw: str, names: Names) -> Read:
        """Return what is listed."""
        return _read(raw, names)


class JsonDict:
    """Words by kind, each once: ``{"problem": ["fever", "knee pain"]}``."""

    name = "json-dict"
    nests = True
    stop = "\n\n"
    everywhere = True

    def task(self, types: Sequence[LabelType]) -> str:
        """Return the instruction."""
        known = ", ".join(f'"{one.name}"' for one in types)
        return (
            "Answer with a JSON object that holds, for each kind of thing that the text names, the list of "
            f"its words as they stand there, or {{}} for nothing.\nThe kinds are: {known}\n"
        )

    def named(self, one: LabelType) -> str:
        """Return the name in quotes."""
        return f'"{one.name}"'

    def write(self, text: str, marks: Sequence[Mark]) -> str:
        """Return the dictionary."""
        found: dict[str, dict[str, None]] = {}
        for one in sorted(marks, key=lambda one: (one.start, -one.end, one.label)):
            found.setdefault(one.label, {})[text[one.start : one.end]] = None
        return _dumped({label: list(words) for label, words in found.items()})

    def read(self, raw: str, names: Names) -> Read:
        """Return what is listed."""
        return _read(raw, names)


def _dumped(found: object) -> str:
    """Write JSON on one line; line breaks within words are escaped by JSON itself."""
    return json.dumps(found, ensure_ascii=False)


def _read(raw: str, names: Names) -> Read:
    value, whole = _value(raw)
    found = [one for one in _written(value, names) if one.surface.strip()]
    known, unknown = sorted_by_label(found, names)
    flaws = set() if whole else {Flaw.UNREADABLE}
    if unknown:
        flaws.add(Flaw.UNKNOWN_LABEL)
    return Read(tuple(known), None, tuple(unknown), frozenset(flaws))


def _value(raw: str) -> tuple[object, bool]:
    """Return the first JSON value in `raw`, or what can be saved of it, and whether it was all right."""
    begin = min((at for at in (raw.find("["), raw.find("{")) if at >= 0), default=-1)
    if begin < 0:
        return [], False
    body = raw[begin:]
    try:
        value, _ = json.JSONDecoder(strict=False).raw_decode(body)
    except (ValueError, RecursionError):
        return _saved(body)
    return value, True


def _saved(body: str) -> tuple[object, bool]:
    end = max(body.rfind("]"), body.rfind("}")) + 1
    tried = _TRAILING.sub("", body[:end])
    value = _literal(tried) if tried else None
    if value is not None:
        return value, True
    if body.startswith("{") and (entries := _ENTRY.findall(body)):
        return {key: [_literal(one) for one in _STRING.findall(some)] for key, some in entries}, False
    return [one for one in map(_literal, _OBJECT.findall(body)) if one is not None], False


def _literal(said: str) -> object:
    for load in (json.loads, ast.literal_eval):
        try:
            return load(said)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
    return None


def _written(value: object, names: Names) -> Iterator[Written]:
    """Yield what `value` says in any of the shapes; words without a kind have the only kind there is."""
    only = next(iter(set(names.values()))) if len(set(names.values())) == 1 else ""
    if isinstance(value, list):
        for one in value:
            if isinstance(one, str):
                yield Written(only, one)
            elif isinstance(one, dict):
                yield from _object(one, names)
    elif isinstance(value, dict):
        yield from _object(value, names)


def _object(value: Mapping[object, object], names: Names) -> Iterator[Written]:
    folded = {str(key).casefold(): one for key, one in value.items()}
    kind = next((folded[key] for key in _KINDS if key in folded and key not in names), None)
    words = next((folded[key] for key in _WORDS if key in folded), None)
    if isinstance(kind, str) and isinstance(words, str):
        yield Written(kind, words)
        return
    for key, said in value.items():
        if isinstance(said, list):
            yield from (Written(str(key), one) for one in said if isinstance(one, str))
        elif isinstance(said, str):
            backwards = said.casefold() in names and str(key).casefold() not in names
            yield Written(said, str(key)) if backwards else Written(str(key), said)
