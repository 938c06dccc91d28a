"""Note view: one note, painted by ourselves; what a window shows in it and asks of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from typing_extensions import override

from desktop.appearance.theme import Theme
from desktop.review.input_area import InputArea
from desktop.review.intents import Target
from desktop.review.keyboard import KeyMap
from desktop.review.marks import Marks
from desktop.review.modes import RelationsShown, TabStops
from desktop.review.scene import NoteScene
from engine.text.note import NoteId
from engine.text.span import Span

__all__ = ["NotePlace", "NoteView", "RelationsShown", "TabStops"]


@dataclass(frozen=True, slots=True)
class NotePlace:
    """Where a reader was in a note: the first character in view, and the caret."""

    note: NoteId
    first: int
    caret: int


class NoteView(InputArea):
    """The note on the screen.  README.md beside this file says all that it takes and gives.

    Signals: `intended(Intent)`, `focus_changed(Target | None)`, `caret_moved(int)`,
    `selection_changed(Spans | None)`, `mode_changed(Mode)`, `refused(str)`, `zoom_changed(float)`.
    """

    # -- what is shown

    def show_note(self, scene: NoteScene, *, keep_position: bool = True) -> None:
        """Show `scene`.

        Of the same note (id and text), with `keep_position`: scroll, caret, selection, focus and
        mode stay, and only what changed is laid out again.
        """
        before = self._scene
        same = (
            keep_position and before is not None and before.note == scene.note and before.text == scene.text
        )
        self._marks = Marks(scene, self._marks if same else None)
        self._scene = scene
        if self._labels != scene.labels:
            self._labels = scene.labels
            self._page.set_metrics(self._make_metrics())
        if not same:
            self._hits, self._hit = (), None
            self._pointer.cancel()
            self._commands.forget_column()
        self._state.show(scene, self._marks, same_note=same)
        self._page.show(scene, self._marks, same_note=same)
        self._after(reveal=False)
        self._refresh()

    def clear_note(self) -> None:
        """Show that no note is open."""
        self._scene = self._marks = None
        self._pointer.cancel()
        self._state.show(None, None, same_note=False)
        self._page.clear()
        self._hits, self._hit = (), None
        self._after(reveal=False)
        self._refresh()

    # -- where the reader is

    @property
    def scene(self) -> NoteScene | None:
        """What is shown."""
        return self._scene

    @property
    def place(self) -> NotePlace | None:
        """Where the reader is, to come back to; None without a note."""
        if self._scene is None:
            return None
        return NotePlace(self._scene.note, self._page.first_offset, self.caret)

    @property
    def marks(self) -> Marks | None:
        """The marks of what is shown, for whoever shows the same note beside it."""
        return self._marks

    def return_to(self, place: NotePlace) -> None:
        """Go to where the reader was; a place of another note is ignored."""
        if self._scene is None or place.note != self._scene.note:
            return
        end = len(self._scene.text)
        self._state.move_to(min(place.caret, end))
        self._page.start_at(min(place.first, end))
        self._after(reveal=False)
        self._refresh()

    def focus_on(self, target: Target | None) -> None:
        """Focus a span and scroll to it; None lets go."""
        self._state.focus_on(target)
        self._after()

    def focus_next(self, *, unreviewed: bool = False) -> bool:
        """Focus the next span, or the next suggestion; return whether there was one."""
        found = self._state.go(forward=True, unreviewed=unreviewed)
        self._after()
        return found

    def focus_previous(self, *, unreviewed: bool = False) -> bool:
        """Focus the previous span, or the previous suggestion; return whether there was one."""
        found = self._state.go(forward=False, unreviewed=unreviewed)
        self._after()
        return found

    def reveal(self, span: Span) -> None:
        """Scroll to a place."""
        if self._scene is not None:
            self._page.reveal(span)
            self._refresh()

    def select(self, span: Span) -> None:
        """Select a place exactly, put the caret behind it and scroll there."""
        if self._scene is not None:
            self._state.select(span.start, span.end, exact=True)
            self._after()

    def set_search_hits(self, spans: Sequence[Span], current: int | None = None) -> None:
        """Mark what a search found; `current` (an index) is marked more strongly and scrolled to."""
        order = sorted(range(len(spans)), key=lambda at: spans[at])
        self._hits = tuple(spans[at] for at in order)
        self._hit = None if current is None or not spans else order.index(current)
        if self._hit is not None and self._scene is not None:
            self._page.reveal(self._hits[self._hit])
        self._refresh()

    # -- how it is shown

    @override
    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        super().set_theme(theme)
        self._banner.dress(theme)

    def set_relations_shown(self, shown: RelationsShown) -> None:
        """Draw the relations of the focused span, of all spans, or none."""
        self._relations = shown
        self.viewport().update()

    def set_tab_stops(self, stops: TabStops) -> None:
        """Have Tab stop at every span, or at suggestions only."""
        self._commands.tab_stops = stops

    def set_snapping(self, on: bool) -> None:
        """Have selections grow to whole tokens, or not."""
        self._state.snapping = on
        self._after(reveal=False)

    def set_key_map(self, keys: KeyMap) -> None:
        """Take another table of keys."""
        self._keys = keys
