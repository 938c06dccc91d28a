"""Choosing notes and models."""

from __future__ import annotations

import shutil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel

from desktop.tagging.choose_model import ModelChoice, available, chosen_model
from desktop.tagging.model_card import card
from desktop.tagging.model_list import ModelList
from desktop.tagging.tag_dialog import TagDialog, scopes
from desktop.tagging.tagger_settings import ModelSettings, TaggerSettings
from engine.model_files import installed
from engine.model_files.downloads import downloads
from engine.model_files.installed import installed_models
from engine.steps import install_model as step
from engine.store.notes import NewNote
from engine.store.runs import RunRecord
from engine.store.store import Store
from engine.taggers.registry import find_tagger


@pytest.fixture
def store(labels, tmp_path):
    with Store.create(tmp_path / "Ward.tagwell", labels) as made:
        made.add_notes([NewNote(f"n{i}", f"Visit {i}.") for i in range(5)], "anna", "Import")
        yield made


def test_the_choices_of_notes_are_those_there_are(store):
    notes = list(store.note_ids())
    titles = [scope.title for scope in scopes(store, [])]
    assert titles == ["Notes that no model has tagged", "All notes that are not finished"]
    assert scopes(store, notes[:2])[0].title == "The selected notes"
    store.finish_notes(notes, "anna")
    assert scopes(store, []) == []


def test_an_unfinished_run_can_be_continued_with_what_is_left(store):
    notes = list(store.note_ids())
    record = RunRecord("t", "Tagger", "", store.label_set.fingerprint, "CPU", {}, "anna")
    run = store.begin_run(record, notes)
    store.note_failed(run, notes[0], "Too strange.")
    store.end_run(run, "cancelled")
    first = scopes(store, [])[0]
    assert first.title.startswith("Continue the run of")
    assert first.run == run
    assert list(first.notes) == notes[1:]


def test_the_last_list_of_terms_is_offered_beside_the_models(remembered):
    assert chosen_model(remembered).title == "terms.tsv"
    remembered.keep("last-dictionary", "/gone/terms.tsv")
    assert all(spec.kind != "dictionary.v1" for spec in available(remembered))
    assert chosen_model(remembered).shipped


def test_a_model_made_for_another_label_set_says_so(qtbot, remembered, labels):
    from dataclasses import replace

    choice = ModelChoice(remembered, replace(labels, name="other"))
    qtbot.addWidget(choice)
    assert any("made for the label set “kiwi”" in choice.itemText(row) for row in range(choice.count()))


@pytest.fixture
def dialog(qtbot, window, project, remembered):
    """The dialog over a project with three notes."""
    open_project = window.desk.project
    notes = [NewNote(f"n{i}", f"Visit {i}. Chest pain.") for i in range(3)]
    open_project.do(lambda store: store.add_notes(notes, "anna", "Import"), lambda _done: None)
    qtbot.waitUntil(lambda: len(window.notes.table.ids) == 3)
    found = []
    open_project.ask(lambda store: scopes(store, []), found.append)
    qtbot.waitUntil(lambda: bool(found))
    made = TagDialog(found[0], remembered, open_project, window.on_tagging.settings)
    qtbot.addWidget(made)
    made.show()
    return made


def choose(dialog, title):
    row = next(row for row in range(dialog.model.count()) if title in dialog.model.itemText(row))
    dialog.model.setCurrentIndex(row)


def test_the_dialog_gives_the_chosen_notes_and_model(dialog):
    dialog.group.button(1).setChecked(True)
    assert dialog.check() == ""
    assert len(dialog.scope.notes) == 3
    assert dialog.base is not None


def test_going_through_the_models_by_keys_opens_no_other_dialog(qtbot, dialog, monkeypatch, tmp_path):
    asked = []
    own = tmp_path / "own.tsv"
    own.write_text("cough\tproblem\n", encoding="utf-8")
    monkeypatch.setattr(
        QFileDialog, "getOpenFileName", lambda *_more: asked.append(1) or (str(own), "Lists of terms")
    )
    dialog.model.setFocus()
    for _ in range(dialog.model.count() + 2):
        qtbot.keyClick(dialog.model, Qt.Key.Key_Down)
    assert not asked
    dialog.terms.click()
    assert asked == [1]
    assert dialog.base.title == "own.tsv"


