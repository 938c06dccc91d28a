"""What tagging with a language model costs, each way to do it, in one process that has llama.cpp.

    PYTHONPATH=. python tests/benchmarks/_llm_prices.py {prefill,generation,kiwi,cancel}

Writes a list of figures as JSON.  The model has random weights and the decisions are put
into its mouth, so that the share of disagreement is exact; all that is computed is real.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import NamedTuple

from _llm_model import VOCABULARY, model
from _llm_note import FIRST_WORD, LABELS, Sentence, Wishing, disturbed, note
from measurement import Measurement

from engine.errors import Cancelled
from engine.jobs.job import Job
from engine.taggers.llama_cpp.automaton import Automaton, Ids, Links, TagIds
from engine.taggers.llama_cpp.backend import LlamaBackend, Loading
from engine.taggers.llama_cpp.decoding import PREFIX, DraftedTagging, Pace, Step
from engine.taggers.llama_cpp.generation import Generation, Request
from engine.taggers.llama_cpp.rule import Rule
from engine.taggers.llama_cpp.strand import Drafted, Task

WORDS, SEED, ROUNDS = 120, 3, 3
THREADS = int(os.environ.get("TAGWELL_BENCHMARK_THREADS", "2"))
PREFIX_IDS: Ids = tuple(range(300, 700))
AFTER: Ids = (30, 31, 32, 33)
SHORT = TagIds(tuple((10 + label, 20) for label in range(LABELS)), (14,))
"""Tags as drafted tagging chooses them: ``drug(``, and ``)``."""

SPANS = TagIds(tuple((10 + label, 21, 22, 23, 24) for label in range(LABELS)), (14, 25))
"""Tags as Kiwi writes them, ``<span class="drug">`` and ``</span>``, in the fewest tokens these can take."""

NUMBERED = TagIds(((40, 50),), (14,))
"""How the tags of a sentence are shown whose modifiers are wanted: ``1(``, and ``)``."""

HEADS = Links(tuple((40 + head,) for head in range(9)), (50,), (tuple(range(9)),) * LABELS)
USUAL, SHARES = 0.15, (0.0, 0.15, 0.3, 0.6)

Timed = Callable[[], None]


class Wordless(LlamaBackend):
    """A model whose tokens are numbers and nothing else."""

    def piece(self, token: int) -> bytes:
        """Return a letter, whatever `token` is."""
        return b"x"

    def ends(self, token: int) -> bool:
        """Say that nothing ends an answer but its length."""
        return False


class Prices:
    """The ways to tag one note, each of which can be timed.  All begin behind the same 400 tokens."""

    def __init__(self) -> None:
        self.backend = Wordless(model(), Loading(context=8192, strands=8, threads=THREADS))
        self.sentences = note(WORDS, SEED, VOCABULARY)
        steps = [Step(token, at, PREFIX) for at, token in enumerate(PREFIX_IDS)]
        self.backend.decode(steps)

    def prefill(self) -> None:
        """Read all that drafted tagging reads when its draft is right, eight sentences in a batch."""
        begun = list(range(0, len(self.sentences), 8))
        for begin in begun:
            steps = list[Step]()
            for sequence, one in enumerate(self.sentences[begin : begin + 8], 1):
                self.backend.copy(PREFIX, sequence)
                ids = (*_lead(one), *_answer(one, one.tags, SHORT))
                steps += [
                    Step(token, len(PREFIX_IDS) + at, sequence, (token,) if at == len(ids) - 1 else ())
                    for at, token in enumerate(ids)
                ]
            self.backend.decode(steps)
            for sequence in range(1, 9):
                self.backend.rollback(sequence, 0)

    def instructions(self) -> None:
        """Read the instructions, as who does not keep them has to for every call."""
        steps = [Step(token, at, 1) for at, token in enumerate(PREFIX_IDS)]
        self.backend.decode(steps)
        self.backend.rollback(1, 0)

    def drafted(self, share: float, seed: int = 0, strands: int | None = None) -> None:
        """Tag with a draft of which this share of the actions is wrong."""
        tasks, wishes = list[Task](), {}
        for number, one in enumerate(self.sentences):
            automaton = Automaton(one.source, SHORT)
            draft = disturbed(one.tags, len(one.source), share, seed * 1000 + number)
            tasks.append(Task(_lead(one), automaton, draft))
            wishes[tasks[-1].lead] = (automaton, one.tags)
        self._tag(tasks, wishes, strands)

    def modified(self, share: float, seed: int = 0) -> None:
        """Tag the modifiers of all tags, a pass for each sentence that has any."""
        tasks, wishes = list[Task](), {}
        for number, one in enumerate(self.sentences):
            if not one.tags:
                continue
            automaton = Automaton(one.source, SHORT, links=HEADS)
            draft = disturbed(one.modifiers, len(one.source), share, seed * 1000 + number)
            shown = [tag._replace(label=0) for tag in one.tags]
            lead = (*_answer(one, shown, NUMBERED), *AFTER)
            tasks.append(Task(lead, automaton, draft))
            wishes[lead] = (automaton, one.modifiers)
        self._tag(tasks, wishes, None)

    def generated(self, tags: TagIds, strands: int = 1) -> None:
        """Write the tagged text token by token, each from all logits, as free generation does."""
        requests = [_request(_lead(one), _answer(one, one.tags, tags)) for one in self.sentences]
        Generation(self.backend, len(PREFIX_IDS), strands).write(requests)

    def kiwi(self) -> None:
        """Do Kiwi's job: a call for the tags of a sentence, and one for the modifiers of each tag."""
        requests = list[Request]()
        for one in self.sentences:
            requests.append(_request(_lead(one), _answer(one, one.tags, SPANS)))
            for number, tag in enumerate(one.tags):
                lead = (*_answer(one, (tag,), SPANS), *AFTER)
                own = [modifier for modifier in one.modifiers if number in modifier.heads]
                requests.append(_request(lead, _answer(one, own, SPANS)))
        Generation(self.backend, len(PREFIX_IDS), 1).write(requests)

    @property
    def kiwi_calls(self) -> int:
        """How many calls Kiwi's job takes."""
        return sum(1 + len(one.tags) for one in self.sentences)

    def _tag(
        self,
        tasks: Sequence[Task],
        wishes: dict[Ids, tuple[Automaton, tuple[Drafted, ...]]],
        strands: int | None,
    ) -> None:
        pace = Pace() if strands is None else replace(Pace(), strands=strands)
        wishing = Wishing(self.backend, len(PREFIX_IDS), wishes)
        said = DraftedTagging(wishing, Rule(), pace, len(PREFIX_IDS)).tag(tasks)
        for one, task in zip(said, tasks, strict=True):
            if [(tag.label, tag.start, tag.end) for tag in one.found] != [
                tag[:3] for tag in wishes[task.lead][1]
            ]:
                raise AssertionError("a tag got lost")


