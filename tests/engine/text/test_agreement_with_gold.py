"""Tokens and sentences against what annotators marked (the Kiwi corpus, where it is at hand)."""

import re
from bisect import bisect_right
from pathlib import Path

import pytest

from engine.text.sentence import sentences
from engine.text.token import tokenize

_TRAIN = Path(__file__).parents[4] / "shared" / "data" / "kiwi-mtsamples" / "train"
_TAG = re.compile(r"^(T\d+)\t\S+ (\d+) (\d+)\t", re.MULTILINE)
_LINK = re.compile(r"^R\d+\t\S+ Arg1:(T\d+) Arg2:(T\d+)", re.MULTILINE)

pytestmark = pytest.mark.skipif(not _TRAIN.is_dir(), reason="the Kiwi corpus is not in ../shared/data")


def _notes():
    for file in sorted(_TRAIN.glob("*.txt")):
        said = file.with_suffix(".ann").read_bytes().decode("utf-8")
        tags = {name: (int(start), int(end)) for name, start, end in _TAG.findall(said)}
        yield file.read_bytes().decode("utf-8"), tags, _LINK.findall(said)


def test_nearly_all_borders_of_entities_are_borders_of_tokens():
    borders = agreed = 0
    for text, tags, _ in _notes():
        tokens = tokenize(text)
        starts, ends = set(tokens.starts.tolist()), set(tokens.ends.tolist())
        borders += 2 * len(tags)
        agreed += sum((start in starts) + (end in ends) for start, end in tags.values())
    assert borders > 20_000
    assert agreed / borders > 0.997  # measured: 0.9981; the rest is the last full stop of “b.i.d.”


def test_hardly_an_entity_or_relation_crosses_a_sentence():
    entities = relations = cut = parted = 0
    for text, tags, links in _notes():
        starts = [one.start for one in sentences(text)]
        first = {name: bisect_right(starts, start) for name, (start, _) in tags.items()}
        last = {name: bisect_right(starts, end - 1) for name, (_, end) in tags.items()}
        entities += len(tags)
        cut += sum(first[name] != last[name] for name in tags)
        relations += len(links)
        parted += sum(first[head] != first[tail] for head, tail in links)
    assert entities > 10_000
    assert relations > 4_000
    assert cut / entities < 0.001  # measured: 1 of 10,838
    assert parted / relations < 0.006  # measured: 16 of 4,742, most of them across a full stop
