"""Taking in a model that was made elsewhere, from the window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox

from desktop.tagging.convert_dialog import ConvertDialog
from desktop.tagging.model_list import ModelList
from engine.model_files import installed
from engine.steps import convert_model as step
from engine.steps import install_model
from tests.engine.training.own_model.made_elsewhere import LOOKUP_NOTE, lookup


@pytest.fixture(autouse=True)
def own_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "user" / "models"
    monkeypatch.setattr(installed, "installed_models_folder", lambda: place)
    monkeypatch.setattr(install_model, "installed_models_folder", lambda: place)
    monkeypatch.setattr(step, "installed_models_folder", lambda: place)
    return place


@pytest.fixture
def dialog(qtbot):
    made = ConvertDialog()
    qtbot.addWidget(made)
    made.show()
    yield made
    made.done(0)


def marks(dialog: ConvertDialog) -> str:
    return "".join(dialog.checks.item(row, 0).text() for row in range(dialog.checks.rowCount()))


def look_at(qtbot, dialog: ConvertDialog, path: Path, tags: Path | None) -> None:
    dialog.tags.setText(str(tags or ""))
    dialog.place.setText(str(path))
    dialog.start_look()
    qtbot.waitUntil(dialog.look.isEnabled, timeout=20_000)


def choice(dialog: ConvertDialog, row: int) -> QComboBox:
    found = dialog.labels.cellWidget(row, 1)
    assert isinstance(found, QComboBox)
    return found


def test_nothing_can_be_converted_before_it_was_looked_at(dialog):
    assert not dialog.convert.isEnabled()
    dialog.start_look()
    assert "choose" in dialog.trouble.text()


def test_a_model_is_looked_at_mapped_converted_and_listed(qtbot, dialog, remembered, tmp_path, own_models):
    path = lookup(tmp_path / "Site Model")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "one.txt").write_text(LOOKUP_NOTE, encoding="utf-8")
    look_at(qtbot, dialog, path, path.with_name("tags.txt"))
    assert sorted(set(marks(dialog))) == ["!", "✓"]
    doubt = dialog.checks.item(marks(dialog).index("!"), 2).text()
    assert "no tag that goes on (I-)" in doubt, "the model has B-DRUG alone"
    assert dialog.name.text() == "model"
    kiwi = dialog.label_set.findText("Problems, treatments, drugs, tests (Kiwi)")
    dialog.label_set.setCurrentIndex(kiwi)
    assert dialog.labels.said == {"DRUG": "drug", "DISEASE": "problem"}
    choice(dialog, 0).setCurrentIndex(0)  # left out
    dialog.name.setText("site-model")
    dialog.notes.setText(str(tmp_path / "notes"))
    with qtbot.waitSignal(dialog.converted, timeout=60_000) as signal:
        dialog.start_convert()
    manifest = signal.args[0].model.manifest
    assert manifest.options["heads"][0]["labels"] == ["problem"]
    assert manifest.label_set == "kiwi"
    assert dialog.cancel.text() == "Close"
    page = ModelList(remembered)
    qtbot.addWidget(page)
    page._show_new(signal.args[0].model)
    assert "taken in" in page.said.text()
    assert "DRUG" in page.card.toPlainText()
    page.done(0)


def test_a_fault_is_told_and_nothing_can_be_converted(qtbot, dialog, tmp_path):
    path = lookup(tmp_path / "theirs")
    look_at(qtbot, dialog, path, None)
    assert marks(dialog).endswith("✗")
    assert "list of its tags" in dialog.trouble.text()
    assert not dialog.convert.isEnabled()
    look_at(qtbot, dialog, path, path.with_name("tags.txt"))
    assert dialog.trouble.isHidden()
    assert dialog.convert.isEnabled()


def test_what_was_seen_of_one_model_is_not_held_of_another(qtbot, dialog, tmp_path):
    path = lookup(tmp_path / "theirs")
    look_at(qtbot, dialog, path, path.with_name("tags.txt"))
    dialog.place.setText(str(tmp_path))
    assert dialog.checks.rowCount() == 0
    assert not dialog.convert.isEnabled()


def test_a_name_that_no_model_may_have_is_told_at_once(qtbot, dialog, tmp_path):
    path = lookup(tmp_path / "theirs")
    look_at(qtbot, dialog, path, path.with_name("tags.txt"))
    dialog.name.setText("My Model")
    dialog.start_convert()
    assert "small letters" in dialog.trouble.text()


def test_stopping_leaves_nothing_installed(qtbot, dialog, tmp_path, own_models):
    path = lookup(tmp_path / "theirs")
    look_at(qtbot, dialog, path, path.with_name("tags.txt"))
    dialog.start_convert()
    dialog.work.cancel()
    qtbot.waitUntil(lambda: "Stopped" in dialog.trouble.text(), timeout=20_000)
    assert dialog.convert.isEnabled()
    assert not list(own_models.glob("*"))
