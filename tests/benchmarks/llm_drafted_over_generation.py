"""LLM, drafted over generation: writing a note with span tags, against drafted tagging of it.

See `_llm_prices` for what is compared; it takes about two minutes on two cores.
"""

from __future__ import annotations

from _llm_process import measured
from measurement import Measurement


def measure() -> list[Measurement]:
    """Return the ratios, or nothing where llama.cpp was not built."""
    return measured("generation")
