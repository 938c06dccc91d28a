"""Pictures of the note view's main states.

With TAGWELL_SCREENSHOTS set to a folder (as `tests/desktop/screenshots`) they are written there, to be
looked at; without it the tests only see to it that each state can be painted, and that none is cut off.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from desktop.appearance.theme import THEMES, Theme, dress
from desktop.review.intents import Target
from desktop.review.modes import RelationsShown
from engine.text.span import Span

DENSE = json.loads((Path(__file__).parent / "dense_note.json").read_text(encoding="utf-8"))


@pytest.fixture
def scene(write):
    writer = write(DENSE["text"])
    for label, *fragments in DENSE["annotations"]:
        writer.a(label, *(writer.at(words, nth) for words, nth in fragments))
    for label, *fragments in DENSE["suggestions"]:
        writer.s(label, *(writer.at(words, nth) for words, nth in fragments))
    for head, tail in DENSE["relations"]:
        writer.joined(head, tail)
    return writer.scene()


@pytest.fixture
def take(shown, scene, qapp):
    """Show the dense note in a theme; `take(name)` then paints it and keeps the picture if asked to."""
    before = qapp.palette()

    def show(theme: Theme, width: int = 900, height: int = 800) -> None:
        dress(qapp, theme)
        shown.view.set_theme(theme)
        shown.view.resize(width, height)
        shown.view.show_note(scene, keep_position=False)
        qapp.processEvents()

    def picture(name: str) -> QImage:
        image = shown.view.grab().toImage()
        folder = os.environ.get("TAGWELL_SCREENSHOTS")
        if folder:
            small = image.convertToFormat(QImage.Format.Format_RGB888)
            assert small.save(str(Path(folder) / f"note-{name}.png"), "PNG", 0)  # 0: packed tightest
        return image

    picture.show = show
    yield picture
    qapp.setPalette(before)


def edges_are_paper(image: QImage, theme: Theme, room: int) -> bool:
    """Whether nothing is cut off at the sides: the outermost pixels left and right are plain paper."""
    paper = QColor(theme.page)
    room = round(room * image.devicePixelRatio())
    columns = (*range(6), *range(room - 6, room))
    return all(image.pixelColor(x, y) == paper for x in columns for y in range(0, image.height(), 3))


@pytest.mark.parametrize("name", sorted(THEMES))
def test_a_dense_note_in_each_theme(take, shown, name):
    theme = THEMES[name]()
    take.show(theme)
    shown.view.focus_on(Target(1))
    image = take(f"dense-{name.replace(' ', '-')}")
    assert edges_are_paper(image, theme, shown.view.viewport().width())


def test_relation_mode_names_what_may_be_joined(take, shown):
    take.show(THEMES["light"](), height=620)
    shown.view.focus_on(Target(1))
    shown.type("r")
    assert len(shown.view._hints()) == 14
    take("joining")


def test_modifier_mode_names_the_keys(take, shown):
    take.show(THEMES["dark"](), height=620)
    shown.view.focus_on(Target(1))
    shown.type("m")
    take("modifiers")


def test_all_relations_and_search_hits(take, shown, scene):
    take.show(THEMES["dark"](), height=620)
    pains = [Span(at, at + 4) for at in range(len(scene.text)) if scene.text.startswith("pain", at)]
    shown.view.set_relations_shown(RelationsShown.ALL)
    shown.view.set_search_hits(pains, 1)
    take("relations-and-hits")


def test_choosing_a_label(take, shown):
    take.show(THEMES["light"](), height=480)
    shown.view.focus_on(Target(1))
    shown.type(";")
    take("choosing-a-label")


def test_large_letters_in_a_narrow_window(take, shown):
    theme = THEMES["light"]()
    take.show(theme, width=560, height=620)
    shown.view.set_zoom(1.6)
    image = take("large")
    assert edges_are_paper(image, theme, shown.view.viewport().width())
