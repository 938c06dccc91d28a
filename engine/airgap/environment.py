"""Environment: variables that keep libraries from telephoning, set before any of them is imported."""

from __future__ import annotations

import os
from collections.abc import MutableMapping

VARIABLES = {
    "ORT_DISABLE_TELEMETRY": "1",
    "ORT_TELEMETRY_DISABLED": "1",  # the same, by its older name
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "NO_PROXY": "*",
    "no_proxy": "*",
}
"""What each process of the program has in its environment; children inherit it."""


def set_variables(environ: MutableMapping[str, str] = os.environ) -> None:
    """Set every variable, whatever it was before; an opt-in made elsewhere does not count here."""
    environ.update(VARIABLES)


def missing_variables(environ: MutableMapping[str, str] = os.environ) -> tuple[str, ...]:
    """Return the names of the variables that are not as they should be."""
    return tuple(name for name, value in VARIABLES.items() if environ.get(name) != value)
