"""Contact: telephone and fax numbers, addresses on the net."""

from __future__ import annotations

import pytest

from engine.identifiers.classes import IdentifierClass
from engine.identifiers.screen import screen


def found(text: str) -> list[tuple[str, str]]:
    return [(finding.kind.value, finding.span.of(text)) for finding in screen(text)]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Call (713) 555-0142 today", "(713) 555-0142"),
        ("(713)555-0142 (Home phone)", "(713)555-0142"),
        ("713-555-0142", "713-555-0142"),
        ("713.555.0142 x23", "713.555.0142 x23"),
        ("+1-903-140-4508x769", "+1-903-140-4508x769"),
        ("1-800-555-0142", "1-800-555-0142"),
        ("713 555 0142 was dialled", "713 555 0142"),
        ("+41 (0)62 585 51 90", "+41 (0)62 585 51 90"),
        ("the office at 327-8850.", "327-8850"),
        ("Mobile: 0341 8387176", "0341 8387176"),
        ("Desk: 5403926876", "5403926876"),
        ("phone number is 655 437 108", "655 437 108"),
        ("416 60 039 office", "416 60 039"),
        ("Pager 555-0142", "555-0142"),
    ],
)
def test_a_telephone_number_is_found(text: str, number: str) -> None:
    assert found(text) == [("phone", number)]


@pytest.mark.parametrize("text", ["Fax: 713-555-0142", "his fax number is 831-5926", "831-5926 fax"])
def test_a_number_beside_the_word_fax_is_a_fax_number(text: str) -> None:
    assert [kind for kind, _ in found(text)] == ["fax"]


@pytest.mark.parametrize(
    "text",
    [
        "sodium 140 105 22 1.2, platelets 250 300 1000",
        "sugars at home 120 130 140 150 and 160/90 at work",
        "BP 120/80, 130/85; heart rate 80-100",
        "q4-6h, 24/7, 5/5, L4-5, S1-S2, 3-0 Vicryl",
        "lisinopril 20-25 mg; 1000-2000 mL",
        "WBC 12.5, RBC 4500000, Plt 250,000-300,000",
        "250-3000 mg daily, 300-1000 units",
        "The call came at 10:30. Home at 0800.",
        "ICD 250.00, CPT 99213, 401.9, 2015-2020",
        "text 2005-2007 and contact 2008",
    ],
)
def test_measurements_and_doses_are_no_telephone_numbers(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "kind", "surface"),
    [
        ("write to jane.roe+x@mail.example.org.", "email", "jane.roe+x@mail.example.org"),
        ("see https://example.org/a?b=c#d, please", "url", "https://example.org/a?b=c#d"),
        ("(www.example.com)", "url", "www.example.com"),
        ("at portal.example.edu/login now", "url", "portal.example.edu/login"),
        ("from 48.90.248.226 blocked", "ip", "48.90.248.226"),
        ("IP address 10.0.0.1", "ip", "10.0.0.1"),
        ("2001:db8::ff00:42:8329 seen", "ip", "2001:db8::ff00:42:8329"),
        ("MAC 00:1A:2B:3C:4D:5E", "ip", "00:1A:2B:3C:4D:5E"),
    ],
)
def test_an_address_on_the_net_is_found(text: str, kind: str, surface: str) -> None:
    assert found(text) == [(kind, surface)]


@pytest.mark.parametrize(
    "text",
    ["b.i.d., t.i.d. and p.r.n.", "section 2.1.3.4 of it", "at 10:30:45", "A&O x3 @ bedside", "e.g. 1.1.1.1"],
)
def test_abbreviations_and_sections_are_no_addresses_on_the_net(text: str) -> None:
    assert found(text) == []


def test_each_class_has_a_letter_a_mark_and_words_for_it() -> None:
    letters = {kind.letter for kind in IdentifierClass}
    assert letters == set("ABCDEFGHIJKLMNOPQR")
    assert len({kind.mark for kind in IdentifierClass}) == len(IdentifierClass)
    assert all(kind.singular and kind.plural for kind in IdentifierClass)
