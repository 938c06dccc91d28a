"""JSON grammar: what a JSON answer may look like, in llama.cpp's notation (GBNF).

Small, and never made of a note's text.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.taggers.llama_cpp.formats.answer_format import AnswerFormat
from engine.taggers.llama_cpp.formats.json_answers import JsonDict, JsonList

_STRING = r"""
string ::= "\"" char char* "\""
char ::= [^"\\\x00-\x1f] | "\\" (["\\/bfnrt] | "u" hex hex hex hex)
hex ::= [0-9a-fA-F]
"""
_LIST = r"""
root ::= "[" (item (", " item)*)? "]"
item ::= "{\"entity\": " kind ", \"text\": " string "}"
kind ::= KINDS
"""
_DICT = r"""
root ::= "{" (entry (", " entry)*)? "}"
entry ::= kind ": [" string (", " string)* "]"
kind ::= KINDS
"""


def grammar_of(how: AnswerFormat, labels: Sequence[str]) -> str | None:
    """Return the grammar of the answers that `how` writes with these labels; None where it needs none."""
    if not isinstance(how, JsonList | JsonDict):
        return None
    kinds = " | ".join(f'"\\"{label}\\""' for label in labels)
    return ((_LIST if isinstance(how, JsonList) else _DICT) + _STRING).replace("KINDS", kinds).lstrip()
