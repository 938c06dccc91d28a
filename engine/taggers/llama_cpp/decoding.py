"""Decoding: a model tags text by copying it, drafted in blocks.

It makes the same decisions by the same rule as step by step (`PlainTagging`), which is
its definition.  A whole block of the likely answer is read at once, the model's own
decisions are looked up at each word, and where it wants another action than the draft,
that action is put in and what was read behind it is dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from engine.errors import ModelError
from engine.taggers.llama_cpp.automaton import Ids
from engine.taggers.llama_cpp.rule import Rule
from engine.taggers.llama_cpp.strand import Block, Strand, Tagged, Task

PREFIX = 0
"""The sequence that holds the instructions; texts have sequences from 1 on."""


class Step(NamedTuple):
    """One token to read: its place in its sequence, and the tokens whose logits are wanted after it."""

    token: int
    position: int
    sequence: int
    wanted: Ids = ()


class Backend(Protocol):
    """A language model with a memory of several sequences."""

    @property
    def rolls_back(self) -> bool:
        """Whether the end of a sequence can be forgotten."""
        ...

    @property
    def places(self) -> int:
        """How many tokens the memory holds, all sequences together; a shared prefix counts once."""
        ...

    def decode(self, steps: Sequence[Step]) -> list[Sequence[float]]:
        """Read `steps` and return the wanted logits, a row for each step that wants some.

        Raises:
            Cancelled: the job was cancelled meanwhile; the sequences are in no known state.
            ModelError: the model could not read them.
        """
        ...

    def rollback(self, sequence: int, position: int) -> None:
        """Forget what `sequence` holds from `position` on; from 0 on always works."""
        ...

    def copy(self, source: int, target: int) -> None:
        """Let the empty sequence `target` go on from the end of `source`."""
        ...


@dataclass(slots=True)
class Cost:
    """How often the model was called, with how many tokens, and how many decisions that gave."""

    calls: int = 0
    tokens: int = 0
    decisions: int = 0


@dataclass(frozen=True, slots=True)
class Pace:
    """How texts are put through the model.  It changes the time, not the tags.

    `block` is how many tokens of a draft are read at once, `unsure_block` the same within
    a tag whose end is not known, `strands` how many texts go together.

    On a CPU a token costs the same in any batch of 16 or more, so many texts with short
    blocks are best: less is read in vain.  A GPU reads hundreds for the price of one, and
    wants long blocks.
    """

    block: int = 8
    unsure_block: int = 2
    strands: int = 8


class DraftedTagging:
    """Tags texts in blocks.  Used from one thread; the backend belongs to it.

    Where the model's memory cannot be rolled back, nothing is guessed: one call per
    decision, with the same tags.
    """

    def __init__(self, backend: Backend, rule: Rule, pace: Pace | None = None, prefix: int = 0) -> None:
        """Tag behind the instructions that sequence 0 holds, in `prefix` places; see `read_prefix`."""
        self._backend = backend
        self._rule = rule
        pace = pace or Pace()
        self._pace = pace if backend.rolls_back else Pace(0, 0, pace.strands)
        self._prefix = prefix
        self.cost = Cost()

    def sharing_prefix(self, rule: Rule) -> DraftedTagging:
        """Return another way to tag behind the same instructions, by another rule, with a cost of its own."""
        return DraftedTagging(self._backend, rule, self._pace, self._prefix)

    @property
    def prefix(self) -> int:
        """How many places the instructions take."""
        return self._prefix

    @property
    def room(self) -> int:
        """How many places one text can have at most (`Task.most_ids`)."""
        return self._backend.places - self._prefix

    def read_prefix(self, ids: Ids) -> None:
        """Read the instructions, which every text is preceded by, once for all.

        Raises:
            Cancelled, ModelError: see `Backend.decode`; the instructions are not there then.
        """
        self._backend.rollback(PREFIX, 0)
        self._prefix = 0
        if len(ids) >= self._backend.places:
            raise ModelError("The instructions are longer than the text that this model can read at once.")
        if ids:
            self._decode([Step(token, at, PREFIX) for at, token in enumerate(ids)])
        self._prefix = len(ids)

    def tag(self, tasks: Sequence[Task]) -> list[Tagged]:
        """Return what the model makes of each task, in their order.

        Raises:
            Cancelled: the job was cancelled; the instructions are still there.
            ModelError: the model could not read a text, or one needs more than `room`.
        """
        if any(task.most_ids > self.room for task in tasks):
            raise ModelError("A sentence is longer than the text that this model can read at once.")
        answers: dict[int, Tagged] = {}
        strands: dict[int, tuple[int, Strand]] = {}
        try:
            for _ in self._started(tasks, strands):
                self._round(strands)
                for sequence in [one for one, (_, strand) in strands.items() if strand.done]:
                    number, strand = strands.pop(sequence)
                    answers[number] = strand.tagged()
                    self._backend.rollback(sequence, 0)
        finally:
            for sequence in strands:
                self._backend.rollback(sequence, 0)
        self.cost.decisions += sum(len(one.decisions) for one in answers.values())
        return [answers[number] for number in range(len(tasks))]

    def _started(self, tasks: Sequence[Task], strands: dict[int, tuple[int, Strand]]) -> Iterator[int]:
        """Start tasks while there are sequences and places for them; yield while any is under way."""
        begun = 0
        while begun < len(tasks) or strands:
            taken = sum(tasks[number].most_ids for number, _ in strands.values())
            while begun < len(tasks) and len(strands) < self._pace.strands:
                taken += tasks[begun].most_ids
                if taken > self.room:
                    break
                sequence = next(n for n in range(1, self._pace.strands + 1) if n not in strands)
                self._backend.copy(PREFIX, sequence)
                strands[sequence] = (begun, Strand(tasks[begun], self._prefix))
                begun += 1
            yield begun

    def _round(self, strands: dict[int, tuple[int, Strand]]) -> None:
        """Read one block of every text, and let each take from it what the model agrees to."""
        blocks: list[tuple[int, Strand, Block]] = []
        steps: list[Step] = []
        for sequence, (_, strand) in strands.items():
            block = strand.block(self._pace.block, self._pace.unsure_block)
            blocks.append((sequence, strand, block))
            steps += [
                Step(token, strand.position + at, sequence, block.wanted.get(at, ()))
                for at, token in enumerate(block.ids)
            ]
        rows = iter(self._decode(steps))
        for sequence, strand, block in blocks:
            end = strand.position + len(block.ids)
            strand.verify(block, [next(rows) for _ in block.wanted], self._rule)
            if strand.position < end and not strand.done:
                self._backend.rollback(sequence, strand.position)

    def _decode(self, steps: Sequence[Step]) -> list[Sequence[float]]:
        if not steps:
            return []
        self.cost.calls += 1
        self.cost.tokens += len(steps)
        return self._backend.decode(steps)
