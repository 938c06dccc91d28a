"""Evaluating: notes brought together by name, the whole report, and a page that loads nothing."""

import json
import re

import pytest

from engine.annotation.said import Answer, LabelledSpan, SaidRelation
from engine.errors import InputError
from engine.evaluation.page import as_page
from engine.evaluation.report import as_values
from engine.formats.document import Document
from engine.jobs.job import Job
from engine.labels.files import find_label_set
from engine.model_files.places import models_folder
from engine.steps.evaluate_tagger import evaluate_tagger
from engine.text.span import Span

TEXT = "canary denies mild knee pain"


@pytest.fixture
def kiwi():
    return find_label_set("kiwi", models_folder())


def document(name, *tags, text=TEXT, relations=()):
    items = tuple(LabelledSpan((Span(start, end),), label) for start, end, label in tags)
    return Document(
        name, text, answer=Answer(items, tuple(SaidRelation(*one, "hasAttr") for one in relations))
    )


GOLD = document(
    "a", (7, 13, "negation"), (14, 28, "problem"), (14, 18, "severity"), relations=[(1, 0), (1, 2)]
)
SAID = document(
    "a", (7, 13, "negation"), (14, 28, "problem"), (19, 23, "bodyloc"), relations=[(1, 0), (1, 2)]
)


def test_entities_modifiers_and_relations_are_counted_apart(kiwi):
    evaluation = evaluate_tagger([GOLD], [SAID], kiwi, Job()).evaluation
    strict = {group.name: group.scores["strict"].micro.f1 for group in evaluation.groups}
    assert strict == {"all": pytest.approx(2 / 3), "entities": 1.0, "modifiers": 0.5}
    assert evaluation.relations["strict"].micro.f1 == 0.5


def test_notes_that_do_not_belong_together_are_named_and_take_no_part(kiwi):
    gold = [GOLD, document("b"), document("c", text="one text")]
    said = [SAID, document("d"), document("c", text="another")]
    scored = evaluate_tagger(gold, said, kiwi, Job())
    assert (scored.only_gold, scored.only_predicted, scored.other_text) == (("b",), ("d",), ("c",))
    assert scored.evaluation.notes == 1


def test_nothing_in_common_is_a_sentence(kiwi):
    with pytest.raises(InputError, match="nothing to compare"):
        evaluate_tagger([GOLD], [document("other")], kiwi, Job())


def test_the_report_is_json_with_places_and_without_a_word_of_the_note(kiwi):
    values = as_values(evaluate_tagger([GOLD], [SAID], kiwi, Job()).evaluation)
    said = json.dumps(values)
    assert "canary" not in said
    assert {
        "note": "a",
        "class": "missed",
        "gold": {"label": "severity", "spans": [[14, 18]]},
        "predicted": None,
    } in (values["findings"])


def test_the_page_is_whole_and_loads_nothing(kiwi):
    page = as_page(evaluate_tagger([GOLD], [SAID], kiwi, Job()).evaluation, "Mine & <theirs>")
    assert "Mine &amp; &lt;theirs&gt;" in page
    assert "<svg" in page
    assert not re.search(r"(src|href)=|<script|@import|url\(", page)
    assert "canary" not in page
