"""The small language model compared with itself, and its thresholds fitted and used, by one command each."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.command_line.program import run
from engine.model_files import thresholds
from engine.model_files.thresholds import kept_thresholds
from engine.steps import ways
from engine.taggers.registry import find_tagger

pytestmark = [pytest.mark.llm, pytest.mark.native]

TEXT = "She denies chest pain. Started on aspirin 81 mg daily for chest pain."
Told = Callable[..., dict[str, Any]]


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    def call(*arguments: object) -> dict[str, Any]:
        code = run([*map(str, arguments), "--json"])
        said = capsys.readouterr()
        assert code == 0, said.err
        return json.loads(said.out)

    return call


def gold(folder: Path) -> Path:
    folder.mkdir()
    for number in range(2):
        text = f"{TEXT} Visit {number}."
        (folder / f"n{number}.txt").write_text(text, encoding="utf-8")
        places = ((11, 21, "problem"), (34, 41, "drug"), (58, 68, "problem"))
        lines = [f"T{n}\t{label} {a} {b}\t{text[a:b]}" for n, (a, b, label) in enumerate(places, start=1)]
        (folder / f"n{number}.ann").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_ways_to_ask_are_run_with_examples_and_rules_and_never_asked_twice(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = ("zero-shot", "rules", "few-shot")
    some = [one for one in ways.WAYS if one["prompt"] in wanted and one.get("answers") in {None, "tanl"}]
    monkeypatch.setattr(ways, "WAYS", [one for one in some if one.get("shots", 2) == 2])
    asked = ["compare", gold(tmp_path / "dev"), "--out", tmp_path / "runs", "--tagger", "small-llm", "--ways"]
    asked += ["--examples", gold(tmp_path / "train"), "--set", "threads=1", "--html", tmp_path / "page.html"]
    found = told(*asked)
    assert (found["refused"], found["notes"]) == ([], 2)
    shown = [(one["settings"]["decoder"], one["settings"]["prompt"]) for one in found["settings"]]
    assert sorted(shown) == sorted(
        [
            ("drafted", "zero-shot"),
            ("plain", "zero-shot"),
            ("drafted", "rules"),
            ("drafted", "few-shot"),
            ("free", "zero-shot"),
            ("free", "few-shot"),
        ]
    )
    drafted, plain = found["settings"][:2]
    assert drafted["f1"]["entities"]["strict"] == plain["f1"]["entities"]["strict"] > 0.5
    assert all(one["cost"]["processor"] > 0 and one["tagger_id"] for one in found["settings"])
    few = next(one for one in found["settings"] if one["settings"]["prompt"] == "few-shot")
    assert few["options"]["bank"]["examples"] == 4
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "aspirin" not in page + json.dumps(found)
    again = told(*asked)
    assert [one["seconds_by_note"] for one in again["settings"]] == [
        one["seconds_by_note"] for one in found["settings"]
    ]


def test_thresholds_are_fitted_kept_and_used_by_a_run(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thresholds, "user_folder", lambda: tmp_path / "user")
    dev = gold(tmp_path / "dev")
    fitted = told("fit-thresholds", dev, "--tagger", "small-llm", "--name", "ward", "--set", "threads=1")
    assert (fitted["notes"], fitted["tags"]) == (2, 6)
    assert set(fitted["bias"].values()) == {0.0}  # too few tags to say anything
    (kept,) = kept_thresholds(find_tagger("small-llm").sha256)
    assert kept.bias == fitted["bias"]
    out = tmp_path / "tagged"
    told("tag", dev, "--out", out, "--tagger", "small-llm", "--set", "thresholds=ward", "--format", "brat")
    assert "aspirin" in (out / "n0.ann").read_text(encoding="utf-8")
