"""Environments: virtual environments made from the hashed requirement files, once."""

from __future__ import annotations

import base64
import ctypes
import hashlib
import os
import platform
import subprocess
import sys
import tempfile
import tomllib
import venv
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = ROOT / "packaging" / "requirements"
CUDA_WANTED = 13_000
_WHEEL = "Wheel-Version: 1.0\nGenerator: develop.py\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@dataclass(frozen=True)
class Step:
    """One call of pip: a file of `REQUIREMENTS`, and what else pip is told."""

    file: str
    options: tuple[str, ...] = ("--no-deps", "--require-hashes", "--only-binary", ":all:")
    only: tuple[str, ...] = ()
    """Names to take from the file; empty takes all."""


@dataclass(frozen=True)
class Environment:
    """A virtual environment in the folder `name` of the source tree."""

    name: str
    steps: tuple[Step, ...]
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return ROOT / self.name

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def prepare(self) -> None:
        """Make it, unless it stands as the requirement files say.  Half-made ones are made anew."""
        stamp, mark = self.folder / "made-from", self._mark()
        if stamp.is_file() and stamp.read_text() == mark:
            return
        print(f"Making the environment {self.name} (once; later starts take seconds)", flush=True)
        stamp.unlink(missing_ok=True)
        venv.EnvBuilder(with_pip=True, clear=True, symlinks=os.name != "nt").create(self.folder)
        with tempfile.TemporaryDirectory() as room:
            for number, step in enumerate(self.steps):
                file = Path(room) / f"{number}-{step.file}"
                file.write_text(_chosen((REQUIREMENTS / step.file).read_text(), step.only))
                self._pip(*step.options, "-r", str(file))
            self._pip("--no-deps", "--no-index", str(own_wheel(Path(room))))
        stamp.write_text(mark)

    def _pip(self, *arguments: str) -> None:
        command = [str(self.python), "-m", "pip", "install", "--disable-pip-version-check", *arguments]
        if subprocess.call(command, env={**os.environ, **self.variables}):
            sys.exit(f"The packages could not be installed. What went wrong stands above ({self.name}).")

    def _mark(self) -> str:
        """Return what this environment is made from; another mark means that it has to be made anew."""
        made_from = [sys.version, str(ROOT), repr(self.steps), repr(_commands())]
        made_from += [(REQUIREMENTS / step.file).read_text() for step in self.steps]
        return hashlib.sha256("\0".join(made_from).encode()).hexdigest()


def _chosen(text: str, names: tuple[str, ...]) -> str:
    """Return the entries of a requirement file that have one of `names`, or all if there are none."""
    if not names:
        return text
    entries: list[list[str]] = []
    for line in text.splitlines(keepends=True):
        if line[0].isalnum():
            entries.append([])
        if entries:
            entries[-1].append(line)
    return "".join("".join(entry) for entry in entries if entry[0].partition("==")[0] in names)


def own_wheel(folder: Path) -> Path:
    """Write a wheel into `folder` that makes this source tree importable and brings its commands.

    It holds a pointer to the tree and the names of the commands, so that nothing has to be built.
    """
    name, version, commands = _commands()
    facts = f"{name}-{version}.dist-info"
    sections = [
        f"[{kind}]\n" + "".join(f"{command} = {place}\n" for command, place in some.items())
        for kind, some in commands.items()
    ]
    files = {
        f"{name}.pth": f"{ROOT}\n",
        f"{facts}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{facts}/WHEEL": _WHEEL,
        f"{facts}/entry_points.txt": "\n".join(sections),
    }
    record = "".join(f"{path},sha256={_digest(text)},{len(text.encode())}\n" for path, text in files.items())
    files[f"{facts}/RECORD"] = f"{record}{facts}/RECORD,,\n"
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for place, text in files.items():
            wheel.writestr(place, text)
    return path


def _commands() -> tuple[str, str, dict[str, dict[str, str]]]:
    """Return the project's name, version and commands."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    commands = {"console_scripts": project["scripts"], "gui_scripts": project["gui-scripts"]}
    return project["name"], project["version"], commands


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def runtime() -> str:
    """Return which file this machine takes: ``gpu`` where a driver for CUDA 13 loads, else ``cpu``."""
    if platform.machine().lower() not in {"x86_64", "amd64"} or sys.platform not in {"linux", "win32"}:
        return "cpu"
    try:
        driver = ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
        version = ctypes.c_int(0)
        # cuInit fails without a card.  It may have to load a part of the driver with the rights of
        # root, which the program gives up later together with the network.
        failed = driver.cuDriverGetVersion(ctypes.byref(version)) or driver.cuInit(0)
    except (OSError, AttributeError):
        return "cpu"
    return "gpu" if not failed and version.value >= CUDA_WANTED else "cpu"


_BUILD_TOOLS = ("scikit-build-core", "cmake", "ninja", "packaging", "pathspec")
_WITHOUT_ISOLATION = ("--no-deps", "--require-hashes", "--no-build-isolation")

TEST = Environment(".venv-test", (Step("dev.txt"),))
TRAIN = Environment(".venv-train", (Step("train.txt"), Step("torch.txt", ())))
LLM = Environment(
    ".venv-llm",
    (Step("llm.txt", only=_BUILD_TOOLS), Step("llm.txt", _WITHOUT_ISOLATION)),
    # The parts of llama.cpp that read pictures are not needed, and double the time.
    {"CMAKE_ARGS": "-DMTMD_BUILD=OFF -DLLAVA_BUILD=OFF"},
)


def run_environment() -> Environment:
    """Return the environment in which the program runs on this machine."""
    return Environment(".venv", (Step(f"{runtime()}.txt"),))
