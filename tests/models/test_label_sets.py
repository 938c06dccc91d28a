"""The label sets we ship."""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

from engine.identifiers.classes import IdentifierClass
from engine.labels.checks import RESERVED_KEYS
from engine.labels.files import find_label_set, load_label_set, save_label_set, shipped_label_sets
from engine.model_files.places import models_folder

_CORPORA = Path(__file__).parents[3] / "shared" / "data"
_SETS = shipped_label_sets(models_folder())
_EACH = pytest.mark.parametrize("labels", _SETS, ids=[one.name for one in _SETS])


def _set(name):
    return find_label_set(name, models_folder())


def test_the_promised_sets_are_there():
    assert " ".join(one.name for one in _SETS) == (
        "bioner bioner-extended disease-chemical i2b2-2010 identifiers kiwi raredis"
    )


@_EACH
def test_each_type_is_explained_and_can_be_reached_by_a_key(labels):
    assert labels.licence
    assert labels.description
    for one in labels:
        assert len(one.definition) > 20, one.name
        assert len(one.guideline) > 40, one.name
        assert len(one.examples) >= 3, one.name
        assert all(example.strip() == example and example for example in one.examples)
        assert one.key, one.name
        assert one.key not in RESERVED_KEYS
        for said in (one.definition, one.guideline):
            assert said == said.strip()
            assert "  " not in said
            assert "\n" not in said, "a paragraph is one line; views wrap it"


@_EACH
def test_saving_a_shipped_set_gives_the_same_set(labels, tmp_path):
    save_label_set(labels, tmp_path / "again.toml")
    assert load_label_set(tmp_path / "again.toml").fingerprint == labels.fingerprint


def test_kiwi_has_its_types_and_its_22_pairs():
    kiwi = _set("kiwi")
    assert [one.name for one in kiwi.entities] == ["problem", "treatment", "drug", "test"]
    assert {one.name for one in kiwi.modifiers} == set(
        "bodyloc condition course dosage duration form frequency labvalue negation reference_range "  # noqa: SIM905
        "route severity strength subject temporal uncertain".split()
    )
    allowed = {
        "problem": "bodyloc negation temporal subject severity course condition uncertain",
        "treatment": "temporal negation",
        "drug": "strength dosage duration form frequency route temporal negation",
        "test": "labvalue reference_range temporal negation",
    }
    pairs = {(head, tail) for head, tails in allowed.items() for tail in tails.split()}
    assert len(pairs) == len(kiwi.pairs) == 22
    for head, tail in itertools.product([one.name for one in kiwi], repeat=2):
        assert kiwi.relations(head, tail) == (("hasAttr",) if (head, tail) in pairs else ())
    assert kiwi.resolve("Medication") == "drug"


def test_i2b2_has_its_eight_relations():
    i2b2 = _set("i2b2-2010")
    assert [one.name for one in i2b2] == ["problem", "treatment", "test"]
    assert i2b2.relations("treatment", "problem") == ("TrIP", "TrWP", "TrCP", "TrAP", "TrNAP")
    assert i2b2.relations("test", "problem") == ("TeRP", "TeCP")
    assert i2b2.relations("problem", "problem") == ("PIP",)
    assert len(i2b2.pairs) == 8


def test_raredis_tells_signs_from_symptoms():
    raredis = _set("raredis")
    assert [one.name for one in raredis] == ["Disease", "RareDisease", "SkinRareDisease", "Sign", "Symptom"]
    assert "examiner can see or measure" in raredis.type("Sign").definition
    assert "patient feels" in raredis.type("Symptom").definition
    assert raredis.relation("RareDisease", "Sign") == "Produces"
    assert raredis.relation("Sign", "RareDisease") is None
    for said in ("RAREDISEASE", "SKINRAREDISEASE", "DISEASE", "SIGN", "SYMPTOM"):
        assert raredis.resolve(said) in raredis


def test_identifiers_are_those_of_the_screen():
    assert [one.name for one in _set("identifiers")] == [one.value for one in IdentifierClass]


def test_diseases_and_chemicals_take_the_names_of_their_corpora():
    labels = _set("disease-chemical")
    assert [labels.resolve(said) for said in ("SpecificDisease", "DiseaseClass", "CompositeMention")] == [
        "Disease"
    ] * 3
    assert labels.relation("Chemical", "Disease") == "CID"


