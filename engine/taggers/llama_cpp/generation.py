"""Generation: what a model writes when it may write anything, or what a grammar allows; always the likeliest.

The published way to tag with a language model, kept beside drafted tagging so that the
two can be compared on the same model, memory and instructions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelError
from engine.taggers.llama_cpp.automaton import Ids
from engine.taggers.llama_cpp.decoding import PREFIX, Backend, Cost, Step
from engine.taggers.llama_cpp.tokens import Vocabulary

Row = NDArray[np.float32]
"""A logit for each token of the vocabulary."""

Choose = Callable[[Row], int]
"""Chooses the next token.  It is asked once for each token of one answer, in order, so it may remember."""


class WritingBackend(Backend, Vocabulary, Protocol):
    """A language model that shows all of its logits."""

    def rows(self, steps: Sequence[Step]) -> list[Row]:
        """Read `steps` as `decode` does, and return all logits of each step that wants any."""
        ...

    def ends(self, token: int) -> bool:
        """Whether `token` ends a text or a turn."""
        ...


def likeliest(row: Row) -> int:
    """Return the token of the highest logit, of equal ones the first."""
    return int(row.argmax())


@dataclass(frozen=True, slots=True)
class Request:
    """What stands before an answer, how many tokens it may have, and which texts end it.

    The tokens by which the model itself ends a text always do.
    `choose` chooses the tokens; it belongs to this request alone where it remembers anything.

    Raises:
        ValueError: nothing stands before the answer, or it may have no token.
    """

    lead: Ids
    most: int
    stops: tuple[str, ...] = ()
    choose: Choose = likeliest

    def __post_init__(self) -> None:
        if not self.lead or self.most < 1:
            raise ValueError("an answer needs something to follow, and room for a token")

    @property
    def most_ids(self) -> int:
        """The most places of the context that this request can take."""
        return len(self.lead) + self.most


@dataclass(frozen=True, slots=True)
class Written:
    """An answer: its tokens, its text up to where it was ended, and the log probability of each token.

    `cut` is true where it had as many tokens as it may have, and no end.
    """

    ids: Ids
    text: str
    log_probs: tuple[float, ...]
    cut: bool


class Generation:
    """Lets a model write, several answers at a time.  Used from one thread; the backend belongs to it.

    The instructions are in sequence 0 and take `prefix` places, as `DraftedTagging` has
    put them there (or zero).
    """

    def __init__(self, backend: WritingBackend, prefix: int, strands: int = 4) -> None:
        self._backend = backend
        self._prefix = prefix
        self._strands = strands
        self.cost = Cost()

    @property
    def room(self) -> int:
        """How many places one answer and what stands before it can have at most (`Request.most_ids`)."""
        return self._backend.places - self._prefix

    def write(self, requests: Sequence[Request]) -> list[Written]:
        """Return an answer to each request, in their order.

        Raises:
            Cancelled: the job was cancelled, perhaps within a batch; the instructions are still there.
            ModelError: the model could not read a text, or a request needs more than `room`.
        """
        if any(one.most_ids > self.room for one in requests):
            raise ModelError("A text and its answer are longer than what this model can read at once.")
        answers: dict[int, Written] = {}
        writing: dict[int, _Answer] = {}
        try:
            for _ in self._started(requests, writing):
                self._round(writing)
                for sequence in [one for one, answer in writing.items() if answer.done]:
                    answer = writing.pop(sequence)
                    answers[answer.number] = answer.written()
                    self._backend.rollback(sequence, 0)
        finally:
            for sequence in writing:
                self._backend.rollback(sequence, 0)
        return [answers[number] for number in range(len(requests))]

    def _started(self, requests: Sequence[Request], writing: dict[int, _Answer]) -> Iterator[int]:
        """Start requests while there are sequences and places for them; yield while any is under way."""
        begun = 0
        while begun < len(requests) or writing:
            taken = sum(one.request.most_ids for one in writing.values())
            while begun < len(requests) and len(writing) < self._strands:
                taken += requests[begun].most_ids
                if taken > self.room:
                    break
                sequence = next(n for n in range(1, self._strands + 1) if n not in writing)
                self._backend.copy(PREFIX, sequence)
                writing[sequence] = _Answer(begun, requests[begun], self._backend, self._prefix)
                begun += 1
            yield begun

    def _round(self, writing: dict[int, _Answer]) -> None:
        """Let every answer grow by one token."""
        steps: list[Step] = []
        for sequence, answer in writing.items():
            last = len(answer.owed) - 1
            steps += [
                Step(token, answer.position + at, sequence, (token,) if at == last else ())
                for at, token in enumerate(answer.owed)
            ]
        self.cost.calls += 1
        self.cost.tokens += len(steps)
        self.cost.decisions += len(writing)
        for answer, row in zip(writing.values(), self._backend.rows(steps), strict=True):
            answer.take(row)


@dataclass(slots=True)
class _Answer:
    """An answer under way.  `owed` are the tokens that the model has not read, `position` where they go."""

    number: int
    request: Request
    backend: WritingBackend
    position: int
    owed: Ids = ()
    done: bool = False
    _ids: list[int] = field(default_factory=list)
    _log_probs: list[float] = field(default_factory=list)
    _raw: bytearray = field(default_factory=bytearray)
    _end: int | None = None

    def __post_init__(self) -> None:
        self.owed = self.request.lead

    def take(self, row: Row) -> None:
        """Choose the next token, and see whether it is the last."""
        token = self.request.choose(row)
        self.position += len(self.owed)
        self.owed = (token,)
        self._ids.append(token)
        self._log_probs.append(_log_prob(row, token))
        if self.backend.ends(token):
            self._end = len(self._raw)
        else:
            before = len(self._raw)
            self._raw += self.backend.piece(token)
            self._end = self._stopped(before)
        self.done = self._end is not None or len(self._ids) == self.request.most

    def _stopped(self, before: int) -> int | None:
        """Return where the first stop begins of which a part was written since `before`, or None."""
        found = [
            at
            for stop in (one.encode() for one in self.request.stops)
            if (at := self._raw.find(stop, max(0, before - len(stop) + 1))) >= 0
        ]
        return min(found, default=None)

    def written(self) -> Written:
        """Return the answer, once done."""
        text = bytes(self._raw[: self._end]).decode(errors="replace")
        return Written(tuple(self._ids), text, tuple(self._log_probs), cut=self._end is None)


def _log_prob(row: Row, token: int) -> float:
    top = float(row.max())
    return float(row[token]) - top - float(np.log(np.exp(row - top).sum()))
