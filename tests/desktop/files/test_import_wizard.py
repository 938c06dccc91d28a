"""The import: what is found is said before anything is stored, and a stop loses nothing half-way."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.files.dry_run_table import Column
from desktop.files.import_wizard import ImportWizard
from engine.steps.import_notes import Choice, Imported

CLEAN = "Chest pain since yesterday. Aspirin 81 mg daily.\n"
REVEALING = "Contact: jane.roe@example.org. She denies fever.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    (made / "clean.txt").write_text(CLEAN, encoding="utf-8")
    (made / "copy.txt").write_text(CLEAN, encoding="utf-8")
    (made / "mail.txt").write_text(REVEALING, encoding="utf-8")
    (made / "picture.txt").write_bytes(b"\x89PNG\x00\x00\x01\x02" * 50)
    return made


@pytest.fixture
def wizard(qtbot, window, project):
    made = ImportWizard(window.desk.project, parent=window)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.done(0)


def read(qtbot, wizard: ImportWizard, path: Path) -> None:
    wizard.source.add([path])
    wizard.next.click()
    qtbot.waitUntil(lambda: wizard.on_dry_run)


def notes(qtbot, window) -> list[tuple[str, str]]:
    got: list[list[tuple[str, str]]] = []
    window.desk.project.ask(
        lambda store: [(store.note(one).name, store.note(one).text) for one in store.note_ids()], got.append
    )
    qtbot.waitUntil(lambda: bool(got))
    return got[0]


def test_the_dry_run_says_what_would_happen_and_stores_nothing(qtbot, window, wizard, folder):
    read(qtbot, wizard, folder)
    words = wizard.page.summary.text()
    assert "Found 3 notes" in words
    assert "1 note with a text that is there already will be left out" in words
    assert "1 possible identifier in 1 note" in words
    assert "1 remark" in words
    assert "picture.txt" in wizard.page.problems.toPlainText()
    assert notes(qtbot, window) == []


def test_the_words_that_were_found_are_shown_with_those_around_them(qtbot, wizard, folder):
    read(qtbot, wizard, folder)
    qtbot.waitUntil(lambda: "jane.roe@example.org" in wizard.page.found.toPlainText())
    assert "E-mail address" in wizard.page.found.toPlainText()


def test_nothing_is_stored_before_every_revealing_note_is_decided(qtbot, window, wizard, folder):
    read(qtbot, wizard, folder)
    wizard.next.click()
    assert "Please decide on 1 note" in wizard.trouble.text()
    assert notes(qtbot, window) == []


@pytest.mark.parametrize(
    ("choice", "stored"),
    [
        (Choice.KEEP, {"clean": CLEAN, "mail": REVEALING}),
        (
            Choice.MASK,
            {"clean": CLEAN, "mail": REVEALING.replace("jane.roe@example.org", "[EMAIL*************]")},
        ),
        (Choice.SKIP, {"clean": CLEAN}),
    ],
)
def test_what_was_decided_is_done(qtbot, window, wizard, folder, choice, stored):
    read(qtbot, wizard, folder)
    wizard.page.decide(choice)
    what = wizard.page.model.data(wizard.page.model.index(0, Column.WHAT))
    assert what == {"keep": "Keep as it is", "mask": "Mask", "skip": "Leave out"}[choice]
    with qtbot.waitSignal(wizard.imported) as imported:
        wizard.next.click()
    result: Imported = imported.args[0]
    assert dict(notes(qtbot, window)) == stored
    assert len(result.notes) == len(stored)
    assert result.twins == 1
    assert (result.masked, result.left_out) == (int(choice is Choice.MASK), int(choice is Choice.SKIP))


def test_an_import_is_one_step_of_undo(qtbot, window, wizard, folder):
    read(qtbot, wizard, folder)
    wizard.page.decide(Choice.KEEP)
    with qtbot.waitSignal(wizard.imported):
        wizard.next.click()
    assert window.desk.project.undoable.undo == "Import 2 notes"
    window.on_notes.turning.undo()
    qtbot.waitUntil(lambda: notes(qtbot, window) == [])


def test_tags_of_files_become_suggestions_where_the_user_says_so(qtbot, window, wizard, tmp_path):
    folder = tmp_path / "brat"
    folder.mkdir()
    (folder / "a.txt").write_text(CLEAN, encoding="utf-8")
    (folder / "a.ann").write_text("T1\tproblem 0 10\tChest pain\n", encoding="utf-8")
    read(qtbot, wizard, folder)
    assert wizard.page.tags.isVisible()
    assert "1 tag" in wizard.page.summary.text()
    wizard.page.as_suggestions.setChecked(True)
    with qtbot.waitSignal(wizard.imported):
        wizard.next.click()
    qtbot.waitUntil(lambda: window.desk.scene is not None)
    assert len(window.desk.scene.suggestions) == 1
    assert window.desk.scene.annotations == ()


def test_offsets_that_do_not_match_are_named_and_left_out(qtbot, wizard, tmp_path):
    folder = tmp_path / "brat"
    folder.mkdir()
    (folder / "a.txt").write_text(CLEAN, encoding="utf-8")
    (folder / "a.ann").write_text("T1\tproblem 1 11\tChest pain\nT2\tdrug 28 35\tAspirin\n", encoding="utf-8")
    read(qtbot, wizard, folder)
    assert "1 tag" in wizard.page.summary.text()
    assert "T1" in wizard.page.problems.toPlainText()


def test_a_column_that_is_not_there_is_a_sentence(qtbot, wizard, tmp_path):
    table = tmp_path / "notes.csv"
    table.write_text("id,text\n1,Chest pain.\n", encoding="utf-8")
    wizard.source.add([table])
    assert wizard.source.column.isVisible()
    wizard.source.column.setText("report")
    wizard.next.click()
    qtbot.waitUntil(lambda: bool(wizard.trouble.text()))
    assert "report" in wizard.trouble.text()
    assert not wizard.on_dry_run


def test_a_file_that_holds_no_text_is_a_sentence(qtbot, wizard, tmp_path):
    (tmp_path / "empty.txt").write_text("", encoding="utf-8")
    wizard.source.add([tmp_path / "empty.txt"])
    wizard.next.click()
    qtbot.waitUntil(lambda: bool(wizard.trouble.text()))
    assert "empty" in wizard.trouble.text()


def test_no_file_and_a_wrong_path_are_told(qtbot, wizard):
    wizard.next.click()
    assert wizard.trouble.text() == "Please add a file or a folder first."
    wizard.source.typed.setText("/nowhere/at/all")
    wizard.next.click()
    assert "no file or folder" in wizard.trouble.text()


def test_stopping_while_files_are_read_leaves_the_wizard_as_it_was(qtbot, window, wizard, folder):
    for number in range(400):
        (folder / f"more-{number}.txt").write_text(f"Visit {number}. " + CLEAN * 20, encoding="utf-8")
    wizard.source.add([folder])
    wizard.next.click()
    wizard.reject()
    qtbot.waitUntil(lambda: "Nothing was stored" in wizard.trouble.text())
    assert wizard.isVisible()
    assert wizard.next.isEnabled()
    assert notes(qtbot, window) == []


def test_a_file_that_changed_since_the_dry_run_stops_the_import(qtbot, window, wizard, folder):
    read(qtbot, wizard, folder)
    wizard.page.decide(Choice.KEEP)
    (folder / "clean.txt").write_text("Something else.\n", encoding="utf-8")
    wizard.next.click()
    qtbot.waitUntil(lambda: "has changed since it was read" in wizard.trouble.text())
    assert notes(qtbot, window) == []


def test_files_may_be_dropped_on_the_list(qtbot, wizard, folder):
    wizard.source.list.dropped.emit([folder])
    assert wizard.source.paths == (folder,)
    wizard.source.list.setCurrentRow(0)
    wizard.source.remove.click()
    assert wizard.source.paths == ()
