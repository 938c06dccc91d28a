from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QFontDatabase, QImage, QPainter

from desktop.appearance.theme import THEMES, light
from desktop.review.intents import Target
from desktop.review.looks import Looks
from desktop.review.marks import Marks
from desktop.review.metrics import Metrics
from desktop.review.modes import RelationsShown
from desktop.review.note_painter import NotePainter
from desktop.review.page import Page
from engine.text.span import Span

pytestmark = pytest.mark.usefixtures("qapp")

TEXT = "He denies severe chest pain and fever.\nSeen by [**Name**], plain words."
WIDTH, HEIGHT = 620, 240
REASON = "Set TAGWELL_SCREENSHOTS to a folder to write the pictures there."


@pytest.fixture(params=sorted(THEMES))
def theme(request):
    return THEMES[request.param]()


class Studio:
    """Paints a scene on an image."""

    def __init__(self, scene, theme, *, ratio=1.0, tags=True, zoom=1.0) -> None:
        self.scene = scene
        self.marks = Marks(scene)
        self.theme = theme
        self.ratio = ratio
        font = QFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont))
        self.page = Page(Metrics(theme, scene.labels, font, zoom, tags=tags))
        self.page.resize(WIDTH, HEIGHT)
        self.page.show(scene, self.marks, same_note=False)

    def picture(self, *dirty: QRectF, **looks) -> QImage:
        image = QImage(
            round(WIDTH * self.ratio), round(HEIGHT * self.ratio), QImage.Format.Format_ARGB32_Premultiplied
        )
        image.setDevicePixelRatio(self.ratio)
        for rect in (QRectF(0, 0, WIDTH, HEIGHT), *dirty):
            painter = QPainter(image)
            painter.setClipRect(rect)
            NotePainter(painter, self.page, self.marks, self.scene.placeholders, Looks(**looks)).paint(rect)
            painter.end()
        return image

    def row(self, image: QImage, words: str, drop: float) -> list[QColor]:
        """Return the pixels under `words`, `drop` below the lane's top."""
        start = self.scene.text.index(words)
        box = self.page.words(Span(start, start + len(words)))[0]
        y = round(box.bottom() + self.page.metrics.lane_gap + drop)
        return [image.pixelColor(x, y) for x in range(round(box.left()) + 2, round(box.right()) - 2)]


def plain(write):
    return write(TEXT).scene()


def test_every_kind_of_thing_shows(write, theme):
    nothing = Studio(plain(write), theme).picture()
    made = write(TEXT).a("problem", "severe chest pain").a("negation", "denies")
    kinds = {
        "annotation": Studio(made.scene(), theme).picture(),
        "suggestion": Studio(write(TEXT).s("problem", "severe chest pain").scene(), theme).picture(),
        "split": Studio(write(TEXT).a("problem", "severe", "pain").scene(), theme).picture(),
        "hit": Studio(plain(write), theme).picture(hits=(Span(3, 9),)),
        "current hit": Studio(plain(write), theme).picture(hits=(Span(3, 9),), hit=0),
        "selection": Studio(plain(write), theme).picture(selection=Span(3, 9)),
        "caret": Studio(plain(write), theme).picture(caret=4, caret_on=True),
        "focus": Studio(made.scene(), theme).picture(focus=Target(1)),
        "dragged edge": Studio(made.scene(), theme).picture(focus=Target(1), reshaped=(Span(10, 14),)),
        "relation": Studio(made.joined(1, 2).scene(), theme).picture(focus=Target(1)),
        "letters": Studio(made.scene(), theme).picture(source=Target(1), faded=True, hints={Target(2): "a"}),
        "two lines": Studio(write(TEXT).a("problem", Span(30, 45)).scene(), theme).picture(),
    }
    pictures = [nothing, *kinds.values()]
    for at, one in enumerate(pictures):
        assert all(one != other for other in pictures[:at]), (["nothing", *kinds])[at]


def test_a_mark_of_de_identification_is_a_quiet_chip(write, theme):
    studio = Studio(plain(write), theme)
    box = studio.page.words(studio.scene.placeholders[0])[0]
    image = studio.picture()
    assert image.pixelColor(round(box.left()) - 0, round(box.top()) + 2) == QColor(theme.chip)
    inks = {
        image.pixelColor(x, y).name()
        for x in range(round(box.left()), round(box.right()))
        for y in range(round(box.top()), round(box.bottom()))
    }
    assert theme.text not in inks


