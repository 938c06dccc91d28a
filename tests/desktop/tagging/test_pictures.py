"""Pictures of the dialogs that choose and set a tagger; see `tests/desktop/test_window_pictures.py`."""

from __future__ import annotations

import pytest

from desktop.tagging.prompt_settings import PromptSettings
from desktop.tagging.tag_dialog import TagDialog, scopes
from engine.store.store import NewNote
from tests.desktop.test_window_pictures import cut_labels, take

pytestmark = pytest.mark.slow


def test_which_notes_which_model_and_what_it_reads(qtbot, window, project, remembered):
    made = [NewNote(f"n{i}", f"Visit {i}. Chest pain.") for i in range(30)]
    window.desk.project.do(lambda store: store.add_notes(made, "anna", "Import"), lambda _done: None)
    found = []
    window.desk.project.ask(lambda store: scopes(store, []), found.append)
    qtbot.waitUntil(lambda: bool(found))
    dialog = TagDialog(found[0], remembered, window.desk.project, window.on_tagging.settings, window)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.reading.policy.setCurrentIndex(dialog.reading.policy.findData("uncertain"))
    dialog.time.button.click()
    qtbot.waitUntil(lambda: dialog.time.said.text().startswith("About"), timeout=60_000)
    qtbot.wait(100)
    take(dialog, "tag-notes")
    assert cut_labels(dialog) == []


def test_how_a_language_model_is_asked(qtbot, window, labels):
    page = PromptSettings("a language model", {}, {"prompt": "few-shot"}, labels, parent=window)
    qtbot.addWidget(page)
    page.show()
    page.definitions.setChecked(True)
    page.rules.setPlainText("“No known allergies” is no problem.")
    qtbot.wait(100)
    take(page, "prompt-settings")
    assert cut_labels(page) == []