def _lead(one: Sentence) -> Ids:
    return (*one.source.ids, *AFTER)


def _answer(one: Sentence, tags: Sequence[Drafted], how: TagIds) -> Ids:
    """Return the text with `tags` in it, as tokens."""
    written = list[int]()
    for unit in range(len(one.source)):
        for tag in tags:
            if tag.end == unit:
                written += how.close
        for tag in tags:
            if tag.start == unit:
                written += how.opens[tag.label]
        written += one.source.unit(unit)
    return tuple(written) + how.close * sum(tag.end == len(one.source) for tag in tags)


def _request(lead: Ids, answer: Ids) -> Request:
    left = iter(answer)
    return Request(lead, len(answer), choose=lambda row: (int(row.argmax()), next(left))[1])


class Took(NamedTuple):
    """Seconds on the clock, and of the processor: on a machine that others use, only these compare."""

    clock: float
    processor: float


def timed(ways: dict[str, Timed], rounds: int = ROUNDS) -> dict[str, list[Took]]:
    """Return how long each way took in each round; they take turns."""
    took: dict[str, list[Took]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            clock, processor = time.perf_counter(), time.process_time()
            way()
            took[name].append(Took(time.perf_counter() - clock, time.process_time() - processor))
    return took


def ratios(
    name: str, over: Sequence[Took], under: Sequence[Took], budget: float | None, *, more: bool = False
) -> list[Measurement]:
    """Return the median over the rounds of one time in terms of another, by the clock and the processor."""
    both = list(zip(over, under, strict=True))
    clock = statistics.median(a.clock / b.clock for a, b in both)
    processor = statistics.median(a.processor / b.processor for a, b in both)
    return [
        Measurement(name, clock, "times", budget=budget, more_is_better=more),
        Measurement(f"{name}, processor", processor, "times", budget=budget, more_is_better=more),
    ]


def prefill() -> list[Measurement]:
    """Return drafted tagging at several shares of disagreement in terms of reading the same tokens."""
    prices = Prices()
    ways: dict[str, Timed] = {f"{share:.0%}": partial(prices.drafted, share) for share in SHARES}
    ways["no draft"] = partial(prices.drafted, 1.0)
    took = timed({"prefill": prices.prefill, **ways})
    found = []
    for name in ways:
        budget = 1.35 if name == f"{USUAL:.0%}" else None
        found += ratios(f"llm-drafted-over-prefill: {name}", took[name], took["prefill"], budget)
    return [*found, Measurement("llm-drafted-over-prefill: prefill", took["prefill"][0].clock, "s")]


def generation() -> list[Measurement]:
    """Return span-tag generation in terms of drafted tagging, one answer at a time and eight."""
    prices = Prices()
    took = timed(
        {
            "drafted": partial(prices.drafted, USUAL),
            "one note": partial(prices.generated, SPANS),
            "one note, our tags": partial(prices.generated, SHORT),
            "eight at a time": partial(prices.generated, SPANS, 8),
            "eight at a time, our tags": partial(prices.generated, SHORT, 8),
        }
    )
    budgets = {"one note": 1.5, "eight at a time": 1.2}
    found = []
    for name in [one for one in took if one != "drafted"]:
        label = f"llm-drafted-over-generation: {name}"
        found += ratios(label, took[name], took["drafted"], budgets.get(name), more=True)
    return found


def kiwi() -> list[Measurement]:
    """Return Kiwi's 1 + E calls in terms of two drafted passes; each call also with the instructions anew."""
    prices = Prices()

    def ours() -> None:
        prices.drafted(USUAL)
        prices.modified(USUAL)

    took = timed({"ours": ours, "kiwi": prices.kiwi, "instructions": prices.instructions}, rounds=1)
    anew = [
        Took(*(a + prices.kiwi_calls * b for a, b in zip(calls, reading, strict=True)))
        for calls, reading in zip(took["kiwi"], took["instructions"], strict=True)
    ]
    return [
        *ratios("llm-kiwi-job: cached instructions", took["kiwi"], took["ours"], 2.5, more=True),
        *ratios("llm-kiwi-job: as published", anew, took["ours"], 5.0, more=True),
    ]


def cancel() -> list[Measurement]:
    """Return how long a cancel takes in the middle of reading a note of 4,096 tokens, several times."""
    backend = Prices().backend
    steps = [Step(FIRST_WORD + at, len(PREFIX_IDS) + at, 1) for at in range(4096)]
    late = list[float]()
    for wait in (0.5, 1.1, 1.7, 2.3, 2.9):
        backend.copy(PREFIX, 1)
        job, asked = Job(), list[float]()
        backend.listen(job)

        def stop(job: Job = job, asked: list[float] = asked) -> None:
            asked.append(time.perf_counter())
            job.cancel()

        timer = threading.Timer(wait, stop)
        timer.start()
        try:
            backend.decode(steps)
        except Cancelled:
            late.append((time.perf_counter() - asked[0]) * 1000)
        timer.join()
        backend.listen(Job())
        backend.rollback(1, 0)
    name = "llm-cancel: prefill of 4,096 tokens"
    return [
        Measurement(f"{name}, median", statistics.median(late), "ms", budget=200),
        Measurement(f"{name}, longest", max(late), "ms", budget=200),
    ]


WHICH = {"prefill": prefill, "generation": generation, "kiwi": kiwi, "cancel": cancel}

if __name__ == "__main__":
    json.dump([asdict(one) for one in WHICH[sys.argv[1]]()], sys.stdout)
