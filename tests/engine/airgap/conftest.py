"""A process of its own for what can never be undone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
Child = Callable[..., dict[str, Any]]


@pytest.fixture
def child() -> Child:
    """Run lines of Python in a fresh process and return what they left in the dictionary `said`."""

    def run(code: str, **environ: str) -> dict[str, Any]:
        lines = f"said = {{}}\n{code}\nimport json, sys\nsys.__stdout__.write(json.dumps(said))"
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", lines],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environ},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    return run
