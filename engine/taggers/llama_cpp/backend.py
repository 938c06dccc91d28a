"""Backend: llama.cpp's low-level interface, as much of it as tagging needs."""

from __future__ import annotations

import ctypes
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np

from engine.errors import ModelError
from engine.jobs.job import Job
from engine.model_files.preflight import check_processor
from engine.taggers.llama_cpp.automaton import Ids
from engine.taggers.llama_cpp.decoding import Step
from engine.taggers.llama_cpp.generation import Row
from engine.taggers.llama_cpp.grammar import Grammar

_LOG = logging.getLogger(__name__)
_LONGEST_PIECE = 256
_ERROR_LEVEL = 3
_CPU_BATCH = 128
"""Tokens that a CPU computes at once: more are no faster, and a cancel waits for one product of matrices."""

_PROBE = (5, 7, 11, 13)
_SAME = 0.05
"""How far logits of the same tokens may lie apart, as a share of their spread, for reasons of rounding."""

_NOISE, _NOISE_IN_FULL = 0.03, 0.003
"""How far the difference of two logits mostly varies with the shape of a batch, as a share of their spread.

Seen with 8-bit weights: 0.02 in one decision of a hundred, 0.04 in one of a thousand and 0.056
at most, as their inputs are rounded to 8 bits too, and a last digit that differs may tip that; with
the same weights in full precision 0.0012.  Only where a decision is as near to a draw besides is it
another one, so that wider shares would cost more readings and change nothing.
"""

_FULL = 2
"""Bytes of a weight from which on its inputs are not rounded to 8 bits."""


@dataclass(frozen=True, slots=True)
class Loading:
    """How a model is loaded: places of its memory, sequences beside the first, cores, layers on a GPU.

    `adapters` are files that change its weights (LoRA as GGUF), each with its strength.
    Flash attention adds up in half precision on a CPU: measured with random weights, the same
    decision came out up to 0.038 apart in batches of different shape, and 0.004 without it.
    """

    context: int = 4096
    strands: int = 4
    threads: int = 0
    gpu_layers: int = 0
    flash: bool = False
    adapters: tuple[tuple[Path, float], ...] = ()


