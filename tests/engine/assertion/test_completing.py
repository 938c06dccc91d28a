from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.annotation.said import LabelledSpan
from engine.assertion.completing import NoteWords, completed
from engine.labels.files import find_label_set
from engine.model_files.places import models_folder
from engine.text.sentence import sentences
from engine.text.span import Span
from engine.text.token import tokenize

KIWI = find_label_set("kiwi", models_folder())


def said(text: str, marks: dict[str, str], given: dict[str, tuple[str, float]] | None = None) -> set[str]:
    """Return “entity <- modifier (label)” of all that is joined; `marks` and `given` say labels by surface.

    `given` are modifiers of the tagger, with their scores.
    """
    items = [
        LabelledSpan((Span(*match.span()),), label)
        for surface, label in marks.items()
        for match in re.finditer(re.escape(surface), text)
    ]
    for surface, (label, score) in (given or {}).items():
        items.append(LabelledSpan((Span(at := text.index(surface), at + len(surface)),), label, score))
    tokens = tokenize(text)
    everything, relations = completed(NoteWords(text, tokens, sentences(text, tokens)), items, KIWI)
    surfaces = [one.hull.of(text) for one in everything]
    return {
        f"{surfaces[one.head]} <- {surfaces[one.tail]} ({everything[one.tail].label})" for one in relations
    }


def problems(*surfaces: str) -> dict[str, str]:
    return dict.fromkeys(surfaces, "problem")


@pytest.mark.parametrize(
    ("text", "marks", "expected"),
    [
        (
            "She denies chest pain, fever, or chills, but has cough.",
            problems("chest pain", "fever", "chills", "cough"),
            {"chest pain <- denies (negation)", "fever <- denies (negation)", "chills <- denies (negation)"},
        ),
        (
            "No fever; there is a rash.",
            problems("fever", "rash"),
            {"fever <- No (negation)"},
        ),
        (
            "Pneumonia was ruled out.",
            problems("Pneumonia"),
            {"Pneumonia <- was ruled out (negation)"},
        ),
        (
            "No significant change in the effusion.",
            problems("effusion"),
            set(),
        ),
        (
            "CT negative for appendicitis.",
            problems("appendicitis"),
            {"appendicitis <- negative (negation)"},
        ),
        (
            "Non-small cell carcinoma with effusion.",
            problems("Non-small cell carcinoma", "effusion"),
            set(),
        ),
        (
            "Gram negative sepsis.",
            problems("sepsis"),
            set(),
        ),
        (
            "Pneumonia cannot be ruled out.",
            problems("Pneumonia"),
            {"Pneumonia <- cannot be ruled out (uncertain)"},
        ),
        (
            "Concern for sepsis.",
            problems("sepsis"),
            {"sepsis <- Concern (uncertain)"},
        ),
        (
            "Return if fever develops.",
            problems("fever"),
            {"fever <- if (condition)"},
        ),
        (
            "Mother had breast cancer.",
            problems("breast cancer"),
            {"breast cancer <- Mother (subject)"},
        ),
        (
            "FAMILY HISTORY:\nFather, diabetes. Brother: stroke.\n",
            problems("diabetes", "stroke"),
            {"diabetes <- Father (subject)", "stroke <- Brother (subject)"},
        ),
        (
            "The father, who drove him here, saw a rash.",
            problems("rash"),
            set(),
        ),
        (
            "Acute bronchitis with mild wheezing.",
            problems("Acute bronchitis", "mild wheezing"),
            {"Acute bronchitis <- Acute (course)", "mild wheezing <- mild (severity)"},
        ),
    ],
)
def test_a_cue_speaks_of_what_its_scope_holds(text: str, marks: dict[str, str], expected: set[str]) -> None:
    assert said(text, marks) == expected


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("Fever: No\nChills: Yes\nCough: none", {"Fever", "Cough"}),
        ("[ ] Fever [x] Chills [ ] Cough", {"Fever", "Cough"}),
        ("Fever - negative, Chills - positive, Cough - denies", {"Fever", "Cough"}),
        ("Fever (-) Chills (+) Cough (-)", {"Fever", "Cough"}),
        ("☐ Fever ☒ Chills ☐ Cough", {"Fever", "Cough"}),
        ("Fever: No significant findings. Chills. Cough.", set()),
    ],
)
def test_a_form_says_itself_what_is_not_there(text: str, negated: set[str]) -> None:
    found = said(text, problems("Fever", "Chills", "Cough"))
    assert {one.partition(" <- ")[0] for one in found if one.endswith("(negation)")} == negated


def test_a_line_of_a_drug_belongs_to_the_drug() -> None:
    text = (
        "1. Prednisone 20 mg tablets, 2 tablets p.o. daily for 7 days. "
        "2. Lantus 12 units subcutaneously at bedtime."
    )
    assert said(text, {"Prednisone": "drug", "Lantus": "drug"}) == {
        "Prednisone <- 20 mg (strength)",
        "Prednisone <- tablets (form)",
        "Prednisone <- 2 (dosage)",
        "Prednisone <- p.o. (route)",
        "Prednisone <- daily (frequency)",
        "Prednisone <- for 7 days (duration)",
        "Lantus <- 12 units (dosage)",
        "Lantus <- subcutaneously (route)",
        "Lantus <- at bedtime (frequency)",
    }