def test_bioner_has_four_types_and_its_extension_the_same_and_four_more():
    four, eight = _set("bioner"), _set("bioner-extended")
    assert [one.name for one in four] == ["Gene", "Chemical", "Disease", "Species"]
    assert eight.types[:4] == four.types
    assert [one.name for one in eight][4:] == ["CellLine", "Variant", "Anatomy", "CellType"]
    assert set(four.aliases) < set(eight.aliases)
    assert not four.pairs
    assert not eight.pairs


@pytest.mark.parametrize(
    ("said", "ours"),
    [
        ("protein", "Gene"),
        ("SpecificDisease", "Disease"),
        ("ChemicalEntity", "Chemical"),
        ("OrganismTaxon", "Species"),
        ("cell_line", "CellLine"),
        ("SequenceVariant", "Variant"),
        ("cell_type", "CellType"),
    ],
)
def test_bioner_knows_how_public_corpora_spell_its_types(said, ours):
    assert _set("bioner-extended").resolve(said) == ours
    assert _set("bioner").resolve(said) == (ours if ours in _set("bioner") else None)


@pytest.mark.skipif(
    not (_CORPORA / "kiwi-mtsamples").is_dir(), reason="the Kiwi corpus is not in ../shared/data"
)
def test_the_kiwi_corpus_uses_only_these_labels_and_pairs():
    kiwi = _set("kiwi")
    for file in sorted((_CORPORA / "kiwi-mtsamples" / "train").glob("*.ann")):
        said = file.read_text(encoding="utf-8")
        label = dict(re.findall(r"^(T\d+)\t(\S+)", said, flags=re.MULTILINE))
        assert set(label.values()) <= {one.name for one in kiwi}
        for name, head, tail in re.findall(r"^R\d+\t(\S+) Arg1:(\S+) Arg2:(\S+)", said, flags=re.MULTILINE):
            assert kiwi.relation(label[head], label[tail]) == name


# Colours


def _linear(colour):
    part = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def _contrast(one, other):
    """WCAG 2's contrast ratio."""
    light, dark = sorted((float(_linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


# Machado, Oliveira, Fernandes 2009: what people without one kind of cone see.
_SEEN = {
    "all cones": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def _lab(linear):
    xyz = _TO_XYZ @ np.clip(linear, 0, 1) / [0.95047, 1, 1.08883]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@_EACH
def test_lanes_can_be_seen_on_a_light_and_on_a_dark_page(labels):
    for one in labels:
        assert _contrast(one.colour, "#ffffff") >= 3, one.name
        assert _contrast(one.colour, "#1e1e1e") >= 3, one.name


@pytest.mark.parametrize(
    "name", ["kiwi", "i2b2-2010", "disease-chemical", "raredis", "bioner", "bioner-extended"]
)
@pytest.mark.parametrize("sight", _SEEN)
def test_entities_differ_for_colour_blind_eyes_too(name, sight):
    least = {"raredis": 20, "bioner-extended": 18}.get(name, 25)
    for one, other in itertools.combinations(_set(name).entities, 2):
        seen = [_lab(_SEEN[sight] @ _linear(each.colour)) for each in (one, other)]
        assert np.linalg.norm(seen[0] - seen[1]) >= least, (one.name, other.name)


def test_modifiers_are_calmer_than_entities():
    kiwi = _set("kiwi")

    def chroma(one):
        return float(np.hypot(*_lab(_linear(one.colour))[1:]))

    assert max(map(chroma, kiwi.modifiers)) < min(map(chroma, kiwi.entities))


# The README


def test_the_readme_tells_the_truth(tmp_path):
    said = (models_folder() / "label_sets" / "README.md").read_text(encoding="utf-8")
    for labels in _SETS:
        types = (
            f"{len(labels.entities)} + {len(labels.modifiers)}"
            if labels.modifiers
            else f"{len(labels.types)}"
        )
        row = next(line for line in said.splitlines() if line.startswith(f"| `{labels.name}` |"))
        assert row.endswith(f"| {types} | {len(labels.pairs) or '–'} |")
    example = tmp_path / "wounds.toml"
    example.write_text(said.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    assert [one.name for one in load_label_set(example)] == ["wound", "size"]
