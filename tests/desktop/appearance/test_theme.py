from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QPalette

from desktop.appearance.palette import contrast
from desktop.appearance.theme import THEMES, high_contrast
from engine.labels.files import shipped_label_sets
from engine.model_files.places import models_folder


@pytest.fixture(params=sorted(THEMES))
def theme(request):
    return THEMES[request.param]()


def test_words_are_easy_to_read(theme):
    for page in (theme.page, theme.window, theme.raised):
        assert contrast(theme.text, page) >= 7
        assert contrast(theme.muted, page) >= 4.5
        for colour in (theme.good, theme.warning, theme.danger):
            assert contrast(colour, page) >= 4.5
    assert contrast(theme.text, theme.selection) >= 4.5
    assert contrast(theme.text, theme.hit) >= 4.5
    assert contrast(theme.text, theme.hit_current) >= 4.5
    assert contrast(theme.chip_text, theme.chip) >= 4.5
    assert contrast(theme.accent, theme.page) >= 4.5


def test_every_label_we_ship_can_be_read_and_seen(theme):
    sets = shipped_label_sets(models_folder())
    assert sets
    for labels in sets:
        for one in labels:
            for suggested in (False, True):
                look = theme.label_colours(one.colour, suggested=suggested)
                assert contrast(look.name, theme.page) >= 4.5
                assert contrast(look.bar, theme.page) >= 2.9
                assert contrast(look.on_bar, look.bar) >= 4.5
                assert contrast(theme.text, look.tint) >= 4.5


def test_high_contrast_names_have_more_than_seven_to_one():
    theme = high_contrast()
    assert contrast(theme.label_colours("#aa3300").name, theme.page) >= 7


def test_suggestions_are_lighter_than_annotations(theme):
    made, guessed = theme.label_colours("#0061f2"), theme.label_colours("#0061f2", suggested=True)
    assert contrast(guessed.bar, theme.page) < contrast(made.bar, theme.page)


def test_widgets_take_the_same_colours(theme):
    palette = theme.qt_palette()
    assert palette.color(QPalette.ColorRole.Base) == QColor(theme.page)
    assert palette.color(QPalette.ColorRole.WindowText) == QColor(theme.text)
    highlighted = palette.color(QPalette.ColorRole.HighlightedText).name()
    assert contrast(highlighted, palette.color(QPalette.ColorRole.Highlight).name()) >= 4.5
    disabled = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text).name()
    assert contrast(disabled, theme.page) < contrast(theme.text, theme.page)
