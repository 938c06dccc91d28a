"""A bug of ours: one dialog, a report to copy, and no word of any note in it."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from desktop.failures.crash_dialog import CrashDialog, CrashWatch
from desktop.failures.crash_log import CrashLog
from desktop.failures.failure_message import MessageBar
from desktop.failures.report import bug_report
from desktop.jobs.job_runner import Bug, JobRunner
from engine.errors import StoreError

CANARY = "Canary Castellanos, 14 March"


def caught(act) -> BaseException:
    try:
        act()
    except BaseException as error:  # noqa: BLE001 - the test is about them
        return error
    raise AssertionError("it did not fail")


def test_a_report_names_places_and_kinds_and_never_what_the_exception_says():
    def fail():
        words = CANARY
        try:
            {}[words]
        except KeyError:
            raise ValueError(f"cannot parse {words}") from None

    error = caught(fail)
    report = bug_report(type(error), error, error.__traceback__, "reading")
    assert "ValueError" in report
    assert "test_crash_dialog.py" in report
    assert "While: reading" in report
    assert CANARY not in report
    assert "Castellanos" not in report


def test_the_causes_of_an_exception_are_in_the_report_and_our_own_sentences_too():
    def fail():
        try:
            raise StoreError("The disk is full.")  # noqa: TRY301
        except StoreError as error:
            raise RuntimeError(CANARY) from error

    error = caught(fail)
    report = bug_report(type(error), error, error.__traceback__)
    assert "The disk is full." in report
    assert CANARY not in report


@pytest.fixture
def watch(qtbot):
    made = CrashWatch()
    yield made
    if made._shown is not None:
        made._shown.reject()


def test_a_bug_of_a_lane_leads_to_one_dialog_however_often_it_comes(qtbot, watch, capsys):
    lane = JobRunner("a lane")
    lane.crashed.connect(watch.take)
    for _ in range(5):
        lane.run(lambda _job: {}[CANARY], doing="counting")
    qtbot.waitUntil(lambda: watch._shown is not None)
    qtbot.wait(100)
    shown = [
        one for one in QApplication.topLevelWidgets() if isinstance(one, CrashDialog) and one.isVisible()
    ]
    assert len(shown) == 1
    assert "While: counting" in shown[0].report.toPlainText()
    assert CANARY not in shown[0].report.toPlainText() + capsys.readouterr().err
    lane.close()


def test_a_bug_of_any_thread_leads_there_too(qtbot, watch, monkeypatch):
    monkeypatch.setattr(threading, "excepthook", watch._from_thread)
    with qtbot.waitSignal(watch.told) as told:
        thread = threading.Thread(target=lambda: {}[CANARY], name="some thread")
        thread.start()
        thread.join()
    assert "some thread" in told.args[0]
    assert CANARY not in told.args[0]


def test_the_report_can_be_copied(qtbot):
    dialog = CrashDialog("a report")
    qtbot.addWidget(dialog)
    from PySide6.QtWidgets import QPushButton

    next(one for one in dialog.findChildren(QPushButton) if "Copy" in one.text()).click()
    assert QApplication.clipboard().text() == "a report"


def test_a_bug_is_what_a_lane_caught():
    assert Bug(ValueError(), "x").doing == "x"


def test_a_message_stands_until_it_is_dismissed_and_its_button_acts(qtbot):
    bar = MessageBar()
    qtbot.addWidget(bar)
    pressed: list[int] = []
    bar.tell("The disk is full.", "Try again", lambda: pressed.append(1))
    assert bar.words == "The disk is full."
    bar._button.click()
    assert pressed == [1]
    assert bar.words == ""


def test_a_note_goes_when_the_user_goes_on_and_a_warning_does_not(qtbot, monkeypatch):
    bar = MessageBar()
    qtbot.addWidget(bar)
    bar.tell("Imported 3 notes.", kind="note")
    bar.pass_by()
    assert bar.words, "nobody could have read it yet"
    monkeypatch.setattr("desktop.failures.failure_message.READ_MS", 0)
    qtbot.wait(5)
    bar.pass_by()
    assert bar.words == ""
    bar.tell("The model is not there.", kind="warning")
    bar.pass_by()
    assert bar.words == "The model is not there."


def test_a_native_crash_is_told_at_the_next_start_once(tmp_path):
    file = tmp_path / "program" / "crash.log"
    program = (
        "import faulthandler, pathlib, sys\n"
        "from desktop.failures.crash_log import CrashLog\n"
        f"log = CrashLog(pathlib.Path({str(file)!r}))\n"
        "log.watch()\n"
        "def paint(words): faulthandler._sigsegv()\n"
        f"paint({CANARY!r})\n"
    )
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, timeout=60, check=False
    )
    assert done.returncode != 0
    words = CrashLog(file).last_words()
    assert "in paint" in words
    assert CANARY not in words
    assert CrashLog(file).last_words() == ""


def test_without_a_crash_nothing_is_told(tmp_path):
    log = CrashLog(tmp_path / "crash.log")
    assert log.last_words() == ""
    assert CrashLog(tmp_path / "crash.log").last_words() == ""
