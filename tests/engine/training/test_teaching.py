from __future__ import annotations

import numpy as np
import pytest

from engine.taggers.onnx_bert.bio import Floats, log_softmax
from engine.taggers.onnx_bert.proposals import Head
from engine.taggers.onnx_bert.reading import Int64
from engine.taggers.onnx_bert.subwords import SubwordSplitter
from engine.training.corpora import CorpusNote
from engine.training.dev_figures import Reader
from engine.training.tag_choices import IGNORED
from engine.training.teaching import TAUGHT, lessons

HEADS = (Head("entities", "entities", ("problem", "drug")), Head("modifiers", "modifiers", ("negation",)))


def by_piece(ids: Int64, mask: Int64) -> list[Floats]:
    """A made-up model whose logits are told by the number of a piece alone."""
    return [np.sin(ids[:, :, None] * np.arange(1.0, width + 1)).astype(np.float32) for width in (5, 3)]


def test_the_target_of_a_word_is_what_the_teacher_said_of_it(splitter: SubwordSplitter) -> None:
    notes = [
        CorpusNote(str(number), text, ()) for number, text in enumerate(("No fever.", "Given 5 mg.", ""))
    ]
    taught = lessons({"two": notes[:2], "one": notes[1:]}, Reader(splitter, HEADS, 32), by_piece)
    assert [len(some) for some in taught.examples.values()] == [2, 2]
    seen: set[int] = set()
    for example in (one for some in taught.examples.values() for one in some):
        pieces = example.reading.pieces.ids
        for head, width in enumerate((5, 3)):
            target = example.targets[head]
            words = target != IGNORED
            assert set(np.flatnonzero(words)) == set(example.reading.first)
            wanted = np.exp(log_softmax(by_piece(pieces[None, words], pieces)[head][0]))
            np.testing.assert_allclose(taught.rows[head][target[words] - TAUGHT], wanted, rtol=1e-5)
            assert taught.rows[head].shape[1] == width
        seen |= set(example.targets[0][words])
    assert seen == {TAUGHT + row for row in range(len(taught.rows[0]))}


def test_of_no_texts_there_is_nothing_to_learn(splitter: SubwordSplitter) -> None:
    taught = lessons({}, Reader(splitter, HEADS, 32), by_piece)
    assert taught.examples == {}
    assert [some.shape for some in taught.rows] == [(0, 5), (0, 3)]


@pytest.mark.train
def test_a_model_that_says_what_its_teacher_said_has_nothing_to_change() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed; it comes with the train extra")
    from engine.training.training import head_loss

    logits = torch.randn(2, 3, 5, generator=torch.Generator().manual_seed(1)).requires_grad_()
    rows = logits.detach().reshape(-1, 5).softmax(-1)[:4]
    target = torch.tensor([[TAUGHT, TAUGHT + 1, IGNORED], [IGNORED, TAUGHT + 2, TAUGHT + 3]])
    # rows 2 and 3 are what is said of other words: the teacher and the model differ there
    allowed = torch.eye(5, dtype=torch.bool)
    (slope,) = torch.autograd.grad(head_loss(logits, target, allowed, rows), logits)
    assert torch.allclose(slope[0], torch.zeros(3, 5), atol=1e-6)
    assert not slope[1, 0].any()
    assert slope[1, 1:].abs().sum() > 0.1


@pytest.mark.train
def test_the_loss_of_a_marked_word_is_that_of_its_set_of_tags() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed; it comes with the train extra")
    from engine.training.training import head_loss

    logits = torch.log(torch.tensor([[[0.5, 0.2, 0.3], [0.1, 0.6, 0.3], [0.2, 0.2, 0.6]]]))
    allowed = torch.tensor([[True, False, False], [False, True, False], [True, False, True]])
    target = torch.tensor([[2, 1, IGNORED]])
    loss = head_loss(logits, target, allowed, torch.zeros(0, 3))
    assert float(loss) == pytest.approx(-np.log(0.8) - np.log(0.6), rel=1e-5)
