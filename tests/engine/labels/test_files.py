"""Label set files: reading, refusing, writing."""

import errno
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import DiskFull, FormatError, InputError, LabelError
from engine.labels.checks import RESERVED_KEYS, faults
from engine.labels.files import find_label_set, load_label_set, save_label_set, shipped_label_sets
from engine.labels.label_set import Kind, LabelSet, LabelType, Pair

_GOOD = """
format = 1
name = "mine"
version = "3"
title = "Mine"

[aliases]
"disease" = "problem"

[[types]]
name = "problem"
kind = "entity"
title = "Problem"
colour = "#AA0000"
key = "1"
examples = ["pain"]

[[types]]
name = "negation"
kind = "modifier"
title = "Negation"
colour = "#00aa00"

[[pairs]]
head = "problem"
relation = "hasAttr"
tails = ["negation"]
"""


def _load(tmp_path, said):
    path = tmp_path / "mine.toml"
    path.write_text(said, encoding="utf-8")
    return load_label_set(path)


def test_a_file_is_read_with_what_it_leaves_out_empty(tmp_path):
    labels = _load(tmp_path, _GOOD)
    problem, negation = labels.types
    assert (labels.name, labels.version, labels.title, labels.description) == ("mine", "3", "Mine", "")
    assert (problem.kind, problem.key, problem.examples) == (Kind.ENTITY, "1", ("pain",))
    assert (negation.kind, negation.key, negation.guideline) == (Kind.MODIFIER, "", "")
    assert labels.pairs == (Pair("problem", "negation", "hasAttr"),)
    assert labels.resolve("DISEASE") == "problem"


def test_a_file_with_a_mark_at_its_start_and_windows_line_ends_is_read(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xef\xbb\xbf" + _GOOD.replace("\n", "\r\n").encode())
    assert load_label_set(path) == _load(tmp_path, _GOOD)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("format = 1", "", "the first line of a label set is “format = 1”"),
        ("format = 1", "format = 2", "made for a newer version"),
        ('name = "mine"', "", "at the top the entry “name” is missing"),
        ('name = "mine"', "name = 7", "at the top the entry “name” is not text in quotes"),
        ('name = "mine"', 'name = "m i"', "The name “m i” may hold only"),
        ('version = "3"', 'version = ""', "The version is empty"),
        ('title = "Mine"', 'title = " "', "The title is empty"),
        ('title = "Mine"', 'title = "Mine"\ncolour = "#000000"', "at the top there is no entry “colour”"),
        ('title = "Problem"', 'titel = "Problem"', "in type 1 there is no entry “titel”"),
        ('title = "Problem"', 'title = ""', r"Type 1 \(problem\) has no title"),
        ('kind = "entity"', 'kind = "thing"', "in type 1 the kind is neither “entity” nor “modifier”"),
        ('name = "negation"', 'name = "Problem"', r"Type 2 \(Problem\) has the same name as type 1"),
        ('name = "negation"', 'name = "a b"', "Type 2: the name “a b” may hold only"),
        ("#00aa00", "green", r"Type 2 \(negation\): the colour “green” is not of the form #rrggbb"),
        ('key = "1"', 'key = "p"', r"Type 1 \(problem\): the key “p” is needed by the program itself"),
        ('key = "1"', 'key = "F1"', "the key “F1” is not one small letter or digit"),
        ('key = "1"', 'key = "A"', "the key “A” is not one small letter or digit"),
        (
            'colour = "#00aa00"',
            'colour = "#00aa00"\nkey = "1"',
            "Type 2 .* has the key “1”, which type 1 has already",
        ),
        ('["pain"]', '"pain"', "in type 1 the entry “examples” is not a list of texts"),
        ('["pain"]', "[1]", "in type 1 the entry “examples” is not a list of texts"),
        ('head = "problem"', 'head = "drug"', "Pair 1: its head “drug” is none of the types"),
        ('tails = ["negation"]', 'tails = ["course"]', "Pair 1: its tail “course” is none of the types"),
        ('tails = ["negation"]', 'tails = ["negation", "negation"]', "Pair 2 .* is the same as pair 1"),
        ('tails = ["negation"]', "tails = []", "in pairs 1 the entry “tails” names no type"),
        ('relation = "hasAttr"', 'relation = "has attr"', "Pair 1: the relation “has attr” may hold only"),
        (
            '"disease" = "problem"',
            '"disease" = "drug"',
            "The alias “disease” stands for “drug”, which is none",
        ),
        ('"disease" = "problem"', '"Negation" = "problem"', "is itself the name of a type"),
        ('"disease" = "problem"', '"a" = "problem"\n"A" = "problem"', "The alias “A” is there twice"),
        ('"disease" = "problem"', '" " = "problem"', "An alias of “problem” is empty"),
        ('"disease" = "problem"', '"disease" = 1', "among the aliases the entry “disease” is not text"),
        ("[aliases]", "[[aliases]]", "at the top the entry “aliases” is not a table"),
        ("[[pairs]]", "[pairs]", r"the entries “pairs” are not written as \[\[pairs\]\]"),
        ("[aliases]", "[aliases", "the file is not valid TOML"),
        ("[aliases]", "name = 'x'", "the file is not valid TOML"),
    ],
)
def test_each_fault_is_told_with_its_file_and_place(tmp_path, old, new, sentence):
    assert old in _GOOD
    with pytest.raises(FormatError, match=sentence) as failure:
        _load(tmp_path, _GOOD.replace(old, new, 1))
    assert str(failure.value).startswith("“mine.toml”: ")


