"""Examination: what a loaded model can do for tagging, tried on sentences of our own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from engine.errors import ModelError
from engine.taggers.llama_cpp.tags import Write, choose_tags
from engine.taggers.llama_cpp.tokens import Vocabulary, read
from engine.text.token import tokenize

SENTENCES = (
    "Patient denies chest pain, dyspnea or fever.",
    "BP 128/84, HR <60, SpO2 >95 % on room air.",
    "Took aspirin 81 mg p.o. q.d. & metoprolol.",
    "K+ 3.9 mmol/L; Na+ 141; glucose 112 mg/dL (H).",
    "Temp 38.5 °C, µg dosing, ½ tablet b.i.d.",
    "Allergies:\tpenicillin\t(rash)",
    "Line one\r\nline two after CRLF.",
    "Non\u00a0breaking space and thin\u2009space.",
    "Ligatures: e\ufb03cacy of the \ufb02uid.",
    "Dx: “stable angina” – follow-up in 2–3 weeks.",
    "A&O×3, PERRLA, no JVD; abd. soft/NT/ND.",
    "[**2021-03-04**] seen by Dr. ___ at [HOSPITAL].",
    "Sjögren’s, Ménière’s, Guillain-Barré.",
    "β-blocker, α1-antitrypsin, IL-6 ↑↑",
    "Pain 7/10 😣, better after rest.",
    '<problem>not a tag</problem> & {"json": [1]}',
    "  two leading blanks and   runs   of blanks",
    "ALLCAPS HEADING: s/p CABG x3 (LIMA–LAD)",
    "decomposed e\u0301 and İ stay as they are",
    "1. Lisinopril 10 mg\n2. Insulin – sliding scale",
)  # fmt: skip
"""Sentences of our own, with all that notes are made of; a model's tokens should stand for exactly these."""


class Examined(Vocabulary, Protocol):
    """The backend, as much of it as is looked at."""

    rolls_back: bool
    places: int

    @property
    def trained_context(self) -> int:
        """The longest text that the model was trained on."""
        ...

    @property
    def chat_template(self) -> str:
        """The file's own chat template, or empty."""
        ...


def examined(
    backend: Examined, names: Sequence[str], wanted: Mapping[str, str], close: str, write: Write
) -> dict[str, Any]:
    """Return what the model can do, as plain values.

    ``rolls_back``; ``exact`` and ``sentences`` (how many of ours its tokens stand for exactly) with
    the numbers of those that are ``inexact``; ``hidden`` words in which no tag could begin; ``tags``
    per label, ``close``, and how many are ``single`` tokens, or ``tags_fault``; ``context``,
    ``trained_context``; ``chat_template``.
    """
    readings = []
    for sentence in SENTENCES:
        tokens = tokenize(sentence)
        readings.append(read(sentence, [tokens[number] for number in range(len(tokens))], backend))
    inexact = [number for number, one in enumerate(readings) if one is None or not one.exact]
    return {
        "rolls_back": backend.rolls_back,
        "sentences": len(SENTENCES),
        "exact": len(SENTENCES) - len(inexact),
        "inexact": inexact,
        "hidden": sum(one.hidden for one in readings if one),
        **_tags(names, wanted, close, write),
        "context": backend.places,
        "trained_context": backend.trained_context,
        "chat_template": bool(backend.chat_template),
    }


def _tags(names: Sequence[str], wanted: Mapping[str, str], close: str, write: Write) -> dict[str, Any]:
    try:
        ids, opens, end = choose_tags(names, wanted, close, write)
    except ModelError as error:
        return {"tags": {}, "close": "", "single": 0, "tags_fault": str(error)}
    single = sum(len(one) == 1 for one in (*ids.opens, ids.close))
    return {"tags": dict(zip(names, opens, strict=True)), "close": end, "single": single, "tags_fault": ""}
