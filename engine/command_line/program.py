"""Program: all commands in one, failures as sentences, exit codes that scripts can read."""

from __future__ import annotations

from typing import Annotated

import typer
from typer.main import get_command

from engine.command_line.airgap import airgap
from engine.command_line.compare import compare
from engine.command_line.demo import demo
from engine.command_line.fit_thresholds import fit_thresholds_to
from engine.command_line.models import models
from engine.command_line.output import EXIT_FAILED, EXIT_STOPPED, program_version, remarks
from engine.command_line.project import project
from engine.command_line.score import score
from engine.command_line.tag import tag
from engine.errors import Cancelled, TagwellError

_EPILOG = "Exit codes: 0 done, 1 not done, 2 wrong call, 3 done but some notes left out, 130 stopped."

program = typer.Typer(
    name="tagwell",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # it would show local variables, and those hold notes
    epilog=_EPILOG,
    help="Tag de-identified clinical notes on this machine. No data leaves it.",
)
program.command()(tag)
program.add_typer(project, name="project")
program.command()(score)
program.command()(compare)
program.command("fit-thresholds")(fit_thresholds_to)
program.add_typer(models, name="models")
program.command()(airgap)
program.command()(demo)


@program.callback(invoke_without_command=True)
def start(
    *,
    version: Annotated[bool, typer.Option("--version", help="Show the version and leave.")] = False,
) -> None:
    """Tag de-identified clinical notes on this machine. No data leaves it."""
    if version:
        typer.echo(f"tagwell {program_version()}")
        raise typer.Exit


def run(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code; foreseen failures are printed as one sentence."""
    try:
        get_command(program)(
            args=arguments, prog_name="tagwell"
        )  # called itself, typer would take sys.excepthook
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else EXIT_FAILED
    except Cancelled:
        remarks().print("Stopped. What was finished before stays.")
        return EXIT_STOPPED
    except TagwellError as error:
        remarks().print(str(error), style="bold", markup=False)
        return EXIT_FAILED
    return 0
