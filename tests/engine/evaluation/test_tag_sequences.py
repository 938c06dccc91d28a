"""Tag sequences: entities without a text, and the published figures of GPT-4 on RareDis."""

import json
from pathlib import Path

import pytest

from engine.annotation.said import LabelledSpan
from engine.evaluation.tag_sequences import entities, score_sequences
from engine.text.span import Span

ROWS = Path(__file__).parents[4] / "shared" / "data" / "raredis-gpt4-tags" / "sentences.jsonl"
PUBLISHED = {
    "DISEASE": 0.2566,
    "RAREDISEASE": 0.5955,
    "SKINRAREDISEASE": 0.3383,
    "SIGN": 0.2619,
    "SYMPTOM": 0.1547,
}


def entity(start, end, label):
    return LabelledSpan((Span(start, end),), label)


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        ("O B-A I-A O", [entity(1, 3, "A")]),
        ("I-A I-A O", [entity(0, 2, "A")]),
        ("B-A B-A", [entity(0, 1, "A"), entity(1, 2, "A")]),
        ("B-A I-B I-B", [entity(0, 1, "A"), entity(1, 3, "B")]),
        ("O O", []),
        ("B-A O I-A", [entity(0, 1, "A"), entity(2, 3, "A")]),
        ("", []),
    ],
)
def test_an_inside_tag_without_a_beginning_opens_an_entity(tags, found):
    assert entities(tags.split()) == found


def test_a_case_counted_by_hand():
    scores = score_sequences([(["B-A", "I-A", "O", "B-B"], ["I-A", "I-A", "B-B", "O"])])
    assert {label: count.f1 for label, count in scores.by_label.items()} == {"A": 1.0, "B": 0.0}


def test_sequences_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="2 gold tags, 1"):
        score_sequences([(["O", "O"], ["O"])])


@pytest.mark.skipif(not ROWS.is_file(), reason="the public corpora are not beside the repository")
def test_the_published_scores_of_gpt4_are_met_to_four_decimals():
    with ROWS.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    scores = score_sequences((row["gold"], row["predicted"]) for row in rows)
    assert {label: round(scores.by_label[label].f1, 4) for label in PUBLISHED} == PUBLISHED
    assert len(rows) == 1735
