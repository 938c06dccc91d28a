"""Chat template: the words that a tuned model expects around what a user says, as its own file gives them.

A template is a small program in Jinja that came with the file, so it runs in Jinja's sandbox,
once per model, and never on a note: it is given a mark in place of the text.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, NoReturn

from engine.errors import ModelError

_MARK = "\ue000\ue001\ue000"
"""Stands for what the user says; no template writes it, and none would change it."""

_DAY = "2026-01-01"
"""Today, as templates tell it: always the same day, so that the same settings give the same tags."""


def around(template: str, bos: str = "", eos: str = "") -> tuple[str, str]:
    """Return what stands before and after a user's one message, up to where the model's answer begins.

    `bos` and `eos` are the model's own marks as text.  A `bos` at the very start is left out,
    since it is put there when the prompt is read.

    Raises:
        ModelError: the template cannot be run, or does not let a user's words through as they are.
    """
    try:
        said = str(_environment().from_string(template).render(
            messages=[{"role": "user", "content": _MARK}], bos_token=bos, eos_token=eos,
            add_generation_prompt=True, enable_thinking=False, tools=None, documents=None,
        ))  # fmt: skip
    except ImportError:
        raise ModelError("The model’s chat template needs Jinja, which comes with the extra “llm”.") from None
    except Exception as error:  # whatever a program from a file may raise
        raise ModelError(
            f"The model’s own chat template cannot be used ({type(error).__name__}). "
            "Set the option chat to no."
        ) from error
    before, mark, after = said.partition(_MARK)
    if not mark or _MARK in after:
        raise ModelError(
            "The model’s own chat template changes what is said to the model. Set the option chat to no."
        )
    return (before.removeprefix(bos) if bos else before), after


def _environment() -> Any:  # noqa: ANN401 - Jinja is there with the extra “llm” only
    sandbox = import_module("jinja2.sandbox")
    environment = sandbox.ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    environment.globals |= {"raise_exception": _refused, "strftime_now": lambda _: _DAY}
    return environment


def _refused(_: object) -> NoReturn:
    """Do what a template wants done with a conversation that it does not know."""
    raise ValueError
