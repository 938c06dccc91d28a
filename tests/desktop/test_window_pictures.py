"""Pictures of the window's main states, over the demo project tagged by the model that ships.

With TAGWELL_SCREENSHOTS set to a folder (as `tests/desktop/screenshots`) they are written there, to be
looked at; without it the tests only see to it that each state can be shown, with nothing cut off.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog, QLabel, QWidget

from desktop.files.export_dialog import ExportDialog
from desktop.files.import_wizard import ImportWizard
from desktop.files.new_project import NewProject
from desktop.help.command_palette import CommandPalette
from desktop.help.key_overlay import KeyOverlay
from desktop.help.network_page import NetworkPage
from desktop.main_window import MainWindow
from desktop.remembered import Remembered
from desktop.tagging.model_list import ModelList
from engine.airgap.self_test import Attempt
from engine.airgap.status import Layer, State
from engine.annotation.annotation import Status
from engine.labels.files import shipped_label_sets
from engine.model_files.places import models_folder
from engine.steps.import_notes import Choice

CLOSED = (
    Layer(
        "Operating system",
        State.ACTIVE,
        "Linux refuses every network socket to this program and to all that it starts.",
    ),
    Layer("Python code", State.ACTIVE, "Network calls by Python code are refused and counted."),
    Layer(
        "Switches of libraries", State.ACTIVE, "Telemetry and downloads of the libraries are switched off."
    ),
)
SIZE = (1320, 820)
pytestmark = pytest.mark.slow


@pytest.fixture
def demo(qtbot, tmp_path: Path) -> Iterator[MainWindow]:
    """The window over the demo project of this test run, once the model has tagged it."""
    remembered = Remembered(tmp_path / "window.ini")
    remembered.keep("annotator", "anna")
    remembered.keep("theme", "light")
    window = MainWindow(remembered)
    window.bar.show_network("Offline, enforced by the system", enforced=True)
    qtbot.addWidget(window)
    window.resize(*SIZE)
    window.show()
    window.on_project.demo()
    qtbot.waitUntil(lambda: window.desk.scene is not None and window.desk.tagging is not None, timeout=30_000)
    untouched = window.notes.chips[Status.NEW]
    qtbot.waitUntil(lambda: untouched.text() == "0" and not window.desk.tagging.busy, timeout=90_000)
    yield window
    window.themes.choose("light")
    window.close()


def take(widget: QWidget, name: str) -> QImage:
    """Grab `widget`, and keep the picture if asked to."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    folder = os.environ.get("TAGWELL_SCREENSHOTS")
    if folder:
        assert image.save(str(Path(folder) / f"window-{name}.png"), "PNG", 0)  # 0: packed tightest
    return image


def cut_labels(widget: QWidget) -> list[str]:
    """Return the words that have less room than they need."""
    return [
        one.text()[:60]
        for one in widget.findChildren(QLabel)
        if one.isVisible()
        and one.text()
        and one.wordWrap()
        and one.height() + 1 < one.heightForWidth(one.width())
    ]


def open_note(qtbot, window: MainWindow, part: str) -> None:
    names: dict[int, str] = {}
    window.desk.project.ask(
        lambda store: {row.id: row.name for row in store.note_rows(store.note_ids())}, names.update
    )
    qtbot.waitUntil(lambda: bool(names))
    note = next(one for one, name in names.items() if part in name)
    window.desk.open_note(note)
    qtbot.waitUntil(lambda: window.desk.scene is not None and window.desk.scene.note == note)


def test_the_welcome_page(qtbot, window):
    window.resize(*SIZE)
    take(window, "welcome")
    assert cut_labels(window) == []


def test_an_empty_project(qtbot, window, project):
    window.resize(*SIZE)
    qtbot.waitUntil(lambda: not window.notes.empty.isHidden())
    take(window, "empty")
    assert cut_labels(window) == []


def test_the_demo_project_in_each_theme(qtbot, demo):
    open_note(qtbot, demo, "emergency")
    for _ in range(4):
        demo.pane.view.focus_next()
    for theme in ("light", "dark", "contrast"):
        demo.themes.choose(theme)
        qtbot.wait(150)
        take(demo, f"demo-{theme}")
        assert cut_labels(demo) == []


def test_suggestions_and_the_list_of_spans(qtbot, demo):
    open_note(qtbot, demo, "cardiology")
    for _ in range(9):
        demo.pane.view.focus_next()
    demo.details.tabs.setCurrentIndex(1)
    qtbot.wait(150)
    take(demo, "suggestions")


