"""A folder of weights, of each of the four shapes, becomes a tagger that says what its own library says."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from engine.errors import Cancelled, ModelError
from engine.jobs.job import Job
from engine.labels.files import find_label_set
from engine.model_files.label_sets import label_set_of
from engine.model_files.places import models_folder
from engine.steps.convert_model import NewModel, convert_model, label_set_for
from engine.taggers.onnx_bert.reading import read
from engine.taggers.onnx_bert.subwords import SubwordSplitter
from engine.taggers.onnx_bert.tagger import OnnxBertTagger
from engine.training.own_model.check import Outcome
from engine.training.own_model.conversion import Wish
from engine.training.own_model.looking import Look, look_at
from engine.training.own_model.parity import LEAST_AGREEMENT

torch = pytest.importorskip("torch", reason="torch is not installed; it comes with the train extra")
pytest.importorskip("transformers", reason="transformers comes with the train extra")

from tests.engine.training.own_model.made_elsewhere import TAGS, make, without_tags  # noqa: E402

pytestmark = [pytest.mark.train, pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

BARE = ("Disease", "O", "Chemical", "Gene")
SHAPES = ("bert", "roberta", "distilbert", "electra")
NOTES = (
    "She denies chest pain.\r\n\r\nStarted on lisinopril 10 mg 👩\u200d⚕️ for hypertension.\tCT\u00a0normal.",
    "caf\u00e9 visit: cisplatin caused nausea, vomiting and acute renal failure; TP53 mutations were found.",
    "",
    "\ud800 fever \x00 and chills",
)


def wish_for(look: Look, **more: Any) -> Wish:
    labels, said = label_set_for(look, "own", "Our own", None)
    return Wish("own", "Our own", labels, said, **more)


def taken(folder: Path, **more: Any) -> NewModel:
    look = look_at(folder)
    assert not look.fault
    return convert_model(look, wish_for(look, **more), Job())


def said_by_torch(
    model: Any, text: str, splitter: SubwordSplitter, window: int
) -> list[tuple[int, int, str]]:
    """Return the runs of words with the same best tag, by the library that made the model."""
    reading = read(text, splitter, window)
    tags: dict[int, str] = {}
    for first, last in reading.windows:
        ids = [splitter.opening, *reading.pieces.ids[first:last].tolist(), splitter.closing]
        with torch.inference_mode():
            best = model(input_ids=torch.tensor([ids])).logits[0].argmax(-1).tolist()
        tags |= {first + place: BARE[tag] for place, tag in enumerate(best[1:-1])}
    words = [
        (word, tags[piece])
        for word, piece in zip(reading.tokens, reading.first.tolist(), strict=True)
        if piece >= 0
    ]
    runs = [(tag, [word for word, _ in run]) for tag, run in groupby(words, key=lambda one: one[1])]
    return [(run[0].start, run[-1].end, tag) for tag, run in runs if tag != "O"]


@pytest.mark.parametrize("shape", SHAPES)
def test_each_shape_becomes_a_tagger_with_the_tags_of_its_own_library(shape: str, tmp_path: Path) -> None:
    # With bare types no sequence of tags is illegal: decoding must give the best tag of each word.
    model = make(shape, tmp_path / "theirs", BARE)
    new = taken(tmp_path / "theirs", eight_bits=False)
    tagger = OnnxBertTagger(new.model.folder)
    labels = label_set_of(new.model.folder, new.model.manifest.label_set)
    splitter = SubwordSplitter(new.model.folder / "tokenizer.json")
    compared = 0
    for text, answer in zip(NOTES, tagger.tag(NOTES, labels, Job()), strict=True):
        theirs = said_by_torch(model, text, splitter, new.model.manifest.options["window"])
        assert [(item.hull.start, item.hull.end, item.label) for item in answer.items] == theirs
        compared += len(theirs)
    tagger.close()
    assert compared > 5
    assert not any(check.outcome is Outcome.WRONG for check in new.checks)


@pytest.mark.parametrize("shape", SHAPES)
def test_eight_bits_are_taken_where_they_say_the_same(shape: str, tmp_path: Path) -> None:
    make(shape, tmp_path / "theirs")
    new = taken(tmp_path / "theirs", texts=NOTES)
    rows = {row.label: row for row in new.agreement}
    assert rows["all"].before > 20
    if all(row.is_good for row in new.agreement):
        assert set(new.model.manifest.files) == {"model", "fallback", "tokenizer", "labels"}
        assert new.model.manifest.figures[0]["strict_f1"] >= LEAST_AGREEMENT
    else:
        assert set(new.model.manifest.files) == {"model", "tokenizer", "labels"}
        assert not new.model.manifest.figures
    new.model.check()
    tagger = OnnxBertTagger(new.model.folder)
    assert tagger.warnings == ()
    tagger.close()


def test_the_older_weights_file_is_read_as_numbers_only(tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    model = make("bert", folder)
    (folder / "model.safetensors").unlink()
    older = {
        name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): one
        for name, one in model.state_dict().items()
    }
    torch.save(older, folder / "pytorch_model.bin")
    new = taken(folder, eight_bits=False)
    assert new.model.manifest.title == "Our own"


def test_a_weights_file_that_would_run_a_program_is_refused_and_does_not_run(
    tmp_path: Path, own_models: Path
) -> None:
    folder = tmp_path / "theirs"
    make("bert", folder)
    (folder / "model.safetensors").unlink()
    torch.save({"classifier.bias": Mischief(str(tmp_path / "ran"))}, folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match="anything but numbers"):
        taken(folder)
    assert not (tmp_path / "ran").exists()
    assert not list(own_models.iterdir())


def test_weights_in_parts_are_put_together_and_a_missing_part_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    weights = make("bert", folder).state_dict()
    (folder / "model.safetensors").unlink()
    parts = {name: f"pytorch_model-0000{1 + number % 2}-of-00002.bin" for number, name in enumerate(weights)}
    for part in sorted(set(parts.values())):
        torch.save({name: one for name, one in weights.items() if parts[name] == part}, folder / part)
    (folder / "pytorch_model.bin.index.json").write_text(json.dumps({"weight_map": parts}))
    assert taken(folder, eight_bits=False).model.manifest.title == "Our own"
    (folder / part).unlink()
    with pytest.raises(ModelError, match=f"“{part}” of the weights is missing"):
        taken(folder)


@pytest.mark.parametrize(
    ("name", "way_out"),
    [
        ("adapter_model.safetensors", "merge the two"),
        ("site.gguf", "models install"),
        ("tf_model.h5", "save them as model.safetensors"),
        ("notes.txt", "no weights"),
    ],
)
def test_other_weights_are_told_with_a_way_out(name: str, way_out: str, tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    make("bert", folder)
    (folder / "model.safetensors").rename(folder / name)
    assert way_out in look_at(folder).fault


class Mischief:
    """Something whose reading from a pickle would write a file."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.write_text, (Path(self.path), "ran"))