class LlamaBackend:
    """A GGUF model and its memory.  Used from the thread that loaded it; `close` gives everything back."""

    def __init__(self, path: Path, loading: Loading) -> None:
        """Load the model at `path`, and try what its memory can do.

        Raises:
            ModelError: llama.cpp is not installed, or cannot load the file or an adapter.
        """
        self._api = _library()
        self._job = Job()
        self._pieces: dict[int, bytes] = {}
        # ctypes keeps no reference to a callback: without ours it would be collected under llama.cpp's feet.
        self._stopped = self._api.ggml_abort_callback(lambda _: self._job.cancelled)
        self._model = self._load(path, loading)
        self._vocabulary = self._api.llama_model_get_vocab(self._model)
        self.size: int = self._api.llama_vocab_n_tokens(self._vocabulary)
        self._context = self._start(loading)
        self._adapt(loading.adapters)
        self._memory = self._api.llama_get_memory(self._context)
        self.places: int = self._api.llama_n_ctx(self._context)
        self._batch_size: int = self._api.llama_n_batch(self._context)
        self._batch = self._api.llama_batch_init(self._batch_size, 0, 1)
        self.rolls_back, spread = self._tried()
        self.noise = spread * (_NOISE_IN_FULL if self._in_full else _NOISE)

    def listen(self, job: Job) -> None:
        """Let `job` stop what is computed from now on, also within a batch."""
        self._job = job

    def check(self) -> None:
        """Stop here if the job was cancelled.

        Raises:
            Cancelled: it was.
        """
        self._job.check()

    @property
    def device(self) -> str:
        """Where the model runs, for a person."""
        return "CPU and GPU" if self._on_gpu else "CPU"

    @property
    def _in_full(self) -> bool:
        size, weights = self._api.llama_model_size(self._model), self._api.llama_model_n_params(self._model)
        return bool(size >= _FULL * weights)

    @property
    def trained_context(self) -> int:
        """The longest text that the model was trained on, in tokens."""
        return int(self._api.llama_model_n_ctx_train(self._model))

    @property
    def chat_template(self) -> str:
        """The template of a conversation that the file brings, or empty."""
        return str((self._api.llama_model_chat_template(self._model, None) or b"").decode("utf-8", "replace"))

    @property
    def marks(self) -> tuple[str, str]:
        """How the model writes the beginning and the end of a text; empty where it has no such token."""
        both = (self._api.llama_vocab_bos(self._vocabulary), self._api.llama_vocab_eos(self._vocabulary))
        begin, end = (
            self._api.llama_vocab_get_text(self._vocabulary, one) if one >= 0 else b"" for one in both
        )
        return begin.decode(), end.decode()

    # Text

    def tokens(self, text: str, *, begin: bool = False, special: bool = False) -> Ids:
        """Return the tokens of `text`.

        `begin` puts the model's own beginning before it; `special` reads words such as
        ``<|eot|>`` as control tokens, which a note's text must never be.
        """
        raw = text.encode()
        room = len(raw) + 8
        while True:
            out = (ctypes.c_int32 * room)()
            count = self._api.llama_tokenize(self._vocabulary, raw, len(raw), out, room, begin, special)
            if count >= 0:
                return tuple(out[:count])
            room = -count

    def piece(self, token: int) -> bytes:
        """Return the bytes that `token` stands for; none for control tokens."""
        if token not in self._pieces:
            self._pieces[token] = self._piece(token)
        return self._pieces[token]

    def _piece(self, token: int) -> bytes:
        room = _LONGEST_PIECE
        while True:
            out = ctypes.create_string_buffer(room)
            count: int = self._api.llama_token_to_piece(self._vocabulary, token, out, room, 0, False)
            if count >= 0:
                return out.raw[:count]
            room = -count

    def ends(self, token: int) -> bool:
        """Whether `token` ends a text or a turn."""
        return bool(self._api.llama_vocab_is_eog(self._vocabulary, token))

    def grammar(self, gbnf: str) -> Grammar:
        """Return a grammar over the tokens of this model.

        Raises:
            ModelError: it is not in llama.cpp's notation.
        """
        return Grammar(self._api, self._vocabulary, gbnf)

    # Memory

    def decode(self, steps: Sequence[Step]) -> list[Sequence[float]]:
        """Read `steps` and return the wanted logits; see `Backend.decode`.

        Raises:
            Cancelled: the job was cancelled, perhaps within a batch.
            ModelError: llama.cpp failed.
        """
        return [row[list(wanted)].tolist() for row, wanted in self._read_all(steps)]

    def rows(self, steps: Sequence[Step]) -> list[Row]:
        """Read `steps` and return all logits of each that wants any.

        Raises:
            Cancelled: the job was cancelled, perhaps within a batch.
            ModelError: llama.cpp failed.
        """
        return [row.copy() for row, _ in self._read_all(steps)]

    def _read_all(self, steps: Sequence[Step]) -> Iterator[tuple[Row, Ids]]:
        """Yield, batch by batch, the logits of each step that wants some; the next batch overwrites them."""
        for begin in range(0, len(steps), self._batch_size):
            yield from self._read(steps[begin : begin + self._batch_size])

    def rollback(self, sequence: int, position: int) -> None:
        """Forget what `sequence` holds from `position` on.

        Raises:
            ModelError: this memory cannot do that.
        """
        if not self._api.llama_memory_seq_rm(self._memory, sequence, position, -1):
            raise ModelError("The model’s memory could not be rolled back.")

    def copy(self, source: int, target: int) -> None:
        """Let the empty sequence `target` go on from the end of `source`."""
        self._api.llama_memory_seq_cp(self._memory, source, target, -1, -1)

    def close(self) -> None:
        """Give back all memory; twice does no harm."""
        if self._context is None:
            return
        self._api.llama_batch_free(self._batch)
        self._api.llama_free(self._context)
        self._api.llama_model_free(self._model)
        self._context = None

    def _read(self, steps: Sequence[Step]) -> Iterator[tuple[Row, Ids]]:
        self._job.check()
        batch = self._batch
        batch.n_tokens = len(steps)
        for at, (token, position, sequence, wanted) in enumerate(steps):
            batch.token[at] = token
            batch.pos[at] = position
            batch.n_seq_id[at] = 1
            batch.seq_id[at][0] = sequence
            batch.logits[at] = bool(wanted)
        failed = self._api.llama_decode(self._context, batch)
        self._job.check()
        if failed:
            raise ModelError(f"The model could not read the text (llama.cpp answered {failed}).")
        for at, step in enumerate(steps):
            if step.wanted:
                logits = self._api.llama_get_logits_ith(self._context, at)
                yield np.ctypeslib.as_array(logits, (self.size,)), step.wanted

    # Loading

    def _load(self, path: Path, loading: Loading) -> object:
        settings = self._api.llama_model_default_params()
        settings.n_gpu_layers = loading.gpu_layers
        self._on_gpu = bool(loading.gpu_layers and self._api.llama_supports_gpu_offload())
        model: object = self._api.llama_model_load_from_file(str(path).encode(), settings)
        if not model:
            raise ModelError(f"“{path.name}” is not a model that llama.cpp can load.")
        return model

    def _start(self, loading: Loading) -> object:
        settings = self._api.llama_context_default_params()
        settings.n_ctx = loading.context
        settings.n_seq_max = 1 + 2 * loading.strands  # a memory that cannot roll back is remembered in others
        settings.kv_unified = True  # sequences share the places, so that the instructions are there once
        settings.swa_full = True  # else a sliding window forgets what a rollback would need
        settings.no_perf = True
        if not loading.gpu_layers:
            settings.n_ubatch = _CPU_BATCH
        settings.flash_attn_type = int(loading.flash)
        settings.abort_callback = self._stopped
        if loading.threads:
            settings.n_threads = settings.n_threads_batch = loading.threads
        context: object = self._api.llama_init_from_model(self._model, settings)
        if not context:
            self._api.llama_model_free(self._model)
            raise ModelError(
                "There is not enough memory for this model and the length of text it is to read."
            )
        return context

    def _adapt(self, adapters: Sequence[tuple[Path, float]]) -> None:
        """Put `adapters` on the weights."""
        found = []
        for path, _ in adapters:
            found.append(self._api.llama_adapter_lora_init(self._model, str(path).encode()))
            if not found[-1]:
                self._api.llama_free(self._context)
                self._api.llama_model_free(self._model)
                raise ModelError(f"The adapter “{path.name}” does not fit this model.")
        if found:
            pointers = (ctypes.c_void_p * len(found))(*(ctypes.cast(one, ctypes.c_void_p) for one in found))
            scales = (ctypes.c_float * len(found))(*(scale for _, scale in adapters))
            array = ctypes.cast(pointers, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p)))
            self._api.llama_set_adapters_lora(self._context, array, len(found), scales)

    def _tried(self) -> tuple[bool, float]:
        """Return whether forgotten tokens have no effect on what follows, and the spread of logits."""
        first, wrong, right, last = (one % self.size for one in _PROBE)
        wanted = tuple(range(min(self.size, 1000)))
        self.decode([Step(first, 0, 0), Step(wrong, 1, 0), Step(wrong, 2, 0)])
        works = bool(self._api.llama_memory_seq_rm(self._memory, 0, 1, -1))
        again = self.decode([Step(right, 1, 0), Step(last, 2, 0, wanted)])[0] if works else []
        self._api.llama_memory_clear(self._memory, True)
        fresh = self.decode([Step(first, 0, 0), Step(right, 1, 0), Step(last, 2, 0, wanted)])[0]
        self._api.llama_memory_clear(self._memory, True)
        spread = float(np.std(fresh))
        if works:
            works = float(np.abs(np.subtract(again, fresh)).max()) <= _SAME * spread + 1e-6
        return works, spread


