"""Measure: what the screen finds on public texts must not get worse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.identifiers.masking import mask
from engine.identifiers.measure import (
    Alarms,
    Recall,
    alarms,
    corpora,
    main,
    presidio_sentences,
    rows_of_types,
)
from engine.identifiers.screen import screen

DATA = Path(__file__).parents[4] / "shared" / "data"
REVIEWED = Path(__file__).parent / "reviewed.json"

needs_corpora = pytest.mark.skipif(
    not (DATA / "presidio-synth").is_dir(), reason="the public corpora are not beside this checkout"
)

FLOORS = {
    "CREDIT_CARD": 1.0,
    "DATE_TIME": 1.0,
    "DOMAIN_NAME": 1.0,
    "EMAIL_ADDRESS": 1.0,
    "IBAN_CODE": 1.0,
    "IP_ADDRESS": 1.0,
    "US_SSN": 1.0,
    "US_DRIVER_LICENSE": 1.0,
    "PHONE_NUMBER": 0.97,
    "PERSON after a title": 0.97,
    "STREET_ADDRESS": 0.92,
    "PERSON": 0.48,
}
"""Recall that each half of the templates must keep."""


def sentence(text: str, kind: str, surface: str, template: int) -> dict[str, object]:
    start = text.index(surface)
    span = {"entity_type": kind, "start_position": start, "end_position": start + len(surface)}
    return {"full_text": text, "template_id": template, "spans": [span]}


def test_recall_is_counted_by_type_and_by_half_of_the_templates() -> None:
    halves = rows_of_types(
        [
            sentence("My mail is jane@example.org", "EMAIL_ADDRESS", "jane@example.org", 2),
            sentence("My mail is in here", "EMAIL_ADDRESS", "in here", 3),
            sentence("In 2019 he left", "DATE_TIME", "2019", 2),
            sentence("on 03/14/2019 he left", "DATE_TIME", "03/14/2019", 2),
            sentence("a 45-year-old", "AGE", "45", 2),
            sentence("in Norway", "GPE", "Norway", 2),
            sentence("at Acme", "ORGANIZATION", "Acme", 2),
        ]
    )
    assert halves["tuning"] == {
        "EMAIL_ADDRESS": Recall(1, 1, 1),
        "not claimed: years and weekdays": Recall(1, 0, 0),
        "DATE_TIME": Recall(1, 1, 1),
        "not claimed: ages up to 89": Recall(1, 0, 0),
        "not claimed: countries and states": Recall(1, 0, 0),
        "not claimed: ORGANIZATION": Recall(1, 0, 0),
    }
    assert halves["held-out"] == {"EMAIL_ADDRESS": Recall(1, 0, 0)}


def test_alarms_are_false_unless_a_reader_listed_the_place() -> None:
    notes = [("a", "Dr. Okonkwo came on 03/14/2020."), ("b", "Nothing to see here.")]
    counted = alarms("made up", notes, {"a": [[4, 11]], "b": [[0, 7]]})
    assert counted == Alarms("made up", 2, 9, 1, 1, 2, 1, {"date.numeric": 1})
    assert counted.false_per_thousand_words == pytest.approx(1000 / 9)


@needs_corpora
@pytest.mark.slow
def test_recall_keeps_its_floors_on_both_halves() -> None:
    halves = rows_of_types(presidio_sentences(DATA))
    for half, rows in halves.items():
        for row, floor in FLOORS.items():
            if row in rows:
                assert rows[row].found / rows[row].gold >= floor, f"{row}, {half}"


@needs_corpora
@pytest.mark.slow
def test_clinical_notes_raise_less_than_one_false_alarm_per_thousand_words() -> None:
    reviewed = json.loads(REVIEWED.read_text(encoding="utf-8"))
    for corpus, notes in corpora(DATA).items():
        counted = alarms(corpus, notes, reviewed[corpus])
        assert counted.false_per_thousand_words < 0.2
        assert counted.found / counted.listed > 0.94


@needs_corpora
@pytest.mark.slow
def test_masked_notes_are_clean_when_they_are_screened_again() -> None:
    for notes in corpora(DATA).values():
        for _, text in notes:
            masked = mask(text, screen(text))
            assert len(masked) == len(text)
            assert screen(masked) == ()


@needs_corpora
@pytest.mark.slow
def test_the_command_prints_both_tables(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(DATA), "--reviewed", str(REVIEWED), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert set(said["recall"]) == {"tuning", "held-out"}
    assert [one["corpus"] for one in said["alarms"]] == ["kiwi-mtsamples", "aci-bench"]
    assert main([str(DATA), "--reviewed", str(REVIEWED)]) == 0
    assert "per 1,000 words" in capsys.readouterr().out
