"""Strand: one piece of text on its way through the model, ahead of it by a draft."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.taggers.llama_cpp.automaton import CLOSE, HEAD, STEM, Action, Automaton, Ids, State
from engine.taggers.llama_cpp.rule import Decision, Rule


class Drafted(NamedTuple):
    """A tag that someone else proposes: units ``start:end``, and what it belongs to."""

    label: int
    start: int
    end: int
    heads: Ids = ()


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of text to be tagged: what stands before the answer, the text, and a draft of its tags.

    The draft changes how fast the answer comes, and never what it is.

    Raises:
        ValueError: nothing stands before the answer, so there is nothing to choose its first action by.
    """

    lead: Ids
    automaton: Automaton
    draft: tuple[Drafted, ...] = ()

    def __post_init__(self) -> None:
        if not self.lead:
            raise ValueError("an answer needs something to follow")

    @property
    def most_ids(self) -> int:
        """The most places of the context that this task can take."""
        return len(self.lead) + self.automaton.most_ids


@dataclass(frozen=True, slots=True)
class Found:
    """A tag that the model made: units ``start:end``, how clear its decisions were, what it belongs to.

    `closed` is None where the text ended and there was nothing to decide.
    """

    label: int
    start: int
    end: int
    opened: Decision
    closed: Decision | None
    log_prob: float
    heads: Ids = ()

    @property
    def probability(self) -> float:
        """How likely the model took exactly this span and label, given what it wrote before."""
        return min(1.0, math.exp(self.log_prob))


@dataclass(frozen=True, slots=True)
class Tagged:
    """What became of a task: its tags in the order of closing, and every decision in order."""

    found: tuple[Found, ...]
    decisions: tuple[Decision, ...]


@dataclass(slots=True)
class Record:
    """Follows the actions of one task and makes tags of them."""

    found: list[Found] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    _open: list[tuple[Decision, float]] = field(default_factory=list)
    _stem: Decision | None = None

    def take(self, state: State, action: Action, decision: Decision | None) -> None:
        """Note that `action` was taken in `state`; `decision` is None where it was the only one."""
        if decision is not None:
            self.decisions.append(decision)
        if self._stem and decision:
            decision = self._stem.then(decision)
        elif self._stem:
            decision = self._stem
        self._stem = decision if action <= STEM else None
        sure = decision.log_prob if decision else 0.0
        if action <= STEM:
            return
        if action == CLOSE:
            opened, log_prob = self._open.pop()
            label, start, heads = state.opened[-1]
            self.found.append(Found(label, start, state.unit, opened, decision, log_prob + sure, heads))
        elif 0 <= action < HEAD and decision is not None:
            self._open.append((decision, sure))
        elif self._open:
            opened, log_prob = self._open[-1]
            self._open[-1] = (opened, log_prob + sure)

    def tagged(self) -> Tagged:
        """Return all that was noted."""
        return Tagged(tuple(self.found), tuple(self.decisions))


class _Move(NamedTuple):
    """One action of a block.  Where it was chosen, `actions` are the choices and `at` the token that decides.

    `drafted` is None at the end of a block: what comes next is decided there and not guessed.
    """

    drafted: Action | None
    actions: tuple[Action, ...] = ()
    at: int = -1


@dataclass(frozen=True, slots=True)
class Block:
    """Tokens to be read at once, and for some of them the tokens that may follow."""

    ids: Ids
    wanted: dict[int, Ids]
    moves: tuple[_Move, ...]

    @property
    def guesses(self) -> bool:
        """Whether some of it may turn out to be read in vain."""
        return bool(self.wanted) and min(self.wanted) + 1 < len(self.ids)


