"""A dictionary finds its terms as whole words, the longest first, exactly where they stand."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.errors import Cancelled, ModelError
from engine.jobs.job import Job
from engine.labels.files import find_label_set
from engine.labels.label_set import Kind, LabelSet, LabelType
from engine.model_files.manifest import Manifest, file_entry, write_manifest
from engine.model_files.places import models_folder
from engine.taggers.dictionary import DictionaryTagger
from engine.taggers.registry import find_tagger, load_tagger


def labels() -> LabelSet:
    def one(name: str, kind: Kind = Kind.ENTITY) -> LabelType:
        return LabelType(name, kind, name.title(), "", "", (), "#336699")

    types = (one("problem"), one("drug"), one("negation", Kind.MODIFIER))
    return LabelSet("tiny", "1", "Tiny", "", types, (), "", (("dx", "problem"),))


def tagger(folder: Path, terms: str | bytes, name: str = "terms.tsv", **options: Any) -> DictionaryTagger:
    raw = terms if isinstance(terms, bytes) else terms.encode()
    (folder / name).write_bytes(raw)
    return DictionaryTagger(folder, {"terms": name, **options})


def found(one: DictionaryTagger, text: str) -> list[tuple[str, str]]:
    (answer,) = one.tag([text], labels(), Job())
    return [(item.spans[0].of(text), item.label) for item in answer.checked(text).items]


def test_terms_are_found_as_whole_words_whatever_their_case(tmp_path: Path) -> None:
    one = tagger(tmp_path, "Fever\tproblem\naspirin\tdrug\n")
    assert found(one, "FEVER, feverish; afebrile. Aspirin 81mg (no fever)") == [
        ("FEVER", "problem"),
        ("Aspirin", "drug"),
        ("fever", "problem"),
    ]


def test_the_longest_term_wins(tmp_path: Path) -> None:
    one = tagger(tmp_path, "pain\tproblem\nchest pain\tproblem\nchest pain at rest\tproblem\n")
    assert [surface for surface, _ in found(one, "Chest pain at night, chest pain at rest, pain")] == [
        "Chest pain",
        "chest pain at rest",
        "pain",
    ]


def test_a_term_that_begins_but_does_not_end_hides_no_shorter_one(tmp_path: Path) -> None:
    one = tagger(tmp_path, "a b c d\tproblem\na b\tdrug\nc\tdrug\n")
    assert found(one, "a b c") == [("a b", "drug"), ("c", "drug")]
    assert found(one, "a b") == [("a b", "drug")]


@pytest.mark.parametrize("gap", [" ", "  ", "\t", "\n", "\r\n", "\r\n    ", "\u00a0"])
def test_white_space_within_a_term_may_be_any(tmp_path: Path, gap: str) -> None:
    assert len(found(tagger(tmp_path, "chest pain\tproblem\n"), f"no chest{gap}pain")) == 1


@pytest.mark.parametrize("gap", ["\n\n", "\r\n\r\n", "\n \t\n", ". ", ", "])
def test_a_term_does_not_reach_over_a_blank_line_or_a_mark(tmp_path: Path, gap: str) -> None:
    assert found(tagger(tmp_path, "chest pain\tproblem\n"), f"no chest{gap}pain") == []


def test_plurals_are_found_only_when_asked_for(tmp_path: Path) -> None:
    terms = "headache\tproblem\nallergy\tproblem\nchest x-ray\tproblem\nabscess\tproblem\nrash\tproblem\n"
    text = "headaches, allergies, chest x-rays, abscesses, rashes, rash"
    assert [surface for surface, _ in found(tagger(tmp_path, terms), text)] == ["rash"]
    assert [surface for surface, _ in found(tagger(tmp_path, terms, plural=True), text)] == text.split(", ")


def test_a_plural_of_more_words_is_found_beside_their_singular(tmp_path: Path) -> None:
    one = tagger(tmp_path, "blood test\tproblem\nblood\tdrug\n", plural=True)
    assert [surface for surface, _ in found(one, "blood tests and blood test and bloods")] == [
        "blood tests",
        "blood test",
        "bloods",
    ]


def test_letters_that_change_their_length_without_case_keep_their_place(tmp_path: Path) -> None:
    one = tagger(tmp_path, "straße\tproblem\nİstanbul fever\tproblem\ncafe\u0301\tdrug\n")
    text = "İİ STRASSE, İSTANBUL FEVER 😀 Caf\u00e9"
    assert [surface for surface, _ in found(one, text)] == ["STRASSE", "İSTANBUL FEVER", "Caf\u00e9"]


def test_a_term_with_two_labels_gives_two_tags(tmp_path: Path) -> None:
    one = tagger(tmp_path, "steroid\tdrug\nsteroid\tDX\nsteroid\tdrug\n")
    assert found(one, "steroid") == [("steroid", "drug"), ("steroid", "problem")]


def test_labels_are_taken_as_the_set_spells_them_and_unknown_ones_left_out(tmp_path: Path) -> None:
    one = tagger(tmp_path, "fever\tDx\nmars\tplanet\n")
    assert found(one, "fever on mars") == [("fever", "problem")]
    with pytest.raises(ModelError, match=r"No label of “terms\.tsv” \(planet\) is in the label set “Tiny”"):
        found(tagger(tmp_path, "mars\tplanet\n"), "mars")


def test_one_label_may_be_given_for_all_terms(tmp_path: Path) -> None:
    assert found(tagger(tmp_path, "fever\ncough\n", "terms.txt", label="problem"), "cough") == [
        ("cough", "problem")
    ]
    with pytest.raises(ModelError, match=r"Line 2 of “terms\.txt” has no label"):
        tagger(tmp_path, "fever\tproblem\ncough\n", "terms.txt")


@pytest.mark.parametrize("separator", [",", ";"])
def test_a_table_with_commas_quotes_and_a_header_is_read(tmp_path: Path, separator: str) -> None:
    terms = f'Term{separator}Label\n"pain{separator} severe"{separator}problem\nfever{separator}problem\n'
    one = tagger(tmp_path, terms, "terms.csv")
    assert [surface for surface, _ in found(one, f"term: pain{separator} severe; fever")] == [
        f"pain{separator} severe",
        "fever",
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_file_in_another_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    assert found(tagger(tmp_path, "naïveté\tproblem\n".encode(encoding)), "NAÏVETÉ") == [
        ("NAÏVETÉ", "problem")
    ]


def test_marks_of_deidentification_and_lines_without_a_word_are_no_terms(tmp_path: Path) -> None:
    one = tagger(tmp_path, "[**Name**]\tproblem\n---\tproblem\n___ fever\tproblem\nfever\tproblem\n")
    assert found(one, "[**Name**] --- ___ fever") == [("fever", "problem")]
    assert one.warnings == ("3 lines of “terms.tsv” hold no word and are left out.",)


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ("", "terms.tsv"),
        ("---\tproblem\n", "There is no term"),
        (b"\x00\x01\x02\xff" * 50, "cannot be read as terms"),
    ],
)
def test_a_file_that_is_no_list_of_terms_is_refused(
    tmp_path: Path, terms: str | bytes, sentence: str
) -> None:
    with pytest.raises(ModelError, match=sentence):
        tagger(tmp_path, terms)


def test_a_missing_file_and_an_unknown_option_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"“none\.tsv” is missing"):
        DictionaryTagger(tmp_path, {"terms": "none.tsv"})
    with pytest.raises(ModelError, match="no option “colour”"):
        tagger(tmp_path, "a\tdrug\n", colour="red")


def test_a_dictionary_is_a_model_with_a_manifest_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "list.tsv").write_text("fever\tproblem\n")
    files = {"terms": file_entry(tmp_path, "list.tsv")}
    options = {"plural": True}
    manifest = Manifest(1, "dictionary.v1", "fevers", "Fevers", "1", "tiny", files=files, options=options)
    write_manifest(tmp_path, manifest)
    spec = find_tagger(str(tmp_path))
    loaded = load_tagger(spec, Job())
    assert loaded.id == spec.id
    assert [len(one.items) for one in loaded.tag(["Fevers"], labels(), Job())] == [1]
    (tmp_path / "list.tsv").write_text("fever\tPROBLEM\n")
    with pytest.raises(ModelError, match="SHA-256 differs"):
        load_tagger(spec, Job())


def test_a_file_of_terms_is_found_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "Terms.TXT").write_text("fever\n")
    loaded = load_tagger(find_tagger(str(tmp_path / "Terms.TXT"), label="problem"), Job())
    assert loaded.id.startswith("dictionary.v1/Terms@")
    assert [len(one.items) for one in loaded.tag([], labels(), Job())] == []


def test_a_cancel_stops_between_notes(tmp_path: Path) -> None:
    job = Job()
    answers = tagger(tmp_path, "fever\tproblem\n").tag(["fever", "fever"], labels(), job)
    next(answers)
    job.cancel()
    with pytest.raises(Cancelled):
        next(answers)


def test_a_cancel_stops_within_a_long_note(tmp_path: Path) -> None:
    class Impatient(Job):
        looks = 0

        def check(self) -> None:
            self.looks += 1
            if self.looks > 1:
                self.cancel()
            super().check()

    with pytest.raises(Cancelled):
        list(tagger(tmp_path, "fever\tproblem\n").tag(["fever " * 200_000], labels(), Impatient()))


WORDS = st.sampled_from(
    ["fever", "FEVER", "chest", "pain", "Pain", "at", "rest", ",", "x-ray", "é", "ß", "SS"]
)
LINES = st.lists(st.lists(WORDS, min_size=1, max_size=3), min_size=1, max_size=6)


def parts(text: str) -> tuple[str, ...]:
    return tuple(text.casefold().replace("-", " - ").split())


def plainly_found(text: str, terms: list[str]) -> list[tuple[str, ...]]:
    """A plain search: at each word the longest term whose words, without case, stand there."""
    words, known = parts(text), {parts(term) for term in terms}
    found_there, at = [], 0
    while at < len(words):
        ends = [end for end in range(at + 1, len(words) + 1) if words[at:end] in known]
        found_there += [words[at : ends[-1]]] if ends else []
        at = ends[-1] if ends else at + 1
    return found_there


@settings(max_examples=100, deadline=None)
@given(words=st.lists(WORDS, max_size=12), lines=LINES)
def test_what_is_found_is_what_a_plain_search_finds(
    tmp_path_factory: pytest.TempPathFactory, words: list[str], lines: list[list[str]]
) -> None:
    terms = [" ".join(line) for line in lines if any(map(str.isalnum, "".join(line)))]
    assume(terms)
    one = tagger(tmp_path_factory.mktemp("terms"), "\n".join(f"{term}\tproblem" for term in terms))
    text = " ".join(words)
    assert [parts(surface) for surface, _ in found(one, text)] == plainly_found(text, terms)


@pytest.mark.slow
def test_a_hundred_thousand_terms_are_quick(tmp_path: Path) -> None:
    terms = "".join(f"term{number % 997} part{number} of it\tproblem\n" for number in range(100_000))
    begun = time.perf_counter()
    one = tagger(tmp_path, terms)
    loaded = time.perf_counter()
    text = " ".join(f"word term{number % 997} part{number} of it" for number in range(20_000))
    (answer,) = one.tag([text], labels(), Job())
    done = time.perf_counter()
    assert len(answer.items) == 20_000
    # Generous: these machines are shared.  Quadratic work would take minutes.
    assert loaded - begun < 15
    assert done - loaded < 5


def test_where_asked_for_rules_say_what_is_negated_of_the_terms_found(tmp_path: Path) -> None:
    kiwi = find_label_set("kiwi", models_folder())
    text = "No fever, rash or cough."
    for asked, expected in ((False, []), (True, [("fever", "No"), ("cough", "No")])):
        one = tagger(tmp_path, "fever\tproblem\ncough\tproblem\n", assertion=asked)
        (said,) = one.tag([text], kiwi, Job())
        surfaces = [item.hull.of(text) for item in said.items]
        assert [(surfaces[pair.head], surfaces[pair.tail]) for pair in said.relations] == expected
