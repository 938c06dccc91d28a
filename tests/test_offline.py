"""The main job, watched by the kernel: no internet socket, and no file outside the program's own folders.

It runs as on a user's machine: in a network namespace of its own, with a fresh home, and
without the variable by which some libraries know a test machine and keep quiet.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NOTE = "HPI: Zanzibarine has had severe chest pain since Monday, no fever. Takes aspirin 81 mg daily.\n"
CANARY = "Zanzibarine"
WRITES = re.compile(r'\b(?:open|openat|creat)\((?:AT_FDCWD, )?"([^"]+)", [^)]*O_(?:WRONLY|RDWR|CREAT)')
MAKES = re.compile(r'\b(?:mkdir|mkdirat|symlink|link)\((?:AT_FDCWD, )?"([^"]+)"')

pytestmark = [
    pytest.mark.slow,
    pytest.mark.native,
    pytest.mark.skipif(sys.platform != "linux", reason="the kernel is asked through Linux's own tools"),
]


@cache
def namespace() -> tuple[str, ...]:
    """How a process gets a network of its own here, with nothing in it."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    for options in (["-n"], ["-rn"]):
        command = ["unshare", *options]
        if shutil.which("unshare") and subprocess.call([*command, "true"], stderr=subprocess.DEVNULL) == 0:
            return tuple(command)
    pytest.skip("this machine allows no network namespaces")


def environment(home: Path) -> dict[str, str]:
    """A user's environment: nothing in it says that this is a test machine."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {**kept, "HOME": str(home), "TMPDIR": str(home / "tmp"), "PYTHONPATH": str(ROOT)}


def traced(folder: Path, arguments: list[str]) -> tuple[subprocess.CompletedProcess[str], str]:
    """Run Python with `arguments` in a network namespace and return what the kernel saw of it."""
    home, trace = folder / "home", folder / "trace"
    (home / "tmp").mkdir(parents=True)
    calls = "network,open,openat,creat,mkdir,mkdirat,link,symlink"
    watch = ["strace", "-f", "-qq", "-s", "4096", "-e", f"trace={calls}", "-o", str(trace)]
    done = subprocess.run(
        [*namespace(), *watch, sys.executable, "-P", *arguments],
        env=environment(home),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done, trace.read_text(errors="replace")


def internet_calls(trace: str) -> list[str]:
    return re.findall(r".*(?:AF_INET|AF_INET6|AF_PACKET|PF_INET).*", trace)


def foreign_paths(trace: str, *own: Path) -> list[str]:
    """What was written or made outside `own`, the source tree's compiled files and the devices."""
    touched = [match for pattern in (WRITES, MAKES) for match in pattern.findall(trace)]
    allowed = tuple(f"{path}/" for path in own)
    return [
        path
        for path in touched
        if not f"{path}/".startswith((*allowed, "/dev/", "/proc/self/"))
        and "/__pycache__/" not in f"{path}/"
        and (path.startswith("/") or ".." in path)
    ]


def test_the_main_job_touches_no_network_and_no_foreign_file(tmp_path: Path) -> None:
    notes, out = tmp_path / "notes", tmp_path / "out"
    notes.mkdir()
    for number in range(3):
        (notes / f"{number}.txt").write_text(NOTE)
    job = ["-m", "engine", "tag", str(notes), "--out", str(out), "--format", "brat"]
    done, trace = traced(tmp_path, job)
    assert done.returncode == 0, done.stderr
    assert "chest pain" in (out / "0.ann").read_text(), "the job was not done, so nothing was proved"
    assert len(re.findall(r"seccomp|execve|clone|openat", trace)) > 100, "the kernel saw nothing"
    assert internet_calls(trace) == []
    home = tmp_path / "home"
    own = home / ".local" / "share" / "tagwell"
    being_written = f"{tmp_path}/.tagwell-writing-"  # beside the folder of the answers, moved when whole
    foreign = [path for path in foreign_paths(trace, out, own) if not path.startswith(being_written)]
    assert foreign == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "notes", "out", "trace"]
    left = [path for path in home.rglob("*") if path.is_file() and not path.is_relative_to(own)]
    assert left == [], "also what another process may have left"
    assert CANARY not in done.stdout + done.stderr
    hiding = [path for path in home.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]
    assert hiding == []


def test_the_watch_itself_sees_what_it_should(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign"
    code = f"""
import socket
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()
open({str(foreign)!r}, "w").close()
"""
    done, trace = traced(tmp_path, ["-c", code])
    assert done.returncode == 0, done.stderr
    assert len(internet_calls(trace)) == 1
    assert foreign_paths(trace, tmp_path / "out") == [str(foreign)]
