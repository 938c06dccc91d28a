"""Making and changing label sets in the window."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.files.new_project import NewProject
from desktop.labels.label_set_editor import LabelSetEditor
from desktop.main_window import MainWindow
from engine.labels.editing import empty_label_set
from engine.labels.files import load_label_set
from engine.labels.label_set import Kind, LabelSet
from engine.model_files import label_sets
from engine.store.store import NewNote


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of this user's own label sets."""
    folder = tmp_path / "own"
    monkeypatch.setattr(label_sets, "own_label_sets_folder", lambda: folder)
    return folder


@pytest.fixture
def editor(qtbot, labels: LabelSet) -> LabelSetEditor:
    made = LabelSetEditor(labels, "&Keep")
    qtbot.addWidget(made)
    made.show()
    return made


def row_of(editor: LabelSetEditor, name: str) -> int:
    return [one.name for one in editor.labels].index(name)


def test_looking_at_every_type_changes_nothing(editor: LabelSetEditor, labels: LabelSet) -> None:
    for row in range(len(labels.types)):
        editor.types.setCurrentRow(row)
    assert editor.labels == labels


def test_a_definition_typed_is_in_the_label_set(qtbot, editor: LabelSetEditor) -> None:
    editor.types.setCurrentRow(row_of(editor, "drug"))
    editor.form.definition.setPlainText("What a pharmacist hands out.")
    assert editor.labels.type("drug").definition == "What a pharmacist hands out."
    assert editor.do.isEnabled()


def test_a_type_is_added_named_and_joined(qtbot, editor: LabelSetEditor) -> None:
    editor.add(Kind.MODIFIER)
    editor.form.title.setText("Colour of skin")
    editor.form.name.setText("skin")
    editor.form.title.textEdited.emit("Colour of skin")
    for row in range(editor.form.heads.count()):
        item = editor.form.heads.item(row)
        if item.text() == "Problem":
            from PySide6.QtCore import Qt

            item.setCheckState(Qt.CheckState.Checked)
    assert editor.labels.type("skin").title == "Colour of skin"
    assert editor.labels.relation("problem", "skin") == "hasAttr"


def test_a_fault_is_said_and_cannot_be_kept(editor: LabelSetEditor) -> None:
    editor.form.name.setText("two words")
    editor.form.name.textEdited.emit("two words")
    assert "two words" in editor.said.text()
    assert not editor.do.isEnabled()
    editor.form.name.setText("one")
    editor.form.name.textEdited.emit("one")
    assert editor.do.isEnabled()


def test_two_types_of_one_name_are_refused_and_nothing_is_lost(
    editor: LabelSetEditor, labels: LabelSet
) -> None:
    editor.types.setCurrentRow(row_of(editor, "drug"))
    editor.form.name.setText("problem")
    editor.form.name.textEdited.emit("problem")
    assert "another type" in editor.said.text()
    assert editor.labels == labels


def test_types_are_moved_and_removed(editor: LabelSetEditor, labels: LabelSet) -> None:
    first, second = labels.types[0].name, labels.types[1].name
    editor.types.setCurrentRow(0)
    editor.move_type(1)
    assert [one.name for one in editor.labels][:2] == [second, first]
    editor.remove_type()
    assert first not in editor.labels


def test_a_set_of_ones_own_is_kept_as_a_file_and_offered_again(
    qtbot, own: Path, labels: LabelSet, tmp_path: Path, answer
) -> None:
    form = NewProject([labels], tmp_path)
    qtbot.addWidget(form)
    form.show()

    def make(editor: LabelSetEditor) -> None:
        editor.title.setText("Ward labels")
        editor.title.textEdited.emit("Ward labels")
        editor.accept()

    answer(LabelSetEditor, make)
    form.make_label_set()
    assert form.wanted.labels.title == "Ward labels"
    assert load_label_set(own / "kiwi-2.toml") == form.wanted.labels
    assert form.wanted.labels in label_sets.label_sets_here()


def test_the_name_of_a_shipped_set_is_refused(own: Path, labels: LabelSet) -> None:
    from engine.errors import LabelError

    with pytest.raises(LabelError, match="another name"):
        label_sets.keep_label_set(labels)
    assert not own.exists()


def test_an_empty_set_can_be_begun_with(qtbot, own: Path) -> None:
    labels = empty_label_set("Wounds", "wounds")
    assert load_label_set(label_sets.keep_label_set(labels)) == labels


def test_a_project_takes_the_change_shows_it_and_can_undo_it(
    qtbot, window: MainWindow, project: Path, answer
) -> None:
    def define(editor: LabelSetEditor) -> None:
        editor.types.setCurrentRow(row_of(editor, "drug"))
        editor.form.title.setText("Remedy")
        editor.form.title.textEdited.emit("Remedy")
        editor.accept()

    answer(LabelSetEditor, define)
    with qtbot.waitSignal(window.desk.project.labels_changed):
        window.actions_.by_name["label-set"].trigger()
    assert window.desk.project.labels.type("drug").title == "Remedy"
    with qtbot.waitSignal(window.desk.project.labels_changed):
        window.actions_.by_name["undo"].trigger()
    assert window.desk.project.labels.type("drug").title != "Remedy"


def test_a_type_in_use_cannot_be_taken_away_and_the_editor_opens_again(
    qtbot, window: MainWindow, project: Path, answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from desktop.files import project_commands
    from engine.text.span import Span

    told: list[str] = []
    monkeypatch.setattr(project_commands, "tell_failure", lambda _window, _title, words: told.append(words))
    desk = window.desk
    desk.project.do(lambda store: store.add_notes([NewNote("n1", "Fever.")], "anna", "Import"))
    qtbot.waitUntil(lambda: desk.scene is not None)
    note = desk.scene.note
    desk.project.do(lambda store: store.annotate(note, (Span(0, 5),), "problem", "anna"))
    qtbot.waitUntil(lambda: bool(desk.scene.annotations))
    left: list[bool] = []

    def remove(editor: LabelSetEditor) -> None:
        editor.types.setCurrentRow(row_of(editor, "problem"))
        editor.remove_type()
        answer(LabelSetEditor, lambda again: (left.append("problem" in again.labels), again.reject()))
        editor.accept()

    answer(LabelSetEditor, remove)
    window.on_project.label_set()
    qtbot.waitUntil(lambda: bool(left))
    assert "“problem” stands at 1 tag" in told[0]
    assert left == [False]
    assert "problem" in desk.project.labels
