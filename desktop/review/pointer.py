"""Pointer: what presses, drags and clicks of the mouse mean in the note."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt

from desktop.review.intents import Edge, Reshape, Target
from desktop.review.marks import Mark
from desktop.review.offsets import BREAKS
from desktop.review.page import Hit, Page
from desktop.review.review_state import ReviewState
from desktop.review.span_painter import HANDLE
from engine.annotation.boundaries import placed
from engine.text.span import Span, Spans
from engine.text.token import Tokens

_TRIPLE_MS = 450
_SLACK = 4.0
"""Pixels that a hand may tremble during a click."""


@dataclass(frozen=True, slots=True)
class _Pressed:
    at: QPointF
    hit: Hit
    edge: Edge | None
    clicks: int


class Pointer:
    """Turns presses, moves and releases into what the state is to do.  One mouse, one at a time."""

    def __init__(self, page: Page, state: ReviewState) -> None:
        self._page = page
        self._state = state
        self._pressed: _Pressed | None = None
        self._dragging = False
        self._doubled, self._doubled_at = QPointF(), -10_000
        self.reshaped: Spans | None = None
        """How the focused span would be, while its edge is dragged."""

    @property
    def busy(self) -> bool:
        """Whether a button is held down in the note."""
        return self._pressed is not None

    def press(self, at: QPointF, held: Qt.KeyboardModifier, clicks: int, at_ms: int) -> None:
        """Take a press of the left button; `clicks` is 2 where Qt saw a double one.

        A single one soon after, at the same place, is the third.
        """
        if (
            clicks == 1
            and at_ms - self._doubled_at < _TRIPLE_MS
            and (at - self._doubled).manhattanLength() < _SLACK
        ):
            clicks = 3
        if clicks == 2:  # noqa: PLR2004
            self._doubled, self._doubled_at = at, at_ms
        hit = self._page.hit(at.x(), at.y())
        if hit is None:
            return
        edge = self.edge_at(at) if clicks == 1 else None
        self._pressed = _Pressed(at, hit, edge, clicks)
        self._dragging = False
        if clicks == 2:  # noqa: PLR2004
            self._select_token(hit.offset)
        elif clicks > 2:  # noqa: PLR2004
            self._select_line(hit.offset)
        elif edge is None and held & Qt.KeyboardModifier.ShiftModifier:
            self._state.move_to(hit.offset, extend=True, exact=_exact(held))
            self._dragging = True

    def move(self, at: QPointF, held: Qt.KeyboardModifier) -> None:
        """Take a move with the button held."""
        pressed = self._pressed
        if pressed is None or pressed.clicks > 1:
            return
        if not self._dragging and (at - pressed.at).manhattanLength() < _SLACK:
            return
        self._dragging = True
        hit = self._page.hit(at.x(), at.y())
        if hit is None:
            return
        if pressed.edge is not None:
            self._drag_edge(pressed.edge, hit.offset, exact=_exact(held))
        else:
            anchor = (
                self._state.selection.anchor
                if held & Qt.KeyboardModifier.ShiftModifier
                else pressed.hit.offset
            )
            self._state.select(anchor, hit.offset, exact=_exact(held))

    def release(self) -> None:
        """Take the end of a press: a click, or the end of a drag."""
        pressed, self._pressed = self._pressed, None
        reshaped, self.reshaped = self.reshaped, None
        if pressed is None:
            return
        if reshaped is not None and self._state.focused is not None:
            if reshaped != self._state.focused.spans:
                self._state.reshape(Reshape(self._state.focused.target, reshaped))
        elif not self._dragging and pressed.clicks == 1 and pressed.edge is None:
            hit = pressed.hit
            if hit.piece is None and not hit.on_words:
                self._state.move_to(hit.offset)
            else:
                self._state.click(hit.offset, hit.piece.mark.target if hit.piece is not None else None)

    def cancel(self) -> None:
        """Forget the press: the note changed, or Escape was pressed."""
        self._pressed = None
        self.reshaped = None

    def target_at(self, at: QPointF) -> Target | None:
        """Return the span under a point: of a lane, or the innermost of the words there."""
        mark = self.mark_at(at)
        return mark.target if mark is not None else None

    def mark_at(self, at: QPointF) -> Mark | None:
        """Return the mark under a point: of a lane, or the innermost of the words there."""
        hit = self._page.hit(at.x(), at.y())
        if hit is None or self._state.marks is None:
            return None
        if hit.piece is not None:
            return hit.piece.mark
        stack = self._state.marks.stack(hit.offset) if hit.on_words else []
        return stack[0] if stack else None

    def edge_at(self, at: QPointF) -> Edge | None:
        """Return the edge of the focused span that could be dragged from here."""
        focused = self._state.focused
        if focused is None:
            return None
        for edge, offset in ((Edge.END, focused.spans[-1].end), (Edge.START, focused.spans[0].start)):
            place = self._edge_place(edge, offset)
            if (
                place is not None
                and abs(at.x() - place.x()) <= HANDLE
                and 0 <= at.y() - place.y() <= self._reach()
            ):
                return edge
        return None

    def cursor_at(self, at: QPointF) -> Qt.CursorShape:
        """Return the cursor that tells what a press here would do."""
        if self.edge_at(at) is not None:
            return Qt.CursorShape.SizeHorCursor
        hit = self._page.hit(at.x(), at.y())
        on_lane = hit is not None and hit.piece is not None
        return Qt.CursorShape.PointingHandCursor if on_lane else Qt.CursorShape.IBeamCursor

    def _reach(self) -> float:
        return self._page.metrics.text_height

    def _edge_place(self, edge: Edge, offset: int) -> QPointF | None:
        """Return where a handle's top stands; the end of a span is on the line of its last character."""
        shown = self._page.shown_line(offset - 1 if edge is Edge.END else offset)
        if shown is None:
            return None
        return QPointF(self._page.left + shown.laid.x(shown.line, min(offset, shown.line.end)), shown.y)

    def _drag_edge(self, edge: Edge, offset: int, *, exact: bool) -> None:
        focused, scene = self._state.focused, self._state.scene
        if focused is None or scene is None:
            return
        if not exact and self._state.snapping:
            offset = snapped_edge(scene.tokens, edge, offset)
        self.reshaped = placed(focused.spans, len(scene.text), edge, offset)

    def _select_token(self, offset: int) -> None:
        scene = self._state.scene
        index = scene.tokens.at(offset) if scene is not None else None
        if scene is not None and index is not None:
            token = scene.tokens[index]
            self._state.select(token.start, token.end)

    def _select_line(self, offset: int) -> None:
        scene = self._state.scene
        if scene is None:
            return
        line = line_around(scene.text, offset)
        if line is not None:
            self._state.select(line.start, line.end)


def snapped_edge(tokens: Tokens, edge: Edge, offset: int) -> int:
    """Return the border of the token into which the mouse drags an edge; unchanged between tokens."""
    index = tokens.at(offset if edge is Edge.START else max(offset - 1, 0))
    if index is None:
        return offset
    return tokens[index].start if edge is Edge.START else tokens[index].end


def line_around(text: str, offset: int) -> Span | None:
    """Return the author's line around `offset`, without its end; None where it is empty."""
    start = max((text.rfind(mark, 0, offset) for mark in BREAKS), default=-1) + 1
    ends = [at for at in (text.find(mark, offset) for mark in BREAKS) if at >= 0]
    end = min(ends, default=len(text))
    return Span(start, end) if start < end else None


def _exact(held: Qt.KeyboardModifier) -> bool:
    return bool(held & Qt.KeyboardModifier.AltModifier)
