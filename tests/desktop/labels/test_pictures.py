"""A picture of the label set editor; see `tests/desktop/test_window_pictures.py`."""

from __future__ import annotations

import pytest

from desktop.labels.label_set_editor import LabelSetEditor
from tests.desktop.test_window_pictures import cut_labels, take

pytestmark = pytest.mark.slow


def test_the_label_set_editor(qtbot, window, labels):
    editor = LabelSetEditor(labels, "&Keep changes", named=False, parent=window)
    qtbot.addWidget(editor)
    editor.show()
    editor.types.setCurrentRow(4)
    qtbot.wait(100)
    take(editor, "label-set")
    assert cut_labels(editor) == []
