"""The open project: questions, operations, changes, and its end."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from desktop.project import Project
from engine.errors import ProjectLocked, StoreError, WrongPassphrase
from engine.store.notes import NewNote
from engine.store.store import Store
from engine.text.span import Span


@pytest.fixture
def opened(qtbot, labels, tmp_path: Path):
    made = Project("anna")
    with qtbot.waitCallback() as entered:
        made.open(lambda: Store.create(tmp_path / "Ward.tagwell", labels, None, "Ward"), entered, pytest.fail)
    yield made
    made.close()


def add(project: Project, qtbot, *texts: str) -> list[int]:
    created: list[int] = []
    new = [NewNote(f"note-{number}", text) for number, text in enumerate(texts)]
    project.do(
        lambda store: store.add_notes(new, "anna", "Import"), lambda done: created.extend(done.created)
    )
    qtbot.waitUntil(lambda: bool(created))
    return created


def test_what_is_known_of_a_project_is_there_once_it_is_open(opened, labels, tmp_path):
    assert opened.title == "Ward"
    assert opened.path == tmp_path / "Ward.tagwell"
    assert opened.labels.fingerprint == labels.fingerprint
    assert opened.undoable.undo is None
    assert not opened.encrypted


def test_an_operation_tells_what_changed_and_what_undo_would_do(opened, qtbot):
    (note,) = add(opened, qtbot, "Chest pain.")
    with qtbot.waitSignal(opened.changed) as changed:
        opened.do(lambda store: store.annotate(note, (Span(0, 10),), "problem", "anna"))
    assert changed.args[0].note_ids == {note}
    qtbot.waitUntil(lambda: opened.undoable.undo == "Add problem")
    with qtbot.waitSignal(opened.changed):
        opened.undo()
    assert opened.undoable.redo == "Add problem"


def test_saving_is_told_until_the_operation_is_on_the_disk(opened, qtbot):
    told: list[bool] = []
    opened.saving_changed.connect(told.append)
    add(opened, qtbot, "Chest pain.")
    assert told == [True, False]
    assert not opened.saving


def test_a_refused_operation_is_a_sentence_and_changes_nothing(opened, qtbot):
    (note,) = add(opened, qtbot, "Chest pain.")
    told: list[str] = []
    opened.do(lambda store: store.reopen(note, "anna"), pytest.fail, lambda error: told.append(str(error)))
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["This note is not finished."]
    assert not opened.saving


def test_answers_and_operations_keep_their_order(opened, qtbot):
    (note,) = add(opened, qtbot, "Chest pain and fever.")
    counts: list[int] = []
    for start, end in ((0, 5), (0, 10), (15, 20)):
        opened.do(lambda store, s=start, e=end: store.annotate(note, (Span(s, e),), "problem", "anna"))
        opened.ask(lambda store: len(store.view(note, "anna").annotations), counts.append)
    qtbot.waitUntil(lambda: len(counts) == 3)
    assert counts == [1, 2, 3]


def test_the_reading_connection_sees_what_was_written_and_cannot_write(opened, qtbot):
    add(opened, qtbot, "Chest pain.")
    found: list[object] = []
    opened.read(lambda store, _job: (len(store.note_ids()), store.read_only), found.append)
    qtbot.waitUntil(lambda: bool(found))
    assert found == [(1, True)]


def test_another_lane_writes_and_the_views_hear_of_it(opened, qtbot):
    with qtbot.waitSignal(opened.changed) as changed:
        lane = threading.Thread(
            target=lambda: opened.write_from_lane(
                lambda store: store.add_notes([NewNote("a", "Fever.")], "anna", "Import")
            )
        )
        lane.start()
        lane.join(5)
    assert changed.args[0].notes
    qtbot.waitUntil(lambda: opened.undoable.undo == "Import")


def test_closing_stops_a_search_that_is_running_and_releases_the_file(qtbot, labels, tmp_path):
    path = tmp_path / "Ward.tagwell"
    project = Project("anna")
    with qtbot.waitCallback() as entered:
        project.open(lambda: Store.create(path, labels), entered, pytest.fail)
    begun = threading.Event()

    def endless(_store, job):
        begun.set()
        while True:
            job.check()
            time.sleep(0.01)

    project.read(endless, pytest.fail)
    assert begun.wait(5)
    began = time.monotonic()
    project.close()
    assert time.monotonic() - began < 2
    with Store.open(path) as again:
        assert again.title


def test_a_project_that_is_open_elsewhere_is_refused_with_a_sentence(opened, qtbot, tmp_path):
    second = Project("bert")
    errors: list[StoreError] = []
    second.open(lambda: Store.open(tmp_path / "Ward.tagwell"), pytest.fail, errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    second.close()
    assert isinstance(errors[0], ProjectLocked)
    assert str(errors[0]).endswith(".")


def test_a_passphrase_can_be_set_while_the_project_is_open(opened, qtbot, tmp_path):
    add(opened, qtbot, "Chest pain.")
    done: list[object] = []
    opened.read(lambda store, _job: len(store.note_ids()), done.append)  # opens the second connection
    qtbot.waitUntil(lambda: bool(done))
    opened.change_passphrase(None, "a long passphrase", done.append, pytest.fail)
    qtbot.waitUntil(lambda: len(done) == 2)
    assert opened.encrypted
    opened.close()
    with pytest.raises(WrongPassphrase):
        Store.open(tmp_path / "Ward.tagwell")
    with Store.open(tmp_path / "Ward.tagwell", "a long passphrase") as again:
        assert len(again.note_ids()) == 1
