"""`tagwell compare`: all combinations of options over gold, with a real worker process."""

import json

import pytest

from engine.command_line.compare import _grid
from engine.command_line.output import EXIT_FAILED
from engine.command_line.program import run
from engine.labels.files import find_label_set
from engine.model_files.places import models_folder

KIWI = find_label_set("kiwi", models_folder())


@pytest.fixture
def told(capsys):
    def call(*arguments):
        code = run([str(one) for one in arguments])
        return code, capsys.readouterr()

    return call


@pytest.fixture
def gold(tmp_path):
    folder = tmp_path / "gold"
    folder.mkdir()
    for number in range(2):
        (folder / f"visit{number}.txt").write_text("She has chest pain, and canary pain.", encoding="utf-8")
        (folder / f"visit{number}.ann").write_text("T1\tproblem 8 18\tchest pain\n", encoding="utf-8")
    return folder


def test_taggers_are_compared_and_a_second_call_asks_nothing_again(told, gold, tmp_path):
    for number, term in enumerate(("chest pain", "pain")):
        (tmp_path / f"terms{number}.tsv").write_text(f"{term}\tproblem\n", encoding="utf-8")
    asked = ["compare", gold, "--out", tmp_path / "runs"]
    asked += ["--tagger", tmp_path / "terms0.tsv", "--tagger", tmp_path / "terms1.tsv"]
    code, said = told(*asked, "--json", "--html", tmp_path / "page.html")
    first = json.loads(said.out)
    assert code == 0
    assert [one["f1"]["entities"]["strict"] for one in first["settings"]] == [1.0, 0.0]
    assert "canary" not in (tmp_path / "page.html").read_text(encoding="utf-8")
    again = json.loads(told(*asked, "--json")[1].out)
    assert [one["seconds_by_note"] for one in again["settings"]] == [
        one["seconds_by_note"] for one in first["settings"]
    ]


def test_every_combination_is_one_setting_and_options_a_tagger_lacks_make_no_more(tmp_path):
    terms = tmp_path / "terms.tsv"
    terms.write_text("pain\tproblem\n", encoding="utf-8")
    vary = ["window=64,128", "batch=1,512"]
    grid = _grid(["", str(terms)], vary, {}, KIWI)
    assert [dict(one.varied) for one in grid] == [
        {"window": "64", "batch": "1"},
        {"window": "64", "batch": "512"},
        {"window": "128", "batch": "1"},
        {"window": "128", "batch": "512"},
        {},
    ]
    assert len({one.key(KIWI) for one in grid}) == 5


def test_an_empty_value_is_refused(told, gold, tmp_path):
    code, said = told("compare", gold, "--out", tmp_path / "runs", "--vary", "window=64,")
    assert code == EXIT_FAILED
    assert "key=one,two" in said.err


def test_an_option_that_no_tagger_knows_is_refused(told, gold, tmp_path):
    code, said = told("compare", gold, "--out", tmp_path / "runs", "--vary", "windwo=64,128")
    assert code == EXIT_FAILED
    assert "“windwo”" in said.err


@pytest.mark.parametrize(
    ("more", "words"),
    [(("--ways", "--vary", "window=64"), "--ways or --vary"), (("--examples", "."), "--set bank=FOLDER")],
)
def test_options_that_contradict_each_other_are_refused(told, gold, tmp_path, more, words):
    code, said = told("compare", gold, "--out", tmp_path / "runs", *more)
    assert code == EXIT_FAILED
    assert words in said.err.replace("\n", " ")


def test_all_ways_leave_a_tagger_alone_that_is_no_language_model(told, gold, tmp_path):
    terms = tmp_path / "terms.tsv"
    terms.write_text("chest pain\tproblem\n", encoding="utf-8")
    found = json.loads(
        told("compare", gold, "--out", tmp_path / "runs", "--tagger", terms, "--ways", "--json")[1].out
    )
    assert [one["settings"] for one in found["settings"]] == [{}]
