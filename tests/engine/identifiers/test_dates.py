"""Dates and ages: what is finer than a year is found, what only looks like a date is not."""

from __future__ import annotations

import pytest

from engine.identifiers.ages import AGE_RULES
from engine.identifiers.classes import IdentifierClass
from engine.identifiers.dates import DATE_RULES
from engine.identifiers.screen import screen


def found(text: str) -> list[str]:
    return [finding.span.of(text) for finding in screen(text, DATE_RULES + AGE_RULES)]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Seen on 03/14/2020 for pain.", "03/14/2020"),
        ("Seen on 3/14/20.", "3/14/20"),
        ("Seen 14/3/2020.", "14/3/2020"),
        ("Seen 03-14-2020.", "03-14-2020"),
        ("Date: 14.03.2020", "14.03.2020"),
        ("Date: 14.03.20", "14.03.20"),
        ("At 2007-01-17 23:08:55 he left", "2007-01-17 23:08:55"),
        ("2020-03-14T10:30:00Z", "2020-03-14T10:30:00Z"),
        ("DOB: 19520314", "19520314"),
        ("BNP was 3000 in 03/2021, up", "03/2021"),
        ("last seen in 11/07.", "11/07"),
        ("cystoscopy on 4/13. Well since.", "4/13"),
        ("4/13: patient seen", "4/13"),
        ("on March 14, 2020, he", "March 14, 2020"),
        ("on Mar. 14th", "Mar. 14th"),
        ("on january 5", "january 5"),
        ("the 3rd of July 2008", "3rd of July 2008"),
        ("Last Rx: 17Aug2011 09:43AM; more", "17Aug2011 09:43AM"),
        ("14-Mar-2020", "14-Mar-2020"),
        ("in March of 2020 she", "March of 2020"),
        ("in March she fell", "March"),
        ("since last May, he", "May"),
        ("the end of December", "December"),
        ("on Christmas Eve", "Christmas Eve"),
        ("MRI on 12/01/08 in clinic", "12/01/08"),
        ("PAIN since 12/01/08 pain improved", "12/01/08"),
    ],
)
def test_a_date_finer_than_a_year_is_found(text: str, date: str) -> None:
    assert found(text) == [date]


@pytest.mark.parametrize(
    "text",
    [
        "In 2019 and from 2003 to 2007 he was well.",
        "Strength is 5/5 in all muscles on 5/5 testing.",
        "a 2/6 systolic murmur, pain 8/10 on 10/10 scale",
        "blood pressure 120/80, on 12/24 Epworth scale",
        "Norco 5/325 mg, Percocet 10/325",
        "L4-5 and C5-6-7, T1/2, grade 3/6",
        "every 4-6 hours, q4-6h, 24/7, 1-1/2 tablets",
        "on 1/2 tablet of aspirin and since 3/4 cup",
        "levels 1-2-3 and 10-20-30",
        "PCWP was 14/6/11\u200ammHg",
        "GCS 15, FHT 140s, EF 55-60%",
        "may 5 mg help? He may have it; we march on.",
        "Patient may 10 times a day. Take May 10 mg.",
        "urgent 13/14/15 and 31/31/2020",
        "ratio 1.2.3 and version 10.20.30.40",
        "3-0 Vicryl, 4-0 nylon, 2-0 silk",
    ],
)
def test_a_score_a_dose_or_a_bare_year_is_no_date(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("a 92-year-old man", "92"),
        ("a 101 year old woman", "101"),
        ("She is 94 y/o", "94"),
        ("92yo F", "92"),
        ("Age: 95", "95"),
        ("died at the age of 91", "91"),
        ("she turned 90 last week", "90"),
        ("Father died at 96.", "96"),
        ("he is 93, and lives alone", "93"),
        ("a ninety-two-year-old lady", "ninety-two"),
        ("one hundred and one year old", "one hundred and one"),
        ("died of a stroke in her 90s", "90s"),
    ],
)
def test_an_age_over_89_is_found(text: str, age: str) -> None:
    assert found(text) == [age]


@pytest.mark.parametrize(
    "text",
    [
        "an 89-year-old man, aged 45, age: 7",
        "saturation she is 95, and stable",
        "Pulse 92, weight 98 kg, oxygen 94% on room air",
        "he is 98.6 degrees; at age 90 days",
        "O2 sats in the 90s",
        "a 920-year-old oak",
    ],
)
def test_a_younger_age_or_a_measure_is_not_found(text: str) -> None:
    assert found(text) == []


def test_ages_and_dates_are_classes_of_their_own_under_one_letter() -> None:
    findings = screen("a 92-year-old seen on 03/14/2020")
    assert [finding.kind for finding in findings] == [IdentifierClass.AGE, IdentifierClass.DATE]
    assert {finding.kind.letter for finding in findings} == {"C"}
