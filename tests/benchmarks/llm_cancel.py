"""LLM, cancel: how long the model goes on after a cancel while it reads a long note.

See `_llm_prices`; it takes about half a minute on two cores.
"""

from __future__ import annotations

from _llm_process import measured
from measurement import Measurement


def measure() -> list[Measurement]:
    """Return the times, or nothing where llama.cpp was not built."""
    return measured("cancel")
