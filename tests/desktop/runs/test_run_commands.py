"""The runs of a project in the window: their records, a run again, layers side by side."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.comparing.compare_page import ComparePage
from desktop.main_window import MainWindow
from desktop.runs.run_card import RunFacts, run_card
from desktop.runs.run_list import HEADINGS, RunList, run_facts
from engine.annotation.said import Answer
from engine.labels.label_set import LabelSet
from engine.store.store import NewNote, RunRecord, Store

WORDS = "She has chest pain and takes aspirin."


@pytest.fixture
def tagged(qtbot, window: MainWindow, project: Path) -> MainWindow:
    """A window with one note, tagged by the list of terms."""
    desk = window.desk
    desk.project.do(
        lambda store: store.add_notes([NewNote("n1", WORDS)], "anna", "Import"), lambda _done: None
    )
    qtbot.waitUntil(lambda: len(window.notes.table.ids) == 1)
    desk.open_note(window.notes.table.ids[0])
    qtbot.waitUntil(lambda: desk.scene is not None)
    tag_again(qtbot, window)
    return window


def tag_again(qtbot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.desk.tagging.tagged, timeout=20_000):
        window.on_tagging.tag_note()
    qtbot.waitUntil(lambda: not window.desk.tagging.busy)


def test_a_run_again_says_that_the_tags_are_the_same(qtbot, tagged: MainWindow, answer) -> None:
    told: list[str] = []
    tagged.desk.told.connect(lambda words, _kind: told.append(words))
    answer(RunList, lambda page: (qtbot.waitUntil(lambda: page.chosen is not None), page.replay.click()))
    tagged.actions_.by_name["runs"].trigger()
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)
    assert told == ["The run was repeated: the tags of 1 note are the same."]


def test_a_run_that_is_gone_wrong_says_why(qtbot, tagged: MainWindow, answer) -> None:
    told: list[str] = []
    tagged.desk.told.connect(lambda words, _kind: told.append(words))
    tagged.remembered.keep("last-dictionary", "")
    answer(RunList, lambda page: (qtbot.waitUntil(lambda: page.chosen is not None), page.replay.click()))
    tagged.on_runs.runs()
    qtbot.waitUntil(lambda: bool(told))
    assert "not here any more" in told[0]


def test_two_runs_of_a_note_can_be_laid_side_by_side(qtbot, tagged: MainWindow, answer) -> None:
    tag_again(qtbot, tagged)
    seen: list[str] = []
    answer(ComparePage, lambda page: (seen.append(page.summary.text()), page.reject()))
    tagged.actions_.by_name["compare-layers"].trigger()
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["2 tags the same, 0 differences."]


def test_one_layer_alone_is_not_compared(qtbot, tagged: MainWindow) -> None:
    told: list[str] = []
    tagged.desk.told.connect(lambda words, _kind: told.append(words))
    tagged.on_runs.compare_layers()
    qtbot.waitUntil(lambda: bool(told))
    assert "no two layers" in told[0]


def test_the_record_names_tagger_options_time_and_what_was_set_aside(
    labels: LabelSet, tmp_path: Path
) -> None:
    with Store.create(tmp_path / "Ward.tagwell", labels) as store:
        store.add_notes([NewNote("n1", WORDS)], "anna", "Import")
        options = {"decoder": "free", "seed": 7, "bank": {"examples": 3, "sha256": "ab12"}}
        record = RunRecord("llama-cpp.v1/small@1", "Small", "f" * 64, "e" * 64, "CPU", options, "anna")
        run = store.begin_run(record, list(store.note_ids()))
        store.add_figures(run, {"tokens": 1234.0, "memory": 250e6})
        store.note_failed(run, store.note_ids()[0], "A word is too long.")
        (facts,) = run_facts(store)
    page = run_card(facts)
    for words in (
        "Small",
        "decoder",
        "free",
        "seed",
        "7",
        "1 set aside",
        "A word is too long.",
        "f" * 64,
        "n1",
    ):
        assert words in page
    assert "1,234" in page
    assert "250 MB" in page
    assert "ab12" in page


def test_the_suggestions_of_a_run_are_taken_back_with_a_word_and_come_back_by_undo(
    qtbot, tagged: MainWindow, answer
) -> None:
    qtbot.waitUntil(lambda: bool(tagged.desk.scene.suggestions))
    answer(RunList, lambda page: (qtbot.waitUntil(page.withdraw.isEnabled), page.withdraw.click()))
    tagged.on_runs.runs()
    qtbot.waitUntil(lambda: tagged.pane.message.words.startswith("The suggestions of terms.tsv were taken"))
    qtbot.waitUntil(lambda: not tagged.desk.scene.suggestions)

    def look(page: RunList) -> None:
        qtbot.waitUntil(lambda: page.chosen is not None)
        assert page.chosen.state == "Taken back"
        assert not page.withdraw.isEnabled()
        page.reject()

    answer(RunList, look)
    tagged.on_runs.runs()
    tagged.on_notes.turning.undo()
    qtbot.waitUntil(lambda: bool(tagged.desk.scene.suggestions))


def test_each_run_says_how_many_times_as_long_as_the_fastest_it_took(
    qtbot, window: MainWindow, project: Path
) -> None:
    def two_runs(store: Store) -> None:
        store.add_notes([NewNote("n1", WORDS)], "anna", "Import")
        for seconds in (0.5, 2.0):
            run = store.begin_run(RunRecord("t", "T", "", "", "CPU", {}, "anna"), list(store.note_ids()))
            store.save_answer(run, store.note_ids()[0], Answer(), seconds)
            store.add_figures(run, {"processor": 7.2})

    window.desk.project.do(two_runs)
    page = RunList(window.desk.project)
    qtbot.addWidget(page)
    qtbot.waitUntil(lambda: page.chosen is not None, timeout=20_000)
    column = HEADINGS.index("Slower")
    assert [page.table.item(row, column).text() for row in range(2)] == ["4.0 ×", "1.0 ×"]
    assert "4.0 times as long" in page.card.toPlainText()
    assert "7.2 s of all cores" in page.card.toPlainText()


def test_an_undone_run_says_so(labels: LabelSet, tmp_path: Path) -> None:
    with Store.create(tmp_path / "Ward.tagwell", labels) as store:
        store.add_notes([NewNote("n1", WORDS)], "anna", "Import")
        store.begin_run(RunRecord("t", "T", "", "", "CPU", {}, "anna"), list(store.note_ids()))
        store.undo("anna")
        (facts,) = run_facts(store)
    assert facts.state == "Undone"
    assert isinstance(facts, RunFacts)


def test_a_project_without_runs_says_what_to_do(qtbot, window: MainWindow, project: Path) -> None:
    page = RunList(window.desk.project, window)
    qtbot.addWidget(page)
    page.show()
    assert "Tag notes" in page.said.text()
    assert not page.replay.isEnabled()
