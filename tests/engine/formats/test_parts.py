"""Cutting long notes: every character is in one part, no tag is cut, and cuts are at pauses."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from engine.formats.parts import parts
from engine.text.span import Span

WORDS = st.sampled_from(["pain", "no", "fever", ".", "\n", "\n\n", " ", "PLAN:", "q.d.", "😀", "x" * 30])


@given(st.lists(WORDS, min_size=1, max_size=60), st.integers(5, 60), st.data())
def test_parts_are_the_text_and_cut_no_tag(words: list[str], longest: int, data: st.DataObject) -> None:
    text = " ".join(words)
    whole = []
    for _ in range(data.draw(st.integers(0, 4))):
        start = data.draw(st.integers(0, len(text) - 1))
        whole.append(Span(start, data.draw(st.integers(start + 1, len(text)))))
    found = parts(text, longest, whole)
    assert "".join(part.of(text) for part in found) == text
    for one, following in pairwise(found):
        assert one.end == following.start
        assert not any(span.start < one.end < span.end for span in whole)
        assert text[one.end - 1].isspace() or text[one.end].isspace() or one.end in _borders(text)


def _borders(text: str) -> set[int]:
    from engine.text.token import tokenize

    return {int(start) for start in tokenize(text).starts}


def test_a_part_ends_before_a_section_where_that_is_in_reach() -> None:
    text = "HISTORY: She has pain. It is bad.\nPLAN: Aspirin daily. Come back soon.\n"
    first, second = parts(text, 50, [])
    assert second.of(text).startswith("PLAN:")
    assert first.end == second.start


def test_a_short_note_is_one_part() -> None:
    assert parts("short", 100, []) == [Span(0, 5)]
    assert parts("", 100, []) == []
