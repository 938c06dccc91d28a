"""Decoding: a model tags text by copying it, drafted in blocks.

It makes the same decisions by the same rule as step by step (`PlainTagging`), which is
its definition.  A whole block of the likely answer is read at once, the model's own
decisions are looked up at each word, and where it wants another action than the draft,
that action is put in and what was read behind it is dropped.

The logits of the same tokens differ a little with the shape of the batch they were read in,
with 8-bit weights by a few hundredths.  So a decision that is nearer to a draw is made from one
reading of all that stands before it, alone in the memory, here and step by step alike: then
memory and batch, and with them every digit, are the same in both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from engine.errors import ModelError
from engine.taggers.llama_cpp.automaton import Ids
from engine.taggers.llama_cpp.rule import Rule
from engine.taggers.llama_cpp.strand import Block, Strand, Tagged, Task

PREFIX = 0
"""The sequence that holds the instructions; texts have sequences from 1 on."""

_ALONE = 1
"""The sequence in which a text is read when there is no other."""


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
    def noise(self) -> float:
        """How far the difference of two logits may vary with the shape of a batch."""
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

    Where the model's memory cannot be rolled back, a second sequence remembers how it was
    before each block, and what was right of a block is read once more.
    """

    def __init__(self, backend: Backend, rule: Rule, pace: Pace | None = None, prefix: int = 0) -> None:
        """Tag behind the instructions that sequence 0 holds, in `prefix` places; see `read_prefix`.

        The backend needs as many sequences as the pace has strands, and where it cannot
        roll back as many again.
        """
        self._backend = backend
        self._rule = rule
        self._pace = pace or Pace()
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
        waiting = {number: Strand(task, self._prefix) for number, task in enumerate(tasks)}
        settled: int | None = None
        while waiting:
            self._run(waiting, tasks, settled)
            answers |= {number: one.tagged() for number, one in waiting.items() if one.done}
            waiting = {number: one for number, one in waiting.items() if not one.done}
            settled = self._settle(waiting)
        self.cost.decisions += sum(len(one.decisions) for one in answers.values())
        return [answers[number] for number in range(len(tasks))]

    def _run(self, waiting: Mapping[int, Strand], tasks: Sequence[Task], settled: int | None) -> None:
        """Put `waiting` through the model until each is done or tied; then only the instructions are there.

        The one numbered `settled` is in the memory already, see `_settle`.
        """
        under_way = {} if settled is None else {_ALONE: settled}
        try:
            for _ in self._started([one for one in waiting if one != settled], tasks, under_way):
                strands = {sequence: waiting[number] for sequence, number in under_way.items()}
                self._round(strands)
                for sequence in [one for one, strand in strands.items() if strand.done or strand.tied]:
                    del under_way[sequence]
                    self._backend.rollback(sequence, 0)
        finally:
            for sequence in under_way:
                self._backend.rollback(sequence, 0)

    def _started(
        self, numbers: Sequence[int], tasks: Sequence[Task], under_way: dict[int, int]
    ) -> Iterator[int]:
        """Start tasks while there are sequences and places for them; yield while any is under way."""
        begun = 0
        while begun < len(numbers) or under_way:
            taken = sum(tasks[number].most_ids for number in under_way.values())
            while begun < len(numbers) and len(under_way) < self._pace.strands:
                taken += tasks[numbers[begun]].most_ids
                if taken > self.room:
                    break
                sequence = next(n for n in range(1, self._pace.strands + 1) if n not in under_way)
                self._backend.copy(PREFIX, sequence)
                under_way[sequence] = numbers[begun]
                begun += 1
            yield begun

    def _round(self, strands: Mapping[int, Strand]) -> None:
        """Read one block of every text, and let each take from it what the model agrees to."""
        blocks = [(sequence, strand, self._block(strand)) for sequence, strand in strands.items()]
        kept = [] if self._backend.rolls_back else [one for one, _, block in blocks if block.guesses]
        try:
            for sequence in kept:
                self._backend.copy(sequence, self._spare(sequence))
            rows = iter(self._decode([step for one in blocks for step in _steps(*one)]))
            for sequence, strand, block in blocks:
                begin = strand.position
                strand.verify(block, [next(rows) for _ in block.wanted], self._rule, self._backend.noise)
                if strand.position < begin + len(block.ids) and not (strand.done or strand.tied):
                    self._forget(sequence, strand, begin, block)
        finally:
            for sequence in kept:
                self._backend.rollback(self._spare(sequence), 0)

    def _block(self, strand: Strand) -> Block:
        """Return what `strand` reads next; what would have to be read twice is not followed by a guess."""
        if self._backend.rolls_back or strand.owes <= self._pace.block:
            return strand.block(self._pace.block, self._pace.unsure_block)
        return strand.block(0, 0)

    def _spare(self, sequence: int) -> int:
        """Return the sequence that remembers how `sequence` was before its block."""
        return self._pace.strands + sequence

    def _forget(self, sequence: int, strand: Strand, begin: int, block: Block) -> None:
        """Drop what was read of `block` in vain; its first token is at `begin`."""
        if self._backend.rolls_back:
            self._backend.rollback(sequence, strand.position)
            return
        self._backend.rollback(sequence, 0)
        self._backend.copy(self._spare(sequence), sequence)
        strand.go_back(begin, block)

    def _settle(self, tied: Mapping[int, Strand]) -> int | None:
        """Make the decisions that `tied` wait for, each from a reading of all before it in an empty memory.

        Returns the number of the last, which stays in the memory; the others begin anew.
        """
        left = len(tied)
        try:
            for strand in tied.values():
                self._backend.copy(PREFIX, _ALONE)
                block = strand.block(0, 0)
                rows = self._decode(list(_steps(_ALONE, strand, block)))
                strand.verify(block, rows, self._rule)
                left -= 1
                if left:
                    strand.begin_anew()
                    self._backend.rollback(_ALONE, 0)
        except BaseException:
            self._backend.rollback(_ALONE, 0)
            raise
        return max(tied, default=None)

    def _decode(self, steps: Sequence[Step]) -> list[Sequence[float]]:
        if not steps:
            return []
        self.cost.calls += 1
        self.cost.tokens += len(steps)
        return self._backend.decode(steps)


def _steps(sequence: int, strand: Strand, block: Block) -> Iterator[Step]:
    for at, token in enumerate(block.ids):
        yield Step(token, strand.position + at, sequence, block.wanted.get(at, ()))
