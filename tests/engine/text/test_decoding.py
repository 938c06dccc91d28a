"""Bytes of files as texts."""

import codecs

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.errors import InputError
from engine.text import decoding
from engine.text.decoding import clean, decode

_NOTE = "Temp 38.5 °C, 5 µg ± 1; “no” – naïve café.\r\nTab\there\u00a0nbsp 👩\u200d⚕️ e\u0301\n"
_TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60).filter(str.strip)


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (_NOTE.encode(), "utf-8"),
        (codecs.BOM_UTF8 + _NOTE.encode(), "utf-8-sig"),
        (_NOTE.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + _NOTE.encode("utf-16-be"), "utf-16"),
        (_NOTE.encode("utf-32"), "utf-32"),
        (_NOTE.encode("utf-16-le"), "utf-16-le"),
        (_NOTE.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_unicode_files_keep_every_character(raw, encoding):
    decoded = decode(raw)
    assert decoded.text == _NOTE
    assert decoded.encoding == encoding
    assert decoded.replaced == 0
    assert raw.decode(decoded.encoding) == _NOTE, "the codec that is named reads the whole file"
    assert bool(decoded.notes) == (encoding in {"utf-16-le", "utf-16-be"})


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        ("5 µg ± 2", "latin-1", "Latin-1"),
        ("µ", "latin-1", "Latin-1"),
        ("He said “no” – 5 µg", "cp1252", "Windows-1252"),
        ("Größe 178 cm, Blutdruck erhöht, Übelkeit", "latin-1", "Latin-1"),
        ("Жалобы на боль в груди, одышку при нагрузке.", "cp1251", "cp1251"),
    ],
)
def test_other_encodings_are_guessed_and_named(text, codec, name):
    decoded = decode(text.encode(codec))
    assert decoded.text == text
    assert decoded.encoding == codec
    assert len(decoded.notes) == 1
    assert name in decoded.notes[0]


def test_the_whole_file_tells_its_encoding_not_only_its_head():
    text = "5 µg twice a day. " * 40_000 + "The patient’s wife called."
    assert decode(text.encode("cp1252")).text == text


@given(_TEXTS, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
@settings(max_examples=200)
def test_what_was_written_is_read(text, codec):
    assume(not text.startswith("\ufeff"))
    raw = text.encode(codec)
    assume(codec != "utf-8" or not raw.startswith((b"PK\x03\x04", b"%PDF-", b"{\\rtf", b"GIF8", b"BZh")))
    decoded = decode(raw)
    assert (decoded.text, decoded.replaced) == (text, 0)


@given(st.binary(max_size=200))
@settings(max_examples=300)
def test_any_bytes_become_a_text_that_can_be_kept_or_a_sentence(raw):
    try:
        decoded = decode(raw)
    except InputError as failure:
        sentence, decoded = str(failure), None
    if decoded is None:
        assert sentence.endswith(".")
        return
    assert decoded.text.strip()
    assert "\0" not in decoded.text
    decoded.text.encode("utf-8")  # no lone surrogate is left
    codecs.lookup(decoded.encoding)


@pytest.mark.parametrize(
    ("raw", "text", "replaced"),
    [
        (b"a\x00b\x00c", "a\ufffdb\ufffdc", 2),
        (b"x\xed\xa0\x80y", "x\ufffdy", 1),
        (b"\xed\xa0\xbd\xed\xb8\x80", "\U0001f600", 0),
        (codecs.BOM_UTF16_LE + b"a\x00\x00\xd8b\x00", "a\ufffdb", 1),
        (codecs.BOM_UTF16_LE + b"a\x00b", "a\ufffd", 1),
        ("é±µ°é".encode() + b"\xb5", "é±µ°é\ufffd", 1),
    ],
)
def test_what_cannot_be_kept_is_replaced_and_counted(raw, text, replaced):
    decoded = decode(raw)
    assert (decoded.text, decoded.replaced) == (text, replaced)
    assert len(decoded.notes) == (1 if replaced else 0)


@pytest.mark.parametrize("raw", [b"", b" \r\n\t", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, "\u00a0".encode()])
def test_an_empty_file_is_refused(raw):
    with pytest.raises(InputError, match=r"^The file is empty\.$"):
        decode(raw)


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"%PDF-1.7\n", "a PDF file"),
        (b"PK\x03\x04rest", "Office"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"SQLite format 3\x00", "a database"),
        (bytes(range(256)) * 20, "not a text file"),
        (b"\x00" * 500 + b"text", "not a text file"),
        (b"\x01\x02\x03\x04\x05" * 100, "not a text file"),
    ],
)
def test_what_is_no_text_is_refused_by_name(raw, what):
    with pytest.raises(InputError, match=what):
        decode(raw)


def test_too_large_a_file_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(decoding, "LARGEST_BYTES", 2 * 1024 * 1024)
    with pytest.raises(InputError, match=r"3 MB, and at most 2 MB"):
        decode(b"a" * (3 * 1024 * 1024))
    with pytest.raises(InputError, match="too large"):
        clean("a" * (3 * 1024 * 1024))
    assert decode(b"a" * (1024 * 1024)).text


def test_a_text_from_a_parser_is_cleaned_alike():
    assert clean("\ufeffa\ud800b\0c\r\n") == decoding.Decoded(
        "a\ufffdb\ufffdc\r\n", "utf-8", 2, ("2 characters that no note can hold were replaced by “�”.",)
    )
    assert clean("\ud83d\ude00").text == "\U0001f600"
    with pytest.raises(InputError, match="empty"):
        clean(" \n")


def test_neither_messages_nor_the_object_hold_the_text():
    decoded = decode("Canary word, 5 µg".encode("latin-1"))
    assert "Canary" not in repr(decoded)
    with pytest.raises(InputError) as failure:
        decode(b"%PDF-Canary")
    assert "Canary" not in str(failure.value)
