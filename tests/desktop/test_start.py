"""The start: what the command line takes, and what is told where no window can be opened."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from desktop.__main__ import NO_SCREEN, screen_trouble
from desktop.application import begin

ROOT = Path(__file__).resolve().parents[2]


def start(*arguments: str, **environ: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "desktop", *arguments],
        cwd=ROOT,
        env={**os.environ, **environ},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_help_is_told_without_a_window():
    process = start("--help")
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "--demo" in said


def test_a_worker_needs_no_qt(tmp_path):
    (tmp_path / "PySide6").mkdir()
    (tmp_path / "PySide6" / "__init__.py").write_text(
        "raise SystemExit('a worker loaded Qt')", encoding="utf-8"
    )
    process = start("--worker", PYTHONPATH=str(tmp_path))
    _, errors = process.communicate(timeout=30)  # at the end of its input a worker ends
    assert "Qt" not in errors
    assert process.returncode == 0


def test_where_qt_cannot_be_loaded_the_way_out_is_told(tmp_path):
    (tmp_path / "PySide6").mkdir()
    (tmp_path / "PySide6" / "__init__.py").write_text(
        "raise ImportError('libEGL.so.1 is missing')", encoding="utf-8"
    )
    process = start(PYTHONPATH=str(tmp_path), QT_QPA_PLATFORM="offscreen")
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "libEGL.so.1" in errors
    assert "develop.py run" in errors


@pytest.mark.parametrize(
    ("environ", "platform", "words"),
    [
        ({}, "linux", NO_SCREEN),
        ({"DISPLAY": ":0"}, "linux", ""),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", ""),
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux", ""),
        ({}, "darwin", ""),
    ],
)
def test_a_missing_screen_is_told_before_qt_ends_the_process(environ, platform, words):
    assert screen_trouble(environ, platform) == words


def test_a_screen_behind_the_network_is_told():
    assert "through the network" in screen_trouble({"DISPLAY": "localhost:10.0"}, "linux")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel filter is Linux's")
def test_the_window_runs_behind_the_air_gap(tmp_path):
    process = start(QT_QPA_PLATFORM="offscreen", HOME=str(tmp_path), XDG_CONFIG_HOME=str(tmp_path / "config"))
    status = Path(f"/proc/{process.pid}/status")
    try:
        until = time.monotonic() + 30
        while "Seccomp:\t2" not in status.read_text() and time.monotonic() < until:
            time.sleep(0.05)
        assert "Seccomp:\t2" in status.read_text()
        time.sleep(1.5)
        assert process.poll() is None, process.communicate()[1]
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


def test_the_project_that_was_open_last_opens_again(qtbot, window, project):
    window.desk.close_project()
    begin(window, "", demo=False)
    qtbot.waitUntil(lambda: window.desk.project is not None)
    assert window.desk.project.path == project


def test_a_project_named_on_the_command_line_opens(qtbot, window, project, monkeypatch):
    window.on_project.close()
    monkeypatch.chdir(project.parent)
    begin(window, project.name, demo=False)
    qtbot.waitUntil(lambda: window.desk.project is not None)
    assert window.desk.project.path == project


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="Xvfb is not installed")
def test_the_whole_way_on_a_real_screen(tmp_path):
    """The acceptance test once more, in windows of a real X server."""
    read, write = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "tests/desktop/test_acceptance.py", "-q",
             "-p", "no:cacheprovider", f"--basetemp={tmp_path / 'inner'}"],
            cwd=ROOT,
            env={**os.environ, "DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"},
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
    finally:
        screen.terminate()
        screen.wait(10)
    assert done.returncode == 0, done.stdout[-3000:]
