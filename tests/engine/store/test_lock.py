from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import ProjectLocked
from engine.store.lock import ProjectLock
from engine.store.store import Store

HOLD = """
import sys
from pathlib import Path
from engine.store.lock import ProjectLock
lock = ProjectLock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def holding(path: Path) -> subprocess.Popen[bytes]:
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"held\n"
    return child


def end(child: subprocess.Popen[bytes]) -> None:
    child.communicate(timeout=10)


def test_another_process_is_told_since_when_the_project_is_open(path: Path) -> None:
    child = holding(path)
    try:
        with pytest.raises(ProjectLocked, match=r"open in another window \(since \d\d:\d\d"):
            ProjectLock(path)
    finally:
        end(child)


def test_the_lock_of_a_killed_process_keeps_nobody_out(path: Path) -> None:
    child = holding(path)
    child.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
    end(child)
    assert path.with_name("ward.tagwell.lock").exists()
    lock = ProjectLock(path)
    lock.release()
    assert not path.with_name("ward.tagwell.lock").exists()


def test_a_lock_is_let_go_once_and_can_be_taken_again(path: Path) -> None:
    for _ in range(3):
        lock = ProjectLock(path)
        with pytest.raises(ProjectLocked):
            ProjectLock(path)
        lock.release()
        lock.release()


def test_a_lock_file_of_nonsense_is_no_obstacle(path: Path) -> None:
    path.with_name("ward.tagwell.lock").write_bytes(b"\xff\xfenonsense")
    lock = ProjectLock(path)
    lock.release()


def test_many_who_want_it_at_once_get_it_one_by_one(path: Path, tmp_path: Path) -> None:
    take = """
import sys, time
from pathlib import Path
from engine.errors import ProjectLocked
from engine.store.lock import ProjectLock
held = Path(sys.argv[2])
got = 0
while got < 10:
    try:
        lock = ProjectLock(Path(sys.argv[1]))
    except ProjectLocked:
        time.sleep(0.001)
        continue
    held.touch(exist_ok=False)
    held.unlink()
    lock.release()
    got += 1
"""
    command = [sys.executable, "-c", take, str(path), str(tmp_path / "held")]
    children = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(4)]
    said = [child.communicate(timeout=60)[1] for child in children]
    assert [child.returncode for child in children] == [0, 0, 0, 0], said


def test_a_project_that_cannot_be_opened_is_not_locked_afterwards(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0" + bytes(5000))
    for _ in range(2):
        with pytest.raises(Exception, match=r"damaged|not a Tagwell") as caught:
            Store.open(path)
        assert not isinstance(caught.value, ProjectLocked)
