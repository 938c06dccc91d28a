"""Session: one ONNX file loaded by ONNX Runtime, and where it really runs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.airgap.environment import missing_variables
from engine.errors import ModelError
from engine.taggers.onnx_bert.bio import Floats

Int64 = NDArray[np.int64]

_CPU = "CPUExecutionProvider"
_GPU = "CUDAExecutionProvider"
_KINDS = "token_type_ids"
"""An input of some models made elsewhere, which tells two sentences apart; here there is only one."""


@dataclass(frozen=True, slots=True)
class Port:
    """An input or output of a model: its name, ONNX Runtime's word for its numbers, and its dimensions.

    A dimension that is free is a name or None, one that is fixed a number.
    """

    name: str
    numbers: str
    shape: tuple[int | str | None, ...]


def physical_cores() -> int:
    """Return how many cores this process may use, counting two threads of one core once."""
    try:
        allowed = os.sched_getaffinity(0)
    except AttributeError:  # neither Windows nor macOS says; half of the threads is the usual count
        return max(1, (os.cpu_count() or 2) // 2)
    cores = {_core_of(thread) for thread in allowed}
    return max(1, len(cores))


def _core_of(thread: int) -> str:
    """Return the name of the core that runs this hardware thread; its own number where unknown."""
    try:
        return Path(f"/sys/devices/system/cpu/cpu{thread}/topology/thread_siblings_list").read_text().strip()
    except OSError:
        return str(thread)


def gpu_offered() -> bool:
    """Return whether the installed runtime was built for a GPU; whether one works, only a session tells."""
    return _GPU in _runtime().get_available_providers()


class Session:
    """One loaded ONNX model.  Used from one thread."""

    def __init__(self, path: Path, outputs: Sequence[str], *, threads: int | None = None) -> None:
        """Load `path`, which must have all of `outputs`.

        Raises:
            ModelError: the runtime is missing or was imported unguarded, or the file is unsuitable.
        """
        runtime = _runtime()
        options = runtime.SessionOptions()
        options.intra_op_num_threads = threads or physical_cores()
        options.inter_op_num_threads = 1
        options.execution_mode = runtime.ExecutionMode.ORT_SEQUENTIAL
        options.log_severity_level = 3
        # An idle window must not keep a core busy.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # Weights that are stored in 8 bits and scaled back must not return to 8-bit products.
        options.add_session_config_entry("session.disable_quant_qdq", "1")
        available = runtime.get_available_providers()
        try:
            self._session = runtime.InferenceSession(
                str(path), options, providers=[one for one in (_GPU, _CPU) if one in available]
            )
        except _failures() as error:
            raise ModelError(
                f"ONNX Runtime cannot load “{path.name}”: it is damaged, or not of a kind that is known here."
            ) from error
        missing = set(outputs) - {one.name for one in self._session.get_outputs()}
        if missing:
            raise ModelError(f"“{path.name}” lacks the output “{min(missing)}” that its manifest names.")
        self._outputs = list(outputs)
        self._kinds = _KINDS in {one.name for one in self._session.get_inputs()}
        self.name = path.name

    @property
    def device(self) -> str:
        """Where the model really runs: the provider that the loaded session reports."""
        first: str = self._session.get_providers()[0]
        return {_CPU: "CPU", _GPU: "CUDA"}.get(first, first.removesuffix("ExecutionProvider"))

    @property
    def inputs(self) -> tuple[Port, ...]:
        """What the model wants to be given."""
        return _ports(self._session.get_inputs())

    @property
    def outputs(self) -> tuple[Port, ...]:
        """What the model can give, whether it was asked for or not."""
        return _ports(self._session.get_outputs())

    def run(self, ids: Int64, mask: Int64) -> list[Floats]:
        """Return the outputs, each of shape windows × pieces × width, for a batch of padded windows.

        Raises:
            ModelError: the runtime failed.
        """
        given = {"input_ids": ids, "attention_mask": mask}
        if self._kinds:
            given[_KINDS] = np.zeros_like(ids)
        try:
            found = self._session.run(self._outputs, given)
        except _failures() as error:
            raise ModelError("ONNX Runtime stopped with an error while it read a note.") from error
        return [np.asarray(one, dtype=np.float32) for one in found]


def _ports(said: Iterable[Any]) -> tuple[Port, ...]:
    return tuple(Port(one.name, one.type, tuple(one.shape)) for one in said)


def _runtime() -> Any:  # noqa: ANN401  the module itself, which has no types
    """Import ONNX Runtime, but only where it was told to be silent beforehand."""
    if "ORT_DISABLE_TELEMETRY" in missing_variables():
        raise ModelError("ONNX Runtime was about to start without the air gap. Nothing was loaded.")
    try:
        import onnxruntime
    except ImportError as error:
        raise ModelError("ONNX Runtime is not installed, so that no ONNX model can be used.") from error
    onnxruntime.disable_telemetry_events()
    return onnxruntime


def _failures() -> tuple[type[Exception], ...]:
    """Return the exceptions of ONNX Runtime, which have no parent of their own."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    found = (one for one in vars(state).values() if isinstance(one, type) and issubclass(one, Exception))
    return (*found, RuntimeError, OSError, ValueError)
