"""The palette of labels."""

from __future__ import annotations

from PySide6.QtCore import Qt

from desktop.appearance.theme import dark, light
from desktop.labels.label_palette import HERE, LEFT, NAME, LabelPalette
from engine.labels.label_set import Kind


def test_every_label_is_there_entities_first_with_key_and_definition(qtbot, labels):
    palette = LabelPalette()
    qtbot.addWidget(palette)
    palette.show_labels(labels, light())
    assert [one.kind for one in palette.labels] == [Kind.ENTITY] * 4 + [Kind.MODIFIER] * 16
    first = palette.table.item(0, NAME)
    assert labels.entities[0].definition in first.toolTip()
    assert "key 1" in first.data(Qt.ItemDataRole.AccessibleTextRole)


def test_counts_are_of_this_note(qtbot, labels):
    palette = LabelPalette()
    qtbot.addWidget(palette)
    palette.show_labels(labels, dark())
    palette.count(["problem", "problem"], ["drug"])
    row = {one.name: number for number, one in enumerate(palette.labels)}
    assert palette.table.item(row["problem"], HERE).text() == "2"
    assert palette.table.item(row["drug"], LEFT).text() == "1"
    assert palette.table.item(row["drug"], HERE).text() == ""


def test_enter_and_a_click_choose_a_label_once(qtbot, labels):
    palette = LabelPalette()
    qtbot.addWidget(palette)
    palette.show_labels(labels, light())
    palette.show()
    palette.activateWindow()
    qtbot.waitUntil(palette.isActiveWindow)
    chosen: list[str] = []
    palette.chosen.connect(chosen.append)
    palette.table.setCurrentCell(2, 0)
    palette.table.setFocus()
    qtbot.keyClick(palette.table, Qt.Key.Key_Return)
    assert chosen == [palette.labels[2].name]
    place = palette.table.visualItemRect(palette.table.item(1, 0)).center()
    qtbot.mouseClick(palette.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen == [palette.labels[2].name, palette.labels[1].name]


def test_without_a_project_there_is_no_label(qtbot):
    palette = LabelPalette()
    qtbot.addWidget(palette)
    palette.show_labels(None, light())
    assert palette.table.rowCount() == 0
