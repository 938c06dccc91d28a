"""Lock: writes the hashed requirement files from pyproject.toml.  Needs uv and a package index.

    python3 packaging/lock.py [NAME…]

The files name versions and hashes for every system, and no address: whatever index pip is
set to, it takes these files and no others.  Run it when the dependencies of pyproject.toml change.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "packaging" / "requirements"
NOTICE = "# Written by packaging/lock.py from pyproject.toml.  Versions and hashes; no addresses.\n"

# tokenizers names an HTTP client among its dependencies and never imports it.
CLIENTS = ("huggingface-hub",)
# sqlite-utils names pip, which every environment brings.
BROUGHT = "pip$"
# torch has a build for machines without a GPU, with other hashes: develop.py asks pip for it by
# version.  What the default build wants beyond torch itself is gigabytes.
TORCH = "torch$|triton$|cuda-|nvidia-"


@dataclass(frozen=True)
class Lock:
    """One requirement file: which parts of pyproject.toml it resolves."""

    extras: tuple[str, ...]
    groups: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    without: tuple[str, ...] = CLIENTS


LOCKS = {
    "cpu": Lock(("cpu",)),
    # A driver alone is not enough: the CUDA libraries come along.
    "gpu": Lock(("gpu",), (), ("onnxruntime-gpu[cuda,cudnn]",)),
    "dev": Lock(("cpu",), ("dev",)),
    "llm": Lock(("cpu", "llm"), ("dev",), ("scikit-build-core>=0.11", "cmake>=3.30", "ninja", "gguf>=0.17")),
    "train": Lock(("cpu", "train"), ("dev",), ("torch==2.13.0",), without=()),
}


def compiled(lock: Lock) -> str:
    """Return the hashed requirements of `lock`, as uv resolves them."""
    with tempfile.TemporaryDirectory() as room:
        overrides = Path(room) / "overrides.txt"
        overrides.write_text("".join(f"{name}; python_version < '3'\n" for name in lock.without))
        more = Path(room) / "more.in"
        more.write_text("".join(f"{line}\n" for line in lock.more))
        command = [uv(), "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-annotate"]
        command += ["--no-header", "--python-version", "3.11", "--override", str(overrides)]
        command += [str(ROOT / "pyproject.toml"), str(more)]
        command += [part for extra in lock.extras for part in ("--extra", extra)]
        command += [part for group in lock.groups for part in ("--group", group)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def without(text: str, unwanted: re.Pattern[str]) -> str:
    """Return the requirements `text` without the entries whose names are `unwanted`."""
    entries = re.split(r"(?m)^(?=[A-Za-z0-9])", text)
    return "".join(one for one in entries if not unwanted.match(one.partition("==")[0]))


def uv() -> str:
    """Return where uv is."""
    found = shutil.which("uv")
    if found is None:
        sys.exit("Please install uv first: pip install uv")
    return found


def main() -> None:
    """Write the files named on the command line, or all."""
    for name in sys.argv[1:] or LOCKS:
        text = compiled(LOCKS[name])
        unwanted = BROUGHT
        if torch := re.search(r"(?m)^torch==([^ ;\\]+)", text):
            unwanted += f"|{TORCH}"
            (FOLDER / "torch.txt").write_text(f"{NOTICE}torch=={torch[1]}\n")
        (FOLDER / f"{name}.txt").write_text(NOTICE + without(text, re.compile(unwanted)))
        print(f"packaging/requirements/{name}.txt")


if __name__ == "__main__":
    main()
