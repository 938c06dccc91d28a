from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.taggers.onnx_bert.subwords import Pieces
from engine.taggers.onnx_bert.windows import packed, sentence_ranges
from engine.text.span import Span

lengths = st.lists(st.integers(0, 40), max_size=20)


def note(sentence_lengths: list[int]) -> tuple[Pieces, list[Span]]:
    """Pieces of one character each, sentences of so many pieces with a blank after each."""
    starts, sentences, at = [], [], 0
    for length in sentence_lengths:
        starts += range(at, at + length)
        sentences.append(Span(at, at + max(1, length)))
        at += max(1, length) + 1
    places = np.asarray(starts, dtype=np.int32)
    return Pieces(places, places, places + 1), sentences


@given(lengths, st.integers(1, 30))
def test_every_piece_is_read_once_and_no_window_is_too_long(of_sentences: list[int], limit: int) -> None:
    pieces, sentences = note(of_sentences)
    windows = packed(sentence_ranges(pieces, sentences, limit), limit)
    assert [piece for first, last in windows for piece in range(first, last)] == list(range(len(pieces)))
    assert all(0 < last - first <= limit for first, last in windows)


@given(lengths, st.integers(1, 30))
def test_only_a_sentence_that_fits_no_window_is_cut(of_sentences: list[int], limit: int) -> None:
    pieces, sentences = note(of_sentences)
    windows = packed(sentence_ranges(pieces, sentences, limit), limit)
    for sentence in sentences:
        first, last = pieces.inside(sentence)
        if 0 < last - first <= limit:
            assert any(start <= first and last <= end for start, end in windows)


def test_a_sentence_too_long_is_cut_into_even_parts() -> None:
    pieces, sentences = note([10])
    assert sentence_ranges(pieces, sentences, 4) == [(0, 3), (3, 6), (6, 10)]
