"""Input area: keys and mouse over a page; they become intents, and news of caret and focus."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QContextMenuEvent,
    QCursor,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget
from typing_extensions import override

from desktop.review.banner import Banner, sentence_for
from desktop.review.chooser import Chooser, choices_of_labels, choices_of_marks
from desktop.review.commands import Commands
from desktop.review.intents import Intent, OpenMenu, ShowKeys, Target
from desktop.review.keyboard import Command, KeyMap, character_of
from desktop.review.looks import Looks
from desktop.review.marks import Mark
from desktop.review.modes import Mode, RelationsShown
from desktop.review.page_area import PageArea
from desktop.review.pointer import Pointer
from desktop.review.review_state import ReviewState
from desktop.review.spoken import announce, said_of, tip_of
from engine.text.span import Span, Spans

_OWN_SHORTCUTS = frozenset({Command.SHOW_KEYS, Command.ZOOM_IN, Command.ZOOM_OUT, Command.ZOOM_RESET})
"""Commands that a menu of the window may have as well, and then has first."""


class InputArea(PageArea):
    """A page that takes keys and mouse.  `NoteView` adds what a window asks of it."""

    intended = Signal(object)
    focus_changed = Signal(object)
    caret_moved = Signal(int)
    selection_changed = Signal(object)
    mode_changed = Signal(object)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = ReviewState(self)
        self._commands = Commands(self._page, self._state)
        self._pointer = Pointer(self._page, self._state)
        self._keys = KeyMap()
        self._relations = RelationsShown.FOCUSED
        self._hits: tuple[Span, ...] = ()
        self._hit: int | None = None
        self._told: tuple[object, ...] = (None, 0, None, Mode.NORMAL)
        self._banner = Banner(self.viewport())
        self._banner.dress(self._theme)
        self._chooser = Chooser(self.viewport())
        self._chooser.picked.connect(self._take_choice)
        self._chooser.left.connect(self.setFocus)
        self._drag_scroll = QTimer(self)
        self._drag_scroll.setInterval(30)
        self._drag_scroll.timeout.connect(self._scroll_while_dragging)
        self.setAccessibleName("Note")

    @property
    def focused(self) -> Target | None:
        """The focused span."""
        return self._state.focus

    @property
    def caret(self) -> int:
        """The caret, in code points."""
        return self._state.selection.caret

    @property
    def selection(self) -> Spans | None:
        """What a label key would label, grown to whole tokens unless told otherwise."""
        selected = self._state.selected
        return None if selected is None else (selected,)

    @property
    def mode(self) -> Mode:
        """What the next key means."""
        return self._state.mode

    # -- what the state asks of its host

    def intend(self, intent: Intent) -> None:
        """Pass on what the user wants done."""
        self.intended.emit(intent)

    def refuse(self, sentence: str) -> None:
        """Say why nothing was done."""
        self.refused.emit(sentence)
        announce(self, sentence)

    def offer(self, marks: Sequence[Mark]) -> None:
        """Let the user pick one of these spans."""
        if self._scene is None:
            return
        choices = choices_of_marks(self._scene.text, marks, self._page.metrics)
        self._chooser.offer(choices, self._below_caret(), by_typing=False)

    # -- commands and keys

    def act(self, command: Command) -> None:
        """Carry out a command as its key would."""
        views: dict[Command, Callable[[], None]] = {
            Command.ZOOM_IN: self.zoom_in,
            Command.ZOOM_OUT: self.zoom_out,
            Command.ZOOM_RESET: self.zoom_reset,
            Command.COPY: self._copy,
            Command.CHOOSE_LABEL: self._choose_label,
            Command.SHOW_KEYS: lambda: self.intend(ShowKeys()),
        }
        if command in views:
            views[command]()
        elif self._scene is not None:
            self._pointer.cancel()
            self._commands.act(command)
            self._after()

    def _copy(self) -> None:
        selected, focused = self._state.selected, self._state.focused
        if self._scene is None or (selected is None and focused is None):
            return
        spans = (selected,) if selected is not None else focused.spans if focused is not None else ()
        QGuiApplication.clipboard().setText(" ".join(span.of(self._scene.text) for span in spans))

    def _choose_label(self) -> None:
        if self._scene is not None:
            choices = choices_of_labels(self._scene.labels, self._page.metrics)
            self._chooser.offer(choices, self._below_caret(), by_typing=True)

    def _take_choice(self, value: object) -> None:
        self.setFocus()
        if isinstance(value, Target):
            self._state.focus_on(value)
        elif isinstance(value, str):
            self._state.label(value)
        self._after()

    def _below_caret(self) -> QPoint:
        place = self._page.caret(self.caret)
        return QPoint(40, 40) if place is None else place.bottomLeft().toPoint() + QPoint(0, 4)

    @override
    def event(self, event: QEvent) -> bool:
        """Claim the keys of the table before menus do, and answer tool tips."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            meaning = self._keys.meaning(event, self._labels)
            if meaning is not None and meaning not in _OWN_SHORTCUTS:
                event.accept()
                return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Carry out a key: a letter of relation mode, a command, a label."""
        hinted = {letter: target for target, letter in self._hints().items()}
        letter = character_of(event).lower()
        meaning = self._keys.meaning(event, self._labels)
        if letter in hinted:
            self._state.join(hinted[letter])
        elif isinstance(meaning, Command):
            self.act(meaning)
            return
        elif meaning is not None and self._scene is not None:
            self._state.label(meaning)
        else:
            event.ignore()
            return
        self._after()

    # -- the mouse

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Place the caret, begin to select, or take hold of an edge."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._pointer.press(event.position(), event.modifiers(), clicks=1, at_ms=event.timestamp())
            self._after(reveal=False)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Select a token."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._pointer.press(event.position(), event.modifiers(), clicks=2, at_ms=event.timestamp())
            self._after(reveal=False)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Select or reshape while the button is held; else show what the mouse would do here."""
        if self._pointer.busy:
            self._pointer.move(event.position(), event.modifiers())
            self._drag_scroll.start()
            self._after(reveal=False)
        else:
            self.viewport().setCursor(self._pointer.cursor_at(event.position()))

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a click or a drag."""
        self._drag_scroll.stop()
        self._pointer.release()
        self._commands.forget_column()
        self._after(reveal=False)

    def _scroll_while_dragging(self) -> None:
        at = self.viewport().mapFromGlobal(QCursor.pos())
        beyond = at.y() - min(max(at.y(), 0), self.viewport().height())
        if self._pointer.busy and beyond:
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + beyond)
            self._pointer.move(QPointF(at), QGuiApplication.keyboardModifiers())
            self._after(reveal=False)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl, change the size of the text."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            (self.zoom_in if event.angleDelta().y() > 0 else self.zoom_out)()
            event.accept()
        else:
            super().wheelEvent(event)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the span under the mouse, or of the focused one."""
        if self._scene is None:
            return
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        target = self._pointer.target_at(QPointF(event.pos())) if by_mouse else self.focused
        if by_mouse and target is not None and self._state.selected is None:
            self._state.focus_on(target)
            self._after(reveal=False)
        place = event.globalPos() if by_mouse else self.viewport().mapToGlobal(self._below_caret())
        self.intend(OpenMenu(place.x(), place.y(), target, self.selection))

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        """Say in a tool tip what is under the mouse."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            mark = self._pointer.mark_at(QPointF(event.pos()))
            tip = "" if mark is None or self._scene is None else tip_of(mark, self._scene.labels)
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().viewportEvent(event)

    # -- what changed

    def _hints(self) -> dict[Target, str]:
        if self.mode is not Mode.RELATION:
            return {}
        return self._state.hints(self._page.targets())

    @override
    def _looks(self) -> Looks:
        state = self._state
        return Looks(
            caret=state.selection.caret,
            caret_on=self._caret_on,
            selection=state.selected,
            focus=state.focus,
            source=state.joining.source if state.joining is not None else None,
            reshaped=self._pointer.reshaped,
            hints=self._hints(),
            faded=state.mode is Mode.RELATION,
            hits=self._hits,
            hit=self._hit,
            relations=self._relations,
        )

    def _after(self, *, reveal: bool = True) -> None:
        """Tell what changed of focus, caret, selection and mode, and paint it."""
        state = self._state
        told, self._told = self._told, (state.focus, state.selection.caret, self.selection, state.mode)
        if reveal and told[:2] != self._told[:2] and self._scene is not None:
            focused = state.focused
            self._page.reveal(focused.spans[0] if focused is not None else state.selection.caret)
            self._sync_scroll_bar()
        signals = (self.focus_changed, self.caret_moved, self.selection_changed, self.mode_changed)
        changed = [now != before for now, before in zip(self._told, told, strict=True)]
        if any(changed):
            self._speak()
        if changed[3] or state.joining is not None:
            self._banner.say(sentence_for(state))
        self._show_caret()
        self.viewport().update()
        for signal, value, new in zip(signals, self._told, changed, strict=True):
            if new:
                signal.emit(value)

    def _speak(self) -> None:
        if QAccessible.isActive():
            sentence = said_of(self._state, self._page.line_text(self.caret))
            self.setAccessibleDescription(sentence)
            announce(self, sentence)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the banner at the foot."""
        super().resizeEvent(event)
        self._banner.stand()
