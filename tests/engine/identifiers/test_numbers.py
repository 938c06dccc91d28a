"""Numbers that belong to one person: by their check digits, or by the word before them."""

from __future__ import annotations

import pytest

from engine.identifiers.checksums import (
    dea_holds,
    iban_holds,
    luhn_holds,
    npi_holds,
    routing_holds,
    vin_holds,
)
from engine.identifiers.screen import screen


def found(text: str) -> list[tuple[str, str]]:
    return [(finding.kind.value, finding.span.of(text)) for finding in screen(text)]


@pytest.mark.parametrize(
    ("text", "kind", "surface"),
    [
        ("SSN: 460-89-9847", "ssn", "460-89-9847"),
        ("His social security number is 125174954", "ssn", "125174954"),
        ("460-89-9847 on file", "ssn", "460-89-9847"),
        ("MRN: 2141761", "mrn", "2141761"),
        ("Medical record number 00-12-34", "mrn", "00-12-34"),
        ("MR# A123456", "mrn", "A123456"),
        ("Policy number: XYZ123456", "health_plan", "XYZ123456"),
        ("1EG4-TE5-MK73", "health_plan", "1EG4-TE5-MK73"),
        ("card 4111 1111 1111 1111", "account", "4111 1111 1111 1111"),
        ("my card 675984103431?", "account", "675984103431"),
        ("IBAN GB82 WEST 1234 5698 7654 32", "account", "GB82 WEST 1234 5698 7654 32"),
        ("transfer from gb82west12345698765432 to", "account", "gb82west12345698765432"),
        ("Account #: 00123456", "account", "00123456"),
        ("driver's license number is F162823540116", "licence", "F162823540116"),
        ("NPI 1234567893", "licence", "1234567893"),
        ("DEA AB1234563", "licence", "AB1234563"),
        ("1M8GDM9AXKP042788", "vehicle", "1M8GDM9AXKP042788"),
        ("license plate 7ABC123", "vehicle", "7ABC123"),
        ("serial number SN-99812", "device", "SN-99812"),
        ("(01)00844588003288(17)141120(10)7654321D", "device", "(01)00844588003288(17)141120(10)7654321D"),
        ("Accession number: 20-118822", "other", "20-118822"),
        ("study ID: AB-10077", "other", "AB-10077"),
        ("123e4567-e89b-12d3-a456-426614174000", "other", "123e4567-e89b-12d3-a456-426614174000"),
        ("barcode 9988776655443", "other", "9988776655443"),
    ],
)
def test_a_number_of_one_person_is_found(text: str, kind: str, surface: str) -> None:
    assert found(text) == [(kind, surface)]


@pytest.mark.parametrize(
    "text",
    [
        "000-12-3456 and 666-12-3456 and 912-12-3456 and 123-00-4567",
        "MRN: 0000000",
        "platelets 250000, WBC 12500, 100,000 units, 1500000 IU",
        "Chart reviewed. Unit 4 West. Case discussed. Model of care.",
        "glucose 110, creatinine 1.2, account of the fall, serial troponins 0.03",
        "policy of 2 weeks; group therapy; claim that 50 mg helps",
        "cost $123456789",
    ],
)
def test_figures_that_measure_or_count_are_not_found(text: str) -> None:
    assert found(text) == []


def test_check_digits_are_told_right_from_wrong() -> None:
    assert luhn_holds("4111111111111111")
    assert not luhn_holds("4111111111111112")
    assert npi_holds("1234567893")
    assert not npi_holds("1234567890")
    assert iban_holds("GB82 WEST 1234 5698 7654 32")
    assert not iban_holds("GB82 WEST 1234 5698 7654 33")
    assert not iban_holds("GB82")
    assert vin_holds("1M8GDM9AXKP042788")
    assert not vin_holds("1M8GDM9A1KP042788")
    assert not vin_holds("1M8GDM9AXKP04278I")
    assert dea_holds("AB1234563")
    assert not dea_holds("AB1234564")
    assert routing_holds("111000025")
    assert not routing_holds("111000026")


def test_a_long_number_that_fails_the_card_check_is_still_a_number_of_someone() -> None:
    assert found("4111111111111112") == [("other", "4111111111111112")]
