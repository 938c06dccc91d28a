from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QFontDatabase

from desktop.appearance.theme import light
from desktop.review import caret_paths
from desktop.review.marks import Marks
from desktop.review.metrics import Metrics
from desktop.review.page import Page
from engine.text.span import Span

pytestmark = pytest.mark.usefixtures("qapp")

MIXED = "a\r\nb\tc\u00a0d\n\n😀 e\u0301 👩🏽‍⚕️ end\r" + "word " * 600 + "\n"


def page_of(kiwi, scene, width=700, height=500, zoom=1.0) -> Page:
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    page = Page(Metrics(light(), kiwi, font, zoom, tags=True))
    page.resize(width, height)
    page.show(scene, Marks(scene), same_note=False)
    return page


def test_every_place_of_a_note_is_hit_where_its_caret_stands(kiwi, write):
    page = page_of(kiwi, write(MIXED).scene())
    checked = 0
    for offset in range(400):
        caret = page.caret(offset)
        if caret is None:
            continue
        hit = page.hit(caret.center().x(), caret.center().y())
        assert hit is not None
        line = page.shown_line(offset).line
        if offset <= line.end:
            assert page.caret(hit.offset).left() == pytest.approx(caret.left(), abs=0.6)
            checked += 1
    assert checked > 200


def test_a_point_under_the_words_hits_the_lane(kiwi, write):
    text = "no severe chest pain today"
    writer = write(text).a("problem", "severe chest pain").a("severity", "severe")
    page = page_of(kiwi, writer.scene())
    (shown,) = page.lines()
    metrics = page.metrics
    caret = page.caret(text.index("severe") + 2)
    for lane, label in enumerate(("severity", "problem")):
        y = shown.y + metrics.text_height + metrics.lane_gap + (lane + 0.5) * metrics.lane
        hit = page.hit(caret.left(), y)
        assert hit.piece is not None
        assert hit.piece.mark.label == label
        assert not hit.on_words
    on_words = page.hit(caret.left(), caret.center().y())
    assert on_words.on_words
    assert on_words.piece is None
    beside = page.hit(page.left + page.width - 1, caret.center().y())
    assert beside.offset == len(text)
    assert not beside.on_words


def test_lines_are_as_high_as_their_lanes_need(kiwi, write):
    text = "plain line\nsevere chest pain"
    writer = write(text).a("problem", "severe chest pain").a("severity", "severe").a("bodyloc", "chest pain")
    plain, stacked = page_of(kiwi, writer.scene()).lines()
    assert stacked.line.height > plain.line.height
    assert {piece.lane for piece in stacked.line.pieces} == {0, 1}
    metrics = page_of(kiwi, writer.scene()).metrics
    assert stacked.line.height >= metrics.text_height + 2 * metrics.lane


def test_no_two_pieces_of_a_line_touch(kiwi, dense_scene):
    page = page_of(kiwi, dense_scene)
    for shown in page.lines():
        for at, one in enumerate(shown.line.pieces):
            for other in shown.line.pieces[:at]:
                if one.lane == other.lane:
                    ends = [
                        (min(p.left, p.tag_left), max(p.right, p.tag_left + p.tag.width))
                        for p in (one, other)
                    ]
                    assert ends[0][1] <= ends[1][0] or ends[1][1] <= ends[0][0]


def test_tags_stay_inside_the_column(kiwi, write):
    text = "word " * 400
    writer = write(text)
    for start in range(0, 1900, 35):
        writer.a("reference_range", Span(start, start + 4))
    page = page_of(kiwi, writer.scene(), width=333)
    for shown in page.lines():
        for piece in shown.line.pieces:
            assert piece.tag_left >= 0
            assert piece.tag_left + piece.tag.width <= page.width + 0.01


def test_a_span_over_several_lines_goes_on_and_a_split_one_is_bridged(kiwi, write):
    text = "first words\nmiddle line\nlast words"
    whole = page_of(kiwi, write(text).a("problem", Span(6, 30)).scene())
    pieces = [shown.line.pieces[0] for shown in whole.lines()]
    assert [(piece.opens_left, piece.opens_right) for piece in pieces] == [
        (False, True),
        (True, True),
        (True, False),
    ]
    split = page_of(kiwi, write(text).a("problem", "first", "last").scene())
    pieces = [shown.line.pieces[0] for shown in split.lines()]
    assert [len(piece.extents) for piece in pieces] == [2, 2, 2]
    assert pieces[1].extents[0][0] == pieces[1].extents[0][1] == 0.0


