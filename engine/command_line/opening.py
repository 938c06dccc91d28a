"""Opening: how every project command names its file, asks for its passphrase, and says who works."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from engine.airgap.account import account_name
from engine.store.store import Store

ProjectFile = Annotated[Path, typer.Argument(help="The project file.")]
Locked = Annotated[
    bool, typer.Option("--passphrase", help="The project has one: it is asked for, or read from a pipe.")
]
Annotator = Annotated[str, typer.Option("--annotator", help="In whose name; your account if not given.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


def passphrase(*, wanted: bool) -> str | None:
    """Return the passphrase if one is wanted: typed unseen, or the first line of a pipe."""
    if not wanted:
        return None
    if sys.stdin.isatty():
        return str(typer.prompt("Passphrase", hide_input=True))
    return sys.stdin.readline().rstrip("\r\n")


def who(annotator: str) -> str:
    """Return in whose name an operation is done."""
    return annotator.strip() or account_name()


@contextmanager
def opened(path: Path, *, locked: bool, read_only: bool = False) -> Iterator[Store]:
    """Open a project for the time of one command."""
    with Store.open(path, passphrase(wanted=locked), read_only=read_only) as store:
        yield store
