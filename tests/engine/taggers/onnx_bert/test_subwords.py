from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ModelError
from engine.taggers.onnx_bert.subwords import SubwordSplitter, first_pieces
from engine.text.span import Span
from engine.text.token import tokenize

ODD = "İıŞſßﬁﬀǅ½Åe\u0301a\u0308👩\u200d⚕️🫀\u00a0\u2009\u200b\u00ad\ufeff\r\n\t\x00\x07\ud800\ufffd漢字"
WORDS = ["chest", "pain", "Metoprolol", "25mg", "b.i.d.", "[SEP]", "[CLS]", "##ing", "x" * 120]

texts = st.lists(
    st.one_of(st.sampled_from(WORDS), st.sampled_from(ODD), st.sampled_from(" .,;:-/")), max_size=40
).map("".join)


@settings(max_examples=120, deadline=None)
@given(text=texts)
def test_each_piece_stands_in_the_text_and_none_before_the_last(text: str, splitter: SubwordSplitter) -> None:
    pieces = splitter.split(text)
    assert len(pieces.ids) == len(pieces.starts) == len(pieces.ends)
    assert (pieces.starts <= pieces.ends).all()
    assert (np.diff(pieces.starts) >= 0).all()
    assert not len(pieces) or (pieces.starts[0] >= 0 and pieces.ends[-1] <= len(text))


@settings(max_examples=120, deadline=None)
@given(text=texts)
def test_each_word_is_answered_by_a_piece_that_shares_a_character_with_it(
    text: str, splitter: SubwordSplitter
) -> None:
    pieces, tokens = splitter.split(text), tokenize(text)
    for word, piece in zip(tokens, first_pieces(pieces, tokens.starts, tokens.ends).tolist(), strict=True):
        if piece >= 0:
            assert pieces.starts[piece] < word.end
            assert pieces.ends[piece] > word.start
        else:
            assert not any(
                start < word.end and word.start < end
                for start, end in zip(pieces.starts.tolist(), pieces.ends.tolist(), strict=True)
                if start < end
            )


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("İİİ severe pain", "pain"),
        ("ﬁbrosis and oﬀ pain", "pain"),
        ("cafe\u0301 e\u0301clat pain", "pain"),
        ("👩\u200d⚕️🫀 says pain", "pain"),
        ("line one\r\nline two pain", "pain"),
        ("a\u00a0b\u2009c pain", "pain"),
        ("\ud800 pain", "pain"),
        ("\x00\x07 pain", "pain"),
    ],
)
def test_offsets_are_those_of_the_untouched_text(text: str, word: str, splitter: SubwordSplitter) -> None:
    pieces = splitter.split(text)
    start = text.index(word)
    first, last = pieces.inside(Span(start, start + len(word)))
    assert (int(pieces.starts[first]), int(pieces.ends[last - 1])) == (start, start + len(word))
    assert text[pieces.starts[first] : pieces.ends[last - 1]] == word


def test_marks_of_the_model_in_a_note_are_only_characters(splitter: SubwordSplitter) -> None:
    ids = splitter.split("pain [SEP] fever [CLS] [PAD]").ids.tolist()
    assert not {splitter.opening, splitter.closing, splitter.filling} & set(ids)


def test_no_text_has_no_pieces(splitter: SubwordSplitter) -> None:
    pieces, tokens = splitter.split(" \r\n"), tokenize("x")
    assert len(pieces) == 0
    assert first_pieces(pieces, tokens.starts, tokens.ends).tolist() == [-1]


def test_a_file_that_is_no_tokenizer_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_text('{"no": "tokenizer"}', encoding="utf-8")
    with pytest.raises(ModelError, match=r"tokenizer\.json"):
        SubwordSplitter(path)