def test_finding_in_note_and_in_project(qtbot, demo):
    open_note(qtbot, demo, "cardiology")
    demo.pane.finder.enter("pain", 0)
    qtbot.wait(100)
    take(demo, "find")
    demo.on_notes.finding.find_in_project()
    search = demo.on_notes.finding.search
    search.field.setText("pain")
    search.start()
    qtbot.waitUntil(lambda: search._job is None and bool(search.model.hits))
    take(search, "find-in-project")


def test_the_import_wizard(qtbot, demo, tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "visit-1.txt").write_text(
        "Dr. Miriam Castellanos saw John Q. Public on 03/14/2019, phone (212) 555-0187, MRN 4471982.\n",
        encoding="utf-8",
    )
    (folder / "visit-2.txt").write_text("Contact: jane.roe@example.org. Age 93.\n", encoding="utf-8")
    (folder / "visit-3.txt").write_text("Chest pain since yesterday.\n", encoding="utf-8")
    (folder / "visit-3-copy.txt").write_text("Chest pain since yesterday.\n", encoding="utf-8")
    (folder / "scan.txt").write_bytes(b"\x89PNG\x00\x00\x01\x02" * 50)
    wizard = ImportWizard(demo.desk.project, [folder], demo)
    with closing(qtbot, wizard):
        take(wizard, "import-files")
        wizard.next.click()
        qtbot.waitUntil(lambda: wizard.on_dry_run)
        wizard.page.view.selectRow(0)
        wizard.page.decide(Choice.MASK)
        wizard.next.click()
        qtbot.wait(300)
        take(wizard, "import-dry-run")
        assert cut_labels(wizard) == []


def test_the_export(qtbot, demo, tmp_path):
    counts: dict[object, int] = {}
    demo.desk.project.ask(lambda store: store.status_counts(), counts.update)
    qtbot.waitUntil(lambda: bool(counts))
    demo.remembered.keep("export-format", "conll")
    dialog = ExportDialog(demo.desk.project, demo.remembered, counts, demo)
    with closing(qtbot, dialog):
        dialog.folder.setText("exported")
        qtbot.waitUntil(lambda: "overlapping" in dialog.losses.text())
        qtbot.wait(100)
        take(dialog, "export")
        assert cut_labels(dialog) == []


def test_palette_keys_models_and_a_new_project(qtbot, demo, tmp_path):
    palette = CommandPalette(demo._entries(), "Command", demo)
    palette.field.setText("find")
    new = NewProject(
        sorted(shipped_label_sets(models_folder()), key=lambda one: one.name != "kiwi"), tmp_path, demo
    )
    new.encrypt.setChecked(True)
    pages: list[tuple[str, QDialog]] = [
        ("palette", palette),
        ("keys", KeyOverlay(demo.desk.project.labels, demo)),
        ("models", ModelList(demo.remembered, demo)),
        ("new-project", new),
    ]
    for name, page in pages:
        with closing(qtbot, page):
            if name == "new-project":
                new.folder.setText("/home/anna/Documents")
            qtbot.wait(100)
            take(page, name)
            assert cut_labels(page) == []


def test_the_network_page(qtbot, demo, monkeypatch):
    attempts = tuple(
        Attempt(f"{way}: internet socket ({kind})", True, "refused by the system")
        for way in ("Python", "Native code")
        for kind in ("IPv4", "IPv6")
    )
    page_of = "desktop.help.network_page"
    monkeypatch.setattr(f"{page_of}.self_test.run_everywhere", lambda: attempts)
    # As it is behind the air gap, which no test may close for the whole test run.
    monkeypatch.setattr(f"{page_of}.layers", lambda: CLOSED)
    monkeypatch.setattr(f"{page_of}.is_enforced", lambda: True)
    monkeypatch.setattr(f"{page_of}.summary", lambda: "Offline, enforced by the system")
    page = NetworkPage(demo)
    with closing(qtbot, page):
        page.run_test()
        qtbot.wait(150)
        take(page, "network")
        assert cut_labels(page) == []


class closing:  # noqa: N801 - a context manager, as that of contextlib
    """Show a dialog, and close it whatever happens."""

    def __init__(self, qtbot, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.show()
        qtbot.waitUntil(dialog.isVisible)

    def __enter__(self) -> QDialog:
        return self.dialog

    def __exit__(self, *_: Callable[..., object]) -> None:
        self.dialog.done(0)
