"""The demo notes we ship, and their annotations."""

import re
import unicodedata
from pathlib import Path

import pytest

from engine.identifiers.screen import screen
from engine.labels.files import find_label_set
from engine.model_files.places import models_folder
from engine.text.decoding import decode
from engine.text.placeholders import placeholders
from engine.text.section import sections
from engine.text.sentence import sentences
from engine.text.span import Span
from engine.text.token import tokenize

_DEMO = models_folder() / "demo"
_NOTES = sorted((_DEMO / "notes").glob("*.txt"))
_ANNOTATED = sorted((_DEMO / "annotated").glob("*.ann"))
_TAG = re.compile(r"(T\d+)\t(\w+) (\d+) (\d+)\t(.+)")
_LINK = re.compile(r"(R\d+)\t(\w+) Arg1:(T\d+) Arg2:(T\d+)")


def _text(path: Path) -> str:
    return decode(path.read_bytes()).text


def _annotation(path: Path):
    tags, links = {}, []
    for line in path.read_bytes().decode("utf-8").split("\n")[:-1]:
        tag, link = _TAG.fullmatch(line), _LINK.fullmatch(line)
        assert tag or link, f"a line of {path.name} is neither a tag nor a relation"
        if tag:
            tags[tag[1]] = (tag[2], Span(int(tag[3]), int(tag[4])), tag[5])
        else:
            links.append((link[2], link[3], link[4]))
    return tags, links


def test_there_are_enough_of_them_and_two_are_several_pages_long():
    assert len(_NOTES) >= 14
    assert sum(len(_text(path)) > 9_000 for path in _NOTES) >= 2
    readme = (_DEMO / "README.md").read_text(encoding="utf-8")
    assert all(f"`{path.stem}`" in readme for path in _NOTES)
    assert "Apache-2.0" in readme


def test_odd_characters_are_among_them():
    together = "".join(_text(path) for path in _NOTES)
    crlf = [path.name for path in _NOTES if b"\r\n" in path.read_bytes()]
    assert crlf == ["16-endocrinology-video-visit.txt"]
    for wanted in "\t\u00a0µ±×−":
        assert wanted in together
    assert any(unicodedata.combining(character) for character in together)
    assert any(character > "\uffff" for character in together), "an emoji"


@pytest.mark.parametrize("path", _NOTES, ids=lambda path: path.stem)
def test_each_note_is_read_without_a_loss_and_has_its_parts(path):
    decoded = decode(path.read_bytes())
    assert (decoded.encoding, decoded.replaced, decoded.notes) == ("utf-8", 0, ())
    assert decoded.text.encode() == path.read_bytes()
    assert len(sections(decoded.text)) >= 2
    found = sentences(decoded.text)
    assert len(found) > 20
    assert max(map(len, found)) < 1_000


def test_marks_of_deidentification_of_many_kinds_are_in_them():
    forms = {one.span.of(text)[:2] for text in map(_text, _NOTES) for one in placeholders(text)}
    assert {"[*", "__", "[D", "<N", "XX", "**", "{{"} <= forms


@pytest.mark.parametrize("path", _NOTES, ids=lambda path: path.stem)
def test_the_screen_finds_no_identifier(path):
    text = _text(path)
    assert [(one.rule, one.span) for one in screen(text)] == []


@pytest.mark.parametrize("path", _ANNOTATED, ids=lambda path: path.stem)
def test_annotations_lie_where_they_say(path):
    text = _text(path.with_suffix(".txt"))
    assert text == _text(_DEMO / "notes" / f"{path.stem}.txt")
    tags, _ = _annotation(path)
    assert len(tags) > 150
    tokens = tokenize(text)
    marks = placeholders(text)
    for label, span, surface in tags.values():
        assert span.of(text) == surface
        assert tokens.snapped(span) == span, f"{label} {span} is not on token borders"
        assert not any(mark.span.overlaps(span) for mark in marks)
    assert len({(label, span) for label, span, _ in tags.values()}) == len(tags)


@pytest.mark.parametrize("path", _ANNOTATED, ids=lambda path: path.stem)
def test_relations_are_legal_and_only_times_stand_alone(path):
    kiwi = find_label_set("kiwi", models_folder())
    tags, links = _annotation(path)
    modifiers = {one.name for one in kiwi.modifiers}
    assert len(set(links)) == len(links)
    for relation, head, tail in links:
        assert relation in kiwi.relations(tags[head][0], tags[tail][0])
        inside = tags[head][1].contains(tags[tail][1])
        assert inside or not tags[head][1].overlaps(tags[tail][1])
        assert not inside or tags[tail][0] in {"bodyloc", "severity", "course"}
    joined = {tail for _, _, tail in links}
    alone = {label for name, (label, _, _) in tags.items() if label in modifiers and name not in joined}
    assert alone <= {"temporal"}


def test_every_type_of_the_schema_is_shown_somewhere():
    kiwi = find_label_set("kiwi", models_folder())
    shown = {label for path in _ANNOTATED for label, _, _ in _annotation(path)[0].values()}
    assert shown == {one.name for one in kiwi}
    assert len(_ANNOTATED) == 3
