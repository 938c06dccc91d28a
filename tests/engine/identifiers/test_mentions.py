"""Mentions of pictures and of biometric records."""

from __future__ import annotations

import pytest

from engine.identifiers.screen import screen


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("fingerprint scan on file", "biometric"),
        ("verified by voice print", "biometric"),
        ("a full-face photograph", "photo"),
        ("photo of the patient's face", "photo"),
        ("see IMG_2041.jpg", "photo"),
    ],
)
def test_a_mention_is_found(text: str, kind: str) -> None:
    assert [finding.kind.value for finding in screen(text)] == [kind]


@pytest.mark.parametrize(
    "text", ["photophobia, facial droop", "Retinal scan of the eye", "the picture is mixed"]
)
def test_clinical_words_are_no_mentions(text: str) -> None:
    assert screen(text) == ()
