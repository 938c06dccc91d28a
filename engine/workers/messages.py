"""Messages: what the program and a worker say to each other, one JSON line each."""

from __future__ import annotations

from typing import Any

import msgspec

from engine.annotation.said import Answer
from engine.labels.label_set import LabelSet

PROTOCOL = 3
"""Raised whenever an older program or worker would misunderstand; both sides compare it."""


class _Message(msgspec.Struct, frozen=True, tag_field="is", forbid_unknown_fields=True):
    """One line.  The field ``is`` holds its kind."""


class Load(_Message, frozen=True, tag="load"):
    """To the worker, first: load this tagger."""

    protocol: int
    name: str
    kind: str
    folder: str
    options: dict[str, Any]
    title: str


class Tag(_Message, frozen=True, tag="tag"):
    """To the worker: tag these texts; `labels` is sent when it differs from the last request's."""

    request: int
    texts: tuple[str, ...]
    labels: LabelSet | None = None


class Examine(_Message, frozen=True, tag="examine"):
    """To the worker: say what the loaded tagger can do with these labels on this machine."""

    request: int
    labels: LabelSet


class Know(_Message, frozen=True, tag="know"):
    """To the worker, which does not answer: what processes before it learned of the same examples."""

    vectors: dict[str, str]


class Cancel(_Message, frozen=True, tag="cancel"):
    """To the worker, at any time: stop this request, and no other."""

    request: int


class Ready(_Message, frozen=True, tag="ready"):
    """From the worker: the tagger is loaded."""

    protocol: int
    tagger: str
    device: str
    warnings: tuple[str, ...]


class Said(_Message, frozen=True, tag="said"):
    """From the worker: the answer for the next text of the request."""

    request: int
    answer: Answer


class Examined(_Message, frozen=True, tag="examined"):
    """From the worker: what the tagger found out about itself; nothing where it is of a simple kind."""

    request: int
    facts: dict[str, Any]


class Done(_Message, frozen=True, tag="done"):
    """From the worker: every text of the request is answered.

    `cost` holds counts since the model was loaded (tokens, calls …) and ``memory``, its peak in bytes.
    `learned` is what a later process can be spared by `Know`; mostly nothing.
    """

    request: int
    cost: dict[str, float] = {}
    learned: dict[str, str] = {}


class Stopped(_Message, frozen=True, tag="stopped"):
    """From the worker: the request was cancelled."""

    request: int


class Failed(_Message, frozen=True, tag="failed"):
    """From the worker: the request (0: loading) cannot be answered; `sentence` is for the user."""

    request: int
    sentence: str


ToWorker = Load | Know | Tag | Examine | Cancel
FromWorker = Ready | Said | Examined | Done | Stopped | Failed

_ENCODER = msgspec.json.Encoder()
_TO_WORKER: msgspec.json.Decoder[ToWorker] = msgspec.json.Decoder(ToWorker)
_FROM_WORKER: msgspec.json.Decoder[FromWorker] = msgspec.json.Decoder(FromWorker)


def line(message: ToWorker | FromWorker) -> bytes:
    """Return `message` as one line, its end included."""
    return _ENCODER.encode(message) + b"\n"


def to_worker(said: bytes) -> ToWorker:
    """Return what a line to a worker says.

    Raises:
        msgspec.DecodeError: it is no such line.
    """
    return _TO_WORKER.decode(said)


def from_worker(said: bytes) -> FromWorker:
    """Return what a line from a worker says.

    Raises:
        msgspec.DecodeError: it is no such line.
    """
    return _FROM_WORKER.decode(said)
