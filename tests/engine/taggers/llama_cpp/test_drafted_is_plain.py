"""Drafted tagging makes the decisions of step-by-step decoding, whatever the draft, on real models."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from engine.model_files.manifest import read_manifest
from engine.model_files.places import models_folder
from engine.taggers.llama_cpp.automaton import Automaton, Ids, TagIds
from engine.taggers.llama_cpp.backend import LlamaBackend, Loading
from engine.taggers.llama_cpp.decoding import DraftedTagging
from engine.taggers.llama_cpp.plain import PlainTagging
from engine.taggers.llama_cpp.rule import DEAD_ZONE, Rule
from engine.taggers.llama_cpp.strand import Drafted, Tagged, Task
from engine.taggers.llama_cpp.tags import choose_tags
from engine.taggers.llama_cpp.tokens import read
from engine.text.token import tokenize

pytestmark = [pytest.mark.llm, pytest.mark.native, pytest.mark.slow]

COUNT = 500
DRAW = 0.01
"""Where a decision differs at all, it lies as near to a draw as this."""

LABELS = ("problem", "treatment", "drug", "test")
FINDINGS = [
    "chest pain",
    "fever",
    "shortness of breath",
    "edema",
    "type 2 diabetes",
    "a rash",
    "hypertension",
]
DRUGS = [
    "aspirin 81 mg",
    "metformin 500 mg p.o. b.i.d.",
    "lisinopril",
    "IV heparin",
    "insulin (sliding scale)",
]
TESTS = ["BP <140/90", "CT of the abdomen", "an EKG", "K+ 3.9 & Na+ 141", "WBC of 12,000", "troponins"]
FRAMES = [
    "The patient denies {f} or {f}.",
    "Started on {d} for {f}, with {t} to follow.",
    "{t} showed no evidence of {f}",
    "History of {f}, on {d} and {d}",
    "{t}; {t}; {f} resolved after {d}.",
    "No known {f}",
]


def sentence(fate: random.Random) -> str:
    said = fate.choice(FRAMES)
    for place, words in (("{f}", FINDINGS), ("{d}", DRUGS), ("{t}", TESTS)):
        while place in said:
            said = said.replace(place, fate.choice(words), 1)
    return said


class Model(NamedTuple):
    """A loaded model, how it writes tags, and what stands before and behind each sentence."""

    backend: LlamaBackend
    rule: Rule
    tags: TagIds
    before: Ids
    after: Ids


@pytest.fixture(scope="module", params=["random", "small"])
def model(request: pytest.FixtureRequest, random_model: Path) -> Iterator[Model]:
    wanted, close, path = dict[str, str](), "", random_model
    rule = Rule(dict.fromkeys(range(len(LABELS)), -3.0))
    before, after = "the drug is in the text:\n", "\n:\n"
    if request.param == "small":
        folder = models_folder() / "default" / "small-llm"
        if not folder.is_dir():
            pytest.skip("the small language model is not there")
        manifest = read_manifest(folder)
        path, rule = manifest.path(folder, "model"), Rule()
        wanted, close = manifest.options["tags"], manifest.options["close"]
        before, after = f"tags: {', '.join(LABELS)}\n", "\n=\n"
    backend = LlamaBackend(path, Loading(context=2048, strands=8, threads=1))

    def write(text: str) -> Ids:
        ids = backend.tokens(text, special=True)
        return ids[1:] if len(ids) > 1 and backend.piece(ids[0]) == b" " else ids

    tags, _, _ = choose_tags(LABELS, wanted, close, write)
    yield Model(backend, rule, tags, backend.tokens(before, begin=True, special=True), write(after))
    backend.close()


def drafts(
    said: list[Tagged], tasks: list[Task], fate: random.Random
) -> dict[str, list[tuple[Drafted, ...]]]:
    """Return no draft; one like an encoder's, mostly right; and one that is wrong everywhere."""
    like_encoder, adverse = [], []
    for tagged, task in zip(said, tasks, strict=True):
        units = len(task.automaton.source)
        right = [Drafted(one.label, one.start, one.end) for one in tagged.found if fate.random() > 0.15]
        like_encoder.append(tuple(one._replace(end=one.end + (fate.random() < 0.15)) for one in right))
        taken = {(one.label, one.start) for one in tagged.found}
        every = (Drafted(fate.randrange(4), at, at + fate.randint(1, 4)) for at in range(units))
        adverse.append(tuple(one for one in every if (one.label, one.start) not in taken))
    return {"none": [()] * len(tasks), "encoder": like_encoder, "adversarial": adverse}


def test_five_hundred_sentences_with_three_drafts(model: Model):
    fate = random.Random(500)  # noqa: S311
    tasks = []
    for text in (sentence(fate) for _ in range(COUNT)):
        reading = read(text, list(tokenize(text)), model.backend)
        assert reading is not None
        tasks.append(Task((*reading.source.ids, *model.after), Automaton(reading.source, model.tags)))
    tagging = DraftedTagging(model.backend, model.rule)
    tagging.read_prefix(model.before)
    plain = PlainTagging(model.backend, model.rule, tagging.prefix)
    slow = plain.tag(tasks)
    assert sum(len(one.found) for one in slow) > COUNT / 10, "there is something to compare"
    for name, guesses in drafts(slow, tasks, fate).items():
        guessed = [Task(one.lead, one.automaton, guess) for one, guess in zip(tasks, guesses, strict=True)]
        fast = tagging.tag(guessed)
        equal, different = compared(fast, slow, model.backend.noise)
        assert different <= 0.001 * (equal + different), name
        assert tagging.tag(guessed) == fast, "the same settings give the same tags"


def compared(fast: list[Tagged], slow: list[Tagged], noise: float) -> tuple[int, int]:
    """Return how many decisions are equal, and how many are not."""
    equal = different = 0
    for ours, theirs in zip(fast, slow, strict=True):
        for a, b in zip(ours.decisions, theirs.decisions, strict=False):
            if a.action != b.action:
                near = abs(b.margin - DEAD_ZONE) < DRAW
                assert near or (b.label_margin is not None and b.label_margin < DRAW)
                different += 1
                break  # from here on they have written different things
            assert abs(a.margin - b.margin) < 3 * noise, "else more than near draws had to be decided anew"
            equal += 1
    return equal, different
