"""Palette: arithmetic of colours, so that what a label set asks for stays readable on any page."""

from __future__ import annotations

from functools import lru_cache

_DARK, _LIGHT = "#000000", "#ffffff"


def channels(colour: str) -> tuple[int, int, int]:
    """Return the red, green and blue of ``#rrggbb``.

    Raises:
        ValueError: it is not written so.
    """
    if len(colour) != 7 or colour[0] != "#":  # noqa: PLR2004 - the length of #rrggbb
        raise ValueError(f"not a colour: {colour}")
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2, from 0 (black) to 1 (white)."""
    red, green, blue = (_linear(one / 255) for one in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of WCAG 2, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def mixed(one: str, other: str, share: float) -> str:
    """Return `one` with `share` (0 to 1) of `other` in it."""
    parts = (round(a + (b - a) * share) for a, b in zip(channels(one), channels(other), strict=True))
    return "#{:02x}{:02x}{:02x}".format(*parts)


@lru_cache(maxsize=1024)
def readable(colour: str, page: str, ratio: float) -> str:
    """Return the colour nearest to `colour` that has at least this contrast on `page`.

    It is darkened on a light page and lightened on a dark one, and keeps its hue as far as that
    goes; where even black or white has less contrast than asked for, that is returned.
    """
    if contrast(colour, page) >= ratio:
        return colour
    far = max((_DARK, _LIGHT), key=lambda end: contrast(end, page))
    for step in range(1, 33):
        candidate = mixed(colour, far, step / 32)
        if contrast(candidate, page) >= ratio:
            return candidate
    return far


def text_on(colour: str) -> str:
    """Return black or white, whichever is easier to read on `colour`."""
    return max((_DARK, _LIGHT), key=lambda end: contrast(end, colour))


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB
