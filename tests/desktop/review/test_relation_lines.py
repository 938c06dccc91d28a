from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QRectF

from desktop.review.intents import Target
from desktop.review.looks import Looks
from desktop.review.marks import Marks
from desktop.review.modes import RelationsShown
from desktop.review.relation_lines import Dock, curve, joints_shown


def dock(x: float, y: float, lane: int = 0, width: float = 60) -> Dock:
    return Dock(QRectF(x, y, width, 20), QRectF(x, y + 24 + lane * 16, 40, 12), lane, "#000000")


def test_between_lines_neither_span_has_its_words_crossed():
    upper, lower = dock(300, 0), dock(20, 80)
    for head, tail in ((upper, lower), (lower, upper)):
        line = curve(head, tail)
        assert line is not None
        inside = [line.path.pointAtPercent(step / 50) for step in range(51)]
        for words in (upper.words, lower.words):
            assert not any(words.adjusted(0, 1, 0, -1).contains(point) for point in inside)


def test_on_one_line_the_curve_runs_below_the_words():
    line = curve(dock(0, 0), dock(200, 0))
    assert line is not None
    assert line.path.boundingRect().top() >= 20
    assert line.path.boundingRect().bottom() <= 24 + 12 + 12, "and not through the next line"


def test_the_arrow_ends_at_the_tail():
    head, tail = dock(0, 0), dock(200, 100)
    line = curve(head, tail)
    assert line is not None
    assert line.tip.y() == tail.words.top()
    assert line.angle == pytest.approx(math.pi / 2)
    back = curve(tail, head)
    assert back is not None
    assert back.tip.y() == pytest.approx(head.tag.bottom() + 1)


def test_what_stands_directly_below_needs_no_line():
    assert curve(dock(0, 0, lane=1), dock(4, 0, lane=0)) is None


def test_lanes_of_one_line_are_joined_from_the_side():
    line = curve(dock(0, 0, lane=1), dock(150, 0, lane=0))
    assert line is not None
    assert line.tip.y() == pytest.approx(24 + 12 + 1)
    assert line.path.elementAt(0).x == pytest.approx(44)


TEXT = "He denies pain and fever, and chills."


def test_only_the_relations_of_the_focused_span_are_drawn_unless_told_otherwise(write):
    writer = write(TEXT).a("negation", "denies").a("problem", "pain").a("problem", "fever")
    marks = Marks(writer.joined(2, 1).joined(3, 1).scene())
    visible = set(map(Target, (1, 2, 3)))
    assert joints_shown(marks, Looks(), visible) == []
    assert len(joints_shown(marks, Looks(focus=Target(2)), visible)) == 1
    assert len(joints_shown(marks, Looks(focus=Target(1)), visible)) == 2
    assert len(joints_shown(marks, Looks(relations=RelationsShown.ALL), visible)) == 2
    assert joints_shown(marks, Looks(focus=Target(1), relations=RelationsShown.NONE), visible) == []
