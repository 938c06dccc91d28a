"""`tagwell models use`: which model tags where none is named."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.command_line.output import results
from engine.model_files.installed import choose_default, default_model


def use(
    name: Annotated[str, typer.Argument(help="A name of `tagwell models list`; none for ours.")] = "",
) -> None:
    """Set the model that is used where none is named.

    For a whole site, set the environment variable TAGWELL_DEFAULT_MODEL instead; it goes before this choice.
    Example: tagwell models use clinical-open
    """
    choose_default(name)
    results().print(f"The default model is now {default_model().manifest.name}.")
