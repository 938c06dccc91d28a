"""Offsets of other programs: converted only where every surface of a note agrees."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.formats.offset_units import Claim, Unit, same_words, settle

TEXT = st.text(st.sampled_from("ab 😀é漢\r\n\t"), min_size=1, max_size=30).filter(str.strip)


def in_units(text: str, unit: Unit, place: int) -> int:
    """What `place` is in `unit`, counted the slow way."""
    before = text[:place]
    shrunk = before.replace("\r\n", "\n")
    if before.endswith("\r") and text[place : place + 1] == "\n":
        shrunk = shrunk[:-1]  # between CR and LF nothing has been counted yet
    return {
        Unit.CODE_POINTS: place,
        Unit.UTF16: len(before.encode("utf-16-le")) // 2,
        Unit.UTF8: len(before.encode("utf-8")),
        Unit.CRLF_AS_ONE: len(shrunk),
        Unit.CRLF_AS_ONE_UTF16: len(shrunk.encode("utf-16-le")) // 2,
        Unit.AFTER_BOM: place + 1,
    }[unit]


@given(TEXT, st.sampled_from(Unit), st.data())
def test_whatever_the_unit_the_same_words_are_found(text: str, unit: Unit, data: st.DataObject) -> None:
    claims = []
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text) - 1))
        end = data.draw(st.integers(start + 1, len(text)))
        surface = text[start:end]
        claims.append(Claim(((in_units(text, unit, start), in_units(text, unit, end)),), surface))
    _, found = settle(text, claims)
    for claim, spans in zip(claims, found, strict=True):
        # Another unit may fit by chance, an empty interval in units may fit nowhere: never other words.
        assert spans is None or same_words([span.of(text) for span in spans], claim.surface or "")
    if unit is Unit.CODE_POINTS:
        assert all(found)


def test_nothing_is_converted_where_no_words_can_tell() -> None:
    unit, (spans,) = settle("😀 pain", [Claim(((3, 8),))])
    assert (unit, spans) == (Unit.CODE_POINTS, None)


def test_blanks_and_line_breaks_of_any_kind_are_the_same_but_letters_are_not() -> None:
    assert same_words(["a\r\nb"], "a b")
    assert same_words(["a", "b"], "a\tb")
    assert not same_words(["A b"], "a b")
    assert not same_words(["ab"], "a b")