def test_every_underlined_letter_leads_to_its_field(dialog):
    choose(dialog, "terms.tsv")
    labels = [one for one in dialog.findChildren(QLabel) if one.buddy() is not None]
    assert {one.text() for one in labels} == {"&Notes", "&Model", "&Reads", "T&ime"}
    # Qt passes over a buddy that takes no focus itself.
    assert all(one.buddy().focusPolicy() is not Qt.FocusPolicy.NoFocus for one in labels)


def test_the_dialog_says_what_the_chosen_model_is(dialog):
    choose(dialog, find_tagger().title)
    assert dialog.about.text().startswith("Marks problems")
    choose(dialog, "terms.tsv")
    assert not dialog.about.isVisibleTo(dialog)


def test_the_prompt_is_shown_with_a_sentence_of_prose(qtbot, window, project):
    text = (
        "Name: [**Known lastname**]   Unit No: [**Numeric Identifier 1**]\n\n"
        "She came with\nsevere chest pain since the morning.\n"
    )
    window.desk.project.do(lambda store: store.add_notes([NewNote("n", text)], "anna", "Import"))
    qtbot.waitUntil(lambda: window.desk.scene is not None)
    assert window.on_tagging._sentence() == "She came with severe chest pain since the morning."


def test_the_dialog_says_when_there_is_nothing_to_tag(qtbot, window, project, remembered):
    dialog = TagDialog([], remembered, window.desk.project, window.on_tagging.settings)
    qtbot.addWidget(dialog)
    assert "finished" in dialog.check()


def test_the_default_model_is_not_asked_before_itself(dialog):
    choose(dialog, find_tagger().title)
    assert not dialog.reading.isVisibleTo(dialog)
    assert dialog.settings.policy == "all"


def test_another_model_may_read_unsure_sentences_only(dialog):
    choose(dialog, "terms.tsv")
    reading = dialog.reading
    assert reading.isVisibleTo(dialog)
    reading.policy.setCurrentIndex(reading.policy.findData("uncertain"))
    reading.below.setValue(70)
    spec = dialog.settings.of(dialog.base)
    assert spec.kind == "cascade.v1"
    assert (spec.options["policy"], spec.options["threshold"]) == ("uncertain", 0.7)
    assert spec.title == f"{find_tagger().title}, then terms.tsv"


def test_sections_have_to_be_chosen(dialog):
    choose(dialog, "terms.tsv")
    reading = dialog.reading
    reading.policy.setCurrentIndex(reading.policy.findData("sections"))
    assert "No section is named" in dialog.check()
    reading.sections.menu().actions()[0].setChecked(True)
    assert dialog.check() == ""
    assert reading.sections.text() == "1 section"


def test_what_is_agreed_to_is_kept_in_the_project(qtbot, dialog, window):
    choose(dialog, "terms.tsv")
    dialog.reading.policy.setCurrentIndex(dialog.reading.policy.findData("uncertain"))
    base = dialog.base
    dialog.accept()
    written = []
    window.desk.project.ask(lambda store: store.setting("tagger-settings"), written.append)
    qtbot.waitUntil(lambda: bool(written))
    assert written[0][base.id]["policy"] == "uncertain"
    read = TaggerSettings()
    read.read(window.desk.project)
    qtbot.waitUntil(lambda: read.of(base).policy == "uncertain")
    assert read.spec(base).kind == "cascade.v1"


def test_what_is_cancelled_is_not_kept(dialog, window):
    choose(dialog, "terms.tsv")
    dialog.reading.policy.setCurrentIndex(dialog.reading.policy.findData("uncertain"))
    base = dialog.base
    dialog.reject()
    assert window.on_tagging.settings.of(base) == ModelSettings()


def test_the_time_of_a_run_is_said_when_it_is_asked_for(qtbot, dialog):
    choose(dialog, "terms.tsv")
    dialog.time.button.click()
    qtbot.waitUntil(lambda: dialog.time.said.text().startswith("About"), timeout=30_000)
    assert dialog.time.said.text().endswith("for 3 notes.")


