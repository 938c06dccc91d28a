"""The small language model in the window: chosen, set, run on a note, its record and what it wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.main_window import MainWindow
from desktop.runs.run_list import run_facts
from desktop.tagging.tagger_settings import ModelSettings
from engine.store.store import NewNote
from engine.taggers.registry import find_tagger

pytestmark = pytest.mark.llm

NOTE = "She denies chest pain. Started on aspirin 81 mg daily for chest pain."


@pytest.fixture
def opened(qtbot, window: MainWindow, project: Path) -> MainWindow:
    """A window with one note, in which the small language model tags."""
    desk = window.desk
    window.remembered.keep("model", find_tagger("small-llm").id)
    desk.project.do(lambda store: store.add_notes([NewNote("n1", NOTE)], "anna", "Import"))
    qtbot.waitUntil(lambda: desk.scene is not None)
    return window


def tagged(qtbot, window: MainWindow, settings: ModelSettings) -> None:
    window.on_tagging.settings.keep(find_tagger("small-llm"), settings)
    with qtbot.waitSignal(window.desk.tagging.tagged, timeout=120_000):
        window.actions_.by_name["tag-note"].trigger()
    qtbot.waitUntil(lambda: bool(window.desk.scene.suggestions), timeout=20_000)


def words(window: MainWindow) -> set[tuple[str, str]]:
    scene = window.desk.scene
    return {(one.said.label, one.said.spans[0].of(scene.text)) for one in scene.suggestions}


def test_it_tags_a_note_by_copying_it(qtbot, opened: MainWindow) -> None:
    tagged(qtbot, opened, ModelSettings())
    assert ("drug", "aspirin") in words(opened)
    assert ("problem", "chest pain") in words(opened)


def test_what_it_wrote_freely_stands_beside_the_suggestion(qtbot, opened: MainWindow) -> None:
    tagged(qtbot, opened, ModelSettings({"decoder": "free", "answers": "tanl"}))
    view = opened.pane.view
    assert view.focus_next()
    card = opened.details.card
    qtbot.waitUntil(lambda: "It wrote, as tanl: " in card.origin.text(), timeout=20_000)


def test_it_reads_after_the_fast_model_and_the_record_says_so(qtbot, opened: MainWindow) -> None:
    tagged(qtbot, opened, ModelSettings({}, "uncertain", 0.99))
    found: list = []
    opened.desk.project.ask(run_facts, found.append)
    qtbot.waitUntil(lambda: bool(found))
    row = found[0][0].row
    assert row.record.options["policy"] == "uncertain"
    assert row.record.tagger_name.endswith("then Small language model")
    assert row.figures["seconds"] > 0
