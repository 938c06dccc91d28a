from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from engine.errors import FormatError, OffsetError
from engine.training.corpora import CorpusNote
from engine.training.corpus_readers.bioscope import read_bioscope
from engine.training.corpus_readers.phee import read_phee
from engine.training.corpus_readers.presidio import read_presidio
from engine.training.corpus_readers.pubtator import read_pubtator
from engine.training.corpus_readers.registry import READERS
from engine.training.corpus_readers.token_tags import read_token_tags
from engine.training.corpus_readers.unmarked import read_note_tables, read_text_lines

DATA = Path("../shared/data")

ABSTRACT = (
    "1|t|A fever.\n1|a|Given aspirin.\n"
    "1\t2\t7\tfever\tDisease\tD1\n1\t15\t22\taspirin\tChemical\tC1\n1\tCID\tC1\tD1\n"
)


def said(note: CorpusNote) -> list[tuple[str, str]]:
    return [(note.text[mark.start : mark.end], mark.label) for mark in note.marks]


def written(folder: Path, text: str) -> Path:
    path = folder / "corpus"
    path.write_bytes(text.encode())
    return path


def test_an_abstract_is_its_title_a_blank_and_its_text(tmp_path: Path) -> None:
    (note,) = read_pubtator(written(tmp_path, ABSTRACT))
    assert note.text == "A fever. Given aspirin."
    assert said(note) == [("fever", "Disease"), ("aspirin", "Chemical")]


def test_an_abstract_that_stands_twice_is_read_once(tmp_path: Path) -> None:
    assert len(list(read_pubtator(written(tmp_path, f"{ABSTRACT}\n{ABSTRACT}")))) == 1


def test_a_mention_may_have_other_blanks_than_the_text_and_no_other_letters(tmp_path: Path) -> None:
    (note,) = read_pubtator(written(tmp_path, ABSTRACT.replace("2\t7\tfever", '2\t7\tfe " ver')))
    assert said(note)[0] == ("fever", "Disease")
    with pytest.raises(OffsetError, match="abstract 1"):
        list(read_pubtator(written(tmp_path, ABSTRACT.replace("2\t7\tfever", "2\t7\tcough"))))


def test_text_without_an_abstract_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="title"):
        list(read_pubtator(written(tmp_path, "Not an abstract\nat all\n")))


def test_words_are_joined_as_people_write_them(tmp_path: Path) -> None:
    line = {
        "tokens": ["Parkinson", "'s", "disease", "(", "PD", ")", ",", "open", "-", "label"],
        "ner_tags": ["B-COND", "I-COND", "I-COND", "O", "B-COND", "O", "O", "O", "O", "O"],
    }
    (note,) = read_token_tags(written(tmp_path, msgspec.json.encode(line).decode()))
    assert note.text == "Parkinson's disease (PD), open-label"
    assert said(note) == [("Parkinson's disease", "COND"), ("PD", "COND")]


def test_words_without_as_many_tags_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="line 1"):
        list(read_token_tags(written(tmp_path, '{"tokens": ["a"], "ner_tags": []}')))


def event(drug: str) -> str:
    treatment = {"text": [[drug]], "start": [[0]], "Drug": {"text": [[drug]], "start": [[0]]}}
    events = [{"event_id": "E1", "Treatment": treatment, "Effect": {"text": [["rash"]], "start": [[14]]}}]
    line = {"id": "1", "context": "Aspirin caused rash.", "annotations": [{"events": events}]}
    return msgspec.json.encode(line).decode()


def test_arguments_are_marked_by_their_innermost_name(tmp_path: Path) -> None:
    text = event("Aspirin").replace('"start":[[14]]', '"start":[[15]]')
    (note,) = read_phee(written(tmp_path, text))
    assert said(note) == [("Aspirin", "Treatment"), ("Aspirin", "Drug"), ("rash", "Effect")]


def test_an_argument_that_stands_elsewhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OffsetError, match="PHEE"):
        list(read_phee(written(tmp_path, event("Aspirin"))))


