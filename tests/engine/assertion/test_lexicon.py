from __future__ import annotations

from pathlib import Path

import pytest

from engine.assertion.lexicon import Direction, Role, read_lexicon, shipped_lexicon
from engine.errors import FormatError

HEAD = 'format = 1\nname = "own"\n'


def lexicon(folder: Path, phrases: str) -> Path:
    path = folder / "own.toml"
    path.write_text(HEAD + phrases, encoding="utf-8")
    return path


def test_choices_and_marked_parts_are_written_out(tmp_path: Path) -> None:
    path = lexicon(
        tmp_path, '[[phrases]]\nlabel = "negation"\nis = ["{no|without} {|any} sign of", "[not] seen"]\n'
    )
    read = read_lexicon(path)
    words = ["without", "any", "sign", "of", "it", ",", "not", "seen"]
    found = list(read.matches(words))
    assert [(one.first, one.last) for one in found] == [(0, 4), (6, 8)]
    assert [one.said for one in found] == [(0, 4), (6, 7)]


def test_of_phrases_of_one_label_the_longest_counts() -> None:
    words = ["no", "significant", "change", "in", "fever"]
    found = [one for one in shipped_lexicon("context").matches(words) if one.phrase.label == "negation"]
    assert [(one.last, one.phrase.role) for one in found] == [(3, Role.NOT_A_CUE)]


def test_shipped_lexicons_know_both_directions() -> None:
    words = ["pneumonia", "was", "ruled", "out"]
    (found,) = [one for one in shipped_lexicon("context").matches(words) if one.phrase.label == "negation"]
    assert found.phrase.direction is Direction.BACKWARD


@pytest.mark.parametrize(
    "phrases",
    [
        "[[phrases]]\n",
        '[[phrases]]\nlabel = "negation"\nis = [""]\n',
        '[[phrases]]\nlabel = "negation"\nis = ["[not seen"]\n',
        '[[phrases]]\nlabel = "negation"\nis = ["no"]\nrole = "cause"\n',
        '[[phrases]]\nlabel = "negation"\nis = ["no"]\nnote = 1\n',
        "[[",
    ],
)
def test_what_is_no_lexicon_is_refused_by_name(tmp_path: Path, phrases: str) -> None:
    with pytest.raises(FormatError, match=r"own\.toml"):
        read_lexicon(lexicon(tmp_path, phrases))


def test_a_missing_lexicon_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"absent\.toml"):
        read_lexicon(tmp_path / "absent.toml")
