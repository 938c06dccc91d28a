from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.implementations import BertWordPieceTokenizer, ByteLevelBPETokenizer
from tokenizers.processors import RobertaProcessing

from engine.errors import ModelError
from engine.taggers.onnx_bert.subwords import Pieces, SubwordSplitter, first_pieces
from engine.text.token import tokenize

LEARNED = ["The patient took aspirin 81 mg daily for chest pain", "She says no fever or cough today"] * 5
MARKS = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
ODD = "İﬁe\u0301👩\u200d⚕️🫀\u00a0\u2009\u200b\ufeff\r\n\t\x00\ud800漢é"
WORDS = ["chest", "pain", "Aspirin", "81mg", "<s>", "</s>", "x" * 120, "no fever"]

texts = st.lists(
    st.one_of(st.sampled_from(WORDS), st.sampled_from(ODD), st.sampled_from(" .,;:-/")), max_size=40
).map("".join)


def byte_level(folder: Path, *, trims: bool = True) -> Path:
    made = ByteLevelBPETokenizer(trim_offsets=trims)
    made.train_from_iterator([f" {one}" for one in LEARNED], vocab_size=500, special_tokens=MARKS)
    path = folder / "tokenizer.json"
    whole = Tokenizer.from_str(made.to_str())
    whole.post_processor = RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=trims)
    whole.save(str(path))
    return path


@pytest.fixture(scope="module")
def roberta(tmp_path_factory: pytest.TempPathFactory) -> SubwordSplitter:
    return SubwordSplitter(byte_level(tmp_path_factory.mktemp("roberta")))


@pytest.fixture(scope="module")
def cased(tmp_path_factory: pytest.TempPathFactory) -> SubwordSplitter:
    made = BertWordPieceTokenizer(lowercase=False)
    made.train_from_iterator(LEARNED, vocab_size=300)
    path = tmp_path_factory.mktemp("cased") / "tokenizer.json"
    made.save(str(path))
    return SubwordSplitter(path)


def answered(text: str, splitter: SubwordSplitter) -> list[tuple[str, str]]:
    pieces, tokens = splitter.split(text), tokenize(text)
    first = first_pieces(pieces, tokens.starts, tokens.ends)
    return [
        (text[word.start : word.end], text[pieces.starts[piece] : pieces.ends[piece]])
        for word, piece in zip(tokens, first, strict=True)
        if piece >= 0
    ]


def right(pieces: Pieces, text: str) -> bool:
    return bool(
        (np.diff(pieces.starts) >= 0).all()
        and (pieces.starts <= pieces.ends).all()
        and (not len(pieces) or (pieces.starts[0] >= 0 and pieces.ends[-1] <= len(text)))
    )


@settings(max_examples=100, deadline=None)
@given(text=texts)
def test_bytes_of_any_text_are_pieces_that_stand_in_it(
    text: str, roberta: SubwordSplitter, cased: SubwordSplitter
) -> None:
    for splitter in (roberta, cased):
        assert right(splitter.split(text), text)


@settings(max_examples=100, deadline=None)
@given(text=texts)
def test_every_word_is_answered_by_a_piece_of_bytes_that_shares_a_character_with_it(
    text: str, roberta: SubwordSplitter
) -> None:
    pieces, tokens = roberta.split(text), tokenize(text)
    first = first_pieces(pieces, tokens.starts, tokens.ends)
    assert (first >= 0).all()
    assert (pieces.starts[first] < tokens.ends).all()
    assert (pieces.ends[first] > tokens.starts).all()


def test_a_word_begins_after_the_space_that_is_learned_with_it(roberta: SubwordSplitter) -> None:
    assert answered("👩 took aspirin  81mg", roberta)[1:] == [
        ("took", "took"),
        ("aspirin", "aspirin"),
        ("81", "81"),
        ("mg", "mg"),
    ]


@pytest.mark.parametrize("blank", ["\n", "\r\n", "\t", "\u00a0", "\u2003"])
def test_after_any_blank_a_word_is_the_same_word(blank: str, roberta: SubwordSplitter) -> None:
    after = roberta.split(f"daily{blank}aspirin")
    plain = roberta.split("daily aspirin")
    assert after.ids[-1] == plain.ids[-1]
    assert after.starts[-1] == len("daily" + blank)


@pytest.mark.parametrize("trims", [True, False])
def test_where_a_word_begins_does_not_hang_on_what_the_tokenizer_trims(trims: bool, tmp_path: Path) -> None:
    splitter = SubwordSplitter(byte_level(tmp_path, trims=trims))
    assert ("fever", "fever") in answered("no  fever", splitter)


def test_marks_written_in_a_note_are_read_as_letters(roberta: SubwordSplitter) -> None:
    ids = roberta.split("<s> pain </s>").ids
    assert not {roberta.opening, roberta.closing, roberta.filling} & set(ids.tolist())


def test_capitals_matter_where_the_model_was_taught_so(
    cased: SubwordSplitter, roberta: SubwordSplitter
) -> None:
    for splitter in (cased, roberta):
        assert splitter.split("The").ids.tolist() != splitter.split("the").ids.tolist()


def test_a_tokenizer_with_neither_kind_of_marks_is_refused(tmp_path: Path) -> None:
    made = ByteLevelBPETokenizer()
    made.train_from_iterator(LEARNED, vocab_size=300, special_tokens=["<|end|>"])
    made.save(str(tmp_path / "tokenizer.json"))
    with pytest.raises(ModelError, match="RoBERTa"):
        SubwordSplitter(tmp_path / "tokenizer.json")
