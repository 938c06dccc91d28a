from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from engine.errors import ModelError
from engine.taggers.onnx_bert.subwords import Pieces
from engine.training.own_model.source import Source
from engine.training.own_model.tokenizer import check_offsets, doubts, write_tokenizer
from tests.engine.training.own_model.made_elsewhere import byte_level, wordpiece

TEXT = "She took Cisplatin 10 mg.\r\nNo na\u00efve caf\u00e9 today 👩\u200d⚕️"


def source(folder: Path) -> Source:
    return Source(folder, folder / "model.safetensors", "BERT", ("O",), 512, 0, {})


@pytest.mark.parametrize("cased", [True, False])
def test_a_list_of_words_makes_the_same_tokenizer_as_the_newer_file(cased: bool, tmp_path: Path) -> None:
    newer, older = tmp_path / "newer", tmp_path / "older"
    newer.mkdir()
    older.mkdir()
    wordpiece(newer, cased=cased)
    words = Tokenizer.from_file(str(newer / "tokenizer.json")).get_vocab()
    (older / "vocab.txt").write_text("\n".join(sorted(words, key=words.__getitem__)) + "\n", encoding="utf-8")
    one = write_tokenizer(source(newer), tmp_path / "one.json").split(TEXT)
    other = write_tokenizer(source(older), tmp_path / "other.json").split(TEXT)
    assert one.ids.tolist() == other.ids.tolist()
    assert one.starts.tolist() == other.starts.tolist()


def test_words_and_merges_make_the_same_tokenizer_as_the_newer_file(tmp_path: Path) -> None:
    newer, older = tmp_path / "newer", tmp_path / "older"
    newer.mkdir()
    older.mkdir()
    byte_level(newer)
    Tokenizer.from_file(str(newer / "tokenizer.json")).model.save(str(older))
    one = write_tokenizer(source(newer), tmp_path / "one.json").split(TEXT)
    other = write_tokenizer(source(older), tmp_path / "other.json").split(TEXT)
    assert one.ids.tolist() == other.ids.tolist()
    assert one.starts.tolist() == other.starts.tolist()


def test_a_tokenizer_that_knows_more_than_the_model_is_refused(tmp_path: Path) -> None:
    size = wordpiece(tmp_path, cased=False)
    splitter = write_tokenizer(source(tmp_path), tmp_path / "own.json")
    assert check_offsets(tmp_path / "own.json", splitter, size) > 100
    with pytest.raises(ModelError, match="more sub-words than the model"):
        check_offsets(tmp_path / "own.json", splitter, size // 4)


def test_a_tokenizer_whose_places_are_shifted_is_refused(tmp_path: Path) -> None:
    wordpiece(tmp_path, cased=False)
    path = tmp_path / "own.json"
    splitter = write_tokenizer(source(tmp_path), path)
    straight = splitter.split

    def shifted(text: str) -> Pieces:
        pieces = straight(text)
        return Pieces(pieces.ids, np.maximum(pieces.starts - 1, 0), pieces.ends)

    splitter.split = shifted  # type: ignore[method-assign]
    with pytest.raises(ModelError, match="other letters stand"):
        check_offsets(path, splitter, 0)


def test_lost_capitals_are_told(tmp_path: Path) -> None:
    wordpiece(tmp_path, cased=True)
    path = tmp_path / "tokenizer.json"
    assert not list(doubts(path, write_tokenizer(source(tmp_path), tmp_path / "own.json")))
    said = json.loads(path.read_text())
    said["normalizer"]["lowercase"] = True
    path.write_text(json.dumps(said))
    (words,) = doubts(path, write_tokenizer(source(tmp_path), tmp_path / "own.json"))
    assert "capitals" in words


def test_a_folder_without_a_tokenizer_says_what_is_looked_for(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"vocab\.txt"):
        write_tokenizer(source(tmp_path), tmp_path / "own.json")