def test_a_mark_of_deidentification_is_no_part_of_a_line() -> None:
    assert said("Aspirin [**5 mg**] daily.", {"Aspirin": "drug"}) == {"Aspirin <- daily (frequency)"}


def test_a_route_may_stand_before_its_drug() -> None:
    assert said("Treated with oral steroids.", {"steroids": "drug"}) == {"steroids <- oral (route)"}


def test_a_value_and_its_normal_range_belong_to_the_test() -> None:
    text = "Potassium 3.1 mmol/L (3.5-5.1), sodium is 140, creatinine within normal limits."
    assert said(text, {"Potassium": "test", "sodium": "test", "creatinine": "test"}) == {
        "Potassium <- 3.1 mmol/L (labvalue)",
        "Potassium <- 3.5-5.1 (reference_range)",
        "sodium <- 140 (labvalue)",
        "creatinine <- within normal limits (labvalue)",
    }


def test_where_rule_and_tagger_agree_the_cue_stands_once_within_the_borders_of_the_rule() -> None:
    assert said("No evidence of fever.", problems("fever"), {"No": ("negation", 0.9)}) == {
        "fever <- No evidence of (negation)"
    }


def test_a_rule_decides_which_part_of_a_line_some_words_are() -> None:
    found = said("Aspirin 81 mg daily.", {"Aspirin": "drug"}, {"81 mg": ("dosage", 0.9)})
    assert found == {"Aspirin <- 81 mg (strength)", "Aspirin <- daily (frequency)"}


@pytest.mark.parametrize(("score", "stays"), [(0.95, True), (0.4, False)])
def test_a_negation_that_no_rule_knows_stays_where_the_tagger_is_sure(score: float, stays: bool) -> None:
    found = said("The lungs lack any rales.", problems("rales"), {"lack": ("negation", score)})
    assert found == ({"rales <- lack (negation)"} if stays else set())


def test_a_rule_does_not_speak_over_another_modifier_of_the_tagger() -> None:
    found = said("Recurrent sinusitis.", problems("Recurrent sinusitis"), {"Recurrent": ("temporal", 0.9)})
    assert found == {"Recurrent sinusitis <- Recurrent (temporal)"}


def test_the_negation_of_a_problem_replaces_what_the_tagger_took_for_a_value() -> None:
    found = said("Negative chest pain.", problems("chest pain"), {"Negative": ("labvalue", 0.9)})
    assert found == {"chest pain <- Negative (negation)"}


def test_labels_that_the_label_set_does_not_have_are_not_said() -> None:
    without = find_label_set("i2b2-2010", models_folder())
    text = "No fever."
    tokens = tokenize(text)
    note = NoteWords(text, tokens, sentences(text, tokens))
    everything, relations = completed(note, [LabelledSpan((Span(3, 8),), "problem")], without)
    assert [one.label for one in everything if one.label not in without] == []
    assert all(without.relation(everything[one.head].label, everything[one.tail].label) for one in relations)


_WORDS = (
    "no denies fever pain aspirin 81 mg b.i.d. possible (-) : , . mother sodium 138 if but 1. é acute [ ]"
)
_PIECES = st.sampled_from((*_WORDS.split(), "Family history:", "was ruled out", "\n", "\u200d"))


@given(st.lists(_PIECES, max_size=30).map(" ".join), st.data())
def test_whatever_is_written_every_offset_holds_and_every_pair_is_legal(
    text: str, data: st.DataObject
) -> None:
    tokens = tokenize(text)
    places = [tokens[i] for i in range(len(tokens))]
    chosen = data.draw(st.lists(st.sampled_from(places), unique=True, max_size=8)) if places else []
    labels = st.sampled_from(["problem", "drug", "test", "negation", "strength"])
    items = [LabelledSpan((place,), data.draw(labels), data.draw(st.floats(0, 1))) for place in chosen]
    everything, relations = completed(NoteWords(text, tokens, sentences(text, tokens)), items, KIWI)
    assert all(one.hull.end <= len(text) and one.hull.of(text).strip() for one in everything)
    assert all(KIWI.relation(everything[one.head].label, everything[one.tail].label) for one in relations)
    assert len({(one.head, one.tail) for one in relations}) == len(relations)
    entities = {(one.hull, one.label) for one in items if one.label in {"problem", "drug", "test"}}
    assert entities <= {(one.hull, one.label) for one in everything}


def test_an_endless_line_costs_no_more_than_many_short_ones() -> None:
    text = "no fever , , , - - : : 1,1,1,1 " * 3000
    fever = [LabelledSpan((Span(*match.span()),), "problem") for match in re.finditer("fever", text)]
    tokens = tokenize(text)
    note = NoteWords(text, tokens, [Span(0, len(text.rstrip()))])
    everything, relations = completed(note, fever, KIWI)
    assert len(everything) == 2 * len(fever)
    assert len(relations) >= len(fever)
