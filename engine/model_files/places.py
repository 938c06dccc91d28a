"""Places: where the files we ship and the files of this user lie."""

from __future__ import annotations

import sys
from pathlib import Path

import platformdirs

from engine.errors import ModelError

_PROGRAM = "tagwell"
_SIGN = "label_sets"
"""A folder inside models/ by which ours is told from any other folder called models."""


def models_folder() -> Path:
    """Return the folder of shipped models, label sets and demo notes.

    It stands beside `engine` in a source tree, in the bundle's own folder in a frozen
    program, and under ``share/tagwell`` where the program was installed from a wheel.

    Raises:
        ModelError: it is in none of these places.
    """
    for place in _candidates():
        if (place / _SIGN).is_dir():
            return place
    raise ModelError("The folder “models” of this program is missing. Please install the program again.")


def _candidates() -> list[Path]:
    beside_engine = Path(__file__).resolve().parents[2] / "models"
    bundle = getattr(sys, "_MEIPASS", None)
    places = [Path(bundle) / "models"] if bundle else []
    return [*places, beside_engine, Path(sys.prefix) / "share" / _PROGRAM / "models"]


def user_folder() -> Path:
    """Return this user's folder for what the program keeps; it need not exist yet."""
    return Path(platformdirs.user_data_dir(_PROGRAM, appauthor=False))


def installed_models_folder() -> Path:
    """Return the folder into which this user's models are installed; it need not exist yet."""
    return user_folder() / "models"
