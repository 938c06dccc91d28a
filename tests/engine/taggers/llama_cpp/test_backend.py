"""llama.cpp reads, forgets and stops as tagging needs it to, and tags as plain decoding does."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from engine.errors import Cancelled, ModelError
from engine.jobs.job import Job
from engine.taggers.llama_cpp.automaton import Automaton
from engine.taggers.llama_cpp.backend import LlamaBackend, Loading
from engine.taggers.llama_cpp.decoding import Cost, DraftedTagging, Pace, Step
from engine.taggers.llama_cpp.plain import PlainTagging
from engine.taggers.llama_cpp.rule import DEAD_ZONE, Rule
from engine.taggers.llama_cpp.strand import Drafted, Tagged, Task
from engine.taggers.llama_cpp.tags import choose_tags
from engine.taggers.llama_cpp.tokens import read
from engine.text.token import tokenize

pytestmark = [pytest.mark.llm, pytest.mark.native]

CLINICAL = [
    "BP <140/90, A&O x3",
    "took\taspirin 81mg\r\ndaily",
    "5 µg of drug\u00a0in 37.5°C ½ tab",
    "🙂 eﬃcient ﬁstula, naïve Å\u0301",
    "[**Name**] ___ {{x}} <s> </s> <|eot|> <0x41>",
    "e\u0301dema «rule out» “MI” – 日本",
    " \t blanks  within   and around ",
]


@pytest.fixture(scope="module")
def backend(random_model: Path) -> Iterator[LlamaBackend]:
    loaded = LlamaBackend(random_model, Loading(context=8192, strands=4, threads=1))
    yield loaded
    loaded.close()


@pytest.mark.parametrize("text", CLINICAL)
def test_text_goes_to_tokens_and_back_and_never_becomes_a_control_token(backend: LlamaBackend, text: str):
    ids = backend.tokens(text)
    assert b"".join(map(backend.piece, ids)) == b" " + text.encode()
    assert not {1, 2} & set(ids)
    reading = read(text, list(tokenize(text)), backend)
    assert reading is not None
    assert reading.exact
    assert reading.span(0, len(reading.source)) == reading.spans[0].__class__(
        tokenize(text)[0].start, tokenize(text)[-1].end
    )
    assert all(a.end <= b.start for a, b in pairwise(reading.spans))


def test_our_own_text_may_hold_control_tokens(backend: LlamaBackend):
    assert backend.tokens("</s>", special=True) == (2,)
    assert backend.tokens("a", begin=True)[0] == 1


def test_logits_are_those_of_the_tokens_that_wanted_them(backend: LlamaBackend):
    ids = backend.tokens("the patient took aspirin")
    wanted = tuple(range(260, 300))
    together = backend.decode(
        [Step(one, at, 1, wanted if at in {1, 3} else ()) for at, one in enumerate(ids)]
    )
    backend.rollback(1, 0)
    singly = [backend.decode([Step(one, at, 1, wanted)])[0] for at, one in enumerate(ids)]
    backend.rollback(1, 0)
    assert len(together) == 2
    assert together[0] == pytest.approx(singly[1], abs=1e-3)
    assert together[1] == pytest.approx(singly[3], abs=1e-3)
    assert together[0] != pytest.approx(together[1], abs=1e-1)


def test_what_was_forgotten_had_no_effect(backend: LlamaBackend):
    assert backend.rolls_back
    wanted = tuple(range(260, 300))
    backend.decode([Step(300, 0, 0), Step(301, 1, 0)])
    backend.copy(0, 2)
    backend.decode([Step(302, 2, 2), Step(303, 3, 2)])
    backend.rollback(2, 2)
    after = backend.decode([Step(304, 2, 2, wanted)])[0]
    backend.rollback(2, 0)
    fresh = backend.decode([Step(304, 2, 0, wanted)])[0]
    backend.rollback(0, 0)
    assert after == pytest.approx(fresh, abs=1e-3)


def task_of(text: str, backend: LlamaBackend, depth: int, fate: random.Random | None) -> Task:
    tags, _, _ = choose_tags(
        ("problem", "treatment", "drug", "test"), {}, "", lambda one: backend.tokens(one, special=True)[-3:]
    )
    reading = read(text, list(tokenize(text)), backend)
    assert reading is not None
    draft = []
    for unit in range(0, len(reading.source), 3) if fate else ():
        draft.append(Drafted(fate.randrange(4), unit, unit + fate.randint(1, 3)))
    lead = (*reading.source.ids, *backend.tokens("\nthe"))
    return Task(lead, Automaton(reading.source, tags, depth), tuple(draft))


WORDS = "the patient took aspirin 81mg daily for chest pain (no fever), BP <140/90 & µg no is with in"


def notes(count: int, seed: int = 3) -> list[str]:
    fate = random.Random(seed)  # noqa: S311
    words = WORDS.split()
    return [" ".join(fate.choices(words, k=fate.randint(4, 25))) for _ in range(count)]


@pytest.mark.slow
@pytest.mark.parametrize("draft", ["none", "random", "right"])
@pytest.mark.parametrize("depth", [1, 2])
def test_drafted_is_plain(backend: LlamaBackend, draft: str, depth: int):
    fate = random.Random(5) if draft == "random" else None  # noqa: S311
    rule = Rule(dict.fromkeys(range(4), -4.0))
    tasks = [task_of(text, backend, depth, fate) for text in notes(25)]
    prefix = backend.tokens("the drug is in the text", begin=True)
    tagging = DraftedTagging(backend, rule, Pace(strands=3))
    tagging.read_prefix(prefix)
    plain = PlainTagging(backend, rule, tagging.prefix)
    slow = plain.tag(tasks)
    if draft == "right":
        tasks = [
            Task(one.lead, one.automaton, tuple(Drafted(f.label, f.start, f.end) for f in said.found))
            for one, said in zip(tasks, slow, strict=True)
        ]
    tagging.cost = Cost()
    fast = tagging.tag(tasks)
    assert sum(len(one.found) for one in slow) > 20, "there is something to compare"
    equal = different = 0
    far = 0.0
    for ours, theirs in zip(fast, slow, strict=True):
        for a, b in zip(ours.decisions, theirs.decisions, strict=False):
            if a.action != b.action:
                assert abs(b.margin - DEAD_ZONE) < DEAD_ZONE or (b.label_margin or 1) < DEAD_ZONE
                different += 1
                break  # from here on they have written different things
            equal += 1
            far = max(far, abs(a.margin - b.margin))
    assert far < DEAD_ZONE
    assert different <= 0.001 * (equal + different)
    assert tagging.cost.calls < plain.cost.calls / 5


@pytest.mark.slow
def test_a_model_that_can_forget_nothing_tags_as_plain_decoding_does(state_model: Path):
    loaded = LlamaBackend(state_model, Loading(context=4096, strands=3, threads=1))
    assert not loaded.rolls_back
    rule = Rule(dict.fromkeys(range(4), -1.0))
    tasks = [task_of(text, loaded, 1, random.Random(5)) for text in notes(12)]  # noqa: S311
    prefix = loaded.tokens("the drug is in the text", begin=True)
    tagging = DraftedTagging(loaded, rule, Pace(strands=3))
    tagging.read_prefix(prefix)
    plain = PlainTagging(loaded, rule, tagging.prefix)
    slow = plain.tag(tasks)
    tagging.cost = Cost()
    fast = tagging.tag(tasks)
    right = [
        Task(one.lead, one.automaton, tuple(Drafted(f.label, f.start, f.end) for f in said.found))
        for one, said in zip(tasks, slow, strict=True)
    ]
    easy = DraftedTagging(loaded, rule, Pace(strands=3), tagging.prefix)
    assert [spans(one) for one in easy.tag(right)] == [spans(one) for one in slow]
    loaded.close()
    assert sum(len(one.found) for one in slow) > 10, "there is something to compare"
    for ours, theirs in zip(fast, slow, strict=True):
        assert [one.action for one in ours.decisions] == [one.action for one in theirs.decisions]
        assert [one.margin for one in ours.decisions] == pytest.approx(
            [one.margin for one in theirs.decisions], abs=DEAD_ZONE
        )
    assert easy.cost.calls < tagging.cost.calls < plain.cost.calls / 2
    assert easy.cost.calls < easy.cost.decisions / 3, "blocks are verified; no decision needs a call"


def spans(said: Tagged) -> list[tuple[int, int, int]]:
    return [(one.label, one.start, one.end) for one in said.found]


def test_a_cancel_stops_within_a_batch_and_the_model_can_be_used_again(backend: LlamaBackend):
    wanted = tuple(range(260, 300))
    steps = [Step(300 + at % 50, at, 1, wanted if at == 8000 else ()) for at in range(8001)]
    begun = time.perf_counter()
    expected = backend.decode(steps)
    whole = time.perf_counter() - begun
    backend.rollback(1, 0)
    job = Job()
    backend.listen(job)
    timer = threading.Timer(whole / 5, job.cancel)
    timer.start()
    begun = time.perf_counter()
    with pytest.raises(Cancelled):
        backend.decode(steps)
    late = time.perf_counter() - begun - whole / 5
    timer.join()
    backend.rollback(1, 0)
    backend.listen(Job())
    assert late < max(0.2, whole / 4)
    assert backend.decode(steps)[0] == pytest.approx(expected[0], abs=1e-3)
    backend.rollback(1, 0)


def test_a_file_that_is_no_model_is_refused_with_a_sentence(tmp_path: Path, random_model: Path):
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(random_model.read_bytes()[:5000])
    for path in (broken, tmp_path / "missing.gguf"):
        with pytest.raises(ModelError, match=f"“{path.name}” is not a model"):
            LlamaBackend(path, Loading())
