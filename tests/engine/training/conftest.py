"""Made-up notes in brat, and a recipe that learns from them in seconds."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import pytest

from engine.model_files.installed import default_model
from engine.taggers.onnx_bert.subwords import SubwordSplitter
from engine.training.recipe import Corpus, HeadPlan, Phase, Recipe, Split, Weights

TERMS = {"problem": ("fever", "cough", "nausea"), "drug": ("aspirin", "insulin")}
FILLING = ("today", "was", "seen", "and", "given", "with", "then", "after", "home", "again", "well", "since")


@pytest.fixture(scope="session")
def splitter() -> SubwordSplitter:
    return SubwordSplitter(default_model().folder / "tokenizer.json")


@pytest.fixture(scope="session")
def made_up_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder `notes` of 24 notes of random words, in which drugs, problems and negations are marked."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "notes").mkdir()
    chance = random.Random(3)  # noqa: S311
    for number in range(24):
        text, lines = _made_up_note(chance)
        (folder / "notes" / f"{number:02}.txt").write_text(text, encoding="utf-8", newline="")
        (folder / "notes" / f"{number:02}.ann").write_text(
            "\n".join(lines) + "\n", encoding="utf-8", newline=""
        )
    _write_drugs(folder / "drugs")
    said = [{"text": _made_up_note(chance)[0]} for _ in range(4)]
    (folder / "unmarked.jsonl").write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in said))
    return folder


def _write_drugs(folder: Path) -> None:
    """A corpus that marks drugs alone, so that its problems are not what they seem to be: nothing."""
    folder.mkdir()
    for number, (drug, problem) in enumerate(zip(TERMS["drug"] * 3, TERMS["problem"] * 2, strict=True)):
        text = f"Home again since {problem}, given {drug}."
        start = text.index(drug)
        said = f"T1\tChemical {start} {start + len(drug)}\t{drug}\n"
        (folder / f"{number}.txt").write_text(text, encoding="utf-8", newline="")
        (folder / f"{number}.ann").write_text(said, encoding="utf-8", newline="")


def _made_up_note(chance: random.Random) -> tuple[str, list[str]]:
    text, lines = "", []
    for _ in range(12):
        label = chance.choice(list(TERMS))
        term = chance.choice(TERMS[label])
        text += " ".join(chance.sample(FILLING, 3)) + " "
        if label == "problem" and chance.random() < 0.5:
            lines.append(f"T{len(lines) + 1}\tnegation {len(text)} {len(text) + 2}\tno")
            text += "no "
        lines.append(f"T{len(lines) + 1}\t{label} {len(text)} {len(text) + len(term)}\t{term}")
        text += term + chance.choice([" ", ". ", ".\r\n"])
    return text, lines


@pytest.fixture
def tiny_recipe() -> Recipe:
    return Recipe(
        name="tiny",
        title="Tiny",
        version="1",
        label_set="kiwi",
        seed=5,
        weights=Weights("tiny_weights", "model", "0" * 64),
        heads=(HeadPlan("entities", ("problem", "drug")), HeadPlan("modifiers", ("negation",))),
        corpora={
            "notes": Corpus("notes"),
            "drugs": Corpus("drugs", types={"Chemical": "drug", "Thing": "problem|drug"}, says=("drug",)),
            "unmarked": Corpus("unmarked.jsonl", format="text-lines"),
        },
        split=Split("notes", 0.2, 1),
        phases=(
            Phase({"notes": 1.0}, 1, 1e-3, heads=("entities",)),
            Phase({"notes": 1.0, "drugs": 0.5}, 4, 1e-3, average=2, runs=2, taught={"unmarked": 1.0}),
        ),
        window=32,
        batch=256,
        model={
            "summary": "Made in a test.",
            "licence": "none",
            "origins": [{"name": "a test", "what": "everything", "licence": "none"}],
            "known_weak": ["All of it."],
        },
        self_test=("She was given aspirin and insulin.", "He had no fever."),
    )
