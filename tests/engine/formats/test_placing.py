"""Writing files: all of them appear or none does, and what was there stays unless it may go."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path
from typing import Any

import pytest

from engine.errors import Cancelled, DiskFull, ExportError
from engine.formats.placing import NewFiles


def below(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_files_appear_together_at_the_end(tmp_path: Path) -> None:
    with NewFiles(tmp_path / "new" / "out") as place:
        place.write("a/b.txt", "one\r\n")
        place.open("c.txt").write("two")
        assert not (tmp_path / "new" / "out").exists()
        placed = place.place()
    assert below(tmp_path) == {"new/out/a/b.txt": "one\r\n", "new/out/c.txt": "two"}
    assert [path.is_file() for path in placed] == [True, True]


@pytest.mark.parametrize("there", [True, False])
def test_an_interruption_leaves_no_trace(tmp_path: Path, there: bool) -> None:
    target = tmp_path / "x" / "out"
    if there:
        target.mkdir(parents=True)
        (target / "own.txt").write_text("mine")
    with pytest.raises(Cancelled), NewFiles(target) as place:
        place.write("a.txt", "one")
        raise Cancelled("Stopped.")
    assert below(tmp_path) == ({"x/out/own.txt": "mine"} if there else {})
    assert list(tmp_path.iterdir()) == ([tmp_path / "x"] if there else [])


def test_files_of_others_are_not_replaced_unless_they_may_be(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("mine")
    with pytest.raises(ExportError, match=r"already has a file “a\.txt”"), NewFiles(tmp_path) as place:
        place.write("a.txt", "new")
    assert below(tmp_path) == {"a.txt": "mine"}
    with NewFiles(tmp_path, overwrite=True) as place:
        place.write("a.txt", "new")
        place.write("b.txt", "more")
        place.place()
    assert below(tmp_path) == {"a.txt": "new", "b.txt": "more"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "b.txt"]


def test_a_failure_while_placing_puts_everything_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text("mine")
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if Path(target).name == "b.txt":
            raise OSError(errno.EIO, "broken")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with (
        pytest.raises(ExportError, match="could not be written"),
        NewFiles(tmp_path, overwrite=True) as place,
    ):
        place.write("a.txt", "new")
        place.write("b.txt", "more")
        place.place()
    assert below(tmp_path) == {"a.txt": "mine"}


class _Full:
    """A file on a full disk: it takes everything and fails when it is closed."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def write(self, text: str) -> int:
        return len(text)

    def __enter__(self) -> _Full:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        raise OSError(errno.ENOSPC, "full")


def test_a_full_disk_is_said_and_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open
    monkeypatch.setattr(Path, "open", lambda self, *a, **k: _Full(opened(self, *a, **k)))
    with pytest.raises(DiskFull, match=r"is full\. Nothing was written"), NewFiles(tmp_path / "out") as place:
        place.open("a.txt").write("canary")
        place.place()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_really_full_device_is_told_apart_from_other_failures() -> None:
    from engine.formats.placing import explained

    with pytest.raises(OSError, match="No space") as raised, Path("/dev/full").open("w") as file:
        file.write("x")
        file.flush()
    assert isinstance(explained(raised.value, Path("out")), DiskFull)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="this user may write everywhere")
def test_a_folder_that_may_not_be_written_to_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ExportError, match="may not be written to"), NewFiles(tmp_path / "out"):
        pass
    tmp_path.chmod(0o700)


def test_a_read_only_disk_and_a_file_in_the_way_are_refused_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ExportError, match="Choose a folder"), NewFiles(tmp_path / "file" / "out"):
        pass
    with pytest.raises(ExportError, match="Choose a folder"), NewFiles(tmp_path / "file"):
        pass

    def read_only(self: Path, *_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "read-only")

    monkeypatch.setattr(Path, "mkdir", read_only)
    with pytest.raises(ExportError, match="“out” may not be written to"), NewFiles(tmp_path / "out"):
        pass


def test_what_an_export_left_that_was_killed_is_cleared_a_day_later(tmp_path: Path) -> None:
    old, fresh = tmp_path / ".tagwell-writing-old", tmp_path / ".tagwell-writing-now"
    for folder in (old, fresh):
        folder.mkdir()
        (folder / "a.txt").write_text("x")
    os.utime(old, (time.time() - 90_000,) * 2)
    with NewFiles(tmp_path) as place:
        place.write("b.txt", "y")
        place.place()
    assert sorted(path.name for path in tmp_path.iterdir()) == [".tagwell-writing-now", "b.txt"]