def runs(pixels: list[QColor], paper: QColor) -> int:
    """Return how many stretches of ink there are."""
    inked = [abs(pixel.lightness() - paper.lightness()) > 25 for pixel in pixels]
    return sum(now and not before for before, now in zip([False, *inked], inked, strict=False))


def test_a_suggestion_differs_from_an_annotation_without_any_colour(write, theme):
    paper = QColor(theme.page)
    made = Studio(write(TEXT).a("problem", "severe chest pain").scene(), theme)
    guess = Studio(write(TEXT).s("problem", "severe chest pain").scene(), theme)
    assert runs(made.row(made.picture(), "severe chest pain", 1), paper) == 1
    assert runs(guess.row(guess.picture(), "severe chest pain", 1), paper) > 8


def test_fragments_are_joined_by_a_dotted_line(write, theme):
    studio = Studio(write(TEXT).a("problem", "severe", "fever").scene(), theme)
    gap = studio.row(studio.picture(), " chest pain and ", 1)
    assert runs(gap, QColor(theme.page)) > 10


def test_nested_spans_each_have_a_bar_of_their_own(write, theme):
    studio = Studio(write(TEXT).a("problem", "severe chest pain").a("severity", "severe").scene(), theme)
    image, lane = studio.picture(), studio.page.metrics.lane
    paper = QColor(theme.page)
    assert runs(studio.row(image, "severe", 1), paper) == 1
    assert runs(studio.row(image, "severe chest pain", 1 + lane), paper) == 1
    assert studio.row(image, "severe", 1)[3] != studio.row(image, "severe", 1 + lane)[3]


def test_painting_a_part_again_changes_nothing(write, theme):
    writer = write(TEXT).a("problem", "severe chest pain").a("negation", "denies").s("problem", "fever")
    studio = Studio(writer.joined(1, 2).scene(), theme)
    looks = {"focus": Target(1), "caret": 5, "caret_on": True, "selection": Span(20, 40)}
    parts = [QRectF(0, 0, 200, 60), QRectF(100, 20, 3, 40), QRectF(0, 50, WIDTH, 90)]
    assert studio.picture(*parts, **looks) == studio.picture(**looks)


def test_relations_can_be_shown_for_all_spans_or_none(write, theme):
    writer = write(TEXT).a("problem", "severe chest pain").a("negation", "denies").joined(1, 2)
    studio = Studio(writer.scene(), theme)
    unfocused, focused = studio.picture(), studio.picture(focus=Target(1))
    assert studio.picture(relations=RelationsShown.NONE) == unfocused
    assert studio.picture(relations=RelationsShown.ALL) != unfocused
    assert studio.picture(focus=Target(1), relations=RelationsShown.NONE) != focused


def test_what_is_joined_out_of_sight_is_named(write):
    lines = "\n".join(f"line {number}" for number in range(80))
    writer = write(f"{TEXT}\n{lines}\nNo pain.").a("problem", "fever").a("negation", "No").joined(1, 2)
    studio = Studio(writer.scene(), light())
    assert studio.picture(focus=Target(1)) != studio.picture(focus=Target(1), relations=RelationsShown.NONE)
    studio.page.reveal(studio.scene.annotations[1].spans[0])
    assert studio.picture(focus=Target(2)) != studio.picture(focus=Target(2), relations=RelationsShown.NONE)


def test_bars_alone_take_less_room(write):
    scene = write(TEXT).a("problem", "severe chest pain").a("severity", "severe").scene()
    tagged, bare = Studio(scene, light()), Studio(scene, light(), tags=False)
    assert bare.page.flow.height < tagged.page.flow.height - 15
    assert bare.picture(focus=Target(1)) != tagged.picture(focus=Target(1))


@pytest.mark.parametrize("ratio", [1.5, 2.0])
def test_fine_screens_get_finer_letters(write, ratio):
    studio = Studio(write(TEXT).a("problem", "severe chest pain").scene(), light(), ratio=ratio)
    fine = studio.picture()
    coarse = Studio(studio.scene, light()).picture().scaled(fine.size())
    coarse.setDevicePixelRatio(ratio)
    assert fine.size().width() == WIDTH * ratio
    assert fine != coarse


def test_an_unknown_label_is_drawn_all_the_same(write):
    scene = write(TEXT).a("no such label", "severe chest pain").scene()
    assert Studio(scene, light()).picture() != Studio(plain(write), light()).picture()
