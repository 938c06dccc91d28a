"""Evaluating: notes brought together by name, the whole report, and a page that loads nothing."""

import json
import re

import pytest

from engine.annotation.said import Answer, LabelledSpan, SaidRelation
from engine.errors import InputError
from engine.evaluation.page import Names, as_page
from engine.evaluation.report import as_values
from engine.formats.document import Document
from engine.jobs.job import Job
from engine.labels.files import find_label_set
from engine.model_files.places import models_folder
from engine.steps.evaluate_tagger import evaluate_tagger, refuse_seen
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
    page = as_page(evaluate_tagger([GOLD], [SAID], kiwi, Job()).evaluation, Names("<theirs>", "Mine & ours"))
    assert "Mine &amp; ours against &lt;theirs&gt;" in page
    assert "<svg" in page
    assert not re.search(r"(src|href)=|<script|@import|url\(", page)
    assert "canary" not in page


def test_the_page_links_each_error_to_its_note_and_place(kiwi):
    page = as_page(evaluate_tagger([GOLD], [SAID], kiwi, Job()).evaluation, Names("gold", "said"))
    assert "<td>a</td><td>severity 14–18</td><td></td>" in page
    assert "<td>a</td><td></td><td>bodyloc 19–23</td>" in page


def test_two_runs_are_compared_over_the_notes_that_both_have(kiwi):
    names = [f"n{number}" for number in range(12)]
    gold = [document(name, (14, 28, "problem")) for name in names]
    good = [document(name, (14, 28, "problem")) for name in names]
    bad = [document(name, (19, 28, "problem")) for name in names[1:]]
    scored = evaluate_tagger(gold, good, kiwi, Job(), against=bad)
    assert (scored.evaluation.notes, scored.only_gold) == (11, ("n0",))
    by = {(one.group, one.rule): one for one in scored.compared}
    strict = by["entities", "strict"]
    assert (strict.first.f1, strict.second.f1, strict.difference.f1) == (1.0, 0.0, -1.0)
    assert strict.difference.p < 0.01
    assert by["entities", "relaxed"].difference.p == 1.0


def test_a_run_against_itself_differs_by_nothing(kiwi):
    scored = evaluate_tagger([GOLD], [SAID], kiwi, Job(), against=[SAID])
    assert {(one.difference.f1, one.difference.p) for one in scored.compared} == {(0.0, 1.0)}


def test_what_the_label_set_lacks_takes_no_part(kiwi):
    gold = document("a", (0, 6, "planet"), (7, 13, "negation"), (14, 28, "problem"), relations=[(2, 1)])
    said = document("a", (0, 6, "moon"), (7, 13, "negation"), (14, 28, "problem"), relations=[(2, 1)])
    evaluation = evaluate_tagger([gold], [said], kiwi, Job()).evaluation
    assert evaluation.groups[0].scores["strict"].micro.gold == 2
    assert evaluation.relations["strict"].micro.f1 == 1.0
    assert all("planet" not in str(finding) for finding in evaluation.findings)


def test_joining_is_also_scored_between_the_ends_that_both_sides_tagged(kiwi):
    evaluation = evaluate_tagger([GOLD], [SAID], kiwi, Job()).evaluation
    assert evaluation.relations["strict"].micro.f1 == 0.5
    assert evaluation.relations["between found ends"].micro.f1 == 1.0


SEEN = "She has had pain in her left knee for two weeks. She takes no drugs at all for it."


def test_notes_that_stood_in_the_training_are_refused_by_name_and_not_by_text():
    gold = [document("new", text="A quite different story of someone who feels well today."),
            document("old", text=SEEN.replace(" ", "\n", 3))]  # fmt: skip
    training = [document("s1", text=SEEN[:62]), document("s2", text="Stable.")]
    with pytest.raises(InputError, match=r"1 note of the gold side .*“old”") as refused:
        refuse_seen(gold, training, Job())
    assert "knee" not in str(refused.value)
    refuse_seen(gold[:1], training, Job())
