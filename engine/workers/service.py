"""Service: what a worker does: one model, requests in, answers out, a cancel at any time.

Its manners: answers go to the real standard output, which nothing else can reach; a
thread of its own listens, so that a cancel is heard while the model computes; when the
program goes away, so does the worker; it opens no project and no socket.
"""

from __future__ import annotations

import faulthandler
import os
import queue
import sys
import threading
import time
import traceback
from dataclasses import asdict, dataclass, field, is_dataclass
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from engine.errors import Cancelled, TagwellError
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.model_files.machine import peak_memory
from engine.taggers.registry import TaggerSpec, load_tagger
from engine.taggers.tagger import Tagger
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
    line,
    to_worker,
)


def serve() -> NoReturn:
    """Answer the program at the other end of standard input and output; never returns."""
    requests, answers = _own_pipes()
    faulthandler.enable(sys.stderr)
    desk = _Desk()
    threading.Thread(target=_listen, args=(requests, desk), name="listener", daemon=True).start()
    _work(desk, answers)
    os._exit(1)


def _own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Keep both pipes for ourselves: what a library prints goes to stderr, and it can read nothing."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return requests, answers


@dataclass
class _Desk:
    """What lies before the worker: requests in order, and the job of each that is not done."""

    waiting: queue.SimpleQueue[Load | Know | Tag | Examine] = field(default_factory=queue.SimpleQueue)
    jobs: dict[int, Job] = field(default_factory=dict)


def _listen(requests: BinaryIO, desk: _Desk) -> None:
    """Take requests and cancels as they come; at the end of input the process ends."""
    try:
        for said in requests:
            message = to_worker(said)
            if isinstance(message, Cancel):
                job = desk.jobs.get(message.request)  # a late one finds no job and stops nothing
                if job is not None:
                    job.cancel()
                continue
            if isinstance(message, Tag | Examine):
                desk.jobs[message.request] = Job()
            desk.waiting.put(message)
    finally:
        os._exit(0)


def _work(desk: _Desk, answers: BinaryIO) -> None:
    """Load the model, then answer each request in turn; returns only if the model cannot be loaded."""
    tagger = _load(desk.waiting.get(), answers)
    labels: LabelSet | None = None
    while tagger is not None:
        request = desk.waiting.get()
        if isinstance(request, Load):
            return
        if isinstance(request, Know):
            _tell(tagger, request)
            continue
        labels = request.labels or labels
        if labels is None:
            return
        _send(answers, _answered(tagger, request, labels, desk.jobs[request.request], answers))
        del desk.jobs[request.request]


def _load(request: Load | Know | Tag | Examine, answers: BinaryIO) -> Tagger | None:
    if not isinstance(request, Load) or request.protocol != PROTOCOL:
        _send(answers, Failed(0, "The program and its worker are of different versions."))
        return None
    spec = TaggerSpec(request.name, request.kind, Path(request.folder), request.options, request.title)
    try:
        tagger = load_tagger(spec, Job())
    except TagwellError as error:
        _send(answers, Failed(0, str(error)))
        return None
    except Exception as error:  # noqa: BLE001 - one of two places that catch everything
        _send(answers, Failed(0, _bug(error, f"The model “{spec.title or spec.name}” could not be loaded")))
        return None
    _send(answers, Ready(PROTOCOL, tagger.id, tagger.device, tuple(tagger.warnings)))
    return tagger


def _answered(
    tagger: Tagger, request: Tag | Examine, labels: LabelSet, job: Job, answers: BinaryIO
) -> FromWorker:
    """Send an answer per text as they come and return how the request ended."""
    try:
        job.check()
        if isinstance(request, Examine):
            return Examined(request.request, _examined(tagger, labels))
        for answer in tagger.tag(request.texts, labels, job):
            _send(answers, Said(request.request, answer))
            job.check()
    except Cancelled:
        return Stopped(request.request)
    except TagwellError as error:
        return Failed(request.request, str(error))
    except Exception as error:  # noqa: BLE001 - as above
        return Failed(request.request, _bug(error, "The model could not answer"))
    return Done(request.request, _cost(tagger), _learned(tagger))


def _examined(tagger: Tagger, labels: LabelSet) -> dict[str, Any]:
    """Return what a tagger can tell of itself; most kinds have nothing to tell."""
    examine = getattr(tagger, "examine", None)
    return dict(examine(labels)) if examine else {}


def _tell(tagger: Tagger, request: Know) -> None:
    """Hand `request` to a tagger that can use it."""
    if know := getattr(tagger, "know", None):
        know(request.vectors)


def _learned(tagger: Tagger) -> dict[str, str]:
    take = getattr(tagger, "take_learned", None)
    return dict(take()) if take else {}


def _cost(tagger: Tagger) -> dict[str, float]:
    """Return what the tagger has counted of its work so far, and what the process took.

    ``processor`` are seconds of all cores together, which say what the work costs where the
    clock says how busy the machine is; ``memory`` is the most it held, in bytes.
    """
    cost = getattr(tagger, "cost", None)
    plain = asdict(cost) if is_dataclass(cost) and not isinstance(cost, type) else {}
    counted = {name: float(one) for name, one in plain.items()}
    taken = {"processor": time.process_time(), **({"memory": peak} if (peak := peak_memory()) else {})}
    return counted | taken


def _bug(error: Exception, what: str) -> str:
    """Return a sentence without the error's own words, which may hold note text; those go to stderr."""
    traceback.print_exc()
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{what} ({type(error).__name__} in {Path(last.filename).name}, line {last.lineno})."


def _send(answers: BinaryIO, message: FromWorker) -> None:
    answers.write(line(message))
    answers.flush()