def test_a_model_that_was_not_trained_for_tagging_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    model = make("bert", folder)
    model.bert.save_pretrained(folder)  # without its last layer
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelError, match="trained for tagging"):
        taken(folder)


def test_code_that_a_configuration_names_is_never_called(tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    make("bert", folder)
    config = json.loads((folder / "config.json").read_text())
    config["auto_map"] = {"AutoModelForTokenClassification": "theirs.Model"}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "theirs.py").write_text("raise SystemExit('ran')")
    assert taken(folder, eight_bits=False).model.manifest.kind == "onnx-bert.v1"


def test_tags_that_are_only_numbered_need_a_list(tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    make("bert", folder)
    without_tags(folder)
    assert "list" in look_at(folder).fault
    (tmp_path / "tags.txt").write_text("\n".join(TAGS))
    assert not look_at(folder, tmp_path / "tags.txt").fault


def test_nothing_is_installed_when_it_is_stopped(tmp_path: Path, own_models: Path) -> None:
    folder = tmp_path / "theirs"
    make("bert", folder)
    look = look_at(folder)
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        convert_model(look, wish_for(look), job)
    assert not list(own_models.iterdir())


def test_types_are_said_in_a_label_set_of_ours(tmp_path: Path) -> None:
    make("bert", tmp_path / "theirs")
    look = look_at(tmp_path / "theirs")
    kiwi = find_label_set("kiwi", models_folder())
    labels, said = label_set_for(look, "own", "Our own", kiwi)
    assert said == {"Disease": "problem", "Chemical": None}
    new = convert_model(
        look, Wish("own", "Our own", labels, said | {"Chemical": "drug"}, eight_bits=False), Job()
    )
    assert new.model.manifest.label_set == "kiwi"
    assert "labels" not in new.model.manifest.files
    tagger = OnnxBertTagger(new.model.folder, {"assertion": False})
    (answer,) = tagger.tag(NOTES[:1], kiwi, Job())
    tagger.close()
    assert {item.label for item in answer.items} <= {"problem", "drug"}
