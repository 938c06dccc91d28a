"""Notes: a text that never changes, and its hash."""

import hashlib

import pytest

from engine.text.note import Note, NoteId, text_hash


def test_the_hash_is_of_the_utf8_of_the_text_as_it_is():
    text = "BP 120/80\r\nµg\u00a0🩺"
    assert text_hash(text) == hashlib.sha256(text.encode("utf-8")).hexdigest()
    assert Note(NoteId(1), "a", text).sha256 == text_hash(text)


def test_a_line_break_of_two_characters_is_not_one_of_one():
    assert text_hash("a\r\nb") != text_hash("a\nb")


def test_a_lone_surrogate_never_becomes_a_note_unnoticed():
    with pytest.raises(UnicodeEncodeError):
        text_hash("a\ud800b")


def test_a_note_shown_in_a_log_shows_no_text():
    assert "canary" not in repr(Note(NoteId(1), "n", "canary", {"patient": "canary"}))
