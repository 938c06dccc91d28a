"""Sections of clinical notes."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.text.section import OTHER, TITLES, headings, normalised, sections


def _titles(text):
    return [(one.title, one.heading.of(text)) for one in sections(text)]


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("HISTORY OF PRESENT ILLNESS", "history of present illness"),
        ("HPI", "history of present illness"),
        ("Current Medications", "medications"),
        ("MEDICATIONS ON ADMISSION", "medications"),
        ("Discharge meds", "medications"),
        ("ALLERGIES", "allergies"),
        ("Family Hx", "family history"),
        ("A/P", "assessment and plan"),
        ("Assessment & Plan", "assessment and plan"),
        ("PREOPERATIVE DIAGNOSIS", "diagnosis"),
        ("LABORATORY DATA", "laboratory"),
        ("Follow-up", "follow-up"),
        ("Physical Exam on Admission", "physical examination"),
        ("HEENT", None),
        ("Weight", None),
        ("", None),
    ],
)
def test_headings_are_brought_to_one_title(heading, title):
    assert normalised(heading) == title
    assert title is None or title in TITLES


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "CHIEF COMPLAINT\n\nCough.\n\nPLAN\n\nRest.",
            [("chief complaint", "CHIEF COMPLAINT"), ("plan", "PLAN")],
        ),
        ("CC:\r\nCough.\r\nPlan: rest", [("chief complaint", "CC:"), ("plan", "Plan:")]),
        ("MEDICATIONS : aspirin", [("medications", "MEDICATIONS :")]),
        ("## Allergies\nnone", [("allergies", "Allergies")]),
        ("**Social History:**\nnone", [("social history", "Social History:")]),
        ("DATA OF THE DAY:\nx", [(OTHER, "DATA OF THE DAY:")]),
        ("Keywords:\nx, y", [(OTHER, "Keywords:")]),
        ("ANESTHESIA: , Spinal.,DRAINS: , None.", [("procedure", "ANESTHESIA:"), ("procedure", "DRAINS:")]),
        (
            "S: cough\nO: T: 38\nA: cold\nP: rest",
            [
                ("history of present illness", "S:"),
                ("physical examination", "O:"),
                ("assessment", "A:"),
                ("plan", "P:"),
            ],
        ),
        ("T: 38\nP: 80\nS: 12", []),
        ("OBJECTIVE (by telephone)\nwell", [("physical examination", "OBJECTIVE (by telephone)")]),
        ("The plan: rest", []),
        ("medications were given", []),
        ("HEENT: normal\nLUNGS: clear\nEKG: normal", []),
        ("Temp: 98.6\nBP: 120/80\nNo fever", []),
        ("COVID-19 POSITIVE", []),
        ("MULTIPLE DENTAL CARIES.\nODONTALGIA.", []),
    ],
)
def test_headings_are_found_where_they_open_a_part(text, wanted):
    assert _titles(text) == wanted


def test_a_section_reaches_to_the_next_heading():
    text = "Preface.\nALLERGIES: Penicillin.\n\nFAMILY HISTORY:\nMother had asthma.\n \n"
    first, second = sections(text)
    assert first.span.of(text) == "ALLERGIES: Penicillin."
    assert second.span.of(text) == "FAMILY HISTORY:\nMother had asthma."


@given(
    st.lists(
        st.sampled_from(
            [
                "PLAN",
                "Plan",
                ":",
                " ",
                "\n",
                "\r\n",
                "HISTORY",
                "ALLERGIES:",
                ".",
                ",",
                "- ",
                "1. ",
                "x",
                "İ",
                "**",
                "\t",
            ]
        ),
        max_size=30,
    ).map("".join)
)
@settings(max_examples=250)
def test_sections_stand_in_order_and_begin_with_their_heading(text):
    found = sections(text)
    assert all(left.span.end <= right.span.start for left, right in pairwise(found))
    for one in found:
        assert one.title in TITLES
        assert one.span.start == one.heading.start
        assert one.span.contains(one.heading)
        assert one.heading.of(text).strip() == one.heading.of(text)
    assert [(one.title, one.heading) for one in found] == list(headings(text))
