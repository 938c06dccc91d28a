"""Note painter: one moment of a note, from the paper up: backgrounds, words, lanes, lines, caret."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from desktop.appearance.palette import mixed
from desktop.review.intents import Target
from desktop.review.looks import Looks
from desktop.review.marks import Mark, Marks
from desktop.review.modes import RelationsShown
from desktop.review.page import Page, ShownLine
from desktop.review.relation_lines import RelationPainter
from desktop.review.span_painter import SpanPainter
from engine.text.span import Span


class NotePainter:
    """Paints a page; lives for one paint event."""

    def __init__(
        self, painter: QPainter, page: Page, marks: Marks, chips: Sequence[Span], looks: Looks
    ) -> None:
        self._painter = painter
        self._page = page
        self._metrics = page.metrics
        self._theme = page.metrics.theme
        self._marks = marks
        self._chips = chips
        self._looks = looks
        self._spans = SpanPainter(painter, page, looks)

    def paint(self, dirty: QRectF) -> None:
        """Paint what of the page lies in `dirty`."""
        painter = self._painter
        painter.fillRect(dirty, QColor(self._theme.page))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = list(self._page.lines(dirty.top(), dirty.bottom()))
        if shown:
            self._backgrounds(shown)
            self._words(dirty)
            for line in shown:
                self._spans.line(line)
            self._frame(shown)
            RelationPainter(painter, self._page, self._looks, self._marks).draw()
            self._hints(shown)
            self._caret()

    def _words(self, dirty: QRectF) -> None:
        self._painter.setPen(QColor(self._theme.text))
        for laid, y in self._page.visible:
            if y < dirty.bottom() and y + laid.height > dirty.top():
                laid.layout.draw(self._painter, QPointF(self._page.left, y), [], dirty)

    def _backgrounds(self, shown: list[ShownLine]) -> None:
        first, last = shown[0].line.start, shown[-1].line.next_start
        for chip in _within(self._chips, first, last):
            self._fill(chip, shown, self._theme.chip, radius=4, grow=1)
        for at, hit in _numbered(self._looks.hits, first, last):
            current = at == self._looks.hit
            self._fill(hit, shown, self._theme.hit_current if current else self._theme.hit, radius=2, grow=1)
        for mark, strength in self._tinted():
            tint = mixed(self._theme.page, self._metrics.colours(mark).tint, strength)
            for span in self._places(mark):
                self._fill(span, shown, tint, radius=3, grow=1)
        if self._looks.selection is not None:
            self._fill(self._looks.selection, shown, self._theme.selection, radius=0, grow=0)

    def _tinted(self) -> list[tuple[Mark, float]]:
        """Return what has its words tinted, and how strongly: the focused span, and what is joined to it."""
        found: list[tuple[Mark, float]] = []
        for target in dict.fromkeys((self._looks.source, self._looks.focus)):
            mark = self._marks.get(target)
            if mark is None or target is None:
                continue
            found = [(other, 0.75) for other in self._joined_to(mark)] + found
            found.append((mark, 1.0))
        return found

    def _joined_to(self, mark: Mark) -> list[Mark]:
        """Return the marks whose words show that they are joined to `mark`."""
        if self._looks.relations is RelationsShown.NONE:
            return []
        joints = self._marks.joints.get(mark.target, ())
        others = (self._marks.get(joint.other(mark.target)) for joint in joints)
        return [other for other in others if other is not None and not _around(other, mark)]

    def _places(self, mark: Mark) -> tuple[Span, ...]:
        if mark.target == self._looks.focus and self._looks.reshaped is not None:
            return self._looks.reshaped
        return mark.spans

    def _fill(self, span: Span, shown: list[ShownLine], colour: str, *, radius: float, grow: float) -> None:
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(QColor(colour))
        for rect in self._page.words(span, shown):
            wide = rect.adjusted(-grow, 0, grow, 0)
            self._painter.drawRoundedRect(wide, radius, radius)

    def _frame(self, shown: list[ShownLine]) -> None:
        """Frame the words of the focused span, and of the one taken to be joined."""
        targets = {self._looks.source: Qt.PenStyle.DashLine, self._looks.focus: Qt.PenStyle.SolidLine}
        for target, style in targets.items():
            mark = self._marks.get(target)
            if mark is None:
                continue
            places = self._places(mark)
            pen = QPen(QColor(self._metrics.colours(mark).name), 1.5, style)
            for span in places:
                for line in shown:
                    self._frame_line(span, line, pen)
            if target == self._looks.focus:
                self._grips(places, shown, pen.color())

    def _frame_line(self, span: Span, line: ShownLine, pen: QPen) -> None:
        """Frame what one line shows of a fragment; open where it comes from or goes to another line."""
        for rect in self._page.words(span, [line]):
            box = rect.adjusted(-1.5, 0.5, 1.5, -0.5)
            self._painter.save()
            self._painter.setPen(pen)
            self._painter.setBrush(Qt.BrushStyle.NoBrush)
            came, goes = span.start < line.line.start, span.end > line.line.next_start
            seen = box.adjusted(2 if came else -2, -2, -2 if goes else 2, 2)
            self._painter.setClipRect(seen, Qt.ClipOperation.IntersectClip)
            self._painter.drawRoundedRect(box.adjusted(-4 if came else 0, 0, 4 if goes else 0, 0), 3, 3)
            self._painter.restore()

    def _grips(self, places: Sequence[Span], shown: list[ShownLine], colour: QColor) -> None:
        """Show at both ends of the focused span that they can be dragged."""
        first = self._page.words(Span(places[0].start, places[0].start + 1), shown)
        last = self._page.words(Span(places[-1].end - 1, places[-1].end), shown)
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(colour)
        for x, rect in [(one.left() - 1.5, one) for one in first] + [
            (one.right() + 1.5, one) for one in last
        ]:
            self._painter.drawRoundedRect(QRectF(x - 1.5, rect.center().y() - 5, 3, 10), 1.5, 1.5)

    def _hints(self, shown: list[ShownLine]) -> None:
        """Show at the upper left corner of the words which letter joins which span."""
        font = QFont(self._metrics.tag_font)
        font.setBold(True)
        self._painter.setFont(font)
        size = self._metrics.tag_height
        done: set[Target] = set()
        for line in shown:
            taken: list[float] = []
            for piece in line.line.pieces:
                letter = self._looks.hints.get(piece.mark.target)
                if not letter or piece.mark.target in done:
                    continue
                done.add(piece.mark.target)
                x = self._page.left + piece.left - size * 0.7
                while any(abs(x - other) < size for other in taken):
                    x += size
                taken.append(x)
                self._hint(QRectF(x, line.y - size * 0.35, size, size), letter, piece.mark.label)

    def _hint(self, box: QRectF, letter: str, label: str) -> None:
        colours = self._metrics.look(label).colours
        self._painter.setPen(QPen(QColor(self._theme.page), 1))
        self._painter.setBrush(QColor(colours.bar))
        self._painter.drawRoundedRect(box, 3, 3)
        self._painter.setPen(QColor(colours.on_bar))
        self._painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letter)

    def _caret(self) -> None:
        if self._looks.caret_on:
            rect = self._page.caret(self._looks.caret)
            if rect is not None:
                self._painter.fillRect(rect, QColor(self._theme.accent))


def _around(outer: Mark, inner: Mark) -> bool:
    """Whether tinting `outer` would cover all of `inner`."""
    return outer.start <= inner.start and inner.end <= outer.end


def _within(spans: Sequence[Span], first: int, last: int) -> list[Span]:
    return [span for _, span in _numbered(spans, first, last)]


def _numbered(spans: Sequence[Span], first: int, last: int) -> list[tuple[int, Span]]:
    """Return those of the sorted, disjoint `spans` that touch [first, last), with their index."""
    at = max(bisect_left(spans, first, key=lambda span: span.start) - 1, 0)
    found = []
    while at < len(spans) and spans[at].start < last:
        found.append((at, spans[at]))
        at += 1
    return found
