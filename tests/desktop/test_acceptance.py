"""The whole way through by keys alone, as someone without a mouse goes it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from desktop.files.export_dialog import ExportDialog
from desktop.files.import_wizard import ImportWizard
from desktop.files.new_project import NewProject
from desktop.main_window import MainWindow
from desktop.review.intents import Target
from desktop.review.scene import NoteScene
from engine.annotation.annotation import Status
from engine.formats.format import ReadOptions
from engine.formats.problem import Problems
from engine.formats.reading import read_documents
from engine.jobs.job import Job
from engine.steps.import_notes import Choice, Decisions, import_notes, known_in, look
from engine.store.store import Store
from engine.text.span import Span, surface

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NOTE = (
    "HISTORY:\nThe patient has severe chest pain and shortness of breath. She denies fever.\n"
    "MEDICATIONS:\nAspirin 81 mg daily. Metoprolol 25 mg twice a day.\n"
)


class Hands:
    """Presses keys wherever the focus is, and waits for what comes of them."""

    def __init__(self, qtbot, window: MainWindow) -> None:
        self.qtbot = qtbot
        self.window = window

    def press(self, key, modifier=Qt.KeyboardModifier.NoModifier, times: int = 1) -> None:
        for _ in range(times):
            if QApplication.activeWindow() is None:
                self.window.activateWindow()  # after a dialog: a window manager does it, offscreen has none
            self.wait(lambda: QApplication.focusWidget() is not None)
            self.qtbot.keyClick(QApplication.focusWidget(), key, modifier)

    def type(self, words: str) -> None:
        self.qtbot.keyClicks(QApplication.focusWidget(), words)

    def wait(self, what: Callable[[], bool], timeout: int = 20_000) -> None:
        self.qtbot.waitUntil(what, timeout=timeout)

    @property
    def scene(self) -> NoteScene:
        scene = self.window.desk.scene
        assert scene is not None
        return scene

    def annotated(self) -> set[tuple[str, str]]:
        return {(surface(self.scene.text, one.spans), one.label) for one in self.scene.annotations}

    def suggested(self) -> set[tuple[str, str]]:
        return {(surface(self.scene.text, one.said.spans), one.said.label) for one in self.scene.suggestions}

    def joined(self) -> set[tuple[str, str]]:
        words = {one.id: surface(self.scene.text, one.spans) for one in self.scene.annotations}
        return {(words[one.head], words[one.tail]) for one in self.scene.relations}

    def go_to(self, words: str) -> None:
        """Find `words` with Ctrl+F, as a user would to put the caret there, and select them."""
        self.press(Key.Key_F, CTRL)
        self.wait(self.window.pane.finder.field.hasFocus)
        self.window.pane.finder.field.selectAll()
        self.type(words)
        self.press(Key.Key_Escape)
        self.wait(self.window.pane.view.hasFocus)


@pytest.fixture
def hands(qtbot, window: MainWindow) -> Hands:
    window.activateWindow()
    window.setFocus()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is not None)
    return Hands(qtbot, window)


def test_the_whole_way_by_keys_alone(hands: Hands, answer, tmp_path: Path):
    window = hands.window
    make_project(hands, answer, tmp_path)
    import_note(hands, answer, tmp_path)
    tag(hands)
    review(hands)
    back_and_forth(hands)
    finish(hands)
    export(hands, answer, tmp_path)
    compare(hands, tmp_path / "out")
    import_again(hands, tmp_path / "out")
    assert window.bar.saved.text() == "All changes saved"


def make_project(hands: Hands, answer, tmp_path: Path) -> None:
    def fill(form: QWidget) -> None:
        assert isinstance(form, NewProject)
        hands.wait(form.name.hasFocus)
        hands.type("Ward")
        hands.press(Key.Key_Tab)
        hands.press(Key.Key_A, CTRL)
        hands.type(str(tmp_path))
        hands.press(Key.Key_Return)

    answer(NewProject, fill)
    hands.press(Key.Key_N, CTRL)
    hands.wait(lambda: hands.window.desk.project is not None)
    assert (tmp_path / "Ward.tagwell").exists()


def import_note(hands: Hands, answer, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "first.txt").write_text(NOTE, encoding="utf-8")

    def fill(wizard: QWidget) -> None:
        assert isinstance(wizard, ImportWizard)
        hands.wait(wizard.source.typed.hasFocus)
        hands.type(str(folder))
        hands.press(Key.Key_Return)
        hands.wait(lambda: wizard.on_dry_run)
        assert "1 note" in wizard.next.text()
        hands.press(Key.Key_I, Qt.KeyboardModifier.AltModifier)

    answer(ImportWizard, fill)
    hands.press(Key.Key_I, CTRL)
    hands.wait(lambda: hands.window.desk.scene is not None)
    assert hands.scene.text == NOTE


def tag(hands: Hands) -> None:
    hands.press(Key.Key_B, CTRL)
    hands.wait(lambda: bool(hands.window.desk.scene and hands.scene.suggestions), 60_000)
    assert ("chest pain", "problem") in hands.suggested()
    assert ("Metoprolol", "drug") in hands.suggested()
    hands.press(Key.Key_T, CTRL)
    hands.wait(hands.window.pane.view.hasFocus)
    hands.press(Key.Key_Home, CTRL)


def review(hands: Hands) -> None:
    # Accept the first (chest pain), then go back to it and move its start one token left.
    hands.press(Key.Key_Tab)
    hands.press(Key.Key_Return)
    hands.wait(lambda: ("chest pain", "problem") in hands.annotated())
    hands.type("{")
    hands.wait(lambda: ("severe chest pain", "problem") in hands.annotated())
    # Reject the next (shortness of breath).
    hands.press(Key.Key_Tab)
    hands.press(Key.Key_Backspace)
    hands.wait(lambda: ("shortness of breath", "problem") not in hands.suggested())
    # Relabel Aspirin to treatment, which accepts it so.
    focus(hands, "Aspirin")
    hands.type("2")
    hands.wait(lambda: ("Aspirin", "treatment") in hands.annotated())
    # Add the missed fever, and the denial as its negation.
    hands.go_to("fever")
    hands.type("1")
    hands.wait(lambda: ("fever", "problem") in hands.annotated())
    hands.go_to("denies")
    hands.type("n")
    hands.wait(lambda: ("denies", "negation") in hands.annotated())
    link(hands)


def focus(hands: Hands, words: str) -> None:
    """Tab until the span that covers `words` is focused."""
    for _ in range(40):
        target = hands.window.pane.view.focused
        marks = hands.window.details.marks
        mark = marks.get(target) if marks is not None else None
        if mark is not None and surface(hands.scene.text, mark.spans) == words:
            return
        hands.press(Key.Key_Tab)
    raise AssertionError(f"no span “{words}” by Tab")


def link(hands: Hands) -> None:
    """Join the negation to fever: R on fever, then the letter that stands at the negation."""
    focus(hands, "fever")
    hands.type("r")
    view = hands.window.pane.view
    negation = next(one for one in hands.scene.annotations if one.label == "negation")
    hands.type(view._hints()[Target(negation.id)])
    hands.wait(lambda: ("fever", "denies") in hands.joined())


def back_and_forth(hands: Hands) -> None:
    """Undo the link and the negation, redo both."""
    hands.press(Key.Key_Z, CTRL)
    hands.wait(lambda: ("fever", "denies") not in hands.joined())
    hands.press(Key.Key_Z, CTRL)
    hands.wait(lambda: ("denies", "negation") not in hands.annotated())
    hands.press(Key.Key_Y, CTRL)
    hands.wait(lambda: ("denies", "negation") in hands.annotated())
    hands.press(Key.Key_Z, CTRL | SHIFT)
    hands.wait(lambda: ("fever", "denies") in hands.joined())


def finish(hands: Hands) -> None:
    """Ctrl+Enter refuses while suggestions are left, and says which; then the rest is accepted with Space."""
    hands.press(Key.Key_Return, CTRL)
    hands.wait(lambda: "left to accept or reject" in hands.window.bar.currentMessage())
    for _ in range(len(hands.scene.suggestions)):
        left = len(hands.scene.suggestions)
        if hands.window.pane.view.focused is None or not hands.window.pane.view.focused.suggested:
            hands.press(Key.Key_Tab)
        hands.press(Key.Key_Space)
        hands.wait(lambda left=left: len(hands.scene.suggestions) < left)
    hands.press(Key.Key_Return, CTRL)
    hands.wait(lambda: hands.scene.finished)


def export(hands: Hands, answer, tmp_path: Path) -> None:
    def fill(dialog: QWidget) -> None:
        assert isinstance(dialog, ExportDialog)
        hands.wait(lambda: dialog.losses.text() != "Counting…")
        dialog.folder.setFocus()
        hands.type(str(tmp_path / "out"))
        hands.press(Key.Key_Return)
        hands.wait(lambda: not dialog.outcome.isHidden())
        assert dialog.outcome.text().startswith("✓ Wrote 1 note with")
        hands.press(Key.Key_Escape)

    answer(ExportDialog, fill)
    hands.press(Key.Key_E, CTRL)
    hands.wait((tmp_path / "out" / "first.ann").exists)


def compare(hands: Hands, folder: Path) -> None:
    """Read the export as any other program would: same text, same tags, same relation."""
    (document,) = read_documents([folder], ReadOptions(labels=hands.scene.labels), Problems())
    assert document.text == NOTE
    said = {(surface(NOTE, item.spans), item.label) for item in document.items}
    assert said == hands.annotated()
    assert said >= {("severe chest pain", "problem"), ("Aspirin", "treatment"), ("fever", "problem")}
    assert ("shortness of breath", "problem") not in said
    joined = {
        (surface(NOTE, document.items[one.head].spans), surface(NOTE, document.items[one.tail].spans))
        for one in document.relations
    }
    assert joined == hands.joined()
    spans = {item.spans for item in document.items}
    assert spans == {one.spans for one in hands.scene.annotations}
    assert (Span(NOTE.index("fever"), NOTE.index("fever") + 5),) in spans
    assert hands.window.desk.reviewer.status is Status.FINISHED


def import_again(hands: Hands, folder: Path) -> None:
    """Bring the export into a new project: the same text, tags and relations stand there, place for place."""
    scene = hands.scene
    with Store.create(folder.parent / "again.tagwell", scene.labels) as again:
        seen = look([folder], ReadOptions(labels=scene.labels), known_in(again), Job())
        imported = import_notes(again, seen, Decisions(Choice.KEEP), "another", Job())
        view = again.view(imported.notes[0], "another")
    assert view.note.text == scene.text
    assert placed(view.annotations, view.relations) == placed(scene.annotations, scene.relations)


def placed(annotations, relations):
    """Return tags and relations by place and label, without the ids of a project."""
    tags = {one.id: (one.spans, one.label) for one in annotations}
    return sorted(tags.values()), sorted((tags[one.head], tags[one.tail], one.label) for one in relations)
