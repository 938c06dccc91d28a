"""`tagwell models convert`: from an ONNX file to tags in files, with the installed program's own commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.command_line.output import EXIT_FAILED
from engine.command_line.program import run
from engine.model_files.installed import find_model
from engine.model_files.places import installed_models_folder
from tests.engine.training.own_model.made_elsewhere import LOOKUP_NOTE, lookup


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return lookup(tmp_path / "theirs")


def told(capsys, *arguments):
    code = run([str(one) for one in arguments])
    return code, capsys.readouterr()


def test_a_model_is_converted_and_tags_with_its_own_labels(capsys, model, tmp_path):
    tags = model.with_name("tags.txt")
    code, said = told(capsys, "models", "convert", model, "--name", "site", "--tags", tags, "--json")
    assert code == 0
    assert {one["outcome"] for one in json.loads(said.out)["checks"]} <= {"good", "doubtful"}
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "one.txt").write_bytes(LOOKUP_NOTE.encode())
    out = tmp_path / "out"
    code, said = told(capsys, "tag", notes, "--out", out, "--tagger", "site", "--json")
    assert code == 0
    assert json.loads(said.out)["found"] == {"DRUG": 1, "DISEASE": 2}
    for line in (out / "one.ann").read_text(encoding="utf-8").splitlines():
        if line.startswith("T") and " " in line:
            _, where, words = line.split("\t", 2)
            _, start, end = where.split(" ")
            assert " ".join(LOOKUP_NOTE[int(start) : int(end)].split()) == " ".join(words.split())
    find_model("site").check()


def test_a_label_map_is_written_and_used(capsys, model, tmp_path):
    tags, table = model.with_name("tags.txt"), tmp_path / "map.toml"
    call = ("models", "convert", model, "--name", "mapped", "--tags", tags, "--labels", "kiwi")
    assert told(capsys, *call, "--write-label-map", table)[0] == 0
    table.write_text(table.read_text().replace('DRUG = "drug"', 'DRUG = ""'))
    code, said = told(capsys, *call, "--label-map", table)
    assert code == 0
    assert "✓" in said.out
    assert find_model("mapped").manifest.options["heads"][0]["labels"] == ["problem"]


def test_a_look_alone_installs_nothing_and_says_what_is_wrong(capsys, model):
    code, said = told(capsys, "models", "convert", model, "--name", "looked", "--check")
    assert code == EXIT_FAILED
    assert "✗" in said.out
    assert "list of its tags" in said.err
    assert not (installed_models_folder() / "looked").exists()
