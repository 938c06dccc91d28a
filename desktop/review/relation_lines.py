"""Relation lines: light curves from a span to what is joined to it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from desktop.review.intents import Target
from desktop.review.laid_chunk import Piece
from desktop.review.looks import Looks
from desktop.review.marks import Joint, Marks
from desktop.review.modes import RelationsShown
from desktop.review.page import Page, ShownLine
from desktop.review.span_painter import lane_top


@dataclass(frozen=True, slots=True)
class _End:
    """Where a line may dock: the tag of the first visible piece of a mark."""

    box: QRectF
    colour: str

    @property
    def below(self) -> QPointF:
        return QPointF(self.box.center().x(), self.box.bottom() + 1)

    @property
    def above(self) -> QPointF:
        return QPointF(self.box.center().x(), self.box.top() - 1)


def joints_shown(marks: Marks, looks: Looks, visible: set[Target]) -> list[Joint]:
    """Return the relations to draw, each once: those of the focused span, or all that touch the screen."""
    if looks.relations is RelationsShown.NONE:
        return []
    wanted = set(visible) if looks.relations is RelationsShown.ALL else set()
    wanted |= {target for target in (looks.focus, looks.source) if target is not None}
    found: dict[tuple[Target, Target, str], Joint] = {}
    for target in wanted:
        for joint in marks.joints.get(target, ()):
            found[joint.head, joint.tail, joint.label] = joint
    return [found[name] for name in sorted(found)]


class RelationPainter:
    """Draws the relations of one moment; lives for one paint event."""

    def __init__(self, painter: QPainter, page: Page, looks: Looks, marks: Marks) -> None:
        self._painter = painter
        self._page = page
        self._looks = looks
        self._marks = marks

    def draw(self) -> None:
        """Draw every relation that is to be shown."""
        ends = self._ends()
        for joint in joints_shown(self._marks, self._looks, set(ends)):
            head, tail = ends.get(joint.head), ends.get(joint.tail)
            strong = self._looks.focus in (joint.head, joint.tail) or self._looks.source in (
                joint.head,
                joint.tail,
            )
            if head is not None and tail is not None:
                self._between(head, tail, joint, strong=strong)
            elif strong and (head is not None or tail is not None):
                self._out_of_sight(joint, head or tail, joint.tail if head else joint.head)

    def _ends(self) -> dict[Target, _End]:
        ends: dict[Target, _End] = {}
        metrics = self._page.metrics
        for shown in self._page.lines():
            for piece in shown.line.pieces:
                if piece.mark.target not in ends:
                    ends[piece.mark.target] = _End(
                        self._box(shown, piece), metrics.look(piece.mark.label).colours.bar
                    )
        return ends

    def _box(self, shown: ShownLine, piece: Piece) -> QRectF:
        metrics = self._page.metrics
        width = piece.tag.width if metrics.tags else piece.right - piece.left
        left = piece.tag_left if metrics.tags else piece.left
        return QRectF(
            self._page.left + left, lane_top(metrics, shown, piece), width, metrics.bar + metrics.tag_height
        )

    def _between(self, head: _End, tail: _End, joint: Joint, *, strong: bool) -> None:
        path, tip, angle = _curve(head.box, tail.box)
        colour = QColor(tail.colour)
        colour.setAlphaF(0.95 if strong else 0.4)
        pen = QPen(colour, 1.5 if strong else 1.0)
        if joint.relation is None:
            pen.setDashPattern([3.0, 2.5])
        self._painter.setPen(pen)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawPath(path)
        self._arrow(tip, angle, colour)

    def _arrow(self, tip: QPointF, angle: float, colour: QColor) -> None:
        size = 5.0
        head = QPainterPath(tip)
        for turn in (math.pi - 0.45, math.pi + 0.45):
            head.lineTo(tip.x() + size * math.cos(angle + turn), tip.y() + size * math.sin(angle + turn))
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(colour)
        self._painter.drawPath(head)

    def _out_of_sight(self, joint: Joint, end: _End | None, gone: Target) -> None:
        """Say at the edge of the screen what a line would lead to."""


def _curve(head: QRectF, tail: QRectF) -> tuple[QPainterPath, QPointF, float]:
    """Return a curve from `head` to `tail`, its tip, and the direction in which it arrives."""
    start = QPointF(head.center().x(), head.bottom())
    end = QPointF(tail.center().x(), tail.bottom())
    sag = 10 + min(abs(end.x() - start.x()) * 0.12, 26)
    path = QPainterPath(start)
    path.cubicTo(QPointF(start.x(), start.y() + sag), QPointF(end.x(), end.y() + sag), end)
    return path, end, -math.pi / 2
