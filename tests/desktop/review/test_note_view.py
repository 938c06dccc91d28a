from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from desktop.appearance.theme import dark
from desktop.review.intents import (
    Accept,
    Annotate,
    AttachModifier,
    Delete,
    Edge,
    Link,
    MoveBoundary,
    OpenMenu,
    Propagate,
    Reject,
    Relabel,
    Reshape,
    ShowKeys,
    Target,
    Unit,
)
from desktop.review.keyboard import Command, KeyMap
from desktop.review.modes import Mode, TabStops
from engine.text.span import Span

TEXT = "He denies severe chest pain,\nfever and chills today.\n\nAspirin 81 mg daily.\n"


def fill(write):
    return (
        write(TEXT)
        .a("negation", "denies")
        .a("problem", "severe chest pain")
        .a("severity", "severe")
        .s("problem", "fever")
        .s("problem", "chills")
        .a("drug", "Aspirin")
    )


def point(shown, words: str, inside: float = 0.5) -> QPoint:
    """Return a point on the words, in the viewport."""
    start = TEXT.index(words)
    box = shown.view._page.words(Span(start, start + len(words)))[0]
    return QPoint(round(box.left() + box.width() * inside), round(box.center().y()))


def click(shown, words: str, held=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.mouseClick(shown.view.viewport(), Qt.MouseButton.LeftButton, held, point(shown, words))


def drag(shown, start: QPoint, end: QPoint, held=Qt.KeyboardModifier.NoModifier) -> None:
    surface = shown.view.viewport()
    QTest.mousePress(surface, Qt.MouseButton.LeftButton, held, start)
    for step in range(1, 6):
        there = QPointF(start + (end - start) * (step / 5))
        event = mouse_move(surface, there, held)
        QApplication.sendEvent(surface, event)
    QTest.mouseRelease(surface, Qt.MouseButton.LeftButton, held, end)


def mouse_move(surface, at: QPointF, held):
    return QMouseEvent(
        QEvent.Type.MouseMove,
        at,
        surface.mapToGlobal(at),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        held,
    )


# -- keys


def test_a_whole_review_by_keys_alone(shown, write):
    shown.view.show_note(fill(write).scene())
    shown.type("Tab", "Tab", "]", "[", "}", "{", "Alt+]", "Alt+{", "4")
    shown.type("Space")  # to the first suggestion
    shown.type("Space")  # accepts it, on to the next
    shown.type("Del")
    shown.type("Ctrl+End", "Ctrl+Left", "Ctrl+Left", "Ctrl+Shift+Right", "q")
    second = Target(2)
    assert shown.heard.intents == [
        MoveBoundary(second, Edge.END, Unit.TOKEN, 1),
        MoveBoundary(second, Edge.END, Unit.TOKEN, -1),
        MoveBoundary(second, Edge.START, Unit.TOKEN, 1),
        MoveBoundary(second, Edge.START, Unit.TOKEN, -1),
        MoveBoundary(second, Edge.END, Unit.CHARACTER, 1),
        MoveBoundary(second, Edge.START, Unit.CHARACTER, -1),
        Relabel(second, "test"),
        Accept((Target(1, suggested=True),)),
        Reject((Target(2, suggested=True),)),
        Annotate((Span(TEXT.index("daily"), TEXT.index("daily") + 5),), "frequency"),
    ]


def test_arrows_and_shift_select_whole_tokens(shown, write):
    shown.view.show_note(fill(write).scene())
    shown.type("Ctrl+Right", "Shift+Right")
    assert shown.selected == "denies"
    shown.type("Shift+End")
    assert shown.selected == "denies severe chest pain,"
    shown.type("Shift+Down", "Shift+Up")
    assert shown.selected == "denies severe chest pain,"
    shown.type("Esc")
    assert shown.selected is None
    shown.type("Home", "Alt+Shift+Right")
    assert shown.selected == "H"
    shown.type("Ctrl+A")
    assert shown.selected == TEXT.strip()


def test_an_arrow_leaves_a_selection_at_its_border(shown, write):
    shown.view.show_note(write(TEXT).scene())
    shown.type("Ctrl+Shift+Right", "Ctrl+Shift+Right", "Left")
    assert (shown.view.caret, shown.selected) == (0, None)


def test_tab_walks_through_spans_and_back_and_stops_at_the_ends(shown, write):
    shown.view.show_note(fill(write).scene())
    walked = []
    for _ in range(6):
        shown.type("Tab")
        walked.append(shown.focused_words)
    assert walked == ["denies", "severe chest pain", "severe", "fever", "chills", "Aspirin"]
    shown.type("Tab")
    assert shown.focused_words == "Aspirin"
    assert shown.heard.refusals == ["No span follows here."]
    shown.type("Shift+Tab")
    assert shown.focused_words == "chills"


def test_tab_can_stop_at_suggestions_only(shown, write):
    shown.view.show_note(fill(write).scene())
    shown.view.set_tab_stops(TabStops.UNREVIEWED)
    shown.type("Tab")
    assert shown.focused_words == "fever"
    shown.type("Tab", "Tab")
    assert shown.focused_words == "chills"
    assert shown.heard.refusals == ["No suggestion follows here."]
    shown.type("Shift+Space")
    assert shown.focused_words == "fever"


def test_a_relation_by_two_keys(shown, write):
    shown.view.show_note(fill(write).scene())
    shown.type("Tab", "Tab", "r")
    assert shown.view.mode is Mode.RELATION
    hints = {letter: target for target, letter in shown.view._hints().items()}
    assert hints == {"a": Target(3), "s": Target(1)}, "the severity lies inside, the negation one word before"
    shown.type("s")
    assert shown.heard.intents == [Link(Target(2), Target(1))]
    assert shown.heard.modes == [Mode.RELATION, Mode.NORMAL]


def test_a_modifier_by_keys(shown, write):
    writer = fill(write)
    shown.view.show_note(writer.scene())
    shown.type("Tab", "Tab", "m")
    assert shown.view.mode is Mode.MODIFIER
    shown.type("Ctrl+Right", "Ctrl+Shift+Right", "b")
    assert shown.heard.intents == [AttachModifier(Target(2), (writer.at("chest"),), "bodyloc")]
    assert shown.view.focused == Target(2)


def test_letters_of_labels_mean_nothing_without_a_note(shown):
    shown.type("1", "Tab", "r", "Space", ";", "Del")
    assert shown.heard.intents == []


def test_the_overview_of_keys_and_propagation_are_asked_for(shown, write):
    shown.view.show_note(fill(write).scene())
    shown.type("?", "Tab", "p")
    assert shown.heard.intents == [ShowKeys(), Propagate(Target(1))]


def test_keys_can_be_remapped(shown, write):
    shown.view.show_note(fill(write).scene())
    shown.view.set_key_map(KeyMap({Command.NEXT_SPAN: ("j",)}))
    shown.type("j")
    assert shown.focused_words == "denies"


def test_ctrl_c_copies_the_selection_or_the_focused_words(shown, write):
    shown.view.show_note(fill(write).scene())
    shown.type("Ctrl+Shift+Right", "Ctrl+C")
    assert QGuiApplication.clipboard().text() == "He"
    shown.type("Tab", "Tab", "Ctrl+C")
    assert QGuiApplication.clipboard().text() == "severe chest pain"


def test_a_note_that_is_finished_is_read_only(shown, write):
    shown.view.show_note(fill(write).scene(finished=True))
    shown.type("Tab", "1", "Del", "]", "r")
    assert shown.heard.intents == []
    assert len(shown.heard.refusals) == 4


def test_menus_do_not_take_the_keys_of_the_table(shown, write):
    shown.view.show_note(fill(write).scene())

    def claims(code, held=Qt.KeyboardModifier.NoModifier, text=""):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, code, held, text)
        event.ignore()
        QApplication.sendEvent(shown.view, event)
        return event.isAccepted()

    assert claims(Qt.Key.Key_Space, text=" ")
    assert claims(Qt.Key.Key_Delete)
    assert claims(Qt.Key.Key_R, text="r")
    assert claims(Qt.Key.Key_1, text="1")
    assert not claims(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not claims(Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier), "a menu may have the text size"


def test_a_page_down_and_up_comes_back(shown, dense_scene):
    shown.view.show_note(dense_scene)
    shown.type("Right", "PgDown", "PgDown")
    assert shown.view.caret > 500
    assert shown.view.verticalScrollBar().value() > 600
    shown.type("PgUp", "PgUp")
    assert shown.view.caret < 200
    shown.type("Ctrl+End", "PgDown")
    assert shown.view.caret == len(dense_scene.text)
    shown.type("Ctrl+Home", "PgUp")
    assert shown.view.caret == 0


# -- lists to pick from


def test_enter_on_a_stack_opens_a_list_and_a_digit_picks(shown, write):
    shown.view.show_note(fill(write).scene())
    shown.type("Tab", "Tab", "Enter")
    assert shown.view._chooser.isVisible()
    assert shown.view._chooser.shown == ["problem: severe chest pain", "severity: severe"]
    shown.type("2")
    assert not shown.view._chooser.isVisible()
    assert shown.focused_words == "severe"
    assert shown.view.hasFocus()


def test_a_label_is_chosen_by_its_name(shown, write):
    shown.view.show_note(fill(write).scene())
    shown.type("Ctrl+Right", "Ctrl+Shift+Right", ";", "u", "n", "c")
    assert shown.view._chooser.shown == ["Uncertain"]
    shown.type("Return")
    assert [one.label for one in shown.heard.intents] == ["uncertain"]
    shown.type(";", "Esc")
    assert shown.view.hasFocus()
    assert not shown.view._chooser.isVisible()


def test_the_list_is_walked_with_arrows(shown, write):
    shown.view.show_note(fill(write).scene())
    shown.type("Tab", ";", "Down", "Down", "Up", "Return")
    assert shown.heard.intents == [Relabel(Target(1), "treatment")]


def test_a_list_is_left_when_the_keyboard_goes_elsewhere(shown, write, qtbot):
    shown.view.show_note(fill(write).scene())
    shown.type("Tab", "Tab", "Enter")
    shown.view.setFocus()
    assert not shown.view._chooser.isVisible()


# -- the mouse


def test_a_click_focuses_the_innermost_span_and_the_next_around_it(shown, write):
    shown.view.show_note(fill(write).scene())
    click(shown, "severe")
    assert shown.focused_words == "severe"
    QTest.qWait(QApplication.doubleClickInterval() + 20)
    click(shown, "severe")
    assert shown.focused_words == "severe chest pain"
    QTest.qWait(QApplication.doubleClickInterval() + 20)
    click(shown, "and")
    assert shown.view.focused is None
    assert TEXT.index("and") <= shown.view.caret <= TEXT.index("and") + 3


def test_a_drag_selects_whole_tokens_and_with_alt_characters(shown, write):
    shown.view.show_note(write(TEXT).scene())
    drag(shown, point(shown, "chest"), point(shown, "pain"))
    assert shown.selected == "chest pain"
    QTest.qWait(QApplication.doubleClickInterval() + 20)
    drag(shown, point(shown, "chest", 0.02), point(shown, "chest", 0.7), Qt.KeyboardModifier.AltModifier)
    assert "chest".startswith(shown.selected)
    assert shown.selected != "chest"


def test_a_double_click_selects_a_token_and_a_triple_one_the_line(shown, write):
    shown.view.show_note(write(TEXT).scene())
    surface = shown.view.viewport()
    at = point(shown, "fever")
    QTest.mouseDClick(surface, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert shown.selected == "fever"
    QTest.mouseClick(surface, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert shown.selected == "fever and chills today."


def test_a_click_with_shift_extends_the_selection(shown, write):
    shown.view.show_note(write(TEXT).scene())
    shown.type("Ctrl+Right")
    click(shown, "chest", Qt.KeyboardModifier.ShiftModifier)
    assert shown.selected == "denies severe chest"


def test_the_edge_of_the_focused_span_can_be_dragged(shown, write):
    writer = fill(write)
    shown.view.show_note(writer.scene())
    shown.view.focus_on(Target(2))
    drag(shown, point(shown, "severe chest pain", 1.0), point(shown, "chest", 0.6))
    assert shown.heard.intents == [Reshape(Target(2), (writer.at("severe chest"),))]
    shown.heard.intents.clear()
    QTest.qWait(QApplication.doubleClickInterval() + 20)
    drag(shown, point(shown, "severe chest pain", 0.0), point(shown, "denies", 0.5))
    assert shown.heard.intents == [Reshape(Target(2), (writer.at("denies severe chest pain"),))]


def test_a_click_on_a_lane_takes_just_that_span(shown, write):
    shown.view.show_note(fill(write).scene())
    page = shown.view._page
    line = next(iter(page.lines()))
    piece = next(one for one in line.line.pieces if one.mark.label == "problem")
    metrics = page.metrics
    y = line.y + metrics.text_height + metrics.lane_gap + (piece.lane + 0.5) * metrics.lane
    at = QPoint(round(page.left + piece.left + 5), round(y))
    QTest.mouseClick(shown.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert shown.view.focused == Target(2)


def test_the_right_button_asks_for_a_menu(shown, write):
    shown.view.show_note(fill(write).scene())
    at = point(shown, "Aspirin")
    surface = shown.view.viewport()
    QApplication.sendEvent(
        surface, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, surface.mapToGlobal(at))
    )
    (asked,) = shown.heard.intents
    assert isinstance(asked, OpenMenu)
    assert asked.target == Target(4)
    assert QPoint(asked.x, asked.y) == surface.mapToGlobal(at)
    assert shown.view.focused == Target(4)


def test_a_tool_tip_says_what_a_span_is(shown, write, monkeypatch):
    shown.view.show_note(fill(write).scene())
    said = []
    monkeypatch.setattr(QToolTip, "showText", lambda _place, tip, _widget: said.append(tip))
    surface = shown.view.viewport()
    for words in ("fever", "Aspirin", "and"):
        at = point(shown, words)
        QApplication.sendEvent(surface, QHelpEvent(QEvent.Type.ToolTip, at, surface.mapToGlobal(at)))
    assert said[0].startswith("Problem (suggested, 90% sure)\n")
    assert said[1].startswith("Drug\n")
    assert said[2] == ""


def test_the_wheel_with_ctrl_changes_the_size(shown, write):
    shown.view.show_note(fill(write).scene())
    at = QPointF(50, 50)
    turn = QWheelEvent(
        at, at, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(shown.view.viewport(), turn)
    assert shown.view.zoom == pytest.approx(1.1)
    shown.type("Ctrl+-", "Ctrl+-")
    assert shown.view.zoom == pytest.approx(0.9)
    shown.type("Ctrl+0")
    assert shown.view.zoom == pytest.approx(1.0)


# -- from scene to scene


def test_a_new_scene_of_the_same_note_keeps_caret_focus_and_place(shown, dense_scene):
    shown.view.show_note(dense_scene)
    middle = dense_scene.annotations[len(dense_scene.annotations) // 2]
    shown.view.focus_on(Target(middle.id))
    top = shown.view.verticalScrollBar().value()
    words = shown.view._page.words(middle.spans[0])
    shown.view.show_note(replace(dense_scene, annotations=dense_scene.annotations[30:], revision=2))
    assert shown.view.focused == Target(middle.id)
    assert shown.view._page.words(middle.spans[0]) == words
    assert top > 0
    shown.view.show_note(replace(dense_scene, revision=3), keep_position=False)
    assert shown.view.focused is None
    assert shown.view.verticalScrollBar().value() == 0


def test_another_note_begins_at_its_start(shown, dense_scene, write):
    shown.view.show_note(dense_scene)
    shown.type("Ctrl+End")
    shown.view.show_note(fill(write).scene(note=8))
    assert (shown.view.caret, shown.view.focused) == (0, None)
    assert shown.view.verticalScrollBar().value() == 0


def test_a_reader_comes_back_to_where_he_was(shown, dense_scene, write):
    shown.view.show_note(dense_scene)
    shown.type("PgDown", "PgDown")
    place = shown.view.place
    value = shown.view.verticalScrollBar().value()
    shown.view.show_note(write(TEXT).scene(note=8))
    shown.view.return_to(place)
    assert shown.view.caret == 0, "a place of another note is ignored"
    shown.view.show_note(dense_scene, keep_position=False)
    shown.view.return_to(place)
    assert shown.view.place == place
    assert shown.view.verticalScrollBar().value() == pytest.approx(value, abs=40)


def test_what_was_labelled_is_focused_when_it_appears(shown, write):
    writer = fill(write)
    shown.view.show_note(writer.scene())
    shown.type("Ctrl+End", "Ctrl+Left", "Ctrl+Left", "Ctrl+Shift+Right", "q")
    shown.view.show_note(writer.a("frequency", "daily").scene(revision=2))
    assert shown.focused_words == "daily"
    shown.type("[")
    assert shown.heard.intents[-1] == MoveBoundary(Target(5), Edge.END, Unit.TOKEN, -1)


def test_clearing_shows_no_note(shown, write):
    shown.view.show_note(fill(write).scene())
    shown.type("Tab")
    shown.view.clear_note()
    assert (shown.view.scene, shown.view.focused, shown.view.place) == (None, None, None)
    assert shown.heard.focus[-1] is None
    shown.type("Tab", "Down", "PgDown")


def test_signals_tell_each_change_once(shown, write):
    shown.view.show_note(fill(write).scene())
    shown.type("Tab", "Tab", "Esc")
    assert shown.heard.focus == [Target(1), Target(2), None]
    assert shown.heard.carets == [TEXT.index("denies"), TEXT.index("severe")]
    assert shown.heard.selections == []


def test_search_hits_are_scrolled_to(shown, dense_scene):
    shown.view.show_note(dense_scene)
    last = dense_scene.text.rindex("fever")
    hits = [Span(last, last + 5), Span(20, 25)]
    shown.view.set_search_hits(hits, 0)
    assert shown.view._page.words(hits[0])
    shown.view.set_search_hits([], None)


def test_selecting_a_place_shows_it(shown, dense_scene):
    shown.view.show_note(dense_scene)
    span = Span(40_000, 40_003)
    shown.view.select(span)
    assert shown.view.selection == (span,)
    assert shown.view._page.words(span)


# -- the picture


def picture(shown) -> QImage:
    return shown.view.grab().toImage()


def test_idle_moments_teach_true_heights(shown, dense_scene, qtbot):
    shown.view.show_note(dense_scene)
    qtbot.waitUntil(lambda: shown.view._page.flow.first_unknown(0) is None, timeout=15_000)
    qtbot.waitUntil(lambda: not shown.view._idle.isActive())
    assert shown.view.verticalScrollBar().maximum() == shown.view._page.scroll_range


def test_without_a_note_no_idle_moment_is_used(shown, dense_scene, qtbot):
    qtbot.wait(120)
    assert not shown.view._idle.isActive()
    shown.view.show_note(dense_scene)
    assert shown.view._idle.isActive()
    shown.view.clear_note()
    assert not shown.view._idle.isActive()


def test_the_picture_follows_theme_size_and_tags(shown, write):
    shown.view.show_note(fill(write).scene())
    seen = [picture(shown)]
    for change in (
        lambda: shown.view.set_theme(dark()),
        shown.view.zoom_in,
        lambda: shown.view.set_tags_shown(False),
        lambda: shown.view.focus_on(Target(2)),
    ):
        change()
        seen.append(picture(shown))
    assert all(one != other for one, other in pairwise(seen))


def test_only_the_caret_is_painted_when_it_blinks(shown, write):
    shown.view.show_note(fill(write).scene())
    on = picture(shown)
    shown.view._toggle_caret()
    off = picture(shown)
    assert on != off
    shown.view._toggle_caret()
    assert picture(shown) == on


def test_a_view_without_a_note_says_so(shown):
    empty = picture(shown)
    assert len({empty.pixel(x, y) for x in range(0, 880, 3) for y in range(300, 400, 2)}) > 1


def test_the_mode_is_explained_at_the_foot(shown, write):
    shown.view.show_note(fill(write).scene())
    shown.type("Tab", "Tab", "m")
    assert shown.view._banner.isVisible()
    assert "“severe chest pain” (problem)" in shown.view._banner.text()
    assert "<b>n</b>" in shown.view._banner.text()
    shown.type("Esc", "r")
    assert "letter" in shown.view._banner.text()
    shown.type("Esc")
    assert not shown.view._banner.isVisible()


def test_words_of_the_note_are_no_markup_at_the_foot(shown, write):
    shown.view.show_note(write("<b>pain</b> no").a("problem", "<b>pain</b>").a("negation", "no").scene())
    shown.type("Tab", "r")
    assert "&lt;b&gt;pain" in shown.view._banner.text()


def test_delete_asks_for_the_annotation(shown, write):
    shown.view.show_note(fill(write).scene())
    shown.type("Tab", "Backspace")
    assert shown.heard.intents == [Delete((Target(1),))]
