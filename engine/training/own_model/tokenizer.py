"""Tokenizer: the sub-words of a model made elsewhere, and whether they stand where they should."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import ModelError
from engine.taggers.onnx_bert.subwords import Pieces, SubwordSplitter, first_pieces
from engine.text.token import tokenize
from engine.training.own_model.sentences import AWKWARD, PLAIN
from engine.training.own_model.source import Source, read_settings

_MOST_UNKNOWN = 0.1
"""Above this share of unknown sub-words in plain English, the tokenizer is hardly that of the model."""
_UNREADABLE = "\ufffd"


def write_tokenizer(source: Source, path: Path) -> SubwordSplitter:
    """Write the tokenizer of `source` to `path` as it is used here, and return it.

    It is read from ``tokenizer.json``, else made from ``vocab.txt`` or ``vocab.json`` and ``merges.txt``.

    Raises:
        ModelError: there is none of these, or it is not the tokenizer of a BERT or a RoBERTa.
    """
    given = source.folder / "tokenizer.json"
    if not given.is_file() and source.is_onnx:
        given = source.folder.parent / "tokenizer.json"  # exported models often lie in a folder “onnx”
    if given.is_file():
        splitter = SubwordSplitter(given)
    else:
        try:
            _made(source.folder).save(str(path))
        except OSError as error:
            raise ModelError(f"The tokenizer cannot be written: {error.strerror}.") from error
        splitter = SubwordSplitter(path)
    splitter.save(path)
    return splitter


def _made(folder: Path) -> Any:  # noqa: ANN401  tokenizers has no types
    """Return a tokenizer of the older files.

    Raises:
        ModelError: they are missing or not what they should be.
    """
    from tokenizers import BertWordPieceTokenizer, ByteLevelBPETokenizer

    settings = read_settings(folder)
    words, numbers, merges = (folder / name for name in ("vocab.txt", "vocab.json", "merges.txt"))
    try:
        if words.is_file():
            small = settings.get("do_lower_case", not _has_capitals(words))
            return BertWordPieceTokenizer(
                str(words),
                lowercase=bool(small),
                strip_accents=settings.get("strip_accents"),
                handle_chinese_chars=bool(settings.get("tokenize_chinese_chars", True)),
            )
        if numbers.is_file() and merges.is_file():
            # For tagging, models are taught word by word, each with a space before it.
            spaced = bool(settings.get("add_prefix_space", True))
            return ByteLevelBPETokenizer(str(numbers), str(merges), add_prefix_space=spaced)
    except Exception as error:  # the library raises nothing more special for a bad file
        raise ModelError(f"The vocabulary in “{folder.name}” cannot be read.") from error
    raise ModelError(
        f"There is no tokenizer in “{folder.name}”: neither tokenizer.json nor vocab.txt, "
        "nor vocab.json with merges.txt. Please save a slow one of another kind as a fast one."
    )


def _has_capitals(vocabulary: Path) -> bool:
    """Whether a word of the vocabulary has a capital; marks like [CLS] do not count."""
    with vocabulary.open(encoding="utf-8") as lines:
        return any(line != line.lower() and not line.startswith("[") for line in map(str.strip, lines))


def check_offsets(path: Path, splitter: SubwordSplitter, vocabulary: int) -> int:
    """Return of how many sub-words of awkward texts the place was compared with what they spell.

    `vocabulary` is how many sub-words the model knows, 0 where that is not known.

    Raises:
        ModelError: a sub-word stands elsewhere, a word has none, or a number is beyond the model's.
    """
    from tokenizers import Tokenizer

    named = Tokenizer.from_file(str(path))
    compared = 0
    for text in (*AWKWARD, *PLAIN):
        pieces = splitter.split(text)
        if len(pieces) and vocabulary and int(pieces.ids.max()) >= vocabulary:
            raise ModelError(
                f"The tokenizer knows more sub-words than the model ({vocabulary:,}). "
                "They do not belong together."
            )
        if not _in_order(pieces, text) or not _all_words_answered(pieces, text):
            raise ModelError(
                "The tokenizer gives places that do not fit the text; its tags would stand elsewhere."
            )
        for spelled, there in _spellings(named, pieces, text):
            compared += 1
            if spelled != there:
                raise ModelError(
                    "The tokenizer gives places at which other letters stand than those it read."
                )
    return compared


def doubts(path: Path, splitter: SubwordSplitter) -> Iterator[str]:
    """Yield sentences about what is odd in the tokenizer, though it can be used."""
    from tokenizers import Tokenizer

    named = Tokenizer.from_file(str(path))
    ids = np.concatenate([splitter.split(text).ids for text in PLAIN])
    unknown = [number for mark in ("[UNK]", "<unk>") if (number := named.token_to_id(mark)) is not None]
    share = float(np.isin(ids, unknown).mean())
    if share > _MOST_UNKNOWN:
        yield f"{share:.0%} of the sub-words of plain English sentences are unknown to the tokenizer."
    wordpiece = type(named.model).__name__ == "WordPiece"
    same = splitter.split("Pain").ids.tolist() == splitter.split("pain").ids.tolist()
    if wordpiece and same and _lost_capitals(named.get_vocab()):
        yield "The tokenizer makes all letters small, though the vocabulary has words with capitals."


def _lost_capitals(vocabulary: dict[str, int]) -> bool:
    """Whether a good part of the whole words in `vocabulary` begins with a capital."""
    words = [word for word in vocabulary if word.isalpha() and word.isascii()]
    return sum(word[0].isupper() for word in words) > 0.1 * len(words)


def _in_order(pieces: Pieces, text: str) -> bool:
    if not len(pieces):
        return True
    forward = (np.diff(pieces.starts) >= 0).all() and (pieces.starts <= pieces.ends).all()
    return bool(forward) and int(pieces.starts[0]) >= 0 and int(pieces.ends[-1]) <= len(text)


def _all_words_answered(pieces: Pieces, text: str) -> bool:
    """Whether each word of plain letters and digits has a piece that shares a character with it."""
    tokens = tokenize(text)
    first = first_pieces(pieces, tokens.starts, tokens.ends)
    for word, piece in zip(tokens, first.tolist(), strict=True):
        plain = text[word.start : word.end]
        if not (plain.isascii() and plain.isalnum()):
            continue
        if piece < 0 or pieces.starts[piece] >= word.end or pieces.ends[piece] <= word.start:
            return False
    return True


def _spellings(named: Any, pieces: Pieces, text: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    """Yield what each piece spells and what stands at its place, both as the tokenizer writes them.

    Pieces that are unknown, or only a part of a character, spell nothing that can be compared.
    """
    wordpiece = type(named.model).__name__ == "WordPiece"
    places = zip(pieces.ids.tolist(), pieces.starts.tolist(), pieces.ends.tolist(), strict=True)
    for number, start, end in places:
        there = text[start:end]
        if not there.isascii() or not there.strip():
            continue
        spelled = named.id_to_token(number)
        if wordpiece:
            if spelled == "[UNK]":
                continue
            spelled = spelled.removeprefix("##")
            there = named.normalizer.normalize_str(there) if named.normalizer else there
        else:
            spelled = named.decode([number]).strip()
        if spelled and _UNREADABLE not in spelled:
            yield spelled, there.strip()