def _library() -> ModuleType:
    """Import llama.cpp's low-level interface, and take its log.

    Raises:
        ModelError: it is not installed, or was built for another processor.
    """
    try:
        from llama_cpp import llama_cpp
    except ImportError as error:
        raise ModelError(
            "This model needs llama.cpp, which is not installed here. Install the extra “llm”, "
            "or choose a tagger that does without."
        ) from error
    except (OSError, RuntimeError) as error:
        raise ModelError("llama.cpp is installed, but it cannot be loaded on this computer.") from error
    check_processor(llama_cpp.llama_print_system_info().decode())
    llama_cpp.llama_backend_init()
    llama_cpp.llama_log_set(_log_callback(llama_cpp), ctypes.c_void_p(0))
    api: ModuleType = llama_cpp
    return api


_callbacks: list[Callable[..., None]] = []
"""What llama.cpp may call as long as the process lives; one log for all models."""


def _log_callback(api: ModuleType) -> Callable[..., None]:
    """Return a log of llama.cpp that keeps its errors; they speak of files and sizes, never of the text."""
    if not _callbacks:

        def log(level: int, text: bytes, _: object) -> None:
            if level == _ERROR_LEVEL:
                _LOG.debug("llama.cpp: %s", text.decode("utf-8", "replace").strip())

        _callbacks.append(api.llama_log_callback(log))
    return _callbacks[0]