class Strand:
    """The state of one task: what is decided, which decided tokens the model has not read, and where it is.

    `position` is the next free one of its sequence in the model's memory.  A strand is `tied`
    where a decision is as good as a draw, and waits until all before it is read anew.
    """

    def __init__(self, task: Task, position: int) -> None:
        self.position = position
        self.tied = False
        self._begin = position
        self._automaton = task.automaton
        self._draft = _Draft(task.draft, task.automaton)
        self._record = Record()
        self._state = State()
        self._written = list(task.lead)
        self._owed = task.lead

    @property
    def owes(self) -> int:
        """How many tokens are decided that the model has not read."""
        return len(self._owed)

    @property
    def done(self) -> bool:
        """Whether the answer is complete."""
        return not self._automaton.legal(self._state)

    def tagged(self) -> Tagged:
        """Return the answer, once done."""
        return self._record.tagged()

    def block(self, length: int, unsure_length: int) -> Block:
        """Return what to read next: what is owed, and about `length` tokens of the draft.

        In a tag whose end the draft does not know, `unsure_length` tokens.  With lengths of
        zero nothing is guessed, so that nothing has to be taken back.
        """
        ids, state, moves = list(self._owed), self._state, list[_Move]()
        wanted: dict[int, Ids] = {}
        limit = len(ids) + (unsure_length if self._draft.unsure(state) else length)
        while actions := self._automaton.legal(state):
            move = _Move(actions[0])
            if len(actions) > 1:
                at = len(ids) - 1
                drafted = self._draft.action(state, actions) if len(ids) < limit else None
                move = _Move(drafted, actions, at)
                wanted[at] = tuple(self._automaton.first_id(state, one) for one in actions)
            moves.append(move)
            if move.drafted is None:
                break
            ids += self._automaton.ids(state, move.drafted)
            state = self._automaton.after(state, move.drafted)
        needed = max(wanted) + 1 if wanted else 0  # behind the last decision nobody has to read
        return Block(tuple(ids[:needed]), wanted, tuple(moves))

    def verify(self, block: Block, logits: Sequence[Sequence[float]], rule: Rule, noise: float = 0.0) -> None:
        """Follow `block` as far as the model agrees, and put the model's own action where it does not.

        `logits` belong to the wanted places, in order.  Afterwards `position` is where the
        model's memory must end.  A decision that `noise` could turn is not made: the strand is
        `tied` then, and begins anew.
        """
        rows = iter(logits)
        self.tied = False
        for move in block.moves:
            if not move.actions and move.drafted is not None:
                self._take(move.drafted, None)
                continue
            decision = rule.decide(move.actions, next(rows))
            if decision.shaky(noise):
                self.tied = True
                self.begin_anew()
                return
            owed = self._automaton.ids(self._state, decision.action)
            self._take(decision.action, decision)
            if decision.action != move.drafted:
                self._owed = owed
                self.position += move.at + 1
                return
        self._owed = ()
        self.position += len(block.ids)

    def begin_anew(self) -> None:
        """Owe all that is written to an empty sequence."""
        self._owed = tuple(self._written)
        self.position = self._begin

    def go_back(self, position: int, block: Block) -> None:
        """Owe those tokens of `block`, which was read from `position` on, that are still right."""
        self._owed = (*block.ids[: self.position - position], *self._owed)
        self.position = position

    def _take(self, action: Action, decision: Decision | None) -> None:
        self._record.take(self._state, action, decision)
        self._written += self._automaton.ids(self._state, action)
        self._state = self._automaton.after(self._state, action)


class _Draft:
    """Tags that are guessed, by where they begin."""

    def __init__(self, tags: Sequence[Drafted], automaton: Automaton) -> None:
        self._automaton = automaton
        self._tags = sorted(tags, key=lambda one: (one.start, -one.end, one.label))

    def action(self, state: State, actions: Sequence[Action]) -> Action:
        """Return the guess for `state`; always one of `actions`."""
        if state.linking:
            label, start, _ = state.opened[-1]
            heads = next((one.heads for one in self._tags if (one.label, one.start) == (label, start)), ())
            return next((HEAD + one for one in heads if HEAD + one in actions), actions[0])
        if CLOSE in actions and self._end(state) == state.unit:
            return CLOSE
        here = (one.label for one in self._tags if one.start == state.unit)
        ways = (self._automaton.toward(label, actions) for label in here)
        return next((one for one in ways if one is not None), actions[0])

    def unsure(self, state: State) -> bool:
        """Whether a tag is open of which the draft does not know the end."""
        return bool(state.opened) and self._end(state) is None

    def _end(self, state: State) -> int | None:
        """Return where the innermost open tag probably ends, or None."""
        label, start, _ = state.opened[-1]
        own = [one.end for one in self._tags if one.start == start and one.label == label]
        around = [one.end for one in self._tags if one.start <= start < one.end]
        later = [end for end in own + around if end >= state.unit]
        return later[0] if later else None
