"""A run once more from the command line."""

import json

import pytest

from engine.command_line.output import EXIT_FAILED
from engine.command_line.program import run


@pytest.fixture
def terms(tmp_path):
    file = tmp_path / "terms.tsv"
    file.write_text("chest pain\tproblem\naspirin\tdrug\n", encoding="utf-8")
    return file


@pytest.fixture
def ward(capsys, tmp_path, terms):
    folder, path = tmp_path / "notes", tmp_path / "ward.tagwell"
    folder.mkdir()
    (folder / "one.txt").write_text("Denies chest pain.", encoding="utf-8")
    (folder / "two.txt").write_text("Takes aspirin for chest pain.", encoding="utf-8")
    for command in (["new", path], ["import", path, folder], ["tag", path, "--tagger", terms]):
        assert told(capsys, "project", *command)[0] == 0
    return path


def told(capsys, *arguments):
    code = run([str(one) for one in arguments])
    return code, capsys.readouterr()


def test_the_same_run_gives_the_same_tags(capsys, ward, terms):
    code, said = told(capsys, "project", "repeat", ward, "--terms", terms, "--json")
    assert code == 0
    assert json.loads(said.out) == {"run": 1, "again": 2, "same": 2, "different": []}


def test_other_tags_are_told_by_note(capsys, ward, terms):
    terms.write_text("chest pain\tproblem\n", encoding="utf-8")
    code, said = told(capsys, "project", "repeat", ward, "1", "--terms", terms)
    assert code == EXIT_FAILED
    assert "“two” has other tags." in said.err


def test_a_tagger_that_is_gone_and_a_run_that_never_was_are_named(capsys, ward):
    code, said = told(capsys, "project", "repeat", ward)
    assert code == EXIT_FAILED
    assert "not here any more" in said.err
    code, said = told(capsys, "project", "repeat", ward, "7")
    assert code == EXIT_FAILED
    assert "no run 7" in said.err
