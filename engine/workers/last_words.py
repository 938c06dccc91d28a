"""Last words: what a worker wrote on stderr, kept in memory, without anything that stands in a note."""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Sequence
from typing import BinaryIO

KEPT_LINES = 200
_LONGEST_LINE = 4096
_WORD = re.compile(r"[^\W_]+")
_REMOVED = "…"


class LastWords:
    """The last lines of one worker.  A thread reads them, so that the worker never has to wait.

    Each word that occurs anywhere in the texts in work, even as a part of a word, is
    removed before a line is kept.  Nothing is ever written to a file.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._lines: deque[str] = deque(maxlen=KEPT_LINES)
        self._texts: tuple[str, ...] = ()
        self._thread = threading.Thread(target=self._read, args=(stream,), name="last words", daemon=True)
        self._thread.start()

    def hide(self, texts: Sequence[str]) -> None:
        """Remove the words of `texts` from what comes from now on, and still those of the request before."""
        earlier = self._texts[-1:]
        self._texts = (*earlier, "\n".join(texts).casefold())

    def lines(self, wait_seconds: float = 0.0) -> tuple[str, ...]:
        """Return what was kept; waits so long for the stream to end, as when the worker has died."""
        self._thread.join(wait_seconds)
        return tuple(self._lines)

    def _read(self, stream: BinaryIO) -> None:
        while raw := stream.readline(_LONGEST_LINE):
            self._lines.append(self._without_note(raw.decode("utf-8", "replace").rstrip()))

    def _without_note(self, said: str) -> str:
        texts = self._texts
        if not texts:
            return said
        return _WORD.sub(lambda word: _REMOVED if _stands_in(word.group(), texts) else word.group(), said)


def _stands_in(word: str, texts: tuple[str, ...]) -> bool:
    folded = word.casefold()
    return any(folded in text for text in texts)
