"""`tagwell airgap`: which layers keep the notes on this machine, and a try to get out."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from engine.airgap import self_test, status
from engine.command_line.output import EXIT_FAILED, print_json, results, table


def airgap(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")] = False,
) -> None:
    """Say which layers of the air gap are active, and try to open a network socket.

    Ends with exit code 1 if anything got through.  Nothing is ever sent.

    Example: tagwell airgap --json
    """
    layers, attempts = status.layers(), self_test.run_everywhere()
    shut = self_test.all_refused(attempts)
    if as_json:
        said = [{**asdict(layer), "state": layer.state.value} for layer in layers]
        print_json({"layers": said, "attempts": [asdict(one) for one in attempts], "all_refused": shut})
    else:
        console = results()
        rows = [
            (layer.name, layer.state.value, f"{layer.meaning} {layer.advice}".strip()) for layer in layers
        ]
        console.print(table("Layers", ("Layer", "State", "What that means"), rows))
        tries = [(one.what, "refused" if one.refused else "OPEN", one.how) for one in attempts]
        console.print(table("What was tried just now", ("Attempt", "Outcome", "How"), tries))
        console.print("Nothing got through." if shut else "Something got through: see the table.")
    if not shut:
        raise typer.Exit(EXIT_FAILED)
