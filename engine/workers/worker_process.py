"""Worker process: a model in a process of its own, seen from the program, which is itself a tagger."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

import msgspec

from engine.annotation.said import Answer
from engine.errors import Cancelled, ModelError, OffsetError, WorkerCrashed
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.taggers.registry import TaggerSpec
from engine.workers.connection import PATIENCE_SECONDS, Connection, worker_command
from engine.workers.messages import (
    PROTOCOL,
    Cancel,
    Done,
    Examine,
    Examined,
    Failed,
    FromWorker,
    Know,
    Load,
    Ready,
    Said,
    Stopped,
    Tag,
    from_worker,
)

_LOOK_EVERY_SECONDS = 0.05

SILENCE_SECONDS = 1800.0
"""After so long without a word a model is taken to hang: more than a note needs, less than a night."""

T = TypeVar("T", Said, Done, Examined)


class WorkerProcess:
    """One model in a process of its own; it is a `Tagger`.

    It starts loading at once.  Not thread-safe, like any tagger: used from one thread,
    while any other may cancel the job.  The process holds nothing but the model, so
    killing it is always safe; after a crash, or a cancel that it did not obey, the next
    use starts a new one.  `cost` is what the last request that was done brought the counts to.
    """

    def __init__(
        self, spec: TaggerSpec, command: Sequence[str] = (), silence_seconds: float = SILENCE_SECONDS
    ) -> None:
        """Start the process; `command` is another way to start one, for tests.

        A process that says nothing for `silence_seconds` while it is asked something is
        ended, and counts as crashed.

        Raises:
            ModelError: no process can be started.
        """
        self.spec = spec
        self._title = spec.title or spec.name
        self._command = list(command) or worker_command()
        self._silence_seconds = silence_seconds
        self._request = 0
        self._ready: Ready | None = None
        self._labels = ""
        self._connection: Connection | None = None
        self.cost: dict[str, float] = {}
        self._learned: dict[str, str] = {}
        self._known: dict[str, str] = {}
        self._connected()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def id(self) -> str:
        """Kind, name and file hash; waits until the model is loaded."""
        return self.ready().tagger

    @property
    def device(self) -> str:
        """Where the model really runs; waits until it is loaded."""
        return self.ready().device

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should know of this model here; waits until it is loaded."""
        return self.ready().warnings

    @property
    def pid(self) -> int | None:
        """The process's number, or None while there is none."""
        return self._connection.pid if self._connection else None

    def ready(self, job: Job | None = None) -> Ready:
        """Wait until the model is loaded and return what it says of itself.

        Raises:
            Cancelled: the job was cancelled; the process is killed.
            ModelError: the model cannot be loaded.
            WorkerCrashed: the process died while loading.
        """
        connection = self._connected()
        waiting = job or Job()
        while self._ready is None:
            message = self._next(connection, waiting, request=0)
            if isinstance(message, Failed):
                self.close()
                raise ModelError(message.sentence)
            if not isinstance(message, Ready) or message.protocol != PROTOCOL:
                raise self._nonsense()
            self._ready = message
        return self._ready

    def tag(self, texts: Sequence[str], labels: LabelSet, job: Job) -> Iterator[Answer]:
        """Yield one answer per text; see `Tagger.tag`.

        Raises:
            Cancelled: the job was cancelled; what was yielded stays good.
            ModelError: the model could not answer, or its answer does not fit text or labels.
            WorkerCrashed: the process died; the error's notes are the last lines it wrote.
        """
        job.check()
        self.ready(job)
        connection = self._connected()
        self._request += 1
        request, over = self._request, False
        connection.hide(texts)
        connection.say(Tag(request, tuple(texts), labels if labels.fingerprint != self._labels else None))
        self._labels = labels.fingerprint
        try:
            for text in texts:
                yield self._checked(self._expected(Said, connection, job, request).answer, text, labels)
            done = self._expected(Done, connection, job, request)
            self.cost = done.cost
            self._known.update(done.learned)
            self._learned.update(done.learned)
            over = True
        except (Cancelled, ModelError):
            over = True
            raise
        finally:
            if not over:  # the caller lost interest: the worker should, too
                connection.say(Cancel(request))

    def know(self, vectors: Mapping[str, str]) -> None:
        """Tell the tagger what others before it learned of the same examples (see `Done.learned`)."""
        self._known.update(vectors)
        if self._connection is not None and vectors:
            self._connection.say(Know(dict(vectors)))

    def take_learned(self) -> dict[str, str]:
        """Return what the tagger learned since the last call, for `know` of a later one; mostly nothing."""
        learned, self._learned = self._learned, {}
        return learned

    def examine(self, labels: LabelSet, job: Job) -> dict[str, Any]:
        """Return what the tagger finds out about itself on this machine, as plain values; mostly nothing.

        Raises:
            Cancelled, ModelError, WorkerCrashed: see `tag`.
        """
        self.ready(job)
        connection = self._connected()
        self._request += 1
        connection.say(Examine(self._request, labels))
        self._labels = labels.fingerprint
        return self._expected(Examined, connection, job, self._request).facts

    def close(self) -> None:
        """End the process, within two seconds.  May be called again; a later use starts a new one."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        self._ready = None
        self._labels = ""

    def _connected(self) -> Connection:
        if self._connection is None:
            try:
                self._connection = Connection(self._command)
            except OSError as error:
                raise ModelError(f"The model “{self._title}” cannot be started: {error.strerror}.") from error
            spec = self.spec
            options = dict(spec.options)
            self._connection.say(Load(PROTOCOL, spec.name, spec.kind, str(spec.folder), options, spec.title))
            if self._known:
                self._connection.say(Know(self._known))
        return self._connection

    def _expected(self, kind: type[T], connection: Connection, job: Job, request: int) -> T:
        message = self._next(connection, job, request)
        if not isinstance(message, kind):
            raise self._nonsense()
        return message

    def _next(self, connection: Connection, job: Job, request: int) -> FromWorker:
        """Return the next message of `request`, passing over what is left of earlier ones.

        Raises:
            Cancelled: it was asked for, and the worker has stopped or was killed.
            ModelError, WorkerCrashed: as `tag` says.
        """
        until = time.monotonic() + self._silence_seconds
        while True:
            if job.cancelled:
                self._stop(connection, request)
                raise Cancelled("Stopped.")
            if time.monotonic() > until:
                raise self._hung()
            said = connection.hear(_LOOK_EVERY_SECONDS)
            message = None if said is None else self._understood(said)
            if message is None or not (isinstance(message, Ready) or message.request == request):
                continue
            if isinstance(message, Failed) and request:
                raise ModelError(message.sentence)
            return message

    def _stop(self, connection: Connection, request: int) -> None:
        """Have the worker stop working on `request`, and kill it if it does not, or is still loading."""
        connection.say(Cancel(request))
        until = time.monotonic() + PATIENCE_SECONDS if request else 0.0
        while time.monotonic() < until:
            said = connection.hear(_LOOK_EVERY_SECONDS)
            if said is not None and _ends(said, request):
                return
            if said == b"":
                break
        self._kill()

    def _understood(self, said: bytes) -> FromWorker:
        if not said:
            raise self._crashed()
        try:
            return from_worker(said)
        except msgspec.DecodeError:
            raise self._nonsense() from None

    def _checked(self, answer: Answer, text: str, labels: LabelSet) -> Answer:
        """Return `answer` if it fits text and label set; a worker is believed no more than a file."""
        try:
            answer.checked(text)
        except OffsetError as error:
            raise ModelError(f"The model “{self._title}” gave an answer that does not fit. {error}") from None
        if all(item.label in labels for item in answer.items):
            return answer
        raise ModelError(f"The model “{self._title}” used a label that “{labels.title}” lacks.")

    def _crashed(self) -> WorkerCrashed:
        cause, last_words = self._connection.cause() if self._connection else ("closed", ())
        self.close()
        error = WorkerCrashed(f"The model “{self._title}” stopped unexpectedly ({cause}).")
        for words in last_words:
            error.add_note(words)
        return error

    def _nonsense(self) -> WorkerCrashed:
        self._kill()
        return WorkerCrashed(f"The model “{self._title}” answered with something that is not an answer.")

    def _hung(self) -> WorkerCrashed:
        self._kill()
        minutes = self._silence_seconds / 60
        return WorkerCrashed(
            f"The model “{self._title}” said nothing for {minutes:.0f} minutes and was ended."
        )

    def _kill(self) -> None:
        if self._connection is not None:
            self._connection.kill()
        self.close()


def _ends(said: bytes, request: int) -> bool:
    """Whether this line is the last one of `request`; what else a stopping worker says is not waited for."""
    try:
        message = from_worker(said)
    except msgspec.DecodeError:
        return False
    return isinstance(message, Stopped | Done | Failed) and message.request == request
