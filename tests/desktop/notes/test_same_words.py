"""The same words elsewhere: what is offered, and one step for what is taken."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from desktop.notes.same_words import SameWords, same_words
from desktop.review.intents import Target
from desktop.review.marks import Marks
from engine.annotation.said import Answer, LabelledSpan
from engine.store.notes import NewNote
from engine.text.span import Span

TEXT = "Chest pain today. No chest\n pain yesterday, chest painful. CHEST PAIN."


@pytest.fixture
def filled(qtbot, window, project):
    answer = Answer((LabelledSpan((Span(0, 10),), "problem"),))
    new = [NewNote("a", TEXT, said=answer, said_as="annotations", origin="a file")]
    window.desk.project.do(lambda store: store.add_notes(new, "anna", "Import"))
    qtbot.waitUntil(lambda: window.desk.scene is not None)
    return window


def target(window) -> Target:
    return Target(window.desk.scene.annotations[0].id)


def test_whole_words_in_any_case_and_over_line_breaks_are_offered(filled):
    scene = filled.desk.scene
    found = same_words(scene, Marks(scene), target(filled))
    assert [span.of(TEXT) for span in found] == ["chest\n pain", "CHEST PAIN"]


def test_those_that_the_user_leaves_ticked_are_tagged_in_one_step(filled, qtbot, answer):
    def untick_one(dialog):
        assert isinstance(dialog, SameWords)
        dialog.list.item(0).setCheckState(Qt.CheckState.Unchecked)
        dialog.accept()

    answer(SameWords, untick_one)
    filled.pane.view.focus_on(target(filled))
    filled.pane.view.setFocus()
    qtbot.keyClicks(filled.pane.view, "p")
    qtbot.waitUntil(lambda: len(filled.desk.scene.annotations) == 2)
    assert {one.spans for one in filled.desk.scene.annotations} == {(Span(0, 10),), (Span(59, 69),)}
    assert filled.desk.project.undoable.undo == "Add problem in 1 place"
    filled.on_notes.turning.undo()
    qtbot.waitUntil(lambda: len(filled.desk.scene.annotations) == 1)


def test_nothing_elsewhere_is_said(filled, qtbot):
    filled.pane.view.select(Span(11, 16))
    filled.on_notes.label("temporal")
    qtbot.waitUntil(lambda: len(filled.desk.scene.annotations) == 2)
    qtbot.waitUntil(
        lambda: filled.pane.view.focused != target(filled) and filled.pane.view.focused is not None
    )
    qtbot.keyClicks(filled.pane.view, "p")
    assert "nowhere else" in filled.bar.currentMessage()
