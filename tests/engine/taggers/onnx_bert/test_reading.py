from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.taggers.onnx_bert.bio import Floats
from engine.taggers.onnx_bert.reading import Int64, batches, padded, read, word_answers
from engine.taggers.onnx_bert.subwords import SubwordSplitter

WIDTH = 7
PARTS = [
    "No fever. ",
    "Chest pain, severe; ",
    "İ ﬁ e\u0301\r\n",
    "a" * 150 + " ",
    "BP 120/80 ",
    "[**Name**] ",
]
notes = st.lists(st.lists(st.sampled_from(PARTS), max_size=12).map("".join), min_size=1, max_size=4)


def echo(ids: Int64, mask: Int64) -> list[Floats]:
    """A model that is sure of the tag ``number of the piece modulo 7``, and of nothing where no piece is."""
    said = np.zeros((*ids.shape, WIDTH), dtype=np.float32)
    np.put_along_axis(said, (ids % WIDTH)[..., None], 30.0, axis=-1)
    return [said * mask[..., None]]


@settings(max_examples=40, deadline=None)
@given(texts=notes, window=st.integers(4, 40), budget=st.sampled_from([1, 60, 400]))
def test_each_word_gets_the_answer_of_its_own_piece(
    texts: list[str], window: int, budget: int, splitter: SubwordSplitter
) -> None:
    readings = [read(text, splitter, window) for text in texts]
    for reading, said in zip(readings, word_answers(readings, splitter, [WIDTH], echo, budget), strict=True):
        pieces = reading.first[said.words]
        assert (pieces >= 0).all()
        assert said.heads[0].argmax(axis=-1).tolist() == (reading.pieces.ids[pieces] % WIDTH).tolist()
        assert said.heads[0].max(initial=0.0) <= 0.0


@settings(max_examples=40, deadline=None)
@given(texts=notes, window=st.integers(4, 40), budget=st.sampled_from([1, 60, 400]))
def test_batches_keep_their_budget_and_hold_each_window_once(
    texts: list[str], window: int, budget: int, splitter: SubwordSplitter
) -> None:
    readings = [read(text, splitter, window) for text in texts]
    seen = []
    for batch in batches(readings, budget):
        ids, mask = padded(batch, readings, splitter)
        assert ids.size <= budget or len(batch) == 1
        assert ids.shape[1] <= window
        assert (ids[:, 0] == splitter.opening).all()
        assert ((ids == splitter.closing).sum(axis=1) == 1).all()
        assert (ids[mask == 0] == splitter.filling).all()
        seen += [(one.note, one.pieces) for one in batch]
    assert sorted(seen) == [(n, one) for n, reading in enumerate(readings) for one in reading.windows]
