"""The repository keeps its promises: names, sizes, contracts, requirements, no path of anyone’s machine."""

from __future__ import annotations

import ast
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

import pytest

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = ROOT / "packaging" / "requirements"
TOP = {
    ".ci",
    ".gitignore",
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "desktop",
    "engine",
    "models",
    "packaging",
    "pyproject.toml",
    "tests",
}
DRAWERS = r"utils?|helpers?|commons?|miscs?|managers?|bases?|cores?|datas?|infos?|handlers?"
EVERYTHING = {"Exception", "BaseException"}
N = TypeVar("N", bound=ast.AST)
LONGEST_FILE, LONGEST_FUNCTION, LARGEST_FILE_BYTES = 400, 60, 2_000_000
TEXT_SUFFIXES = {".py", ".md", ".toml", ".txt", ".cfg", ".yml", ".yaml", ".json", ".sh", ".lock", ""}

# What a library may bring that speaks HTTP or TLS.  The program at run time has none of them.
NETWORK_PACKAGES = {
    *("aiohttp", "anyio", "certifi", "h11", "h2", "hf-xet", "httpcore", "httpcore2", "httpx", "httpx2"),
    *("huggingface-hub", "idna", "pyopenssl", "requests", "truststore", "urllib3", "websockets", "fsspec"),
}


