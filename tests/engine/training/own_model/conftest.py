"""No test of this folder touches the models of whoever runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.model_files import installed
from engine.steps import convert_model, install_model


@pytest.fixture(autouse=True)
def own_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that stands for this user's models; it need not exist yet."""
    place = tmp_path / "user" / "models"
    for module in (installed, install_model, convert_model):
        monkeypatch.setattr(module, "installed_models_folder", lambda: place)
    return place
