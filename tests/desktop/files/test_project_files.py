"""Project files: made, opened, refused, encrypted, backed up, checked."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox

from desktop.files.backup_dialog import BackupDialog
from desktop.files.check_report import CheckPage
from desktop.files.new_project import NewProject
from desktop.files.passphrase import AskPassphrase, ChangePassphrase
from engine.labels.files import shipped_label_sets
from engine.model_files.places import models_folder
from engine.store.notes import NewNote
from engine.store.store import Store

SECRET = "correct horse battery"  # noqa: S105 - of the test


@pytest.fixture
def form(qtbot, window, tmp_path):
    made = NewProject(shipped_label_sets(models_folder()), tmp_path, window)
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_new_project_needs_a_name_a_folder_and_a_free_place(form, tmp_path):
    form.do.click()
    assert form.trouble.text() == "Please give the project a name."
    form.name.setText("Ward")
    form.folder.setText(str(tmp_path / "nowhere"))
    form.do.click()
    assert form.trouble.text() == "There is no such folder."
    (tmp_path / "Ward.tagwell").write_text("", encoding="utf-8")
    form.folder.setText(str(tmp_path))
    form.do.click()
    assert "in this folder already" in form.trouble.text()
    form.name.setText("Ward: 7/8")
    form.do.click()
    assert form.result() == QDialog.DialogCode.Accepted
    assert form.wanted.path == tmp_path / "Ward- 7-8.tagwell"
    assert form.wanted.title == "Ward: 7/8"
    assert form.wanted.passphrase is None


def test_a_passphrase_is_typed_twice_long_enough_and_cannot_be_recovered(form):
    form.name.setText("Ward")
    assert not form.passphrase.isVisible()
    form.encrypt.setChecked(True)
    assert "cannot recover it" in form.warned.text()
    form.passphrase.setText("short")
    form.do.click()
    assert "at least 8 characters" in form.trouble.text()
    form.passphrase.setText(SECRET)
    form.again.setText(SECRET + "x")
    form.do.click()
    assert form.trouble.text() == "The two passphrases differ."
    form.again.setText(SECRET)
    form.do.click()
    assert form.wanted.passphrase == SECRET


def test_each_label_set_is_described(form):
    for row in range(form.labels.count()):
        form.labels.setCurrentIndex(row)
        assert "entity type" in form.about.text()


def test_making_a_project_through_the_dialog_opens_it(qtbot, window, answer, tmp_path):
    def fill(form):
        form.name.setText("Ward")
        form.folder.setText(str(tmp_path))
        form.do.click()

    answer(NewProject, fill)
    window.on_project.new()
    qtbot.waitUntil(lambda: window.desk.project is not None)
    assert window.desk.project.title == "Ward"
    assert window.desk.project.labels.name == "kiwi"


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"not a project at all" * 100, "project"), (b"", "project"), (b"SQLite format 3\0" + b"\0" * 2000, "")],
)
def test_a_file_that_is_no_project_is_refused_with_a_sentence(qtbot, window, answer, tmp_path, content, word):
    path = tmp_path / "strange.tagwell"
    path.write_bytes(content)
    told: list[str] = []

    def read(box):
        told.append(box.text())
        box.accept()

    # What is no database may also be an encrypted one, so a passphrase may be asked for.
    answer(AskPassphrase, lambda form: form.reject())
    answer(QMessageBox, read)
    window.on_project.open(path)
    qtbot.wait(500)
    assert window.desk.project is None
    assert all(word in words and words.endswith(".") for words in told)


def test_a_truncated_project_is_refused_and_left_alone(qtbot, window, answer, labels, tmp_path):
    path = tmp_path / "Ward.tagwell"
    with Store.create(path, labels) as store:
        store.add_notes([NewNote(f"n{i}", f"Visit {i}. " * 400) for i in range(20)], "anna", "Import")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    told: list[str] = []
    answer(QMessageBox, lambda box: (told.append(box.text()), box.accept()))
    window.on_project.open(path)
    qtbot.waitUntil(lambda: bool(told) or window.desk.project is not None)
    assert told
    assert path.stat().st_size == len(whole) // 2


def test_an_encrypted_project_asks_until_the_passphrase_is_right(qtbot, window, answer, labels, tmp_path):
    path = tmp_path / "Ward.tagwell"
    Store.create(path, labels, SECRET, "Ward").close()
    asked: list[str] = []

    def right(form):
        asked.append(form.trouble.text())
        form.passphrase.setText(SECRET)
        form.do.click()

    def wrong(form):
        asked.append(form.trouble.text())
        form.passphrase.setText("not this one")
        answer(AskPassphrase, right)
        form.do.click()

    answer(AskPassphrase, wrong)
    window.on_project.open(path)
    qtbot.waitUntil(lambda: window.desk.project is not None, timeout=10_000)
    assert asked[0] == ""
    assert asked[1]
    assert window.desk.project.encrypted


def test_a_project_that_another_window_has_open_is_refused(qtbot, window, answer, labels, tmp_path):
    path = tmp_path / "Ward.tagwell"
    told: list[str] = []
    with Store.create(path, labels):
        answer(QMessageBox, lambda box: (told.append(box.text()), box.accept()))
        window.on_project.open(path)
        qtbot.waitUntil(lambda: bool(told))
    assert "open" in told[0]
    assert window.desk.project is None


def test_the_passphrase_is_changed_through_the_dialog(qtbot, window, answer, project):
    def fill(form):
        assert isinstance(form, ChangePassphrase)
        form.new.setText(SECRET)
        form.again.setText(SECRET)
        form.do.click()

    answer(ChangePassphrase, fill)
    window.on_project.change_passphrase()
    qtbot.waitUntil(lambda: window.desk.project.encrypted, timeout=10_000)
    qtbot.waitUntil(lambda: "passphrase is changed" in window.pane.message.words)


def test_a_backup_is_made_checked_listed_and_restored_as_a_new_project(
    qtbot, window, answer, project, tmp_path, monkeypatch
):
    window.on_project.back_up()
    qtbot.waitUntil(lambda: "Backed up and checked" in window.pane.message.words)
    restored = tmp_path / "restored.tagwell"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(restored), ""))
    rows: list[int] = []

    def restore(page):
        assert isinstance(page, BackupDialog)
        rows.append(page.table.rowCount())
        page.restore.click()

    answer(BackupDialog, restore)
    window.on_project.backups()
    qtbot.waitUntil(lambda: window.desk.project is not None and window.desk.project.path == restored)
    assert rows[0] >= 1
    assert project.exists()


def test_a_check_says_that_the_project_is_whole(qtbot, window, answer, project):
    seen: list[str] = []

    def look(page):
        assert isinstance(page, CheckPage)
        seen.append(page.problems.toPlainText())
        page.reject()

    answer(CheckPage, look)
    window.on_project.check()
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [""]


def test_the_demo_project_is_made_once_tagged_and_found_again(qtbot, window, monkeypatch, tmp_path):
    monkeypatch.setattr("desktop.files.demo_project.user_folder", lambda: tmp_path)
    window.on_project.demo()
    qtbot.waitUntil(lambda: window.desk.project is not None, timeout=20_000)
    qtbot.waitUntil(lambda: len(window.notes.table.ids) >= 12, timeout=20_000)
    qtbot.waitUntil(lambda: window.desk.tagging.busy, timeout=20_000)
    qtbot.waitUntil(lambda: not window.desk.tagging.busy, timeout=60_000)
    first = window.desk.project.path
    window.on_project.close()
    window.on_project.demo()
    qtbot.waitUntil(
        lambda: window.desk.project is not None and len(window.notes.table.ids) >= 12, timeout=20_000
    )
    assert window.desk.project.path == first
    assert Path(first).is_file()