def test_a_set_without_types_is_refused(tmp_path):
    with pytest.raises(FormatError, match="no type in it"):
        _load(tmp_path, 'format = 1\nname = "a"\nversion = "1"\ntitle = "A"')


def test_what_is_no_text_or_not_there_is_refused(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_bytes(b"format = 1 # \xff")
    with pytest.raises(FormatError, match="not UTF-8"):
        load_label_set(path)
    path.write_bytes(b"#" * 5_000_000)
    with pytest.raises(FormatError, match="far too large"):
        load_label_set(path)
    with pytest.raises(InputError, match=r"“gone.toml” cannot be read"):
        load_label_set(tmp_path / "gone.toml")
    with pytest.raises(InputError, match="cannot be read"):
        load_label_set(tmp_path)


def test_many_faults_are_told_at_once_but_not_endlessly(tmp_path):
    types = "".join(
        f'[[types]]\nname = "t{i}"\nkind = "entity"\ntitle = "T"\ncolour = "red"\n' for i in range(9)
    )
    with pytest.raises(FormatError, match=r"Type 5 .* And 4 more\.$"):
        _load(tmp_path, 'format = 1\nname = "a"\nversion = "1"\ntitle = "A"\n' + types)


# Writing

_NAMES = st.text("abzAZ09_-", min_size=1, max_size=8)
_WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_KEYS = st.sampled_from(["", *sorted(set("abcdefghijklnoqstuvwxyz0123456789") - RESERVED_KEYS)])


@st.composite
def _label_sets(draw):
    names = draw(st.lists(_NAMES, min_size=1, max_size=5, unique_by=str.casefold))
    keys = draw(st.lists(_KEYS, min_size=5, max_size=5, unique=True))
    types = tuple(
        LabelType(
            name=name,
            kind=draw(st.sampled_from(Kind)),
            title=draw(_WORDS.filter(str.strip)),
            definition=draw(_WORDS),
            guideline=draw(_WORDS),
            examples=tuple(draw(st.lists(_WORDS, max_size=3))),
            colour=draw(st.from_regex(r"#[0-9a-fA-F]{6}", fullmatch=True)),
            key=key,
        )
        for name, key in zip(names, keys, strict=False)
    )
    some = st.sampled_from(names)
    pairs = draw(st.lists(st.builds(Pair, some, some, _NAMES), max_size=6, unique=True))
    taken = {name.casefold() for name in names}
    aliases = draw(
        st.lists(
            st.tuples(_WORDS.filter(lambda word: word.strip() and word.casefold() not in taken), some),
            max_size=4,
            unique_by=lambda one: one[0].casefold(),
        )
    )
    return LabelSet(
        name=draw(_NAMES),
        version=draw(_WORDS.filter(str.strip)),
        title=draw(_WORDS.filter(str.strip)),
        description=draw(_WORDS),
        types=types,
        pairs=tuple(pairs),
        licence=draw(_WORDS),
        aliases=tuple(aliases),
    )


@given(labels=_label_sets())
@settings(max_examples=80, deadline=None)
def test_what_was_saved_is_loaded(tmp_path_factory, labels):
    assert faults(labels) == []
    path = tmp_path_factory.getbasetemp() / "round_trip.toml"
    save_label_set(labels, path)
    again = load_label_set(path)
    assert again == labels
    assert again.fingerprint == labels.fingerprint


def test_saving_refuses_what_could_not_be_read_again(tmp_path):
    labels = _load(tmp_path, _GOOD)
    broken = LabelSet("mine", "1", "Mine", "", labels.types, (Pair("problem", "gone", "x"),))
    target = tmp_path / "other.toml"
    with pytest.raises(LabelError, match="its tail “gone” is none of the types"):
        save_label_set(broken, target)
    with pytest.raises(LabelError, match="cannot be written"):
        save_label_set(LabelSet("mine", "1", "\ud800", "", labels.types, ()), target)
    assert not target.exists()


def test_a_failed_save_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    labels = _load(tmp_path, _GOOD)
    before = (tmp_path / "mine.toml").read_bytes()

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull, match="nothing was written"):
        save_label_set(labels, tmp_path / "mine.toml")
    assert [one.name for one in tmp_path.iterdir()] == ["mine.toml"]
    assert (tmp_path / "mine.toml").read_bytes() == before


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        save_label_set(_load(tmp_path, _GOOD), tmp_path / "no" / "mine.toml")


# Finding


def test_sets_are_found_by_name_or_by_path(tmp_path):
    folder = tmp_path / "models" / "label_sets"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text(_GOOD, encoding="utf-8")
    elsewhere = tmp_path / "theirs.toml"
    elsewhere.write_text(_GOOD.replace('"mine"', '"theirs"'), encoding="utf-8")
    for place in (folder, folder.parent):
        assert [one.name for one in shipped_label_sets(place)] == ["mine"]
        assert find_label_set("mine", place).name == "mine"
        assert find_label_set(elsewhere, place).name == "theirs"
        assert find_label_set(str(elsewhere), place).name == "theirs"
        with pytest.raises(LabelError, match=r"no label set “gone”\. There are: mine"):
            find_label_set("gone", place)
