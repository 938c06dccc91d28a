from __future__ import annotations

from engine.taggers.onnx_bert.proposals import Head
from engine.taggers.onnx_bert.subwords import SubwordSplitter
from engine.training.corpora import CorpusNote
from engine.training.dev_figures import Reader
from engine.training.rounding_attempts import attempts, sample_windows


def test_attempts_go_from_the_fastest_to_the_nearest() -> None:
    assert list(attempts(["a", "b"])) == [
        (7, []),
        (8, []),
        (7, ["a"]),
        (8, ["a"]),
        (7, ["a", "b"]),
        (8, ["a", "b"]),
    ]
    assert list(attempts([])) == [(7, []), (8, [])]


def test_a_sample_has_something_of_each_corpus_and_no_filling(splitter: SubwordSplitter) -> None:
    reader = Reader(splitter, [Head("h", "h", ("problem",))], window=16, batch=1)
    long = [CorpusNote(str(number), "no fever. " * 40, ()) for number in range(90)]
    short = [CorpusNote("x", "given aspirin today", ())]
    windows = sample_windows([long, short], reader)
    assert 20 < len(windows) < 70
    assert all(ids.shape == mask.shape and ids.shape[0] == 1 and mask.all() for ids, mask in windows)
    aspirin = splitter.split("aspirin").ids[0]
    assert sum(aspirin in ids for ids, _ in windows) == 1
