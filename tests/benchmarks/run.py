"""Run: the benchmarks of this folder, all or by name, as a table and as JSON.

    python tests/benchmarks/run.py [NAME…] [--json FILE]

Every other module of this folder that has a function `measure` is a benchmark, named
like its file with hyphens.  It never fails on time: it reports.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from measurement import Measurement

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parents[1]))  # the source tree, where it is not installed
NOT_BENCHMARKS = frozenset({"run", "measurement"})

Measure = Callable[[], Measurement | Sequence[Measurement]]


def names() -> list[str]:
    """Return the names of all benchmarks."""
    return sorted(
        path.stem.replace("_", "-")
        for path in HERE.glob("*.py")
        if path.stem not in NOT_BENCHMARKS and not path.stem.startswith("_")
    )


def measured(name: str) -> list[Measurement]:
    """Run the benchmark called `name`."""
    measure: Measure = importlib.import_module(name.replace("-", "_")).measure
    found = measure()
    return [found] if isinstance(found, Measurement) else list(found)


def told(one: Measurement) -> str:
    """Return `one` as a line for a person."""
    against = f"{one.ratio:6.2f} × {one.baseline:.4g}" if one.ratio and one.baseline else ""
    sign = "at least" if one.more_is_better else "at most"
    verdict = {None: "", True: "kept", False: "MISSED"}[one.within_budget]
    budget = "" if one.budget is None else f"{sign} {one.budget:.4g}: {verdict}"
    return f"{one.name:<48} {one.value:>10.4g} {one.unit:<10} {against:<20} {budget}"


def main() -> int:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(description="Run benchmarks.")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--json", type=Path, metavar="FILE")
    chosen = parser.parse_args()
    unknown = set(chosen.names) - set(names())
    if unknown:
        sys.stderr.write(f"No benchmark is called {', '.join(sorted(unknown))}. Here: {', '.join(names())}\n")
        return 2
    found = []
    for name in chosen.names or names():
        for one in measured(name):
            found.append(one)
            sys.stdout.write(told(one) + "\n")
            sys.stdout.flush()
    if chosen.json:
        chosen.json.write_text(json.dumps([one.as_row() for one in found], indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
