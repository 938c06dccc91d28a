from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.taggers.onnx_bert.subwords import SubwordSplitter
from engine.training.corpora import CorpusNote, Mark, read_brat
from engine.training.encoding import Serving, encode, lost_marks, training_batches
from engine.training.tag_choices import IGNORED, TagChoices

KIWI = Path("../shared/data/kiwi-mtsamples/train")
LABELS = ("problem", "drug")
ENTITIES = TagChoices(["problem", "treatment", "test", "drug"])


def tags_by_word(text: str, marks: tuple[Mark, ...], splitter: SubwordSplitter) -> list[tuple[str, int]]:
    example = encode(CorpusNote("n", text, marks), splitter, 128, [TagChoices(LABELS)])
    (targets,) = example.targets
    return [
        (text[span.start : span.end], int(targets[piece]))
        for span, piece in zip(example.reading.tokens, example.reading.first, strict=True)
    ]


def test_each_word_has_its_tag_at_its_first_piece(splitter: SubwordSplitter) -> None:
    text = "mild dyspnea, aspirin"
    tags = tags_by_word(
        text, (Mark(0, 12, "problem"), Mark(14, 21, "drug"), Mark(0, 4, "severity")), splitter
    )
    assert tags == [("mild", 1), ("dyspnea", 2), (",", 0), ("aspirin", 3)]


def test_a_mark_that_ends_inside_a_word_takes_the_word(splitter: SubwordSplitter) -> None:
    assert tags_by_word("headaches daily", (Mark(0, 8, "problem"),), splitter) == [
        ("headaches", 1),
        ("daily", 0),
    ]


def test_all_other_pieces_teach_nothing(splitter: SubwordSplitter) -> None:
    example = encode(
        CorpusNote("n", "pneumonoultramicroscopic cough", ()), splitter, 128, [TagChoices(LABELS)]
    )
    (targets,) = example.targets
    assert (targets != IGNORED).sum() == 2 < len(example.reading.pieces)


def test_marks_that_share_words_are_counted_as_lost(splitter: SubwordSplitter) -> None:
    note = CorpusNote("n", "severe chest pain", (Mark(0, 17, "problem"), Mark(7, 17, "drug")))
    assert lost_marks(encode(note, splitter, 128, []), TagChoices(LABELS)) == 1


def test_an_epoch_shows_every_word_once_whatever_its_neighbours(
    made_up_data: Path, splitter: SubwordSplitter
) -> None:
    notes = list(read_brat(made_up_data / "notes"))
    examples = [encode(note, splitter, 32, [TagChoices(LABELS)]) for note in notes]
    words = sum(int((example.targets[0] != IGNORED).sum()) for example in examples)
    shapes = set()
    for seed in range(3):
        batches = training_batches(examples, Serving(splitter, 32, 256), seed)
        assert sum(int((batch.targets[0] != IGNORED).sum()) for batch in batches) == words
        assert all(batch.ids.shape == batch.mask.shape == batch.targets[0].shape for batch in batches)
        assert all(batch.ids.size <= 256 for batch in batches)
        shapes.add(tuple(batch.ids.shape for batch in batches))
    assert len(shapes) > 1


def test_the_same_seed_gives_the_same_epoch(made_up_data: Path, splitter: SubwordSplitter) -> None:
    examples = [
        encode(note, splitter, 32, [TagChoices(LABELS)]) for note in read_brat(made_up_data / "notes")
    ]
    first, second = (training_batches(examples, Serving(splitter, 32, 256, 0.5), 9) for _ in range(2))
    assert all(np.array_equal(a.ids, b.ids) for a, b in zip(first, second, strict=True))


def test_hiding_changes_what_is_seen_and_not_what_is_asked(
    made_up_data: Path, splitter: SubwordSplitter
) -> None:
    examples = [
        encode(note, splitter, 32, [TagChoices(LABELS)]) for note in read_brat(made_up_data / "notes")
    ]
    plain, hidden = (training_batches(examples, Serving(splitter, 32, 256, share), 9) for share in (0.0, 0.2))
    seen = changed = 0
    for a, b in zip(plain, hidden, strict=True):
        assert np.array_equal(a.targets[0], b.targets[0])
        assert set(b.ids[a.ids != b.ids].tolist()) <= {splitter.hiding}
        assert not (a.ids != b.ids)[:, 0].any()
        seen, changed = seen + int(a.mask.sum()), changed + int((a.ids != b.ids).sum())
    assert 0.1 < changed / seen < 0.3


@pytest.mark.skipif(not KIWI.is_dir(), reason="the public corpora are not beside this checkout")
def test_hardly_a_mark_of_the_kiwi_notes_is_lost(splitter: SubwordSplitter) -> None:
    examples = [encode(note, splitter, 128, []) for note in read_brat(KIWI)]
    assert sum(lost_marks(example, ENTITIES) for example in examples) <= 2
