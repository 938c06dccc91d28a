"""`tagwell models download`: a model from a hub, on a connected machine, as a bundle to carry over.

`engine.__main__` runs this command without closing the network, in a process that does nothing else.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.airgap.gap import filter_installed
from engine.command_line.output import print_json, remarks, results, table, working
from engine.errors import ModelError
from engine.jobs.job import Job
from engine.model_files.downloads import CONVERT, Download, downloads, find_download

Name = Annotated[str, typer.Argument(help="A name of the list, or owner/repository; none shows the list.")]
Target = Annotated[Path, typer.Option("--to", help="The folder in which the bundle is made.")]
Files = Annotated[list[str] | None, typer.Option("--file", help="A file of the repository; may be repeated.")]
Revision = Annotated[str, typer.Option("--revision", help="A commit or tag; the list’s, or the newest.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the list as JSON for a program to read.")]


def download(
    name: Name = "",
    target: Target = Path(),
    files: Files = None,
    revision: Revision = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Fetch a model on a connected machine, as a bundle folder; without a name, list what there is.

    This is the only command that reaches the network; it opens no project.  The bundle holds the
    commit and the SHA-256 of every file.  Carry it to the other machine, and install it there.
    If it breaks off, call it again: it goes on.

    Example: tagwell models download qwen3-4b --to /media/stick

    Example: tagwell models download owner/repository --file model-q4.gguf --to /media/stick
    """
    if not name:
        _show(downloads(), as_json=as_json)
        return
    chosen = find_download(name, tuple(files or ()), revision)
    if filter_installed():
        raise ModelError(
            "The network is closed to this process. Call tagwell models download as a command of its own."
        )
    from engine.model_files.download import download as fetch  # nothing else may import it

    _warn(chosen)
    with working(Job()) as job:
        bundle = fetch(chosen, target, job)
    how = "convert" if chosen.kind == CONVERT else "install"
    remarks().print(
        f"The bundle is “{bundle}”. On the other machine: tagwell models {how} {bundle.name}.", markup=False
    )


def _show(every: list[Download], *, as_json: bool) -> None:
    if as_json:
        print_json([{field: getattr(one, field) for field in one.__struct_fields__} for one in every])
        return
    rows = [
        (one.name, one.title, one.what, one.quantization, f"{one.gigabytes:.1f} GB",
         one.licence or "look it up", "yes" if one.run_here else "no")
        for one in every
    ]  # fmt: skip
    columns = ("Name", "Title", "For", "Weights", "Size", "Licence", "Run by us")
    results().print(table("", columns, rows))
    remarks().print("None is promised to tag well: tagwell models check and tagwell score tell you here.")


def _warn(chosen: Download) -> None:
    if not chosen.run_here:
        remarks().print("The makers of this program have not run this model.")
    if not chosen.revision:
        remarks().print("The newest revision is looked up, and pinned in the bundle.")
