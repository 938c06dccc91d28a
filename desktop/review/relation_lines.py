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

_ARROW = 5.0
_LONGEST = 28


@dataclass(frozen=True, slots=True)
class Dock:
    """Where a line may end: the words and the tag of the first visible piece of a mark."""

    words: QRectF
    tag: QRectF
    lane: int
    colour: str


@dataclass(frozen=True, slots=True)
class Curve:
    """A line from head to tail, where its arrow points, and in which direction (radians)."""

    path: QPainterPath
    tip: QPointF
    angle: float


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


def curve(head: Dock, tail: Dock) -> Curve | None:
    """Return the line from `head` to `tail`, or None where they stand directly one under the other.

    On one line of text it runs below the words.  Between lines it leaves the upper span under its
    tag and reaches the lower one above its words, so that it crosses neither's text.
    """
    if abs(head.words.top() - tail.words.top()) < 1:
        return _beside(head, tail)
    return _between_lines(head, tail)


def _between_lines(head: Dock, tail: Dock) -> Curve:
    down = head.words.top() < tail.words.top()
    start = _bottom(head.tag) if down else _top(head.words)
    end = _top(tail.words) if down else _bottom(tail.tag)
    bend = min(max(abs(end.y() - start.y()) * 0.5, 10.0), 60.0) * (1 if down else -1)
    path = QPainterPath(start)
    path.cubicTo(QPointF(start.x(), start.y() + bend), QPointF(end.x(), end.y() - bend), end)
    return Curve(path, end, math.pi / 2 if down else -math.pi / 2)


def _beside(head: Dock, tail: Dock) -> Curve | None:
    if head.lane == tail.lane:
        start, end = _bottom(head.tag), _bottom(tail.tag)
        sag = 5 + min(abs(end.x() - start.x()) * 0.02, 4)
        path = QPainterPath(start)
        path.cubicTo(QPointF(start.x(), start.y() + sag), QPointF(end.x(), end.y() + sag), end)
        return Curve(path, end, -math.pi / 2)
    upper, lower = sorted((head, tail), key=lambda dock: dock.lane)
    foot = _bottom(upper.tag)
    if lower.tag.left() - 4 <= foot.x() <= lower.tag.right() + 4:
        return None
    right = foot.x() > lower.tag.center().x()
    side = QPointF(lower.tag.right() + 4 if right else lower.tag.left() - 4, lower.tag.center().y())
    start, end = (side, foot) if lower is head else (foot, side)
    path = QPainterPath(start)
    path.quadTo(QPointF(foot.x(), side.y()), end)
    sideways = math.pi if right else 0.0
    return Curve(path, end, -math.pi / 2 if lower is head else sideways)


def _bottom(box: QRectF) -> QPointF:
    return QPointF(box.center().x(), box.bottom() + 1)


def _top(box: QRectF) -> QPointF:
    return QPointF(box.center().x(), box.top())


class RelationPainter:
    """Draws the relations of one moment; lives for one paint event."""

    def __init__(self, painter: QPainter, page: Page, looks: Looks, marks: Marks) -> None:
        self._painter = painter
        self._page = page
        self._theme = page.metrics.theme
        self._looks = looks
        self._marks = marks

    def draw(self) -> None:
        """Draw every relation that is to be shown, and name what of them is out of sight."""
        nothing_taken = self._looks.focus is None and self._looks.source is None
        if nothing_taken and self._looks.relations is not RelationsShown.ALL:
            return
        docks = self._docks()
        gone: list[tuple[Joint, Target]] = []
        for joint in joints_shown(self._marks, self._looks, set(docks)):
            head, tail = docks.get(joint.head), docks.get(joint.tail)
            strong = not {joint.head, joint.tail}.isdisjoint({self._looks.focus, self._looks.source})
            line = curve(head, tail) if head is not None and tail is not None else None
            if line is not None and tail is not None:
                self._line(line, tail.colour, joint, strong=strong)
            if strong and (head is None) != (tail is None):
                gone.append((joint, joint.head if head is None else joint.tail))
        self._out_of_sight([other for _, other in gone])

    def _docks(self) -> dict[Target, Dock]:
        docks: dict[Target, Dock] = {}
        for shown in self._page.lines():
            for piece in shown.line.pieces:
                if piece.mark.target not in docks:
                    docks[piece.mark.target] = self._dock(shown, piece)
        return docks

    def _dock(self, shown: ShownLine, piece: Piece) -> Dock:
        metrics, left = self._page.metrics, self._page.left
        first, last = piece.extents[0]
        words = QRectF(left + first, shown.y, last - first, shown.line.text_height)
        lane = lane_top(metrics, shown, piece)
        tag = QRectF(left + piece.tag_left, lane + metrics.bar, piece.tag.width, metrics.tag_height)
        if not metrics.tags:
            tag = QRectF(left + piece.left, lane, piece.right - piece.left, metrics.bar)
        return Dock(words, tag, piece.lane, metrics.colours(piece.mark).bar)

    def _line(self, line: Curve, colour: str, joint: Joint, *, strong: bool) -> None:
        painter = self._painter
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if strong:  # paper around the line lifts it off the words it crosses
            halo = QColor(self._theme.page)
            halo.setAlphaF(0.55)
            painter.setPen(QPen(halo, 3.0))
            painter.drawPath(line.path)
        ink = QColor(colour)
        ink.setAlphaF(0.95 if strong else 0.45)
        pen = QPen(ink, 1.4 if strong else 1.0)
        if joint.relation is None:
            pen.setDashPattern([3.0, 2.5])
        painter.setPen(pen)
        painter.drawPath(line.path)
        self._arrow(line, ink)

    def _arrow(self, line: Curve, colour: QColor) -> None:
        head = QPainterPath(line.tip)
        for turn in (math.pi - 0.45, math.pi + 0.45):
            angle = line.angle + turn
            head.lineTo(line.tip.x() + _ARROW * math.cos(angle), line.tip.y() + _ARROW * math.sin(angle))
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(colour)
        self._painter.drawPath(head)

    def _out_of_sight(self, others: list[Target]) -> None:
        """Name at the upper and lower edge what lines would lead to beyond the screen."""
        shown = list(self._page.lines())
        first = shown[0].line.start if shown else 0
        marks = [mark for mark in map(self._marks.get, others) if mark is not None]
        text = self._page.flow.text
        for above in (True, False):
            here = [mark for mark in marks if (mark.start < first) == above]
            names = [f"{mark.label}: {_short(mark.spans[0].of(text))}" for mark in here]
            if names:
                self._edge_note(("↑ " if above else "↓ ") + " · ".join(names), above=above)

    def _edge_note(self, words: str, *, above: bool) -> None:
        painter, metrics = self._painter, self._page.metrics
        painter.setFont(metrics.tag_font)
        room = self._page.width
        words = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(room) - 20)
        width = painter.fontMetrics().horizontalAdvance(words) + 16
        height = metrics.tag_height + 8
        y = 6 if above else self._page.height - height - 6
        box = QRectF(self._page.left + room - width, y, width, height)
        painter.setPen(QPen(QColor(self._theme.faint), 1))
        painter.setBrush(QColor(self._theme.raised))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor(self._theme.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def _short(words: str) -> str:
    one_line = " ".join(words.split())
    return one_line if len(one_line) <= _LONGEST else one_line[: _LONGEST - 1] + "…"
