"""Benchmarks are found, run by name, and reported in figures that a program can read."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).with_name("benchmarks")
FAKE = """
from measurement import Measurement
def measure():
    slow = Measurement("a-thing", 2.0, "ms", 4.0, 1.5)
    return [slow, Measurement("a-rate", 9.0, "x", None, 8.0, more_is_better=True)]
"""


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(folder / "run.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_benchmark_is_run_by_name_and_written_as_json(tmp_path: Path) -> None:
    for name in ("run.py", "measurement.py"):
        (tmp_path / name).write_text((FOLDER / name).read_text())
    (tmp_path / "a_thing.py").write_text(FAKE)
    done = run(tmp_path, "a-thing", "--json", str(tmp_path / "out.json"))
    assert done.returncode == 0, done.stderr
    assert "MISSED" in done.stdout
    first, second = json.loads((tmp_path / "out.json").read_text())
    assert first == {
        "name": "a-thing",
        "value": 2.0,
        "unit": "ms",
        "baseline": 4.0,
        "ratio": 0.5,
        "budget": 1.5,
        "within_budget": False,
    }
    assert (second["ratio"], second["within_budget"]) == (None, True)


def test_the_promised_benchmarks_are_here_and_another_name_is_refused() -> None:
    done = run(FOLDER, "no-such-benchmark")
    assert done.returncode == 2
    for name in ("open-note-200k", "start", "store-operation"):
        assert name in done.stderr
