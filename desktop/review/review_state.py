"""Review state: what each command makes of caret, selection, focus and mode.

Knows nothing of pixels.  What it wants done it tells its host: intents, sentences, lists to pick from.
"""

from __future__ import annotations

from desktop.review.focus_state import FocusState
from desktop.review.intents import (
    Accept,
    Annotate,
    AttachModifier,
    Delete,
    Edge,
    Intent,
    Link,
    MoveBoundary,
    Propagate,
    Reject,
    Relabel,
    Reshape,
    Target,
    Unit,
    Unlink,
)
from desktop.review.marks import Mark, Marks
from desktop.review.modes import Joining, Mode, candidates, direction, joint_between, takes_modifiers
from desktop.review.selection import Selection, token_at_caret
from engine.text.span import Span, Spans


class ReviewState(FocusState):
    """One note under review."""

    def click(self, offset: int, target: Target | None) -> None:
        """Take a click on a lane (`target`), or on words: on the same words again, the next span around."""
        if self.marks is None:
            return
        stack = [mark.target for mark in self.marks.stack(offset)] if target is None else [target]
        if self.joining is not None:
            legal = next((one for one in stack if self._may_join(one)), None)
            if legal is not None:
                self.join(legal)
                return
        if target is None and self.focus in stack and offset == self._clicked:
            after = stack.index(self.focus) + 1
            stack = stack[after:]
        self.move_to(offset)
        if stack:
            mark = self.marks.get(stack[0])
            self.focus, self._resume = stack[0], mark.key if mark is not None else None
        self._clicked = offset

    # -- review

    def accept(self) -> None:
        """Accept the focused suggestion, join in relation mode, or pick from what lies here."""
        focused = self.focused
        if self.joining is not None and focused is not None and focused.target != self.joining.source:
            self.join(focused.target)
        elif focused is not None and focused.target.suggested:
            self._change(Accept((focused.target,)))
        else:
            self._pick(focused)

    def _pick(self, focused: Mark | None) -> None:
        if self.marks is None:
            return
        if focused is not None:
            stack = self.marks.overlapping(focused.start, focused.end)
        else:
            stack = self.marks.stack(self.selection.caret)
        if len(stack) > 1:
            self._host.offer(stack)
        elif focused is None and stack:
            self.focus_on(stack[0].target)
        else:
            self._host.refuse("Nothing to accept or to pick here." if stack else "No span is here.")

    def accept_and_next(self) -> None:
        """Accept the focused suggestion, if it is one, and go to the next that nobody decided."""
        focused = self.focused
        if focused is not None and focused.target.suggested and not self._change(Accept((focused.target,))):
            return
        if not self.go(forward=True, unreviewed=True, wrap=True):
            self._host.refuse("No other suggestion is left in this note.")

    def remove(self) -> None:
        """Reject the focused suggestion, or delete the focused annotation."""
        focused = self.focused
        if focused is None:
            self._host.refuse("Focus a span first: Tab, or a click on it.")
        elif focused.target.suggested:
            self._change(Reject((focused.target,)))
        else:
            self._change(Delete((focused.target,)))

    def move_border(self, edge: Edge, unit: Unit, step: int) -> None:
        """Move a border of the focused span."""
        if self.focus is None:
            self._host.refuse("Focus a span first: Tab, or a click on it.")
        else:
            self._change(MoveBoundary(self.focus, edge, unit, step))

    def reshape(self, intent: Reshape) -> None:
        """Give the focused span other borders, as they were dragged."""
        self._change(intent)

    def propagate(self) -> None:
        """Propose the focused span's label for the same words elsewhere."""
        if self.focus is None:
            self._host.refuse("Focus a span first: Tab, or a click on it.")
        else:
            self._change(Propagate(self.focus))

    # -- labels

    def label(self, label: str) -> None:
        """Give `label` to the selection, else to the focused span, else to the token at the caret."""
        scene, marks = self.scene, self.marks
        if scene is None or marks is None:
            return
        focused = self.focused
        if self.mode is Mode.MODIFIER:
            self._attach(label)
        elif self.selection.empty and focused is not None:
            if focused.label != label:
                self._change(Relabel(focused.target, label))
            elif focused.target.suggested:
                self._change(Accept((focused.target,)))
        else:
            place = self._place()
            if place is not None:
                self._annotate((place,), label, marks)

    def _place(self) -> Span | None:
        """Return what is to be labelled: the selection, or the token at the caret."""
        if self.scene is None:
            return None
        if self.selection.empty:
            place = token_at_caret(self.scene.tokens, self.selection.caret)
        else:
            place = self.selected
        if place is None:
            self._host.refuse("There are only blanks here: nothing to label.")
        return place

    def _annotate(self, spans: Spans, label: str, marks: Marks) -> None:
        same = [
            mark
            for mark in marks.overlapping(spans[0].start, spans[-1].end)
            if mark.spans == spans and mark.label == label
        ]
        if any(not mark.target.suggested for mark in same):
            self._host.refuse(f"These words are labelled “{label}” already.")
        elif same:
            if self._change(Accept((same[0].target,))):
                self.focus_on(same[0].target)
        elif self._asked != (spans, label):
            self._asked = (spans, label)  # first: the answer may come before `_change` returns
            if not self._change(Annotate(spans, label)):
                self._asked = None

    # -- joining

    def start_relation(self) -> None:
        """Take the focused span to be joined; when that was done already, turn the direction round."""
        if self.mode is Mode.RELATION and self.joining is not None:
            self.joining = Joining(self.joining.source, reversed=not self.joining.reversed)
            return
        source = self._subject()
        if source is None or self.scene is None or self.marks is None or not self._may_change():
            return
        if not candidates(self.scene.labels, self.marks, source):
            self._host.refuse(f"Nothing in this note may be joined to “{source.label}”.")
            return
        self.focus_on(source.target)
        self.mode, self.joining = Mode.RELATION, Joining(source.target)

    def start_modifier(self) -> None:
        """Take the focused entity; the next label is a modifier of it.  Again: leave."""
        if self.mode is Mode.MODIFIER:
            self.escape()
            return
        source = self._subject()
        if source is None or self.scene is None or not self._may_change():
            return
        if not takes_modifiers(self.scene.labels, source.label):
            self._host.refuse(f"“{source.label}” takes no modifiers.")
            return
        self._leave_mode()
        self.focus_on(source.target)
        self.mode, self.joining = Mode.MODIFIER, Joining(source.target)

    def join(self, other: Target) -> None:
        """Join `other` to the span that was taken; part them where they are joined already."""
        source, mark = self._source(), self.marks.get(other) if self.marks is not None else None
        if source is None or mark is None or self.scene is None or self.marks is None or self.joining is None:
            return
        ends = direction(self.scene.labels, source, mark, reverse=self.joining.reversed)
        if ends is None:
            self._host.refuse(f"“{mark.label}” and “{source.label}” may not be joined.")
            return
        head, tail = ends[0].target, ends[1].target
        joint = joint_between(self.marks, source.target, other)
        self._leave_mode()
        self.focus_on(source.target)
        if joint is not None and joint.relation is not None:
            self._change(Unlink(joint.relation))
            if (joint.head, joint.tail) == (head, tail):
                return
        self._change(Link(head, tail))

    def _attach(self, label: str) -> None:
        source = self._source()
        if source is None or self.scene is None:
            return
        if self.scene.labels.relation(source.label, label) is None:
            self._host.refuse(f"“{label}” is not a modifier of “{source.label}”.")
            return
        if self.focused is not None and self.selection.empty:
            self._attach_focused(label, source)
            return
        place = self._place()
        if place is not None and self._change(AttachModifier(source.target, (place,), label)):
            self._leave_mode()
            self.focus_on(source.target)

    def _attach_focused(self, label: str, source: Mark) -> None:
        """Join the focused span where it has that label already; else say how to go on."""
        focused = self.focused
        if focused is not None and focused.label == label and focused.target != source.target:
            self.join(focused.target)
        else:
            self._host.refuse(f"Select the words that are the “{label}” of “{source.label}”.")

    def escape(self) -> None:
        """Leave the mode, then the selection, then the focus."""
        if self.joining is not None:
            source = self.joining.source
            self._leave_mode()
            self.focus_on(source)
        elif not self.selection.empty:
            self.selection = Selection(self.selection.caret, self.selection.caret)
        else:
            self.focus = None

    # -- small print

    def _subject(self) -> Mark | None:
        """Return the focused span, or the only one at the caret; else say what to do."""
        if self.focused is not None:
            return self.focused
        stack = self.marks.stack(self.selection.caret) if self.marks is not None else []
        if len(stack) == 1:
            return stack[0]
        self._host.refuse("Focus a span first: Tab, or a click on it.")
        return None

    def _may_join(self, target: Target) -> bool:
        source, mark = self._source(), self.marks.get(target) if self.marks is not None else None
        if source is None or mark is None or self.scene is None or target == source.target:
            return False
        return direction(self.scene.labels, source, mark, reverse=False) is not None

    def _may_change(self) -> bool:
        if self.scene is not None and self.scene.finished:
            self._host.refuse("This note is finished. Reopen it to change it.")
            return False
        return self.scene is not None

    def _change(self, intent: Intent) -> bool:
        """Pass on an intent that changes the note; return whether it may."""
        if not self._may_change():
            return False
        self._host.intend(intent)
        return True
