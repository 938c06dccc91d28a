"""A language model that says what a test wants: its tokens are bytes, its answers depend on what it has read.

It stands only beside tests on real models, for answers that no small model would give.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from engine.jobs.job import Job
from engine.taggers.llama_cpp.decoding import Step
from engine.taggers.llama_cpp.generation import Row

END = 256
Script = Callable[[str], str]
"""All that was read before an answer, to the answer."""


class ScriptedBackend:
    """Follows its script; `prompts` are what was read before each answer, in the order of asking."""

    rolls_back = True
    noise = 0.0
    chat_template = ""
    marks = ("", "")

    def __init__(self, script: Script, places: int = 100_000) -> None:
        self.places = places
        self.prompts: list[str] = []
        self._script = script
        self._memory: dict[int, list[int]] = {}
        self._answers: dict[int, tuple[int, bytes]] = {}

    def listen(self, job: Job) -> None:
        self._job = job

    def check(self) -> None:
        self._job.check()

    def tokens(self, text: str, *, begin: bool = False, special: bool = False) -> tuple[int, ...]:
        return tuple(text.encode())

    def piece(self, token: int) -> bytes:
        return bytes([token])

    def ends(self, token: int) -> bool:
        return token == END

    def copy(self, source: int, target: int) -> None:
        self._memory[target] = list(self._memory.get(source, []))

    def rollback(self, sequence: int, position: int) -> None:
        del self._memory.setdefault(sequence, [])[position:]
        self._answers.pop(sequence, None)

    def decode(self, steps: Sequence[Step]) -> list[Sequence[float]]:
        return [row[list(one.wanted)].tolist() for row, one in zip(self.rows(steps), steps, strict=False)]

    def rows(self, steps: Sequence[Step]) -> list[Row]:
        found = []
        for one in steps:
            memory = self._memory.setdefault(one.sequence, [])
            assert one.position == len(memory), "each token goes behind the last"
            memory.append(one.token)
            if one.wanted:
                row = np.zeros(END + 1, np.float32)
                row[self._next(one.sequence)] = 20.0
                found.append(row)
        return found

    def _next(self, sequence: int) -> int:
        memory = self._memory[sequence]
        if sequence not in self._answers:
            self.prompts.append(bytes(memory).decode())
            self._answers[sequence] = (len(memory), self._script(self.prompts[-1]).encode())
        begun, answer = self._answers[sequence]
        at = len(memory) - begun
        return answer[at] if at < len(answer) else END
