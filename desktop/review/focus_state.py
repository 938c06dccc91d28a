"""Focus state: caret, selection, focus and mode of one note, and how they last from scene to scene."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from desktop.review.intents import Intent, Target
from desktop.review.marks import Mark, MarkKey, Marks
from desktop.review.modes import Joining, Mode, candidates
from desktop.review.scene import NoteScene
from desktop.review.selection import Selection
from engine.text.span import Span, Spans

_HINTS = "asdfghjklqwetyuiopzxcvbn"
"""Letters that join in relation mode, the easiest first; R and M keep their meaning."""

_HINTED = 14
"""So many spans have a letter: what is joined stands nearby, and more letters hide the words."""


class Host(Protocol):
    """Whoever shows the state."""

    def intend(self, intent: Intent) -> None:
        """Pass on what the user wants done."""

    def refuse(self, sentence: str) -> None:
        """Say why nothing was done."""

    def offer(self, marks: Sequence[Mark]) -> None:
        """Let the user pick one of these spans."""


class FocusState:
    """Where the reader of one note is.  Knows nothing of pixels, and changes nothing in the note."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.scene: NoteScene | None = None
        self.marks: Marks | None = None
        self.selection = Selection()
        self.focus: Target | None = None
        self.joining: Joining | None = None
        self.mode = Mode.NORMAL
        self.snapping = True
        self._resume: MarkKey | None = None  # where a focused span stood that is gone
        self._asked: tuple[Spans, str] | None = None  # what was asked to be annotated and is not there yet
        self._clicked = -1

    # -- the scene

    def show(self, scene: NoteScene | None, marks: Marks | None, *, same_note: bool) -> None:
        """Take a scene.  Of the same note: keep caret, selection, mode, and follow what was focused."""
        before = self.marks
        self.scene, self.marks = scene, marks
        if not same_note or marks is None:
            self.selection = Selection()
            self.focus = self._resume = self._asked = None
            self._leave_mode()
            return
        if self.joining is not None:
            source = self._followed(self.joining.source)
            if source is None:
                self._leave_mode()
            else:
                self.joining = Joining(source, self.joining.reversed)
        self.focus = self._followed(self.focus)
        self._greet_new(before)

    def _followed(self, target: Target | None) -> Target | None:
        """Return where `target` is now: itself, the annotation it became, or None."""
        if target is None or self.marks is None or target in self.marks:
            return target
        return self.marks.became(target)

    def _greet_new(self, before: Marks | None) -> None:
        """Focus the annotation that was asked for, now that it is there."""
        if self._asked is None or self.marks is None:
            return
        for mark in self.marks.overlapping(self._asked[0][0].start, self._asked[0][-1].end):
            new = before is None or mark.target not in before
            if new and not mark.target.suggested and (mark.spans, mark.label) == self._asked:
                self._asked = None
                self.selection = Selection(mark.start, mark.start)
                if self.mode is Mode.NORMAL:
                    self.focus, self._resume = mark.target, mark.key
                return

    # -- what others ask

    @property
    def selected(self) -> Span | None:
        """What a label key would label, or None where nothing is selected."""
        if self.scene is None:
            return None
        return self.selection.span(self.scene.tokens if self.snapping else None)

    @property
    def focused(self) -> Mark | None:
        """The focused mark."""
        return self.marks.get(self.focus) if self.marks is not None else None

    def hints(self, visible: Sequence[Target]) -> dict[Target, str]:
        """Return the letters that join in relation mode, for the nearest of the spans in view."""
        shown = set(visible)
        legal = [mark.target for mark in self._candidates() if mark.target in shown]
        return dict(zip(legal[:_HINTED], _HINTS, strict=False))

    def _candidates(self) -> list[Mark]:
        """Return what may be joined to the span that was taken, the nearest first; nothing in other modes."""
        source = self._source()
        if self.mode is not Mode.RELATION or source is None or self.scene is None or self.marks is None:
            return []
        return candidates(self.scene.labels, self.marks, source)

    # -- caret and focus

    def move_to(self, offset: int, *, extend: bool = False, exact: bool = False) -> None:
        """Put the caret at `offset`; a focused span is let go."""
        self.selection = self.selection.moved_to(offset, extend=extend, exact=exact)
        self.focus = self._resume = self._asked = None

    def select(self, anchor: int, caret: int, *, exact: bool = False) -> None:
        """Select from `anchor` to `caret`."""
        self.selection = Selection(anchor, caret, exact)
        self.focus = self._resume = self._asked = None

    def say(self, sentence: str) -> None:
        """Tell the reader why nothing happened."""
        self._host.refuse(sentence)

    def focus_on(self, target: Target | None) -> None:
        """Focus a span and put the caret where it begins; None lets go."""
        mark = self.marks.get(target) if self.marks is not None else None
        self.focus = mark.target if mark is not None else None
        self._resume = mark.key if mark is not None else None
        self._asked = None
        if mark is not None:
            self.selection = Selection(mark.start, mark.start)

    def go(self, *, forward: bool, unreviewed: bool, wrap: bool = False) -> bool:
        """Focus the next or previous span; return whether there was one."""
        marks = self.marks
        if marks is None:
            return False
        here = self._here(forward=forward)
        wanted = self._wanted(unreviewed=unreviewed)
        found = marks.next(here, wanted) if forward else marks.previous(here, wanted)
        if found is None and wrap and forward:
            found = marks.next((-1, 0, False, 0), wanted)
        if found is None or found.target == self.focus:
            return False
        self.focus_on(found.target)
        return True

    def _here(self, *, forward: bool) -> MarkKey:
        focused = self.focused
        if focused is not None:
            return focused.key
        if self._resume is not None:
            return self._resume
        caret = self.selection.caret
        return (caret, -(1 << 60), False, -1) if forward else (caret, 0, False, -1)

    def _wanted(self, *, unreviewed: bool) -> Callable[[Mark], bool]:
        if self.mode is Mode.RELATION:
            legal = {mark.target for mark in self._candidates()}
            return lambda mark: mark.target in legal
        if unreviewed:
            return lambda mark: mark.target.suggested
        return lambda _mark: True

    def _leave_mode(self) -> None:
        self.mode, self.joining = Mode.NORMAL, None

    def _source(self) -> Mark | None:
        if self.joining is None or self.marks is None:
            return None
        return self.marks.get(self.joining.source)
