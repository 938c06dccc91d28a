from __future__ import annotations

import pytest

from engine.labels.files import find_label_set
from engine.labels.label_set import LabelSet
from engine.model_files.places import models_folder


@pytest.fixture(scope="session")
def kiwi() -> LabelSet:
    """The label set with all modifiers, as shipped."""
    return find_label_set("kiwi", models_folder())
