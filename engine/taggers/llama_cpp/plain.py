"""Plain: constrained decoding step by step, the definition that drafted tagging is held to and timed against.

What stands before an answer is read at once.  Of the answer, each token is read in a call
of its own, as any other decoder would that is told at each step what may follow.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import ModelError
from engine.taggers.llama_cpp.automaton import Ids, State
from engine.taggers.llama_cpp.decoding import PREFIX, Backend, Cost, Step
from engine.taggers.llama_cpp.rule import Rule
from engine.taggers.llama_cpp.strand import Record, Tagged, Task

_SEQUENCE = 1


class PlainTagging:
    """Tags texts as `DraftedTagging` does, one after the other and without looking at drafts.

    Used from one thread; the backend belongs to it.
    """

    def __init__(self, backend: Backend, rule: Rule, prefix: int = 0) -> None:
        """Tag behind the instructions that sequence 0 holds, in `prefix` places."""
        self._backend = backend
        self._rule = rule
        self._prefix = prefix
        self.cost = Cost()

    @property
    def room(self) -> int:
        """How many places one text can have at most (`Task.most_ids`)."""
        return self._backend.places - self._prefix

    def tag(self, tasks: Sequence[Task]) -> list[Tagged]:
        """Return what the model makes of each task, in their order.

        Raises:
            Cancelled: the job was cancelled; the instructions are still there.
            ModelError: the model could not read a text, or one needs more than `room`.
        """
        if any(task.most_ids > self.room for task in tasks):
            raise ModelError("A sentence is longer than the text that this model can read at once.")
        return [self._tagged(task) for task in tasks]

    def _tagged(self, task: Task) -> Tagged:
        record, state, position = Record(), State(), self._prefix
        automaton, owed, written = task.automaton, [task.lead], task.lead
        self._backend.copy(PREFIX, _SEQUENCE)
        try:
            while actions := automaton.legal(state):
                action, decision = actions[0], None
                if len(actions) > 1:
                    wanted = tuple(automaton.first_id(state, one) for one in actions)
                    for ids in owed[:-1]:
                        self._read(ids, position)
                        position += len(ids)
                    row = self._read(owed[-1], position, wanted)
                    position += len(owed[-1])
                    decision = self._rule.decide(actions, row)
                    if decision.shaky(self._backend.noise):
                        decision = self._rule.decide(actions, self._read_anew(written, wanted))
                    action, owed = decision.action, []
                    self.cost.decisions += 1
                said = automaton.ids(state, action)
                written, owed = (*written, *said), [*owed, *((one,) for one in said)]
                record.take(state, action, decision)
                state = automaton.after(state, action)
        finally:
            self._backend.rollback(_SEQUENCE, 0)
        return record.tagged()

    def _read_anew(self, written: Ids, wanted: Ids) -> Sequence[float]:
        """Read all of an answer in one call and return the wanted logits behind it; see `decoding`."""
        self._backend.rollback(_SEQUENCE, 0)
        self._backend.copy(PREFIX, _SEQUENCE)
        return self._read(written, self._prefix, wanted)

    def _read(self, ids: Ids, position: int, wanted: Ids = ()) -> Sequence[float]:
        """Read `ids` in one call and return the wanted logits behind the last; none if none are wanted."""
        self.cost.calls += 1
        self.cost.tokens += len(ids)
        last = len(ids) - 1
        steps = [
            Step(token, position + at, _SEQUENCE, wanted if at == last else ())
            for at, token in enumerate(ids)
        ]
        return next(iter(self._backend.decode(steps)), ())