def test_a_span_of_a_line_break_can_be_seen(kiwi, write):
    page = page_of(kiwi, write("one\ntwo").a("problem", Span(3, 4)).scene())
    pieces = [piece for shown in page.lines() for piece in shown.line.pieces]
    assert len(pieces) == 1
    assert pieces[0].right > pieces[0].left


def test_words_that_run_both_ways_have_their_own_extents(kiwi, write):
    text = "pain אבג דהו and fever"
    page = page_of(kiwi, write(text).a("problem", Span(2, 8)).scene())
    (piece,) = next(iter(page.lines())).line.pieces
    assert len(piece.extents) == 2, "Latin letters, then Hebrew ones from the other side"
    assert all(right > left for left, right in piece.extents)


# -- scrolling


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(st.integers(-900, 900), min_size=1, max_size=10))
def test_what_is_on_the_screen_moves_by_just_what_was_scrolled(kiwi, dense_scene, steps):
    page = page_of(kiwi, dense_scene)
    page.scroll_to(page.scroll_range // 2)
    for step in steps:
        before = {shown.line.start: shown.y for shown in page.lines()}
        page.scroll_by(step)
        if 0 < page.scroll_value < page.scroll_range:
            for shown in page.lines():
                if shown.line.start in before:
                    assert shown.y == pytest.approx(before[shown.line.start] - step, abs=0.01)


@settings(max_examples=40, deadline=None)
@given(wanted=st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_the_screen_is_always_full_and_never_beyond_the_ends(kiwi, dense_scene, wanted):
    page = page_of(kiwi, dense_scene)
    for share in wanted:
        page.scroll_to(page.scroll_range * share)
        lines = list(page.lines())
        assert lines[0].y <= page.metrics.top
        assert lines[-1].y + lines[-1].line.height >= page.height - 3 * page.metrics.text_height
        assert 0 <= page.scroll_value <= page.scroll_range + 1


def test_the_last_line_comes_into_view_at_the_end(kiwi, dense_scene):
    page = page_of(kiwi, dense_scene)
    page.scroll_to(10**9)
    assert page.caret(len(dense_scene.text)) is not None
    assert page.scroll_value == pytest.approx(page.scroll_range, abs=1)
    page.scroll_to(0)
    assert page.caret(0).top() == pytest.approx(page.metrics.top, abs=2)


def test_learning_true_heights_moves_nothing_on_the_screen(kiwi, dense_scene):
    page = page_of(kiwi, dense_scene)
    page.scroll_to(page.scroll_range // 2)
    before = [(shown.line.start, shown.y) for shown in page.lines()]
    guessed = page.flow.height
    while (chunk := page.flow.first_unknown(0)) is not None:
        page.flow.measure(chunk)
    page.settle()
    assert page.flow.height != guessed
    assert [(shown.line.start, shown.y) for shown in page.lines()] == before


def test_guessed_heights_are_near_the_truth(kiwi, dense_scene):
    page = page_of(kiwi, dense_scene)
    guessed = page.flow.height
    while (chunk := page.flow.first_unknown(0)) is not None:
        page.flow.measure(chunk)
    assert guessed == pytest.approx(page.flow.height, rel=0.5)


@pytest.mark.parametrize("change", ["zoom", "width", "height"])
def test_the_first_line_stays_first_when_the_size_changes(kiwi, dense_scene, change):
    page = page_of(kiwi, dense_scene)
    page.scroll_to(page.scroll_range // 3)
    first = page.first_offset
    if change == "zoom":
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
        page.set_metrics(Metrics(light(), kiwi, font, 1.6, tags=True))
    else:
        page.resize(*((480, 500) if change == "width" else (700, 300)))
    line = page.shown_line(first)
    assert line is not None
    assert line.y <= page.metrics.text_height * 2


def test_a_place_is_revealed_with_the_least_movement(kiwi, dense_scene):
    page = page_of(kiwi, dense_scene)
    page.reveal(Span(0, 5))
    assert page.scroll_value == 0
    last = list(page.lines())[-1].line.next_start + 5
    page.reveal(last)
    assert 0 < page.scroll_value < page.height
    assert page.caret(last) is not None
    page.reveal(len(dense_scene.text) // 2)
    place = page.caret(len(dense_scene.text) // 2)
    assert place.top() == pytest.approx(page.height / 3, abs=2)


def test_a_change_above_the_screen_moves_nothing(kiwi, dense_scene):
    page = page_of(kiwi, dense_scene)
    page.scroll_to(page.scroll_range // 2)
    before = [(shown.line.start, shown.y) for shown in page.lines()]
    fewer = replace(dense_scene, annotations=dense_scene.annotations[40:])
    page.show(fewer, Marks(fewer, Marks(dense_scene)), same_note=True)
    assert [(shown.line.start, shown.y) for shown in page.lines()] == before


# -- the caret's ways


def test_a_caret_visits_every_place_once_in_both_directions(kiwi, write):
    text = MIXED[:60] + "\nend"
    flow = page_of(kiwi, write(text).scene()).flow
    forth = [0]
    while (there := caret_paths.step(flow, forth[-1], forward=True)) != forth[-1]:
        forth.append(there)
    back = [len(text)]
    while (there := caret_paths.step(flow, back[-1], forward=False)) != back[-1]:
        back.append(there)
    assert forth == back[::-1]
    assert forth == sorted(set(forth))
    assert text.index("\n") not in forth, "never between CR and LF"
    wide = text.index("👩")
    assert wide in forth
    assert wide + 1 not in forth, "never inside what is seen as one character"


def test_steps_cross_the_borders_of_chunks(kiwi, dense_scene):
    flow = page_of(kiwi, dense_scene).flow
    for border in (flow.laid(at).start for at in range(1, 6)):
        assert caret_paths.step(flow, border - 1, forward=True) == border
        assert caret_paths.step(flow, border, forward=False) == border - 1


def test_up_and_down_keep_to_the_column(kiwi, dense_scene):
    flow = page_of(kiwi, dense_scene).flow
    at = start = 300
    x = caret_paths.x_of(flow, at)
    for _ in range(40):
        at = caret_paths.vertical(flow, at, x, down=True)
    for _ in range(40):
        at = caret_paths.vertical(flow, at, x, down=False)
    assert at == start
    assert caret_paths.vertical(flow, 3, 0.0, down=False) == 0
    assert caret_paths.vertical(flow, len(dense_scene.text), 0.0, down=True) == len(dense_scene.text)


def test_home_and_end_stay_on_their_line(kiwi, write):
    text = "word " * 100 + "\nlast"
    page = page_of(kiwi, write(text).scene(), width=300)
    for shown in page.lines():
        middle = (shown.line.start + shown.line.end) // 2
        start, end = caret_paths.line_start(page.flow, middle), caret_paths.line_end(page.flow, middle)
        assert start == shown.line.start
        assert page.shown_line(start).line is page.shown_line(end).line
        assert caret_paths.line_end(page.flow, end) == end


# -- large notes


@pytest.mark.parametrize("blanks", [True, False])
def test_one_line_of_a_million_characters_is_shown_like_any_other(kiwi, write, blanks):
    text = ("severe chest pain and " * 45_455)[:1_000_000] if blanks else "x" * 1_000_000
    writer = write(text)
    for start in range(0, 999_900, 20_000):
        writer.a("problem", Span(start, start + 17))
    page = page_of(kiwi, writer.scene())
    page.scroll_to(page.scroll_range)
    assert page.caret(1_000_000) is not None
    page.reveal(500_000)
    assert page.caret(500_000) is not None
    assert sum(len(laid.lines) for laid, _ in page.visible) < 400


def test_an_empty_note_has_a_place_for_the_caret(kiwi, write):
    page = page_of(kiwi, write("").scene())
    assert page.caret(0) is not None
    assert page.hit(50, 50).offset == 0
    assert page.scroll_range == 0
