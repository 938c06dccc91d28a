"""Curves: one line for what else was set, points in the order of the option's value, over the same notes."""

import re

from engine.annotation.said import Answer, LabelledSpan, answer
from engine.evaluation.answer_log import entry_of
from engine.evaluation.judged import Judged
from engine.evaluation.settings_curves import curves
from engine.evaluation.settings_page import as_settings_page
from engine.evaluation.settings_table import Cell, rows_of
from engine.labels.files import find_label_set
from engine.model_files.places import models_folder
from engine.text.span import Span

KIWI = find_label_set("kiwi", models_folder())
TEXTS = [f"a pain {number}" for number in range(4)]
PAIN = LabelledSpan((Span(2, 6),), "problem")
GOLD = [Judged(f"n{k}", text, answer([PAIN], []), Answer()) for k, text in enumerate(TEXTS)]


def cell(right, **settings):
    """A setting that finds the pain of the first so many notes."""
    entries = [
        entry_of(f"n{k}", text, answer([PAIN] if k < right else [], []), 0.1 * (right + 1), {})
        for k, text in enumerate(TEXTS)
    ]
    return Cell("llm", settings, entries)


def test_a_curve_is_drawn_over_a_number_and_split_by_what_else_was_set():
    cells = [
        cell(4, shots="10", answers="tanl"),
        cell(0, shots="1", answers="tanl"),
        cell(2, shots="5", answers="tanl"),
        cell(1, shots="5", answers="bio"),
        cell(3, shots="1", answers="bio"),
    ]
    rows = rows_of(cells, GOLD, KIWI)
    found = {
        option: {name: [(p.value, round(p.f1, 3)) for p in points] for name, points in lines.items()}
        for option, lines in curves(rows).items()
    }
    assert found == {
        "shots": {
            "llm: answers tanl": [(1, 0.0), (5, 0.667), (10, 1.0)],
            "llm: answers bio": [(1, 0.857), (5, 0.4)],
        }
    }
    page = as_settings_page(rows, [], "Curve", {})
    assert len(re.findall("<polyline", page)) == 2
    assert [round(row.slower, 2) for row in rows] == [5.0, 1.0, 3.0, 2.0, 4.0]


def test_a_single_point_and_words_make_no_curve():
    rows = rows_of([cell(1, shots="5"), cell(2, answers="bio")], GOLD, KIWI)
    assert curves(rows) == {}
