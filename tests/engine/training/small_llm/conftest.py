from __future__ import annotations

from pathlib import Path

import pytest

from engine.labels.files import find_label_set
from engine.labels.label_set import LabelSet
from engine.model_files.places import models_folder
from engine.training.corpora import CorpusNote, Mark
from engine.training.small_llm.vocabulary import Vocabulary, train_vocabulary

TEXT = "She denies chest pain. Takes aspirin 81 mg daily.\nCT of the head was normal, no fever."


def note(text: str, *marks: tuple[str, str], joined: tuple[tuple[int, int], ...] = ()) -> CorpusNote:
    """Return a note with the first occurrence of each surface marked."""
    found = tuple(Mark(text.index(said), text.index(said) + len(said), label) for said, label in marks)
    return CorpusNote("one", text, found, joined)


@pytest.fixture
def gold() -> CorpusNote:
    said = (("chest pain", "problem"), ("denies", "negation"), ("aspirin", "drug"), ("81 mg", "strength"))
    more = (("CT of the head", "test"), ("fever", "problem"), ("chest", "bodyloc"))
    return note(TEXT, *said, *more, joined=((0, 1), (2, 3), (0, 6)))


@pytest.fixture(scope="session")
def kiwi() -> LabelSet:
    return find_label_set("kiwi", models_folder())


@pytest.fixture(scope="session")
def vocabulary(tmp_path_factory: pytest.TempPathFactory, kiwi: LabelSet) -> Vocabulary:
    path = tmp_path_factory.mktemp("vocabulary") / "tokenizer.json"
    names = [one.name for one in kiwi.modifiers]
    train_vocabulary([TEXT] * 20, [one.name for one in kiwi.entities], names, 600, path)
    return Vocabulary(path)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with two brat notes and a file of raw text."""
    folder = tmp_path / "data" / "gold"
    folder.mkdir(parents=True)
    for name, text, line in (
        ("a", TEXT, "T1\tproblem 11 21\tchest pain"),
        ("b", "He has asthma and takes albuterol when he runs in the cold.", "T1\tproblem 7 13\tasthma"),
    ):
        (folder / f"{name}.txt").write_text(text, encoding="utf-8", newline="")
        (folder / f"{name}.ann").write_text(line + "\n", encoding="utf-8")
    (tmp_path / "data" / "raw.jsonl").write_text(
        '{"text": "A cough since May."}\n{"text": ""}\n{"text": "Skipped."}\n{"text": "No fever."}\n',
        encoding="utf-8",
    )
    return tmp_path / "data"
