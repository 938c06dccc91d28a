"""Names: after titles, before degrees, in signatures and after labels; eponyms are left alone."""

from __future__ import annotations

import pytest

from engine.identifiers.names import NAME_RULES
from engine.identifiers.screen import screen


def found(text: str) -> list[str]:
    return [finding.span.of(text) for finding in screen(text, NAME_RULES)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("seen by Dr. Okonkwo today", "Okonkwo"),
        ("Mr. Ward reports", "Ward"),
        ("Mrs. Ana María López-García's son", "Ana María López-García"),
        ("Ms Holliday has relapsed", "Holliday"),
        ("DR. OKONKWO will see", "OKONKWO"),
        ("Dr. Van der Berg", "Van der Berg"),
        ("Dr.\nOkonkwo", "Okonkwo"),
        ("Kwame Okonkwo, M.D.", "Kwame Okonkwo"),
        ("seen by Okonkwo, PA-C.", "Okonkwo"),
        ("Electronically signed by: Kwame Okonkwo", "Kwame Okonkwo"),
        ("Dictated by OKONKWO, KWAME", "OKONKWO, KWAME"),
        ("performed by Kwame Okonkwo on", "Kwame Okonkwo"),
        ("cc: Kwame Okonkwo", "Kwame Okonkwo"),
        ("Patient Name: OKONKWO KWAME", "OKONKWO KWAME"),
        ("PATIENT: Okonkwo, Kwame B. DOB", "Okonkwo, Kwame B."),
        ("Emergency contact: Kwame Okonkwo", "Kwame Okonkwo"),
        ("Sincerely,\n\nKwame Okonkwo\n", "Kwame Okonkwo"),
        ("Dear Ms. Okonkwo:", "Okonkwo"),
        ("My name is Kwame.", "Kwame"),
        ("a boy named Kwame who", "Kwame"),
        ("Kwame Okonkwo is a pleasant 58-year-old male", "Kwame Okonkwo"),
        ("her husband Richard drove", "Richard"),
        ("I talked to Anna today", "Anna"),
        ("Contact GLENDA OKONKWO Date of", "GLENDA OKONKWO"),
        ("Kwame Okonkwo reports pain", "Kwame Okonkwo"),
        ("follow up with Kwame Okonkwo in a week", "Kwame Okonkwo"),
        ("Kwame Okonkwo\n1203 Elm Street\n", "Kwame Okonkwo"),
    ],
)
def test_a_name_in_a_telling_place_is_found(text: str, name: str) -> None:
    assert found(text) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "Dr. X and Mr. ABC saw Dr. XYZ; Ms. A, Dr. Z's group",
        "ATTENDING PHYSICIAN: AB CD, M.D.",
        "MR brain and MS Contin; moderate MR. The valve",
        "Foley catheter, Jackson-Pratt drain, Allen test, Glasgow coma scale",
        "Parkinson disease, Graves' disease, Charcot-Marie-Tooth, Smith-Magenis",
        "Patient: Alert and oriented. Name: Unknown. PATIENT: HISTORY OF ASTHMA",
        "Sample Name: Gen Med Consult. Drug name: Sigma",
        "Follow up with Primary Care. Follow up with Infectious Disease.",
        "Normal gait. Chest Pain reports. Blood Pressure presents.",
        "mother Alzheimer's, father: Hypertension, brother Parkinson",
        "seen by Doppler examination, approved by Ethics Committee",
        "She was admitted to St. Luke for it; North Carolina; San Antonio",
        "ED COURSE: stable. RITA was used. signed by two witnesses",
        "This is Normal. I am Sorry.",
        "the Abraham lens, the Thomas splint, fluid in the pouch of Douglas",
        "Ewing Sarcoma presented; from South Sudan presented; Whole-body PET-CT-scan reports",
    ],
)
def test_marks_of_deidentification_eponyms_and_headings_are_no_names(text: str) -> None:
    assert found(text) == []


def test_plain_words_after_a_name_are_left_out_of_it() -> None:
    assert found("Dr. Okonkwo Cardiology") == ["Okonkwo"]
