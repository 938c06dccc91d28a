"""Nothing that stands in a note is kept of what a worker writes on stderr."""

from __future__ import annotations

import io
import threading

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.workers.last_words import KEPT_LINES, LastWords


def heard(texts: list[str], written: bytes) -> tuple[str, ...]:
    known = threading.Event()

    class Stream(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            known.wait()
            return super().readline(size)

    words = LastWords(Stream(written))
    words.hide(texts)
    known.set()
    return words.lines(5.0)


def test_words_of_the_note_are_removed_and_the_rest_is_kept() -> None:
    lines = heard(["Mr. Zanzibar, 42, Pain in"], b"error in pain: ZANZIBAR (42)\nassertion failed\n")
    assert lines == ("error … …: … (…)", "assertion failed")


def test_parts_of_words_are_removed_as_well() -> None:
    assert heard(["cardiomyopathy"], b"piece ##myo of caf\xc3\xa9\n") == ("piece ##… of café",)


def test_no_more_lines_are_kept_than_need_be() -> None:
    lines = heard(["x"], b"".join(b"q%d\n" % one for one in range(KEPT_LINES + 50)))
    assert len(lines) == KEPT_LINES
    assert lines[-1] == f"q{KEPT_LINES + 49}"


def test_a_line_without_an_end_is_cut_and_does_not_fill_the_memory() -> None:
    assert max(map(len, heard(["y"], b"x" * 100_000))) <= 4096


@settings(max_examples=60, deadline=None)
@given(word=st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12), upper=st.booleans())
def test_no_word_of_a_note_comes_through(word: str, *, upper: bool) -> None:
    said = word.upper() if upper else word
    kept = heard([f"so {word} it is"], f"<{said}>\n".encode())
    assert word not in kept[0]
