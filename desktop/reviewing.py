"""Reviewing: what the note view asks for, turned into operations of the project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import singledispatchmethod
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QObject, Signal

from desktop.details.origin import origin_words, raw_words
from desktop.project import Project
from desktop.review.intents import (
    Accept,
    Annotate,
    AttachModifier,
    Delete,
    Link,
    MoveBoundary,
    Reject,
    Relabel,
    Reshape,
    Target,
    Unlink,
)
from desktop.review.scene import NoteScene
from engine.annotation.annotation import AnnotationId, PredictionId, Status
from engine.annotation.boundaries import moved
from engine.errors import TagwellError
from engine.labels.label_set import LabelSet
from engine.text.note import NoteId
from engine.text.placeholders import placeholders
from engine.text.span import Span, Spans

if TYPE_CHECKING:
    from engine.store.operations import Done
    from engine.store.store import Store
    from engine.store.view import NoteView

Operation: TypeAlias = "Callable[[Store], Done | None]"


NAMED = 3
"""Of so many labels it is said how many suggestions are left: the line has no room for all."""


class Reviewer(QObject):
    """The one who acts on the open note.  It decides nothing: the store does.

    Signals:
        shown: the `NoteScene` of the open note, first and after each change; None when it is gone.
        focus_wanted: a `Target` that was just made.
        refused: a sentence: what could not be done, and why.
        finished: the open note was finished.
    """

    shown = Signal(object)
    focus_wanted = Signal(object)
    refused = Signal(str)
    finished = Signal(int)

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self.note: NoteId | None = None
        self.scene: NoteScene | None = None
        self.name = ""
        self.status = Status.NEW
        self._asked = 0
        self._placeholders: dict[NoteId, tuple[Span, ...]] = {}  # of the open note: its text never changes

    # -- showing ------------------------------------------------------------------------

    def open(self, note: NoteId) -> None:
        """Show `note`; answers for a note that was left meanwhile are dropped."""
        self.note = note
        self.scene = None
        self.refresh()

    def refresh(self) -> None:
        """Read the open note again."""
        note = self.note
        if note is None:
            return
        self._asked += 1
        asked = self._asked
        annotator, labels, known = self._project.annotator, self._project.labels, self._placeholders.get(note)
        self._project.ask(
            lambda store: seen(store.view(note, annotator), labels, known),
            lambda got: self._take(asked, *got),
            lambda error: self._gone(asked, error),
        )

    def leave(self) -> None:
        """Show no note any more."""
        self._asked += 1
        self.note = self.scene = None

    def _gone(self, asked: int, error: TagwellError) -> None:
        """Show no note: the open one was removed, or its import undone."""
        if asked == self._asked:
            self.leave()
            self.shown.emit(None)
            self.refused.emit(str(error))

    def _take(self, asked: int, view: NoteView, scene: NoteScene) -> None:
        if asked == self._asked:
            self.scene = scene
            self._placeholders = {scene.note: scene.placeholders}
            self.name, self.status = view.note.name, view.status
            self.shown.emit(scene)

    def origin(self, target: Target, then: Callable[[str], None]) -> None:
        """Say where `target` comes from; nothing is said of what is gone meanwhile."""
        labels = self._project.labels

        def ask(store: Store) -> str:
            if target.suggested:
                suggested = PredictionId(target.id)
                origin, raw = store.prediction_origin(suggested), store.raw_answer(suggested)
                return origin_words(origin, labels) + raw_words(raw)
            return origin_words(store.origin(AnnotationId(target.id)), labels)

        self._project.ask(ask, then, failed=lambda _error: None)

    # -- acting -------------------------------------------------------------------------

    @singledispatchmethod
    def act(self, intent: object) -> None:
        """Carry out what the note view asked for; unknown intents are not ours to carry out."""

    @act.register
    def _(self, intent: Annotate) -> None:
        note = self.note
        if note is not None:
            self._do(
                lambda store: store.annotate(note, intent.spans, intent.label, self._who), focus_created=True
            )

    @act.register
    def _(self, intent: Accept) -> None:
        self._do(lambda store: store.accept(_predictions(intent.targets), self._who))

    @act.register
    def _(self, intent: Reject) -> None:
        self._do(lambda store: store.reject(_predictions(intent.targets), self._who))

    @act.register
    def _(self, intent: Delete) -> None:
        self._do(lambda store: store.delete(_annotations(intent.targets), self._who))

    @act.register
    def _(self, intent: Relabel) -> None:
        target = intent.target
        if target.suggested:
            self._do(lambda store: store.relabel_suggestion(PredictionId(target.id), intent.label, self._who))
        else:
            self._do(lambda store: store.relabel(AnnotationId(target.id), intent.label, self._who))

    @act.register
    def _(self, intent: Reshape) -> None:
        self._do(lambda store: reshape(store, intent.target, intent.spans, self._who))

    @act.register
    def _(self, intent: MoveBoundary) -> None:
        scene = self.scene
        if scene is None:
            return

        def operation(store: Store) -> Done | None:
            # From what the store holds, as key repeat asks faster than the view is painted.
            spans = spans_of(store, intent.target)
            there = moved(spans, scene.tokens, len(scene.text), intent.edge, intent.unit, intent.step)
            return None if there == spans else reshape(store, intent.target, there, self._who)

        self._do(operation)

    @act.register
    def _(self, intent: Link) -> None:
        self._do(lambda store: link(store, intent.head, intent.tail, self._who))

    @act.register
    def _(self, intent: Unlink) -> None:
        self._do(lambda store: store.unlink(intent.relation, self._who))

    @act.register
    def _(self, intent: AttachModifier) -> None:
        self._do(lambda store: attach(store, intent.head, intent.spans, intent.label, self._who))

    # -- commands that are no key of the view -------------------------------------------

    def accept_all(self) -> None:
        """Accept every suggestion of the open note, in one operation."""
        if self.scene is not None and self.scene.suggestions:
            chosen = [one.id for one in self.scene.suggestions]
            self._do(lambda store: store.accept(chosen, self._who))

    def finish(self) -> None:
        """Finish the open note, or say what is left to look at and go to the first of it."""
        scene, note = self.scene, self.note
        if scene is None or note is None:
            return
        if scene.suggestions:
            first = min(scene.suggestions, key=lambda one: one.said.spans[0])
            self.refused.emit(left_words(scene))
            self.focus_wanted.emit(Target(first.id, suggested=True))
            return
        self._project.do(
            lambda store: store.finish(note, self._who),
            lambda _done: self.finished.emit(note),
            lambda error: self.refused.emit(str(error)),
        )

    def reopen(self) -> None:
        """Take a finished note up again."""
        note = self.note
        if note is not None:
            self._do(lambda store: store.reopen(note, self._who))

    # -- inside -------------------------------------------------------------------------

    @property
    def _who(self) -> str:
        return self._project.annotator

    def _do(self, operation: Operation, focus_created: bool = False) -> None:
        def done(what: Done | None) -> None:
            if focus_created and what is not None and what.created:
                self.focus_wanted.emit(Target(what.created[0]))

        self._project.do(operation, done, lambda error: self.refused.emit(str(error)))


def seen(view: NoteView, labels: LabelSet, known: tuple[Span, ...] | None) -> tuple[NoteView, NoteScene]:
    """Return what the store says of a note, and the same as the window shows it.

    `known` are the de-identification marks of its text, where they were found before.
    """
    if known is None:
        known = tuple(mark.span for mark in placeholders(view.note.text))
    scene = NoteScene(
        note=view.note.id,
        text=view.note.text,
        tokens=view.tokens,
        labels=labels,
        annotations=view.annotations,
        relations=view.relations,
        suggestions=view.suggestions,
        suggested_relations=view.suggested_relations,
        placeholders=known,
        revision=view.revision,
        finished=view.status is Status.FINISHED,
    )
    return view, scene


def _predictions(targets: tuple[Target, ...]) -> list[PredictionId]:
    return [PredictionId(target.id) for target in targets if target.suggested]


def _annotations(targets: tuple[Target, ...]) -> list[AnnotationId]:
    return [AnnotationId(target.id) for target in targets if not target.suggested]


def spans_of(store: Store, target: Target) -> Spans:
    """Return where `target` stands in the store now."""
    if target.suggested:
        return store.prediction(PredictionId(target.id)).said.spans
    return store.annotation(AnnotationId(target.id)).spans


def reshape(store: Store, target: Target, spans: Spans, annotator: str) -> Done:
    """Give `target` these fragments; a suggestion is accepted so corrected."""
    if target.suggested:
        return store.reshape_suggestion(PredictionId(target.id), spans, annotator)
    return store.reshape(AnnotationId(target.id), spans, annotator)


def left_words(scene: NoteScene) -> str:
    """Say how many suggestions of which labels are left."""
    count = Counter(one.said.label for one in scene.suggestions)
    kinds = ", ".join(
        f"{number} {scene.labels.type(label).title.lower()}" for label, number in count.most_common(NAMED)
    )
    if len(count) > NAMED:
        kinds += ", …"
    total = sum(count.values())
    noun = "suggestion is" if total == 1 else "suggestions are"
    return f"{total} {noun} left to accept or reject before this note can be finished: {kinds}."


def accepted(store: Store, target: Target, annotator: str) -> AnnotationId:
    """Return the annotation `target` stands for; a suggestion is accepted first."""
    if not target.suggested:
        return AnnotationId(target.id)
    return AnnotationId(store.accept([PredictionId(target.id)], annotator).created[0])


def link(store: Store, head: Target, tail: Target, annotator: str) -> Done:
    """Join `tail` to `head` in one operation; suggestions are accepted first."""
    if not head.suggested and not tail.suggested:
        return store.link(AnnotationId(head.id), AnnotationId(tail.id), annotator)
    with store.together(f"Accept and join {named(store, tail)} to {named(store, head)}", annotator) as joined:
        first, second = accepted(store, head, annotator), accepted(store, tail, annotator)
        # Accepting both ends makes a relation of a suggested one at once; then it is joined already.
        there = store.view(store.annotation(first).note, annotator).relations
        if not any(one.head == first and one.tail == second for one in there):
            store.link(first, second, annotator)
    return joined.done


def attach(store: Store, head: Target, spans: Spans, label: str, annotator: str) -> Done:
    """Annotate `spans` and join the new annotation to `head`, in one operation."""
    with store.together(f"Add {label} to {named(store, head)}", annotator) as joined:
        first = accepted(store, head, annotator)
        made = store.annotate(store.annotation(first).note, spans, label, annotator).created[0]
        store.link(first, AnnotationId(made), annotator)
    return joined.done


def named(store: Store, target: Target) -> str:
    """Return the label of `target`."""
    if target.suggested:
        return store.prediction(PredictionId(target.id)).said.label
    return store.annotation(AnnotationId(target.id)).label
