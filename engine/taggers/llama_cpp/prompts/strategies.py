"""Strategies: names for settings of a prompt that are used together.

They are the steps of Hu et al., JAMIA 2024 (arXiv 2303.16416): task and format, definitions
and guideline, rules from an analysis of errors, examples; and the ways to choose examples
that Lu et al. (arXiv 2407.00731) and Monajatipoor et al. (arXiv 2404.07376) compare.
``kiwi`` is all that a model of Kiwi’s own needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import ModelError
from engine.taggers.llama_cpp.prompts.rendering import KIWI

_BARE: Mapping[str, Any] = {
    "per_type": False,
    "definitions": False,
    "guideline": False,
    "learned_rules": 0,
    "examples": "none",
}

STRATEGIES: Mapping[str, Mapping[str, Any]] = {
    "zero-shot": _BARE,
    "one-type-per-call": {**_BARE, "definitions": True, "per_type": True},
    "definitions": {**_BARE, "definitions": True},
    "guideline": {**_BARE, "definitions": True, "guideline": True},
    "rules": {**_BARE, "definitions": True, "guideline": True, "learned_rules": 10},
    "few-shot": {**_BARE, "examples": "similar"},
    "few-shot-fixed": {**_BARE, "examples": "fixed"},
    "few-shot-random": {**_BARE, "examples": "random"},
    "kiwi": {
        **_BARE,
        "template": KIWI,
        "definitions": True,
        "answers": "span-tags",
        "modifiers": True,
        "spaced": True,
        "stops": ("<EOS>",),
    },
    "all": {**_BARE, "definitions": True, "guideline": True, "learned_rules": 10, "examples": "similar"},
}
"""Name to options.  Whatever else is set by name goes before these."""


def settings_of(strategy: str) -> Mapping[str, Any]:
    """Return the options that `strategy` stands for.

    Raises:
        ModelError: there is none of this name.
    """
    try:
        return STRATEGIES[strategy]
    except KeyError:
        known = ", ".join(STRATEGIES)
        raise ModelError(f"There is no prompt “{strategy}”. There are: {known}.") from None
