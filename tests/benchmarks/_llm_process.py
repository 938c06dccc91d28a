"""Runs a price of the language model in the environment that has llama.cpp."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

from measurement import Measurement

ROOT = Path(__file__).resolve().parents[2]
PRICES = Path(__file__).resolve().parent / "_llm_prices.py"


def measured(which: str) -> list[Measurement]:
    """Return the figures of a function of `_llm_prices`; none, and a reason, where llama.cpp is missing."""
    python = _python()
    if python is None:
        sys.stderr.write("There is no llama.cpp here; “packaging/develop.py test --llm” builds it.\n")
        return []
    command = [python, str(PRICES), which]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, encoding="utf-8", check=True
    )
    return [Measurement(**one) for one in json.loads(done.stdout)]


def _python() -> str | None:
    if importlib.util.find_spec("llama_cpp"):
        return sys.executable
    for path in (ROOT / ".venv-llm" / "bin" / "python", ROOT / ".venv-llm" / "Scripts" / "python.exe"):
        if path.is_file():
            return str(path)
    return None
