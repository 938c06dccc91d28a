"""A worker whose taggers misbehave on purpose: the real worker, with kinds that exist in tests only."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.annotation.said import Answer, LabelledSpan
from engine.errors import ModelError
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.taggers.registry import TAGGERS
from engine.text.span import Span
from engine.workers.worker import main

ANSWERS = 1  # the descriptor of the true standard output, before the worker moves it


class ScriptedTagger:
    """Says “problem” of the first word of each text, unless a word in it tells it to misbehave."""

    id = "scripted.v1/scripted@test"
    device = "CPU"
    warnings = ("This tagger is a test.",)

    def __init__(self, folder: Path, options: Mapping[str, Any]) -> None:
        if options.get("on_load"):
            self.obey(options["on_load"], Job())

    def tag(self, texts: Sequence[str], labels: LabelSet, job: Job) -> Iterator[Answer]:
        for text in texts:
            job.check()
            yield self.answer(text, job)

    def answer(self, text: str, job: Job) -> Answer:
        for word in text.split():
            if word == "BEYOND":
                return Answer((LabelledSpan((Span(0, len(text) + 1),), "problem"),))
            if word == "FOREIGN":
                return Answer((LabelledSpan((Span(0, 1),), "planet"),))
            self.obey(word, job)
        return Answer((LabelledSpan((Span(0, len(text.split(maxsplit=1)[0])),), "problem"),))

    def obey(self, word: str, job: Job) -> None:
        {
            "SEGFAULT": lambda: ctypes.string_at(0),
            "ABORT": os.abort,
            "KILL": lambda: os.kill(os.getpid(), signal.SIGKILL),
            "EXIT": lambda: os._exit(3),
            "HANG": lambda: time.sleep(3600),
            "HOLD": lambda: ctypes.PyDLL(None).sleep(3600),  # a native call that keeps the interpreter's lock
            "DOZE": lambda: self.doze(job),
            "PRINT": lambda: (sys.stdout.write("{not json\n"), os.write(1, b"native noise\n")),
            "CHATTER": lambda: sys.stderr.writelines(f"line {one}\n" for one in range(1000)),
            "GARBAGE": self.garbage,
            "MODEL": self.model_error,
            "BUG": self.bug,
            "SOCKET": lambda: __import__("socket").socket(),
        }.get(word, lambda: None)()

    def doze(self, job: Job) -> None:
        while True:
            time.sleep(0.01)
            job.check()

    def garbage(self) -> None:
        """Write on the answers' own descriptor, as a library that keeps every descriptor might."""
        for descriptor in range(3, 16):
            try:
                os.write(descriptor, b"\x00garbage\n")
            except OSError:
                continue

    def model_error(self) -> None:
        raise ModelError("The model would rather not.")

    def bug(self) -> None:
        raise RuntimeError("the patient is called Zanzibar")

    def close(self) -> None:
        """Nothing to give back."""


if __name__ == "__main__":
    sys.modules["scripted_worker"] = sys.modules["__main__"]
    TAGGERS["scripted.v1"] = "scripted_worker:ScriptedTagger"
    main()