@cache
def tracked() -> tuple[Path, ...]:
    """The files of the repository that are really there."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    names = done.stdout.decode().split("\0")
    return tuple(path for name in names if name and (path := ROOT / name).is_file())


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def nodes(kind: type[N], *folders: str) -> Iterator[tuple[str, N]]:
    for path in sources(*folders):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, kind):
                yield short(path), node


def test_the_top_level_is_as_it_was_fixed() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in tracked()} == TOP


def test_packaging_is_no_package_since_it_would_hide_another() -> None:
    assert not (ROOT / "packaging" / "__init__.py").exists()
    assert not list((ROOT / "tests").rglob("__init__.py"))


def test_no_file_is_too_long_and_none_too_large() -> None:
    code = sources("engine", "desktop", "packaging")
    lines = {short(path): path.read_text(encoding="utf-8").count("\n") for path in code}
    assert {name: count for name, count in lines.items() if count > LONGEST_FILE} == {}
    large = [short(path) for path in tracked() if path.stat().st_size > LARGEST_FILE_BYTES]
    assert [name for name in large if not name.startswith("models/")] == []


def test_no_function_is_too_long() -> None:
    lengths = {
        f"{name}: {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for name, node in nodes(ast.FunctionDef, "engine", "desktop", "packaging")
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_nothing_is_named_like_a_drawer() -> None:
    named_after = re.compile(rf"(?:{DRAWERS})", re.IGNORECASE)
    code = [path for path in tracked() if path.suffix == ".py"]
    parts = {part for path in code for part in (*path.relative_to(ROOT).parts[:-1], path.stem)}
    assert [part for part in parts if named_after.fullmatch(part)] == []
    classes = [
        node.name for _, node in nodes(ast.ClassDef, "engine", "desktop") if isinstance(node, ast.ClassDef)
    ]
    words = {name: re.findall(r"[A-Z][a-z]+", name) for name in classes}
    assert [name for name, some in words.items() if some and named_after.fullmatch(some[-1])] == []


def test_every_module_says_what_it_is() -> None:
    silent = [
        short(path)
        for path in sources("engine", "desktop", "packaging")
        if not re.match(r"\S.*?[:.]", ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "")
    ]
    assert silent == []


def test_everything_is_caught_in_two_places_only() -> None:
    broad = {
        name
        for name, node in nodes(ast.ExceptHandler, "engine", "desktop")
        if (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in EVERYTHING))
        and not isinstance(node.body[-1], ast.Raise)  # what tidies up and raises on catches nothing
    }
    assert broad <= {"engine/workers/service.py", "desktop/jobs/job_runner.py"}


def test_no_file_names_a_machine_or_a_registry() -> None:
    # Put together here, so that this file does not name them either.
    folders = "|".join(("root", "work", "farm", "home/[a-z]"))
    hosts = "|".join(
        (
            "index-" + "url",
            "find-" + "links",
            "pypi" + r"\.org",
            "python" + "hosted",
            r"https?://[^ ]*/simple\b",
        )
    )
    telling = re.compile(rf"(?<![\w.~])/(?:{folders})/|{hosts}")
    found = []
    for path in tracked():
        if path.suffix in TEXT_SUFFIXES and path.stat().st_size < 3_000_000:
            text = path.read_text(encoding="utf-8", errors="replace")
            found += [f"{short(path)}: {match.group()}" for match in telling.finditer(text)]
    assert found == []


def test_entry_points_close_the_network_before_they_import_anything() -> None:
    for name in ("engine/__main__.py", "engine/workers/worker.py", "desktop/__main__.py"):
        tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
        imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        modules = [
            node.module if isinstance(node, ast.ImportFrom) else node.names[0].name for node in imports
        ]
        first = next(module for module in modules if module not in {"__future__", "sys"})
        assert first == "engine.airgap", f"{name} imports {first} first"


def test_no_pattern_repeats_a_group_possessively() -> None:
    # Python 3.11.2, as Debian 12 has it, matches them wrongly where the group can backtrack (gh-106052).
    possessive = re.compile(r"\)(?:\+\+|\*\+|\?\+|\{\d*,?\d*\}\+)")
    found = [
        short(path)
        for path in sources("engine", "desktop")
        if possessive.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


# Requirement files


def entries(name: str) -> dict[str, str]:
    """Return the names and versions in a requirement file."""
    text = (REQUIREMENTS / name).read_text()
    return dict(re.findall(r"(?m)^([a-z0-9-]+)==([^ ;\\\n]+)", text))


@pytest.mark.parametrize("path", sorted(REQUIREMENTS.glob("*.txt")), ids=lambda path: path.name)
def test_a_requirement_file_names_no_address_and_hashes_everything(path: Path) -> None:
    text = path.read_text()
    assert "://" not in text
    assert not re.search(r"(?m)^\s*-(?!-hash=)", text), "an option that is no hash"
    if path.name == "torch.txt":  # has a build for machines without a GPU, under the same version
        assert re.fullmatch(r"#.*\ntorch==[\d.]+\n", text)
        return
    blocks = re.split(r"(?m)^(?=[a-z0-9])", text)[1:]
    assert blocks
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("name", ["cpu.txt", "gpu.txt"])
def test_nothing_at_run_time_speaks_http(name: str) -> None:
    assert set(entries(name)) & NETWORK_PACKAGES == set()


def test_the_pins_that_decide_something_are_kept() -> None:
    assert entries("cpu.txt")["onnxruntime"].startswith("1.28.")
    assert entries("gpu.txt")["onnxruntime-gpu"].startswith("1.28.")
    assert "onnxruntime" not in entries("gpu.txt"), "both write the same folder"
    for name in ("cpu.txt", "gpu.txt", "dev.txt"):
        assert entries(name)["pyside6-essentials"].startswith("6.11.")


def test_all_requirement_files_agree_on_what_they_share() -> None:
    files = {path.name: entries(path.name) for path in REQUIREMENTS.glob("*.txt")}
    for name, some in files.items():
        differing = {one for one, version in some.items() if files["cpu.txt"].get(one, version) != version}
        assert differing == set(), name


def test_every_dependency_of_the_project_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {re.match(r"[a-z0-9-]+", one).group() for one in project["dependencies"]}
    assert wanted <= set(entries("cpu.txt"))
    for extra in ("llm", "train"):
        named = {re.match(r"[a-z0-9-]+", one).group() for one in project["optional-dependencies"][extra]}
        assert named <= set(entries(f"{extra}.txt")) | {"torch"}


# Import contracts


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("engine/steps/tag_notes.py", "from PySide6 import QtCore", "The engine knows no window"),
        ("engine/text/note.py", "import engine.steps.tag_notes", "The data's way"),
        ("engine/taggers/dictionary.py", "import sqlite3", "Only the store speaks SQLite"),
        ("engine/workers/service.py", "import engine.store", "Taggers and workers never see the store"),
        ("engine/labels/files.py", "import socket", "Nothing reaches out"),
    ],
)
def test_a_broken_contract_is_found(tmp_path: Path, module: str, line: str, contract: str) -> None:
    for package in ("engine", "desktop"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    said = contracts(tmp_path)
    assert re.search(rf"{contract}\s+BROKEN", said), said


@pytest.mark.slow
def test_every_contract_is_kept() -> None:
    said = contracts(ROOT)
    assert re.search(r"Contracts: \d+ kept, 0 broken\.", said), said


def contracts(folder: Path) -> str:
    """What import-linter says of the tree in `folder`, as plain text."""
    code = "from importlinter.cli import lint_imports_command as go; go()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )
    return re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)


# What the README says


def commands(text: str) -> list[list[str]]:
    """The command lines in the code blocks of a page."""
    blocks = re.findall(r"(?ms)^```[a-z]*\n(.*?)^```", text)
    return [shlex.split(line) for block in blocks for line in block.splitlines() if line.strip()]


def readme() -> list[list[str]]:
    return commands((ROOT / "README.md").read_text(encoding="utf-8"))


def test_the_readme_holds_the_two_commands_that_exist() -> None:
    develop = [sys.executable, "packaging/develop.py", "--help"]
    own = subprocess.run(develop, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    seen = {words[2] for words in readme() if words[:2] == ["python3", "packaging/develop.py"]}
    assert {"run", "test"} <= seen
    assert [name for name in seen if f"develop.py {name} " not in own] == []


@pytest.mark.slow
@pytest.mark.native
def test_the_commands_of_the_readme_do_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "models").symlink_to(ROOT / "models")
    lines = [words for words in readme() if words[0] == ".venv/bin/tagwell"]
    assert len(lines) > 5
    _run_all(lines, tmp_path)


@pytest.mark.llm
def test_the_commands_of_the_readme_for_language_models_do_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "models").symlink_to(ROOT / "models")
    lines = [words for words in readme() if words[0] == ".venv-llm/bin/tagwell"]
    assert len(lines) > 2
    _run_all(lines, tmp_path)


def _run_all(lines: list[list[str]], folder: Path) -> None:
    for words in lines:
        command = [sys.executable, "-P", "-m", "engine", *words[1:]]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}\n{done.stderr}"


def test_the_paths_that_a_page_names_exist() -> None:
    pages = [path for path in tracked() if path.name in {"README.md", "MODEL_CARD.md"}]
    assert {"README.md", "engine/README.md"} <= {short(path) for path in pages}
    missing = []
    for page in pages:
        text = page.read_text(encoding="utf-8")
        named = re.findall(r"`((?:engine|desktop|models|packaging|tests)/[\w./-]*)`", text)
        targets = re.findall(r"\]\((?!\w+:)([^)#]+)\)", text)
        places = [ROOT / name for name in named] + [page.parent / target for target in targets]
        missing += [f"{short(page)}: {place}" for place in places if not place.exists()]
    assert missing == []


# What the pinned libraries must not do


def test_qt_drops_no_reference() -> None:
    # PySide6 6.12.0 with Python 3.11 lost one reference to None per call, and aborted after some thousand.
    from PySide6.QtGui import QImage, QPainter, QPen

    image = QImage(8, 8, QImage.Format.Format_ARGB32)
    painter, pen = QPainter(image), QPen()
    painter.setPen(pen)  # the first call makes things that it keeps
    before = sys.getrefcount(None)
    for _ in range(2000):
        painter.setPen(pen)
    after = sys.getrefcount(None)
    painter.end()
    assert abs(after - before) < 100


@pytest.mark.native
def test_onnx_runtime_leaves_nothing_in_the_home_of_its_user(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnxruntime")
    assert onnx.__version__.startswith("1.28."), "later ones send telemetry by default"
    code = """
from engine.airgap import engage
engage("worker")
import onnxruntime
onnxruntime.SessionOptions()
onnxruntime.get_device()
"""
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}  # no CI variable
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=60)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


# What tests may not do


def test_a_test_that_reaches_for_the_network_is_stopped(reached_out: list[str]) -> None:
    with pytest.raises(PermissionError):
        socket.socket(socket.AF_INET)
    with pytest.raises(PermissionError):
        socket.getaddrinfo("localhost", 80)
    assert reached_out == ["socket.__new__", "socket.getaddrinfo"]
    reached_out.clear()
