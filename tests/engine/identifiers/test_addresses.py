"""Addresses: whatever is smaller than a state is found, states and countries are not."""

from __future__ import annotations

import pytest

from engine.identifiers.addresses import ADDRESS_RULES
from engine.identifiers.screen import screen


def found(text: str) -> list[str]:
    return [finding.span.of(text) for finding in screen(text, ADDRESS_RULES)]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("lives at 1203 Elm Street.", "1203 Elm Street"),
        ("at 6101 ANTOINE DRIVE now", "6101 ANTOINE DRIVE"),
        ("1203 N. Martin Luther King Blvd", "1203 N. Martin Luther King Blvd"),
        ("1203 Elm St, Apt. 4B", "1203 Elm St, Apt. 4B"),
        ("P.O. Box 1234", "P.O. Box 1234"),
        ("PSC 3294, Box 9168\nAPO AA 61487", "PSC 3294, Box 9168\nAPO AA 61487"),
        ("Houston, TX 77031", "Houston, TX 77031"),
        ("Ann Arbor, Michigan 48109-1234", "Ann Arbor, Michigan 48109-1234"),
        ("moved from Cheyenne, Wyoming", "Cheyenne"),
        ("My zip code is 77031", "77031"),
        ("lives in Las Cruces with", "Las Cruces"),
        ("born in Munich, Germany", "Munich"),
        ("on the corner of Elm and Main", "Elm and Main"),
        ("works on Elm Street", "Elm Street"),
        ("lives at 12 Rua Diadema 1903", "12 Rua Diadema 1903"),
        ("29 Friedhofstrasse 33", "29 Friedhofstrasse 33"),
        ("taken to Tacoma General Hospital by", "Tacoma General Hospital"),
        ("St. Vincent's Hospital", "St. Vincent's Hospital"),
        ("1203 Elm Street\nSuite 9\nLas Cruces, NM 88001", "1203 Elm Street\nSuite 9\nLas Cruces, NM 88001"),
    ],
)
def test_a_place_smaller_than_a_state_is_found(text: str, place: str) -> None:
    assert found(text) == [place]


@pytest.mark.parametrize(
    "text",
    [
        "lives in Florida; moved from North Carolina; born in Mexico; from the United States",
        "transferred to Recovery; returned to Postanesthesia Care Unit; discharged home on Zithromax",
        "at the General Hospital, the Pain Clinic, our Children's Hospital, ABCD Hospital",
        "2 Views Chest, 5 Vicryl sutures, 3 Vessel Disease, 4 Hours Later",
        "the corner of the mouth; 2-0 Silk tie; 0 tie; #0 silk tie",
        "one way; in place; a court; drive; lane; close",
        "10 Lantus units; 500 mg Tylenol 3 times; 81 mg Aspirin",
        "works at home; trip to the store; lives with Mother",
    ],
)
def test_states_wards_and_doses_are_no_addresses(text: str) -> None:
    assert found(text) == []
