"""Metrics: fonts, sizes and colours of the note at one zoom, in one theme, for one label set."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF, QStaticText, QTransform

from desktop.appearance.theme import LabelColours, Theme
from desktop.review.marks import Mark
from engine.errors import LabelError
from engine.labels.label_set import Kind, LabelSet

TEXT_PIXELS = 15
MEASURE = 118
"""No line is longer than this many average characters: eyes lose the line beyond."""
ZOOMS = (0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.4, 1.6, 1.8, 2.0, 2.4, 2.8, 3.2)

_UNKNOWN = "#808080"  # a label that the set lost


@dataclass(frozen=True, slots=True)
class Tag:
    """The name under a span, ready to be drawn."""

    text: QStaticText
    width: float
    font: QFont


@dataclass(frozen=True, slots=True)
class LabelLook:
    """How one label is drawn."""

    colours: LabelColours
    suggested: LabelColours
    modifier: bool
    title: str


class Metrics:
    """Everything that is the same on all lines; made anew when zoom, theme, font or label set change."""

    def __init__(
        self, theme: Theme, labels: LabelSet | None, font: QFont, zoom: float, *, tags: bool
    ) -> None:
        self.theme = theme
        self.tags = tags
        self._labels = labels
        self.font = QFont(font)
        self.font.setPixelSize(max(6, round(TEXT_PIXELS * zoom)))
        self.tag_font = QFont(font)
        self.tag_font.setPixelSize(max(6, round(TEXT_PIXELS * 0.68 * zoom)))
        self.tag_font.setStretch(94)
        self.tag_font.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
        text, tag = QFontMetricsF(self.font), QFontMetricsF(self.tag_font)
        self.character = text.averageCharWidth()
        self.text_height = float(round(text.height() + 3 * zoom))
        self.leading = float(round(5 * zoom))  # between a line's lowest lane and the next line
        self.lane_gap = float(round(2 * zoom))  # between the text and its first lane
        self.bar = max(2.0, float(round(3 * zoom)))
        self.thin_bar = max(1.0, float(round(2 * zoom)))
        self.tag_ascent = tag.ascent()
        self.tag_height = float(round(tag.height())) if tags else 0.0
        self.lane = self.bar + self.tag_height + (1.0 if tags else 2.0)
        self.tag_gap = 3 * zoom  # between a tag and what stands to its right
        self.margin = float(round(26 * zoom))
        self.top = float(round(14 * zoom))
        self._looks: dict[str, LabelLook] = {}
        self._tags: dict[tuple[str, bool, bool], Tag] = {}

    def look(self, label: str) -> LabelLook:
        """Return how `label` is drawn; one that the set does not know is grey."""
        if label not in self._looks:
            self._looks[label] = self._make_look(label)
        return self._looks[label]

    def colours(self, mark: Mark) -> LabelColours:
        """Return the colours of an annotation's label, or the lighter ones of a suggestion's."""
        look = self.look(mark.label)
        return look.suggested if mark.target.suggested else look.colours

    def tag(self, mark: Mark, *, continued: bool) -> Tag:
        """Return the name under a span: with a question mark while it is only suggested."""
        key = (mark.label, mark.target.suggested, continued)
        if key not in self._tags:
            self._tags[key] = self._make_tag(*key)
        return self._tags[key]

    def under_words(self, lanes: int) -> float:
        """Return the room under the words of a line with so many lanes, up to the next line."""
        return (self.lane_gap + lanes * self.lane if lanes else 0.0) + self.leading

    def measure(self, viewport_width: float) -> tuple[float, float]:
        """Return the left edge and the width of the column of text in a viewport so wide."""
        room = max(viewport_width - 2 * self.margin, 8 * self.character)
        width = min(room, MEASURE * self.character)
        return self.margin + max(0.0, (room - width) / 2), width

    def _make_look(self, label: str) -> LabelLook:
        try:
            one = self._labels.type(label) if self._labels is not None else None
        except LabelError:
            one = None
        colour = _UNKNOWN if one is None else one.colour
        return LabelLook(
            self.theme.label_colours(colour),
            self.theme.label_colours(colour, suggested=True),
            modifier=one is None or one.kind is Kind.MODIFIER,
            title=label if one is None else one.title,
        )

    def _make_tag(self, label: str, suggested: bool, continued: bool) -> Tag:
        font = QFont(self.tag_font)
        font.setItalic(suggested)
        if not self.look(label).modifier and not suggested:
            font.setWeight(QFont.Weight.DemiBold)
        words = ("… " if continued else "") + label + ("?" if suggested else "")
        text = QStaticText(words)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.prepare(QTransform(), font)
        return Tag(text, QFontMetricsF(font).horizontalAdvance(words), font)