def test_cues_are_marked_and_scopes_are_not(tmp_path: Path) -> None:
    xml = (
        '<!DOCTYPE Annotation PUBLIC "-//X//EN" "x.dtd"><Annotation><Document><DocID>7</DocID>'
        '<sentence>There is <xcope id="1"><cue type="negation" ref="1">no</cue> fever</xcope>.</sentence>'
        '<sentence>It <xcope id="2"><cue type="speculation" ref="2">may</cue> come</xcope>.</sentence>'
        "</Document></Annotation>"
    )
    (note,) = read_bioscope(written(tmp_path, xml))
    assert (note.name, note.text) == ("7", "There is no fever.\nIt may come.")
    assert said(note) == [("no", "negation"), ("may", "speculation")]


def test_a_file_with_entities_of_its_own_is_not_read(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'
    with pytest.raises(FormatError, match="entities"):
        list(read_bioscope(written(tmp_path, bomb)))


def test_identities_are_read_with_their_places(tmp_path: Path) -> None:
    span = {"entity_type": "PERSON", "entity_value": "Ann", "start_position": 5, "end_position": 8}
    text = msgspec.json.encode([{"full_text": "I am Ann", "spans": [span]}]).decode()
    (note,) = read_presidio(written(tmp_path, text))
    assert said(note) == [("Ann", "PERSON")]
    with pytest.raises(OffsetError):
        list(read_presidio(written(tmp_path, text.replace("I am Ann", "I was Ann"))))


LONG = "She was seen today and has no fever."


def test_texts_without_marks_are_read_once_and_say_nothing_of_any_label(tmp_path: Path) -> None:
    lines = b"\n".join(
        msgspec.json.encode({"text": text, "section": "HPI"}) for text in (LONG, "None.", LONG)
    )
    notes = list(read_text_lines(written(tmp_path, lines.decode())))
    assert [(note.text, note.marks, note.says) for note in notes] == [(LONG, (), frozenset())]


def test_a_line_without_a_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="line 2"):
        list(read_text_lines(written(tmp_path, '{"text": "a"}\n{"words": "a"}\n')))


def test_the_notes_of_tables_are_read_with_their_line_ends(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_bytes(f'id,note\n1,"{LONG}\r\n{LONG}"\n2,{LONG}\n'.encode())
    assert [note.text for note in read_note_tables(tmp_path)] == [f"{LONG}\r\n{LONG}", LONG]


@pytest.mark.parametrize(("name", "text"), [("train.csv", "id,words\n1,a\n"), ("train.txt", "note\na\n")])
def test_a_folder_without_a_table_of_notes_is_refused(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(FormatError):
        list(read_note_tables(tmp_path))


@pytest.mark.skipif(not DATA.is_dir(), reason="the public corpora are not beside this checkout")
@pytest.mark.parametrize(
    ("name", "place", "notes", "marks"),
    [
        ("pubtator", "ncbi-disease/pubtator/NCBItrainset_corpus.txt", 592, 5134),
        ("pubtator", "bc5cdr/pubtator/CDR_DevelopmentSet.PubTator.txt", 500, 9591),
        ("brat-zip", "chia/chia_with_scope.zip", 1983, None),
        ("token-tags", "neurotrialner/ct_neuro_train_data_787.jsonl", 787, 7081),
        ("phee", "phee/train.json", 2898, None),
        ("bioscope", "bioscope/abstracts.xml", 1273, None),
        ("presidio", "presidio-synth/synth_dataset_v2.json", 1500, 2863),
    ],
)
def test_the_public_corpora_are_read_whole(name: str, place: str, notes: int, marks: int | None) -> None:
    found = list(READERS[name](DATA / place))
    assert len(found) == notes
    assert marks is None or sum(len(note.marks) for note in found) == marks
    assert all(note.text[mark.start : mark.end].strip() for note in found for mark in note.marks)
