"""Label sets: a label set as one JSON text in the project file, and back."""

from __future__ import annotations

import json
from dataclasses import asdict

from engine.errors import ProjectDamaged
from engine.labels.label_set import Kind, LabelSet, LabelType, Pair


def to_json(labels: LabelSet) -> str:
    """Return the whole definition as JSON; `from_json` gives an equal label set."""
    said = asdict(labels)
    said["types"] = [{**asdict(one), "kind": one.kind.value} for one in labels.types]
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def from_json(definition: str) -> LabelSet:
    """Return the label set that `to_json` wrote.

    Raises:
        ProjectDamaged: the text is not such a definition.
    """
    try:
        said = json.loads(definition)
        said["types"] = tuple(
            LabelType(**{**one, "kind": Kind(one["kind"]), "examples": tuple(one["examples"])})
            for one in said["types"]
        )
        said["pairs"] = tuple(Pair(**one) for one in said["pairs"])
        said["aliases"] = tuple((alias, name) for alias, name in said["aliases"])
        return LabelSet(**said)
    except (ValueError, KeyError, TypeError):
        raise ProjectDamaged("The label set in the project file cannot be read. Restore a backup.") from None
