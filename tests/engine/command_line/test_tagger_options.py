"""Options of a tagger, as a person writes them on the command line."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.command_line.output import EXIT_FAILED
from engine.command_line.program import run
from engine.command_line.tagger_options import Asked, with_options
from engine.errors import ModelError
from engine.model_files.installed import find_model
from engine.taggers.cascade.policy import Policy
from engine.taggers.registry import TAGGERS, TaggerSpec, find_tagger, options_of


def spec(kind: str = "llama-cpp.v1") -> TaggerSpec:
    return TaggerSpec("some-model", kind, Path(), {"context": 512})


@pytest.mark.parametrize(
    ("name", "said", "value"),
    [
        ("context", "2048", 2048),
        ("flash", "yes", True),
        ("flash", "false", False),
        ("close_bias", "-0.25", -0.25),
        ("close", "</>", "</>"),
        ("rules", "no ages, no doses", ["no ages", "no doses"]),
        ("answers", "tanl", "tanl"),
        ("close", "12", "12"),
        ("bias", '{"drug": 0.5}', {"drug": 0.5}),
        ("bias.drug", "0.5", {"drug": 0.5}),
    ],
)
def test_a_value_becomes_what_its_option_is(name: str, said: str, value: object) -> None:
    options = with_options(spec(), {name: said}).options
    assert options[name.partition(".")[0]] == value
    assert "context" in options
    assert json.loads(json.dumps(options)) == options


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"colour": "red"}, r"“some-model” knows no option “colour”\. It knows: .*context"),
        ({"context": "many"}, "The option “context” cannot be that"),
        ({"context": "0"}, "The option “context” cannot be that"),
        ({"answers": "dance"}, "The option “answers” cannot be “dance”. It can be: tags, span-tags, tanl"),
        ({"bias.drug": "much"}, "The option “bias.drug” cannot be that"),
    ],
)
def test_what_is_not_an_option_is_told_in_one_sentence(said: dict[str, str], sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        with_options(spec(), said)


def test_each_kind_tells_its_options() -> None:
    for kind in TAGGERS:
        assert options_of(kind)
    with pytest.raises(ModelError, match=r"oracle\.v1"):
        options_of("oracle.v1")


def test_a_cascade_is_the_default_model_and_then_the_tagger(tmp_path: Path) -> None:
    terms = tmp_path / "terms.tsv"
    terms.write_text("fever\tproblem\n", encoding="utf-8")
    asked = Asked(str(terms), settings=["plural=yes"], cascade=Policy.UNCERTAIN, below=0.6)
    made = asked.spec()
    assert made.kind == "cascade.v1"
    assert made.options["first"] == find_tagger().name
    assert made.options["second"] == str(terms)
    assert made.options["second_options"] == {"terms": "terms.tsv", "plural": True}
    assert (made.options["policy"], made.options["threshold"]) == ("uncertain", 0.6)


def test_a_section_is_meant_however_its_heading_is_spelled() -> None:
    asked = Asked(cascade=Policy.SECTIONS, sections=["PMH", "Other"])
    assert list(asked.spec().options["sections"]) == ["past medical history", "other"]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"first": "kiwi-minilm"}, "--first is for two taggers"),
        ({"sections": ["plan"]}, "--section is for two taggers"),
        ({"settings": ["plural"]}, "“plural” is not of the form key=value"),
        ({"cascade": Policy.DISAGREEING}, "needs a tagger to compare with"),
    ],
)
def test_options_that_do_not_go_together_are_refused(more: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        Asked(**more).spec()


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    text = "HPI: Denies chest pain. Fevers at night.\r\n\r\nPLAN: Take aspirin 81 mg. µ 🩺 fevers\r\n"
    (folder / "visit.txt").write_bytes(text.encode())
    return folder


@pytest.mark.native
def test_a_cascade_of_the_default_model_and_a_list_tags_files(
    capsys: pytest.CaptureFixture[str], notes: Path, tmp_path: Path
) -> None:
    terms = tmp_path / "terms.tsv"
    terms.write_text("fever\ttest\n", encoding="utf-8")  # a label that the first would never choose
    arguments = [
        *("tag", notes, "--out", tmp_path / "out", "--tagger", terms, "--set", "plural=yes"),
        *("--cascade", "sections", "--section", "plan", "--labels", "kiwi", "--json"),
    ]
    code = run([str(one) for one in arguments])
    report = json.loads(capsys.readouterr().out)
    assert code == 0
    assert report["found"]["test"] == 1
    lines = (tmp_path / "out" / "visit.ann").read_text(encoding="utf-8").splitlines()
    found = [line.split("\t") for line in lines if line.startswith("T")]
    assert [said for _, where, said in found if where.startswith("test ")] == ["fevers"]
    assert any(where.startswith("problem ") for _, where, _ in found)


def test_an_unknown_option_ends_the_command_with_a_sentence(
    capsys: pytest.CaptureFixture[str], notes: Path, tmp_path: Path
) -> None:
    code = run(["tag", str(notes), "--out", str(tmp_path / "out"), "--set", "colour=red"])
    assert code == EXIT_FAILED
    assert "knows no option “colour”" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "more", "sentence"),
    [
        ("model.onnx", [], "neither a bundle’s folder nor a GGUF file"),
        ("model.gguf", [], "is not a GGUF file"),
        ("model.gguf", ["--set", "colour=red"], "knows no option “colour”"),
        ("folder", ["--name", "mine"], "A bundle brings its own name"),
    ],
)
def test_what_cannot_be_installed_is_told_in_a_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, more: list[str], sentence: str
) -> None:
    place = tmp_path / name
    place.write_bytes(b"something else") if "." in name else place.mkdir()
    code = run(["models", "install", str(place), *more])
    assert (code, sentence in capsys.readouterr().err) == (EXIT_FAILED, True)


def test_a_model_that_takes_the_place_of_another_is_told(
    capsys: pytest.CaptureFixture[str], gguf: Callable[..., Path]
) -> None:
    said = []
    for _ in range(2):
        assert run(["models", "install", str(gguf()), "--name", "twice"]) == 0
        said.append("in place of the one that was here" in " ".join(capsys.readouterr().err.split()))
    shutil.rmtree(find_model("twice").folder)
    assert said == [False, True]
