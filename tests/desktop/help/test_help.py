"""Pages that explain: palette, keys, network, history, about."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QLabel

from desktop.actions import COMMANDS
from desktop.help.about import About
from desktop.help.command_palette import CommandPalette, Entry
from desktop.help.history_list import HistoryList, when
from desktop.help.key_overlay import COLUMNS, KeyOverlay, _in_columns, groups
from desktop.help.matching import NO_MATCH, best, score
from desktop.help.network_page import NetworkPage
from desktop.review.keyboard import DEFAULTS
from engine.airgap.self_test import Attempt
from engine.store.notes import NewNote
from engine.text.span import Span

WORDS = ["Accept suggestion", "Accept all suggestions", "Find in project", "Finish note"]


def test_the_words_that_begin_as_typed_come_first():
    assert [WORDS[i] for i in best(WORDS, "fin no")] == ["Finish note"]
    assert [WORDS[i] for i in best(WORDS, "acc")] == WORDS[:2]
    assert [WORDS[i] for i in best(WORDS, "fp")] == ["Find in project"]
    assert best(WORDS, "") == [0, 1, 2, 3]
    assert best(WORDS, "xyz") == []


@given(st.text(max_size=20))
def test_a_title_always_matches_itself(words):
    assert score(words, words) != NO_MATCH


def test_the_palette_is_used_by_keys_alone(qtbot):
    done: list[str] = []
    entries = [Entry(words, "", lambda words=words: done.append(words)) for words in WORDS]
    palette = CommandPalette(entries, "Command")
    qtbot.addWidget(palette)
    palette.show()
    qtbot.keyClicks(palette.field, "fin")
    assert palette.list.rowCount() == 2
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette._chosen is entries[3]


def test_the_palette_does_what_was_chosen_once_it_is_gone(window, answer, qtbot):
    def choose(palette):
        qtbot.keyClicks(palette.field, "larger text")
        qtbot.keyClick(palette.field, Qt.Key.Key_Return)

    answer(CommandPalette, choose)
    before = window.pane.view.zoom
    window.on_help.palette()
    assert window.pane.view.zoom > before


def test_every_key_of_note_window_and_labels_is_on_the_overlay(labels):
    shown = {key for _, lines in groups(labels) for _, keys in lines for key in keys}
    assert {chord for binding in DEFAULTS.values() for chord in binding.chords} <= shown
    assert {key for command in COMMANDS for key in command.keys} <= shown
    assert {one.key for one in labels if one.key} <= shown


def test_the_overlay_has_columns_of_about_the_same_height(labels):
    columns = _in_columns(list(groups(labels)))
    heights = [sum(len(lines) + 2 for _, lines in part) for part in columns]
    assert len(columns) == COLUMNS
    assert max(heights) < 2 * min(heights)


def test_a_key_is_found_by_what_it_does(qtbot, labels):
    overlay = KeyOverlay(labels)
    qtbot.addWidget(overlay)
    overlay.show()
    overlay.field.setText("undo")
    seen = [one.text() for one in overlay.findChildren(QLabel) if one.isVisible()]
    assert "Undo" in seen
    assert "Problem" not in seen


def test_the_network_page_says_each_layer_and_tries_to_get_out(qtbot, monkeypatch):
    attempts = (Attempt("Python: internet socket (IPv4)", True, "refused by the system"),
                Attempt("Python: look-up of a name", False, "OPEN"))  # fmt: skip
    # The attempts themselves are tested with the air gap, in a process of their own.
    monkeypatch.setattr("desktop.help.network_page.self_test.run_everywhere", lambda: attempts)
    page = NetworkPage()
    qtbot.addWidget(page)
    page.show()
    page.test.click()
    words = [one.text() for one in page.findChildren(QLabel)]
    assert "Operating system" in words
    assert "Something got out" in words
    assert "refused by the system" in words
    assert "Self-test:" in page.as_text()
    assert "OPEN" in page.as_text()


def test_the_history_names_what_was_done_and_undone(qtbot, window, project):
    desk = window.desk
    desk.project.do(lambda store: store.add_notes([NewNote("a", "Chest pain.")], "anna", "Import 1 note"))
    qtbot.waitUntil(lambda: desk.scene is not None)
    note = desk.note
    desk.project.do(lambda store: store.annotate(note, (Span(0, 10),), "problem", "anna"))
    page = HistoryList(desk.project, window)
    qtbot.addWidget(page)
    page.undo_wanted.connect(desk.project.undo)
    qtbot.waitUntil(lambda: page.table.rowCount() == 2)
    assert [page.table.item(0, column).text() for column in (1, 2, 3)] == ["Add problem", "a", "anna"]
    page.undo.click()
    qtbot.waitUntil(
        lambda: any(page.table.item(row, 4).text() == "undone" for row in range(page.table.rowCount()))
    )
    assert page.redo.isEnabled()


def test_times_are_those_of_this_place():
    assert when("2026-11-21T09:00:00+00:00").startswith("2026-11-2")
    assert when("no time") == "no time"


def test_about_names_versions_and_places(qtbot):
    page = About()
    qtbot.addWidget(page)
    words = [one.text() for one in page.findChildren(QLabel)]
    assert "sqlcipher3" in words
    assert any("Apache License 2.0" in one for one in words)


def test_the_name_under_which_one_annotates_is_asked_for_and_kept(window, monkeypatch):
    monkeypatch.setattr(QInputDialog, "getText", lambda *_args: ("  Anna   Berg ", True))
    window.on_help.annotator()
    assert window.remembered.annotator == "Anna Berg"
