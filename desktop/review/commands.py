"""Commands: each command of the keyboard carried out on state and page, as one table."""

from __future__ import annotations

from collections.abc import Callable

from desktop.review import caret_paths
from desktop.review.intents import Edge, Unit
from desktop.review.keyboard import Command
from desktop.review.modes import Mode, TabStops
from desktop.review.page import Page
from desktop.review.review_state import ReviewState
from desktop.review.selection import token_left, token_right

_C = Command

_BORDERS = {
    _C.END_RIGHT: (Edge.END, Unit.TOKEN, 1),
    _C.END_LEFT: (Edge.END, Unit.TOKEN, -1),
    _C.START_RIGHT: (Edge.START, Unit.TOKEN, 1),
    _C.START_LEFT: (Edge.START, Unit.TOKEN, -1),
    _C.END_RIGHT_EXACT: (Edge.END, Unit.CHARACTER, 1),
    _C.END_LEFT_EXACT: (Edge.END, Unit.CHARACTER, -1),
    _C.START_RIGHT_EXACT: (Edge.START, Unit.CHARACTER, 1),
    _C.START_LEFT_EXACT: (Edge.START, Unit.CHARACTER, -1),
}

_SELECTING = {
    _C.SELECT_LEFT: _C.LEFT,
    _C.SELECT_RIGHT: _C.RIGHT,
    _C.SELECT_UP: _C.UP,
    _C.SELECT_DOWN: _C.DOWN,
    _C.SELECT_TOKEN_LEFT: _C.TOKEN_LEFT,
    _C.SELECT_TOKEN_RIGHT: _C.TOKEN_RIGHT,
    _C.SELECT_LINE_START: _C.LINE_START,
    _C.SELECT_LINE_END: _C.LINE_END,
    _C.SELECT_PAGE_UP: _C.PAGE_UP,
    _C.SELECT_PAGE_DOWN: _C.PAGE_DOWN,
    _C.SELECT_NOTE_START: _C.NOTE_START,
    _C.SELECT_NOTE_END: _C.NOTE_END,
    _C.SELECT_LEFT_EXACT: _C.LEFT,
    _C.SELECT_RIGHT_EXACT: _C.RIGHT,
}

_EXACT = {_C.SELECT_LEFT_EXACT, _C.SELECT_RIGHT_EXACT}


class Commands:
    """Carries out commands on one state and one page; `act` says whether it knew the command."""

    def __init__(self, page: Page, state: ReviewState) -> None:
        self._page = page
        self._state = state
        self.tab_stops = TabStops.SPANS
        self._goal_x: float | None = None  # the column that Up and Down try to keep
        self._moves: dict[Command, Callable[[int], int]] = {
            _C.LEFT: lambda at: caret_paths.step(page.flow, at, forward=False),
            _C.RIGHT: lambda at: caret_paths.step(page.flow, at, forward=True),
            _C.UP: lambda at: self._vertical(at, down=False),
            _C.DOWN: lambda at: self._vertical(at, down=True),
            _C.TOKEN_LEFT: self._token_left,
            _C.TOKEN_RIGHT: self._token_right,
            _C.LINE_START: lambda at: caret_paths.line_start(page.flow, at),
            _C.LINE_END: lambda at: caret_paths.line_end(page.flow, at),
            _C.PAGE_UP: lambda at: self._page_move(at, down=False),
            _C.PAGE_DOWN: lambda at: self._page_move(at, down=True),
            _C.NOTE_START: lambda _: 0,
            _C.NOTE_END: lambda _: len(page.flow.text),
        }
        self._others: dict[Command, Callable[[], object]] = {
            _C.SELECT_ALL: lambda: state.select(0, len(page.flow.text)),
            _C.NEXT_SPAN: lambda: self.go(forward=True),
            _C.PREVIOUS_SPAN: lambda: self.go(forward=False),
            _C.ACCEPT: state.accept,
            _C.ACCEPT_AND_NEXT: state.accept_and_next,
            _C.BACK: self._back,
            _C.REMOVE: state.remove,
            _C.RELATION: state.start_relation,
            _C.MODIFIER: state.start_modifier,
            _C.PROPAGATE: state.propagate,
            _C.ESCAPE: state.escape,
        }

    def act(self, command: Command) -> bool:
        """Carry out `command`; return whether it is one of these."""
        if command not in {_C.UP, _C.DOWN, _C.SELECT_UP, _C.SELECT_DOWN, _C.PAGE_UP, _C.PAGE_DOWN}:
            self._goal_x = None
        move = _SELECTING.get(command, command)
        if move in self._moves:
            self._move(move, extend=command in _SELECTING, exact=command in _EXACT)
        elif command in _BORDERS:
            self._state.move_border(*_BORDERS[command])
        elif command in self._others:
            self._others[command]()
        else:
            return False
        return True

    def forget_column(self) -> None:
        """Have Up and Down keep the column the caret is in now."""
        self._goal_x = None

    def go(self, *, forward: bool) -> None:
        """Focus the next or previous span, as Tab does."""
        unreviewed = self.tab_stops is TabStops.UNREVIEWED and self._state.mode is Mode.NORMAL
        if not self._state.go(forward=forward, unreviewed=unreviewed):
            what = "suggestion" if unreviewed else "span"
            self._state.say(f"No {what} {'follows' if forward else 'stands before'} here.")

    def _back(self) -> None:
        if not self._state.go(forward=False, unreviewed=True):
            self._state.say("No suggestion stands before here.")

    def _move(self, command: Command, *, extend: bool, exact: bool) -> None:
        state = self._state
        if state.scene is None:
            return
        selection = state.selection
        start = selection.caret
        if not extend and not selection.empty and command in {_C.LEFT, _C.RIGHT}:
            ends = (selection.anchor, selection.caret)  # an arrow leaves a selection at its border
            state.move_to(max(ends) if command is _C.RIGHT else min(ends))
            return
        state.move_to(self._moves[command](start), extend=extend, exact=exact)

    def _token_left(self, at: int) -> int:
        scene = self._state.scene
        return token_left(scene.tokens, at) if scene is not None else at

    def _token_right(self, at: int) -> int:
        scene = self._state.scene
        return token_right(scene.tokens, at, len(scene.text)) if scene is not None else at

    def _vertical(self, at: int, *, down: bool) -> int:
        if self._goal_x is None:
            self._goal_x = caret_paths.x_of(self._page.flow, at)
        return caret_paths.vertical(self._page.flow, at, self._goal_x, down=down)

    def _page_move(self, at: int, *, down: bool) -> int:
        """Scroll by a page and keep the caret where it was on the screen."""
        page = self._page
        if self._goal_x is None:
            self._goal_x = caret_paths.x_of(page.flow, at)
        caret = page.caret(at)
        y = caret.center().y() if caret is not None else page.height / 2
        before = page.scroll_value
        page.scroll_by((page.height - 2 * page.metrics.text_height) * (1 if down else -1))
        if page.scroll_value == before:
            return len(page.flow.text) if down else 0
        hit = page.hit(page.left + self._goal_x, y)
        return hit.offset if hit is not None else at
