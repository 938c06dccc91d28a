"""What the tests of the window share: a window, a project, keys, and dialogs that answer for themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from desktop.main_window import MainWindow
from desktop.remembered import Remembered
from engine.labels.files import find_label_set
from engine.labels.label_set import LabelSet
from engine.model_files.places import models_folder

NOTE = (
    "HISTORY OF PRESENT ILLNESS:\n"
    "The patient has severe chest pain and shortness of breath. She denies fever.\n"
    "\n"
    "MEDICATIONS:\n"
    "Aspirin 81 mg daily. Metoprolol 25 mg twice a day.\n"
)
"""A made-up note."""

TERMS = (
    "chest pain\tproblem\nshortness of breath\tproblem\naspirin\tdrug\nmetoprolol\tdrug\n81 mg\tstrength\n"
)
"""A list of terms for the dictionary tagger, which serves as the model of these tests."""


@pytest.fixture(autouse=True)
def large_screen(monkeypatch) -> None:
    """A screen as people have them: that of the offscreen platform has 800 by 800 points."""
    monkeypatch.setattr("desktop.fitting.screen_room", lambda _window: QSize(1900, 1000))


@pytest.fixture
def labels() -> LabelSet:
    """The label set Kiwi."""
    return find_label_set("kiwi", models_folder())


@pytest.fixture
def remembered(tmp_path: Path) -> Remembered:
    """What the window remembers, in a file of this test."""
    made = Remembered(tmp_path / "settings" / "window.ini")
    made.keep("annotator", "anna")
    made.keep("theme", "light")
    terms = tmp_path / "terms.tsv"
    terms.write_text(TERMS, encoding="utf-8")
    made.keep("last-dictionary", str(terms))
    made.keep("model", f"dictionary.v1/{terms.stem}@no-file")
    return made


@pytest.fixture
def window(qtbot, remembered: Remembered) -> Iterator[MainWindow]:
    """An open window without a project; every bug in it fails the test."""
    made = MainWindow(remembered)
    bugs: list[object] = []
    made.desk.crashed.connect(bugs.append)
    qtbot.addWidget(made)
    made.resize(1300, 800)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()
    assert not bugs, f"a lane crashed: {bugs}"


@pytest.fixture
def project(qtbot, window: MainWindow, labels: LabelSet, tmp_path: Path) -> Path:
    """The path of a new, empty project that the window has open."""
    path = tmp_path / "Ward.tagwell"
    with qtbot.waitSignal(window.desk.project_opened, timeout=10_000):
        window.desk.create_project(path, labels, "Ward")
    return path


@pytest.fixture
def note_folder(tmp_path: Path) -> Path:
    """A folder with two made-up notes."""
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "anna-1.txt").write_text(NOTE, encoding="utf-8")
    (folder / "bert-2.txt").write_text("PLAN:\nStart aspirin for chest pain.\n", encoding="utf-8")
    return folder


@pytest.fixture
def answer() -> Callable[..., None]:
    """`answer(kind, act)`: as soon as a dialog of this kind is open, `act(dialog)` is called once."""
    timers: list[QTimer] = []
    failures: list[BaseException] = []

    def when_open(kind: type[QWidget], act: Callable[[QWidget], object]) -> None:
        timer = QTimer()
        timer.setInterval(20)

        def look() -> None:
            for widget in QApplication.topLevelWidgets():
                if isinstance(widget, kind) and widget.isVisible():
                    timer.stop()
                    try:
                        act(widget)
                    except BaseException as error:  # noqa: BLE001 - an open dialog would hold up the test for ever
                        failures.append(error)
                        widget.close()
                    return

        timer.timeout.connect(look)
        timer.start()
        timers.append(timer)

    yield when_open
    for timer in timers:
        timer.stop()
    if failures:
        raise failures[0]
