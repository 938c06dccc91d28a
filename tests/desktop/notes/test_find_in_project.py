"""Finding in all notes: hits stream in, with the words around them, and lead to their place."""

from __future__ import annotations

import pytest

from desktop.notes.find_in_project import FindInProject
from engine.store.notes import NewNote
from engine.text.span import Span

TEXTS = {
    "a": "She has chest pain. The chest X-ray is clear.",
    "b": "No pain at all. Metoprolol 25 mg.",
    "c": "Metoprolol 50mg twice a day.",
}


@pytest.fixture
def dialog(qtbot, window, project):
    new = [NewNote(name, text) for name, text in TEXTS.items()]
    window.desk.project.do(lambda store: store.add_notes(new, "anna", "Import"))
    qtbot.waitUntil(lambda: window.desk.scene is not None)
    window.on_notes.finding.find_in_project()
    return window.on_notes.finding.search


def search(qtbot, dialog: FindInProject, words: str, *, pattern: bool = False) -> list[tuple[str, str]]:
    dialog.pattern.setChecked(pattern)
    dialog.field.setText(words)
    dialog.start()
    qtbot.waitUntil(lambda: dialog._job is None and not dialog.said.text().startswith("Searching"))
    return [(hit.name, hit.surface) for hit in dialog.model.hits]


def test_words_are_found_in_all_notes(qtbot, dialog):
    assert search(qtbot, dialog, "pain") == [("a", "pain"), ("b", "pain")]
    assert dialog.said.text() == "2 hits in 2 notes"
    assert dialog.model.data(dialog.model.index(0, 1)) == "She has chest"


def test_a_regular_expression_is_searched_and_a_wrong_one_is_a_sentence(qtbot, dialog):
    assert search(qtbot, dialog, r"\d+ ?mg", pattern=True) == [("b", "25 mg"), ("c", "50mg")]
    assert search(qtbot, dialog, "(", pattern=True) == []
    assert "cannot be read" in dialog.said.text()


def test_nothing_found_is_said(qtbot, dialog):
    assert search(qtbot, dialog, "fever") == []
    assert dialog.said.text() == "Not found in any note."
    assert search(qtbot, dialog, "chest") == [("a", "chest"), ("a", "chest")]
    assert dialog.said.text() == "2 hits in 1 note"


def test_a_hit_leads_to_its_place_in_its_note(qtbot, window, dialog):
    search(qtbot, dialog, "twice")
    dialog._choose(dialog.model.index(0, 0))
    qtbot.waitUntil(lambda: window.pane.header.name.text() == "c")
    assert window.pane.view.selection == (Span(16, 21),)


def test_a_new_search_drops_what_the_old_one_still_finds(qtbot, dialog):
    dialog.field.setText("pain")
    dialog.start()
    assert search(qtbot, dialog, "twice") == [("c", "twice")]
    qtbot.wait(200)
    assert len(dialog.model.hits) == 1


def test_the_search_goes_with_the_project(qtbot, window, dialog):
    dialog.field.setText("pain")
    dialog.start()
    window.on_project.close()
    assert window.on_notes.finding.search is None
