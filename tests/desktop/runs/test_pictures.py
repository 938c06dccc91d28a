"""Pictures of the pages about runs, over the demo project; see `tests/desktop/test_window_pictures.py`."""

from __future__ import annotations

import pytest

from desktop.comparing.compare_page import ComparePage, Look, layers_of
from desktop.runs.run_list import RunList
from tests.desktop.test_window_pictures import cut_labels, demo, open_note, take

__all__ = ["demo"]
pytestmark = pytest.mark.slow


def test_two_layers_side_by_side(qtbot, demo):
    open_note(qtbot, demo, "cardiology")
    desk = demo.desk
    desk.reviewer.accept_all()
    qtbot.waitUntil(lambda: not desk.scene.suggestions)
    some = [one.id for one in desk.scene.annotations[3:27:6]]
    with qtbot.waitSignal(desk.project.changed):
        desk.project.do(lambda store: store.delete(some[:3], "anna"), lambda _done: None)
    found = []
    desk.project.ask(lambda store: layers_of(store, desk.note), found.append)
    qtbot.waitUntil(lambda: bool(found))
    page = ComparePage(found[0], Look(demo.themes.theme), demo)
    qtbot.addWidget(page)
    page.show()
    page.table.selectRow(1)
    qtbot.wait(200)
    take(page, "compare")
    assert cut_labels(page) == []
    assert page.table.rowCount() >= 3


def test_the_runs(qtbot, demo):
    page = RunList(demo.desk.project, demo)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: page.chosen is not None)
    qtbot.wait(100)
    take(page, "runs")
    assert cut_labels(page) == []
