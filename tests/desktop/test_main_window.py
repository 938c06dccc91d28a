"""The window: what it shows when, where the user finds themselves, and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox

from desktop.main_window import MainWindow
from desktop.remembered import Remembered
from desktop.review.intents import Target
from desktop.review.keyboard import Command as InNote
from engine.annotation.annotation import Status
from engine.annotation.said import Answer, LabelledSpan
from engine.store.notes import NewNote
from engine.text.span import Span

TEXTS = {
    "a-visit": "HISTORY:\nChest pain since May.\n",
    "b-visit": "PLAN:\nStart aspirin for chest pain.\n",
    "c-visit": "No complaints.\n",
}


def said(text: str, *words: str) -> Answer:
    found = sorted(Span(text.index(word), text.index(word) + len(word)) for word in words)
    return Answer(tuple(LabelledSpan((span,), "problem", 0.8) for span in found))


@pytest.fixture
def filled(qtbot, window: MainWindow, project: Path) -> MainWindow:
    """The window with three notes, of which the first two have a suggestion."""
    new = [
        NewNote(name, text, said=answer, said_as="suggestions", origin="a model")
        for name, text in TEXTS.items()
        for answer in [said(text, "pain") if "pain" in text else None]
    ]
    window.desk.project.do(lambda store: store.add_notes(new, "anna", "Import 3 notes"))
    qtbot.waitUntil(lambda: window.desk.scene is not None)
    return window


def name_shown(window: MainWindow) -> str:
    return window.pane.header.name.text()


def go_to(qtbot, window: MainWindow, name: str) -> None:
    for _ in range(len(TEXTS)):
        if name_shown(window) == name:
            return
        window.on_notes.step(1)
        qtbot.wait(50)
        qtbot.waitUntil(lambda: window.desk.scene is not None)
    assert name_shown(window) == name


# -- what is shown ---------------------------------------------------------------------------


def test_the_first_window_is_no_larger_than_the_screen(qtbot, remembered, monkeypatch):
    monkeypatch.setattr("desktop.main_window.SIZE", (5000, 4000))
    made = MainWindow(remembered)
    qtbot.addWidget(made)
    assert (made.width(), made.height()) == (1900, 1000)


def test_without_a_project_the_window_says_how_to_begin(window):
    assert window.stack.currentWidget() is window.welcome
    assert window.windowTitle() == "Tagwell"
    assert not window.actions_.by_name["import-notes"].isEnabled()
    assert window.actions_.by_name["new-project"].isEnabled()


def test_opening_a_project_is_told_until_it_is_there_or_refused(window, project, qtbot, tmp_path):
    said = []
    window.bar.messageChanged.connect(said.append)
    with qtbot.waitSignal(window.desk.project_opened):
        window.desk.open_project(project)
    assert said == ["Opening the project…", ""]
    with qtbot.waitSignal(window.desk.told):
        window.desk.open_project(tmp_path / "nowhere.tagwell")
    assert said[2:] == ["Opening the project…", ""]


def test_an_empty_project_says_what_to_do(window, project, qtbot):
    qtbot.waitUntil(lambda: not window.notes.empty.isHidden())
    assert "Ctrl+I" in window.notes.empty.text()
    assert "Import notes" in window.pane.empty.text()
    assert window.windowTitle() == "Ward – Tagwell"
    assert window.bar.saved.text() == "All changes saved"


def test_the_first_note_opens_by_itself_and_takes_the_keys(filled, qtbot):
    assert name_shown(filled) == "a-visit"
    assert filled.pane.header.left.text() == "1 suggestion left"
    filled.activateWindow()
    qtbot.waitUntil(filled.pane.view.hasFocus)


def test_the_edit_menu_names_what_undo_does(filled, qtbot):
    undo = filled.actions_.by_name["undo"]
    qtbot.waitUntil(lambda: undo.text() == "&Undo Import 3 notes")
    filled.desk.reviewer.accept_all()
    qtbot.waitUntil(lambda: undo.text() == "&Undo Accept problem")
    filled.on_notes.turning.undo()
    redo = filled.actions_.by_name["redo"]
    qtbot.waitUntil(lambda: redo.text() == "&Redo Accept problem")
    assert "Undone: Accept problem." in filled.bar.currentMessage()


def test_what_undo_brings_back_is_focused(filled, qtbot):
    view = filled.pane.view
    view.focus_next()
    before = view.focused
    view.act(InNote.REMOVE)
    qtbot.waitUntil(lambda: not filled.desk.scene.suggestions)
    assert view.focused is None
    filled.actions_.by_name["undo"].trigger()
    qtbot.waitUntil(lambda: len(filled.desk.scene.suggestions) == 1)
    assert view.focused == before
    filled.actions_.by_name["redo"].trigger()
    qtbot.waitUntil(lambda: not filled.desk.scene.suggestions)
    assert view.focused is None


def test_undo_in_another_note_focuses_nothing_here(filled, qtbot):
    view = filled.pane.view
    view.focus_next()
    view.act(InNote.REMOVE)
    qtbot.waitUntil(lambda: not filled.desk.scene.suggestions)
    filled.on_notes.step(1)
    qtbot.waitUntil(lambda: filled.desk.scene is not None and "aspirin" in filled.desk.scene.text)
    filled.actions_.by_name["undo"].trigger()
    qtbot.waitUntil(lambda: "Undone" in filled.bar.currentMessage())
    filled.desk.reviewer.refresh()
    qtbot.wait(50)
    assert view.focused is None


def test_in_a_small_window_the_sides_give_way_and_the_note_stays_readable(filled, qtbot):
    filled.resize(1024, 700)
    qtbot.waitUntil(lambda: filled.width() == 1024)
    header = filled.pane.header
    assert filled.pane.width() >= 420
    assert header.finish.width() >= header.finish.sizeHint().width()
    assert header.left.width() >= header.left.sizeHint().width()
    assert header.name.shown == "a-visit"
    header.name.setText("a very long name of a note " * 5)
    qtbot.waitUntil(lambda: header.name.shown.endswith("…"))
    assert header.finish.width() >= header.finish.sizeHint().width()


def test_the_key_for_the_details_goes_to_the_table_that_is_shown(filled, qtbot):
    filled.activateWindow()
    for part in (filled.details.spans, filled.details.problems):
        filled.details.tabs.setCurrentWidget(part)
        filled.actions_.by_name["go-to-details"].trigger()
        qtbot.waitUntil(lambda part=part: QApplication.focusWidget() is part.view)


def test_the_details_show_the_focused_span_and_where_it_comes_from(filled, qtbot):
    scene = filled.desk.scene
    filled.pane.view.focus_on(Target(scene.suggestions[0].id, suggested=True))
    card = filled.details.card
    assert card.label.text() == "Problem"
    assert card.state.text() == "Suggestion, 80 % sure"
    assert "pain" in card.words.text()
    qtbot.waitUntil(lambda: card.origin.text() == "From the import of a model")
    assert card.accept.isVisible()
    assert not card.delete.isVisible()
    card.accept.click()
    qtbot.waitUntil(lambda: card.state.text() == "Annotation")
    assert card.delete.isVisible()


def test_the_palette_counts_and_labels(filled, qtbot):
    palette = filled.details.labels
    row = next(i for i, one in enumerate(palette.labels) if one.name == "problem")
    assert palette.table.item(row, 2).text() == "1"
    filled.pane.view.select(Span(9, 14))
    palette.chosen.emit("test")
    qtbot.waitUntil(lambda: [one.label for one in filled.desk.scene.annotations] == ["test"])


def test_a_label_is_found_by_its_title_and_by_the_word_in_the_text(filled, qtbot):
    view = filled.pane.view
    view.setFocus()
    view.act(InNote.CHOOSE_LABEL)
    assert "Body location (bodyloc)" in view._chooser.shown
    for typed in ("body location", "bodyloc"):
        view._chooser._field.setText(typed)
        assert view._chooser.shown == ["Body location (bodyloc)"]


def test_a_status_is_told_by_word_and_shape_not_by_colour_alone(filled, qtbot):
    table = filled.notes.table
    qtbot.waitUntil(lambda: table.row(0) is not None)
    assert table.data(table.index(0, 0), Qt.ItemDataRole.AccessibleTextRole) == "Suggested"
    assert "Suggested" in table.data(table.index(0, 1), Qt.ItemDataRole.ToolTipRole)
    images = {
        filled.notes.chips[status].icon().pixmap(16, 16).toImage().convertToFormat(
            filled.notes.chips[status].icon().pixmap(16, 16).toImage().Format.Format_Alpha8
        ).bits().tobytes()
        for status in Status
    }  # fmt: skip
    assert len(images) == len(Status)


# -- moving ----------------------------------------------------------------------------------


def test_next_and_previous_note_stop_at_the_ends_with_a_word(filled, qtbot):
    filled.on_notes.step(-1)
    assert filled.bar.currentMessage() == "This is the first note of the list."
    filled.on_notes.step(1)
    qtbot.waitUntil(lambda: name_shown(filled) == "b-visit")
    filled.on_notes.step(1)
    qtbot.waitUntil(lambda: name_shown(filled) == "c-visit")
    filled.on_notes.step(1)
    assert filled.bar.currentMessage() == "This is the last note of the list."


def test_finishing_refuses_while_a_suggestion_is_left_and_goes_to_it(filled, qtbot):
    filled.on_notes.finish()
    assert "1 suggestion is left" in filled.bar.currentMessage()
    assert "1 problem" in filled.bar.currentMessage()
    assert filled.pane.view.focused == Target(filled.desk.scene.suggestions[0].id, suggested=True)
    assert not filled.desk.scene.finished


def test_finishing_goes_to_the_next_note_and_reopening_takes_it_back(filled, qtbot):
    go_to(qtbot, filled, "c-visit")
    filled.on_notes.step(-1)
    qtbot.waitUntil(lambda: name_shown(filled) == "b-visit")
    filled.desk.reviewer.accept_all()
    qtbot.waitUntil(lambda: not filled.desk.scene.suggestions)
    filled.on_notes.finish()
    qtbot.waitUntil(lambda: name_shown(filled) == "c-visit")
    filled.on_notes.step(-1)
    qtbot.waitUntil(lambda: name_shown(filled) == "b-visit")
    assert filled.pane.header.finish.text() == "Reopen note"
    filled.on_notes.label("test")
    assert "finished" in filled.bar.currentMessage()
    filled.on_notes.reopen()
    qtbot.waitUntil(lambda: not filled.desk.scene.finished)


def test_accepting_all_asks_first(filled, qtbot, answer):
    answer(QMessageBox, lambda box: box.reject())
    filled.on_notes.accept_all()
    assert filled.desk.scene.suggestions
    answer(QMessageBox, lambda box: box.buttons()[0].click())
    filled.on_notes.accept_all()
    qtbot.waitUntil(lambda: not filled.desk.scene.suggestions)


# -- the list --------------------------------------------------------------------------------


def test_the_list_is_filtered_by_name_by_text_and_by_status(filled, qtbot):
    notes = filled.notes
    notes.filter.setText("C-VIS")
    qtbot.waitUntil(lambda: len(notes.table.ids) == 1)
    notes.filter.setText("")
    notes.where.setCurrentIndex(1)
    notes.filter.setText("aspirin")
    qtbot.waitUntil(lambda: len(notes.table.ids) == 1)
    notes.filter.clear()
    qtbot.waitUntil(lambda: len(notes.table.ids) == 3)
    notes.chips[Status.NEW].setChecked(True)
    qtbot.waitUntil(lambda: len(notes.table.ids) == 1)
    notes.filter.setText("nowhere")
    qtbot.waitUntil(lambda: not notes.empty.isHidden())
    assert "No note matches" in notes.empty.text()


def test_the_counts_of_the_chips_follow_the_notes(filled, qtbot):
    qtbot.waitUntil(lambda: filled.notes.chips[Status.SUGGESTED].text() == "2")
    filled.desk.reviewer.accept_all()
    qtbot.waitUntil(lambda: filled.notes.chips[Status.STARTED].text() == "1")
    assert filled.notes.chips[Status.SUGGESTED].text() == "1"


def test_a_list_of_many_notes_asks_for_the_pages_it_shows_only(qtbot, window, project):
    new = [NewNote(f"note-{number:05}", f"Visit {number}.") for number in range(3000)]
    window.desk.project.do(lambda store: store.add_notes(new, "anna", "Import"))
    table = window.notes.table
    qtbot.waitUntil(lambda: len(table.ids) == 3000, timeout=30_000)
    qtbot.waitUntil(lambda: 0 in table._pages)
    assert 7 not in table._pages
    window.notes.view.scrollToBottom()
    qtbot.waitUntil(lambda: 14 in table._pages)
    assert table.row(2999).name == "note-02999"
    assert 7 not in table._pages


# -- staying where one was -------------------------------------------------------------------


def test_the_next_start_opens_the_note_where_the_user_was(filled, qtbot, remembered: Remembered, project):
    go_to(qtbot, filled, "b-visit")
    filled.pane.view.select(Span(6, 11))
    caret = filled.pane.view.caret
    filled.themes.choose("dark")
    filled.close()
    again = MainWindow(Remembered(Path(remembered._settings.fileName())))
    qtbot.addWidget(again)
    again.show()
    again.on_project.open(Path(again.remembered.text("last-project")))
    qtbot.waitUntil(lambda: again.desk.scene is not None)
    assert name_shown(again) == "b-visit"
    assert again.pane.view.caret == caret
    assert again.themes.theme.dark
    assert again.remembered.recent() == [project]
    again.themes.choose("light")
    again.close()


def test_closing_the_project_shows_the_welcome_page_and_frees_the_file(filled, qtbot, project):
    filled.actions_.by_name["close-project"].trigger()
    assert filled.stack.currentWidget() is filled.welcome
    assert filled.desk.project is None
    assert len(filled.notes.table.ids) == 0
    filled.on_project.open(project)
    qtbot.waitUntil(lambda: filled.desk.scene is not None)


def test_f6_leads_from_the_list_to_the_text_and_on(filled, qtbot):
    filled.activateWindow()
    filled.notes.view.setFocus()
    qtbot.waitUntil(filled.notes.view.hasFocus)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6)
    assert filled.pane.view.hasFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert filled.notes.view.hasFocus()


def test_everything_one_can_reach_by_tab_has_a_name_for_a_screen_reader(filled):
    from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QLineEdit

    nameless = [
        type(widget).__name__
        for kind in (QAbstractButton, QAbstractItemView, QComboBox, QLineEdit)
        for widget in filled.findChildren(kind)
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not (widget.accessibleName() or getattr(widget, "text", str)())
    ]  # fmt: skip
    assert nameless == []


def test_a_note_whose_import_is_undone_is_left_with_a_word(filled, qtbot):
    filled.on_notes.turning.undo()
    qtbot.waitUntil(lambda: filled.desk.note is None)
    assert filled.pane.stack.currentIndex() == 0
    qtbot.waitUntil(lambda: len(filled.notes.table.ids) == 0)
    assert filled.pane.bring_in.isVisible()
    filled.on_notes.turning.redo()
    qtbot.waitUntil(lambda: filled.desk.scene is not None)


def test_removing_notes_asks_and_can_be_undone(filled, qtbot, answer):
    filled.notes.view.selectAll()
    answer(QMessageBox, lambda box: box.buttons()[0].click())
    filled.on_notes.remove_notes()
    qtbot.waitUntil(lambda: len(filled.notes.table.ids) == 0)
    filled.on_notes.turning.undo()
    qtbot.waitUntil(lambda: len(filled.notes.table.ids) == 3)


# -- the end ---------------------------------------------------------------------------------


def test_closing_the_window_while_a_model_tags_stops_it_and_keeps_what_was_done(
    filled, qtbot, project, labels
):
    filled.on_tagging.tag_note()
    assert filled.desk.tagging.busy
    filled.close()  # no thread and no process may be left: the fixtures of the whole test run look
    from engine.store.store import Store

    with Store.open(project) as store:
        assert store.check().clean
        assert len(store.note_ids()) == 3
