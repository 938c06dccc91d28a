"""Export and fine-tuning sets: losses before, a comparison after, nothing half-written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.files.export_dialog import ExportDialog
from desktop.files.training_set_dialog import TrainingSetDialog
from engine.annotation.said import Answer, LabelledSpan, SaidRelation
from engine.store.notes import NewNote
from engine.text.span import Span

TEXT = "She has severe chest pain and denies fever.\n"


def said() -> Answer:
    place = {
        word: Span(TEXT.index(word), TEXT.index(word) + len(word)) for word in ("severe chest pain", "severe")
    }
    items = (
        LabelledSpan((place["severe chest pain"],), "problem"),
        LabelledSpan((place["severe"],), "severity"),
    )
    return Answer(items, (SaidRelation(0, 1, "hasAttr"),))


@pytest.fixture
def filled(qtbot, window, project):
    new = [
        NewNote(f"note-{number}", f"{TEXT}Visit {number}, told in other words each time: {'x' * number}.\n",
                {"patient": f"p{number % 3}"}, said=said(), said_as="annotations", origin="a file")
        for number in range(6)
    ]  # fmt: skip
    window.desk.project.do(lambda store: store.add_notes(new, "anna", "Import"))
    qtbot.waitUntil(lambda: window.desk.scene is not None)
    return window


def counts(qtbot, window) -> dict[object, int]:
    got: list[dict[object, int]] = []
    window.desk.project.ask(lambda store: store.status_counts(), got.append)
    qtbot.waitUntil(lambda: bool(got))
    return got[0]


@pytest.fixture
def export(qtbot, filled):
    made = ExportDialog(filled.desk.project, filled.remembered, counts(qtbot, filled), filled)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.losses.text() != "Counting…")
    yield made
    made.done(0)


def choose(qtbot, dialog: ExportDialog, name: str) -> None:
    dialog.format.setCurrentIndex([one.name for one in dialog._formats].index(name))
    qtbot.waitUntil(lambda: dialog.losses.text() != "Counting…")


def test_what_a_format_cannot_carry_is_said_before_anything_is_written(qtbot, export):
    choose(qtbot, export, "conll")
    assert "6 overlapping tags" in export.losses.text()
    assert "6 relations" in export.losses.text()
    choose(qtbot, export, "brat")
    assert export.losses.text() == "✓ No tag and no relation is lost."
    assert "beside the tags" in export.aside.text().casefold()


def test_what_was_written_was_read_back_and_is_counted(qtbot, export, tmp_path):
    choose(qtbot, export, "brat")
    export.folder.setText(str(tmp_path / "out"))
    export.do.click()
    qtbot.waitUntil(lambda: not export.outcome.isHidden())
    assert export.outcome.text().startswith("✓ Wrote 6 notes with 12 tags and 6 relations")
    assert "6 notes are not finished" in export.outcome.text()
    assert (tmp_path / "out" / "note-0.ann").read_text(encoding="utf-8").count("hasAttr") == 1


def test_files_that_are_there_are_not_replaced_unless_the_user_says_so(qtbot, export, tmp_path):
    choose(qtbot, export, "brat")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "note-0.ann").write_text("mine", encoding="utf-8")
    export.folder.setText(str(tmp_path / "out"))
    export.do.click()
    qtbot.waitUntil(lambda: bool(export.trouble.text()))
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["note-0.ann"]
    assert (tmp_path / "out" / "note-0.ann").read_text(encoding="utf-8") == "mine"
    export.overwrite.setChecked(True)
    export.do.click()
    qtbot.waitUntil(lambda: not export.outcome.isHidden())
    assert (tmp_path / "out" / "note-5.ann").exists()


def test_a_missing_folder_and_a_file_in_its_place_are_sentences(qtbot, export, tmp_path):
    export.do.click()
    assert export.trouble.text() == "Please choose a folder."
    (tmp_path / "file").write_text("", encoding="utf-8")
    export.folder.setText(str(tmp_path / "file"))
    export.do.click()
    assert "is a file" in export.trouble.text()


def test_a_fine_tuning_set_is_divided_by_patient_and_described(qtbot, filled, tmp_path):
    dialog = TrainingSetDialog(filled.desk.project, filled.remembered, filled)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.folder.setText(str(tmp_path / "set"))
    dialog.do.click()
    qtbot.waitUntil(lambda: bool(dialog.trouble.text()))
    assert "Finish some notes first" in dialog.trouble.text()
    dialog.partial.setChecked(True)
    dialog.shares["train"].setValue(50)
    dialog.do.click()
    assert "add up to 100" in dialog.trouble.text()
    dialog.shares["dev"].setValue(25)
    dialog.shares["test"].setValue(25)
    dialog.do.click()
    qtbot.waitUntil(lambda: not dialog.outcome.isHidden())
    assert dialog.outcome.text().startswith("✓ Built")
    card = json.loads((tmp_path / "set" / "data_card.json").read_text(encoding="utf-8"))
    assert card["split"]["by"] == "patient"
    assert sum(part["notes"] for part in card["parts"].values()) == 6
    dialog.done(0)


def test_exporting_to_a_folder_that_cannot_be_written_is_a_sentence(qtbot, export, tmp_path: Path):
    choose(qtbot, export, "brat")
    (tmp_path / "file").write_text("", encoding="utf-8")
    export.folder.setText(str(tmp_path / "file" / "below"))
    export.do.click()
    qtbot.waitUntil(lambda: bool(export.trouble.text()))
    assert export.trouble.text().endswith(".")
