"""Every tag of a thousand notes made by chance says exactly the characters at which it stands."""

from __future__ import annotations

import random

import pytest

from engine.jobs.job import Job
from engine.labels.files import find_label_set
from engine.model_files.installed import find_model
from engine.model_files.places import models_folder
from engine.taggers.onnx_bert.tagger import OnnxBertTagger
from engine.text.token import tokenize

pytestmark = [pytest.mark.native, pytest.mark.slow]

NOTES = 1000
ODD = [
    "\r\n",
    "\t",
    "\u00a0",
    "🙂",
    "👩\u200d⚕️",
    "µ",
    "ﬁ",
    "İ",
    "<",
    "&amp;",
    "[**Name**]",
    "e\u0301",
    "\u200b",
    "\u2028",
]


def notes() -> list[str]:
    """Pieces of the demo notes in any order, with characters between them that are hard to count."""
    chance = random.Random(11)  # noqa: S311 - the same notes each time
    words = " ".join(
        one.read_text(encoding="utf-8") for one in sorted((models_folder() / "demo" / "notes").glob("*.txt"))
    ).split(" ")
    found = []
    for _ in range(NOTES):
        pieces = []
        for _ in range(chance.randint(1, 4)):
            start = chance.randrange(len(words))
            pieces += [" ".join(words[start : start + chance.randint(1, 8)]), chance.choice([" ", *ODD])]
        found.append("".join(pieces))
    return found


def test_every_tag_is_cut_from_its_note_at_borders_of_words() -> None:
    texts, kiwi = notes(), find_label_set("kiwi", models_folder())
    tagger = OnnxBertTagger(find_model("clinical").folder, {})
    count = 0
    for text, answer in zip(texts, tagger.tag(texts, kiwi, Job()), strict=True):
        tokens = tokenize(text)
        for one in answer.items:
            assert len(one.spans) == 1
            assert tokens.snapped(one.hull) == one.hull, "whole words, and no white space at the ends"
            assert 0 <= one.hull.start < one.hull.end <= len(text)
        pairs = {(one.hull, one.label) for one in answer.items}
        assert len(pairs) == len(answer.items), "nothing twice"
        count += len(pairs)
    tagger.close()
    assert count > NOTES
