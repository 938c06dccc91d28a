"""Theme: every colour of the program by what it is for, in light, dark and high contrast."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from desktop.appearance.palette import mixed, readable, text_on


@dataclass(frozen=True)
class Theme:
    """Colours as ``#rrggbb``, by purpose.  `page` is behind the note, `window` behind everything else."""

    name: str
    dark: bool
    window: str
    page: str
    raised: str  # buttons, headers, popups
    text: str
    muted: str  # text of less weight; still 4.5 : 1 on page and window
    faint: str  # rules, borders, grid
    accent: str  # what is active: caret, focus, links
    selection: str  # behind selected words of a note
    hit: str  # behind what a search found
    hit_current: str
    chip: str  # behind a de-identification mark
    chip_text: str
    good: str
    warning: str
    danger: str
    label_contrast: float = 4.5  # of a label's name on the page
    bar_contrast: float = 3.0  # of the bar under its words

    def qt_palette(self) -> QPalette:
        """Return the colours as Qt's widgets take them."""
        palette = QPalette()
        for role, colour in self._roles().items():
            palette.setColor(role, QColor(colour))
        faded = QColor(mixed(self.muted, self.window, 0.35))
        for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, faded)
        palette.setColor(
            QPalette.ColorGroup.Disabled,
            QPalette.ColorRole.Highlight,
            QColor(mixed(self.faint, self.window, 0.3)),
        )
        return palette

    def _roles(self) -> dict[QPalette.ColorRole, str]:
        role = QPalette.ColorRole
        return {
            role.Window: self.window,
            role.WindowText: self.text,
            role.Base: self.page,
            role.AlternateBase: mixed(self.page, self.window, 0.6),
            role.Text: self.text,
            role.PlaceholderText: self.muted,
            role.Button: self.raised,
            role.ButtonText: self.text,
            role.BrightText: self.danger,
            role.Highlight: self.accent,
            role.HighlightedText: text_on(self.accent),
            role.Accent: self.accent,
            role.Link: self.accent,
            role.LinkVisited: self.accent,
            role.ToolTipBase: self.raised,
            role.ToolTipText: self.text,
            role.Light: mixed(self.raised, "#ffffff", 0.5 if not self.dark else 0.08),
            role.Midlight: mixed(self.raised, "#ffffff", 0.25 if not self.dark else 0.04),
            role.Mid: self.faint,
            role.Dark: mixed(self.faint, "#000000", 0.25),
            role.Shadow: mixed(self.faint, "#000000", 0.6),
        }

    @cache  # noqa: B019 - three themes at most, for as long as the program runs
    def label_colours(self, colour: str, *, suggested: bool = False) -> LabelColours:
        """Return how a label of this colour is drawn on this theme's page; suggestions are lighter."""
        strong = readable(colour, self.page, self.bar_contrast)
        name = readable(colour, self.page, self.label_contrast)
        if suggested:
            strong = readable(mixed(strong, self.page, 0.25), self.page, min(self.bar_contrast, 3.0))
            name = readable(mixed(name, self.page, 0.2), self.page, min(self.label_contrast, 4.5))
        return LabelColours(
            bar=strong,
            name=name,
            tint=mixed(self.page, strong, 0.16 if not self.dark else 0.26),
            on_bar=text_on(strong),
        )


@dataclass(frozen=True, slots=True)
class LabelColours:
    """One label on one page: its bar, its name, behind its words when focused, a name on the bar."""

    bar: str
    name: str
    tint: str
    on_bar: str


@cache
def light() -> Theme:
    """Return the light theme."""
    return Theme(
        name="light",
        dark=False,
        window="#f3f4f6",
        page="#ffffff",
        raised="#fafbfc",
        text="#1b1f24",
        muted="#57606c",
        faint="#d3d8df",
        accent="#0b61c4",
        selection="#c5dcfa",
        hit="#fff0a6",
        hit_current="#ffc83d",
        chip="#e9ecf0",
        chip_text="#57606c",
        good="#1a7f37",
        warning="#8a5a00",
        danger="#b3261e",
    )


@cache
def dark() -> Theme:
    """Return the dark theme."""
    return Theme(
        name="dark",
        dark=True,
        window="#26282b",
        page="#1e1e1e",
        raised="#303338",
        text="#e3e6ea",
        muted="#a3abb6",
        faint="#42474f",
        accent="#6cb0ff",
        selection="#2a4b76",
        hit="#4d4210",
        hit_current="#785d00",
        chip="#313439",
        chip_text="#a9b1bc",
        good="#5bc77a",
        warning="#e3b341",
        danger="#ff8a80",
        label_contrast=5.8,
        bar_contrast=3.6,
    )


@cache
def high_contrast() -> Theme:
    """Return white on black, with every label's name at 7 : 1 or more."""
    return Theme(
        name="high contrast",
        dark=True,
        window="#000000",
        page="#000000",
        raised="#101010",
        text="#ffffff",
        muted="#d6d6d6",
        faint="#8a8a8a",
        accent="#ffe14d",
        selection="#0a4bb5",
        hit="#5a4a00",
        hit_current="#8f5d00",
        chip="#2b2b2b",
        chip_text="#e6e6e6",
        good="#6dff8f",
        warning="#ffd24d",
        danger="#ff9c94",
        label_contrast=8.0,
        bar_contrast=7.0,
    )


THEMES = {"light": light, "dark": dark, "high contrast": high_contrast}
"""By the name that is remembered between two starts."""


def dress(application: QApplication, theme: Theme) -> None:
    """Give every widget of the program the theme's colours, the same on every system."""
    style = QStyleFactory.create("Fusion")
    if style is not None:
        application.setStyle(style)
    application.setPalette(theme.qt_palette())
