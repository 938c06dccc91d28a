"""Connection: one running worker: its process, and the threads at its three pipes."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, cast

from engine.workers.exit_causes import exit_cause
from engine.workers.last_words import LastWords
from engine.workers.messages import ToWorker, line

PATIENCE_SECONDS = 2.0
"""How long a worker may take to do as it is told before it is killed."""

_LONGEST_LINE_BYTES = 512 * 1024 * 1024


def worker_command() -> list[str]:
    """Return how a worker is started, in a source tree and in a frozen program."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--worker"]
    return [sys.executable, "-P", "-m", "engine.workers.worker"]


class Connection:
    """A process and its pipes.  No call waits for the worker, but `close` and `cause`, two seconds each.

    Raises:
        OSError: no process can be started.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(os.environ),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._outbox: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._inbox: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._last_words = LastWords(cast("BinaryIO", self._process.stderr))
        self._threads = [
            threading.Thread(target=target, name=name, daemon=True)
            for target, name in ((self._write, "worker requests"), (self._read, "worker answers"))
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def say(self, message: ToWorker) -> None:
        """Send `message` in its turn; that the worker is gone is noticed where its answer is waited for."""
        self._outbox.put(line(message))

    def hear(self, timeout_seconds: float) -> bytes | None:
        """Return the next line, None if none came in time, or empty once the worker has gone."""
        try:
            return self._inbox.get(timeout=timeout_seconds)
        except queue.Empty:
            return None

    def hide(self, texts: Sequence[str]) -> None:
        """Let nothing that stands in `texts` be kept of what the worker writes on stderr."""
        self._last_words.hide(texts)

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()

    def cause(self) -> tuple[str, tuple[str, ...]]:
        """Return what ended the process, which has closed its answers, and the last lines it wrote."""
        try:
            code = self._process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            code = self._process.wait()
        return exit_cause(code), self._last_words.lines(PATIENCE_SECONDS)

    def close(self) -> None:
        """End the process: its input ends, it is waited for, it is killed."""
        self._outbox.put(b"")
        try:
            self._process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()
        for thread in self._threads:
            thread.join()
        self._last_words.lines(PATIENCE_SECONDS)
        for stream in (self._process.stdout, self._process.stderr):
            cast("BinaryIO", stream).close()

    def _write(self) -> None:
        stdin = cast("BinaryIO", self._process.stdin)
        try:
            with stdin:
                while said := self._outbox.get():
                    stdin.write(said)
                    stdin.flush()
        except OSError:  # the worker is gone; whoever waits for its answer hears so
            return

    def _read(self) -> None:
        stdout = cast("BinaryIO", self._process.stdout)
        while said := stdout.readline(_LONGEST_LINE_BYTES):
            self._inbox.put(said)
        self._inbox.put(b"")


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Return a worker's environment: ours, and where the engine lies; it never looks where it was started."""
    root = str(Path(__file__).resolve().parents[2])
    path = [root, *filter(None, ours.get("PYTHONPATH", "").split(os.pathsep))]
    return {**ours, "PYTHONPATH": os.pathsep.join(dict.fromkeys(path)), "PYTHONUTF8": "1"}