def test_the_models_that_are_here_are_listed_with_their_card(qtbot, remembered):
    page = ModelList(remembered)
    qtbot.addWidget(page)
    page.show()
    assert page.table.rowCount() == len(installed_models()) + len(downloads())
    words = page.card.toPlainText()
    assert "Licence" in words
    assert "SHA-256" in words
    page.check.click()
    qtbot.waitUntil(lambda: "can be used here" in page.said.text(), timeout=60_000)
    assert "whole: each has the SHA-256" in page.card.toPlainText()
    page.use.click()
    assert chosen_model(remembered).shipped
    page.done(0)


def test_a_file_that_is_no_model_is_refused_with_a_sentence(qtbot, remembered, tmp_path):
    page = ModelList(remembered)
    qtbot.addWidget(page)
    page.show()
    before = page.table.rowCount()
    (tmp_path / "notes.gguf").write_bytes(b"no model at all")
    page.add_file(tmp_path / "notes.gguf")
    qtbot.waitUntil(lambda: "notes.gguf" in page.said.text() and not page.said.text().startswith("Looking"))
    assert page.said.objectName() == "danger"
    assert page.table.rowCount() == before
    page.done(0)


def test_models_that_are_not_here_are_listed_with_the_way_to_carry_them_over(qtbot, remembered):
    page = ModelList(remembered)
    qtbot.addWidget(page)
    row = len(installed_models())
    page.table.selectRow(row)
    offer = downloads()[0]
    words = page.card.toPlainText()
    assert page.table.item(row, 0).text() == offer.title
    assert f"tagwell models download {offer.name}" in words
    assert offer.licence in words
    assert not page.use.isEnabled()
    assert not page.check.isEnabled()
    page.table.selectRow(0)
    assert page.use.isEnabled()
    page.done(0)


def test_a_folder_that_is_no_bundle_is_refused_with_a_sentence(qtbot, remembered, tmp_path):
    page = ModelList(remembered)
    qtbot.addWidget(page)
    page.add_bundle(tmp_path)
    qtbot.waitUntil(lambda: page.said.objectName() == "danger")
    assert page.said.text().endswith(".")
    page.done(0)


def test_a_bundle_that_was_carried_over_is_installed_and_listed(qtbot, remembered, tmp_path, monkeypatch):
    bundle = tmp_path / "carried"
    shutil.copytree(installed_models()[0].folder, bundle)
    manifest = bundle / "manifest.toml"
    text = manifest.read_text(encoding="utf-8").replace('name = "clinical"', 'name = "carried"', 1)
    manifest.write_text(text.replace('title = "Clinical"', 'title = "Carried"', 1), encoding="utf-8")
    for place in (installed, step):
        monkeypatch.setattr(place, "installed_models_folder", lambda: tmp_path / "models")
    page = ModelList(remembered)
    qtbot.addWidget(page)
    page.add_bundle(bundle)
    qtbot.waitUntil(lambda: page.said.text() == "Carried was taken in.", timeout=20_000)
    assert page.table.item(page.table.currentRow(), 0).text() == "Carried"
    page.done(0)


def test_a_card_escapes_what_a_manifest_says():
    from msgspec.structs import replace

    manifest = replace(installed_models()[0].manifest, summary="<b>bold</b>")
    assert "&lt;b&gt;bold" in card(manifest)


def test_tagging_a_finished_note_is_refused_with_a_word(qtbot, window, project):
    window.desk.project.do(lambda store: store.add_notes([NewNote("a", "Fever.")], "anna", "Import"))
    qtbot.waitUntil(lambda: window.desk.scene is not None)
    window.on_notes.finish()
    qtbot.waitUntil(lambda: window.desk.scene.finished)
    window.on_tagging.tag_note()
    assert "finished" in window.bar.currentMessage()
    window.on_tagging.stop()
    assert window.bar.currentMessage() == "No model is tagging."


def test_the_status_bar_names_model_and_device_once_it_runs(qtbot, window, project):
    window.desk.project.do(lambda store: store.add_notes([NewNote("a", "Chest pain.")], "anna", "Import"))
    qtbot.waitUntil(lambda: window.desk.scene is not None)
    window.on_tagging.tag_note()
    qtbot.waitUntil(lambda: "terms.tsv on CPU" in window.bar.model.text(), timeout=20_000)
    qtbot.waitUntil(lambda: bool(window.desk.scene.suggestions))
    assert isinstance(window.bar.place, QLabel)
