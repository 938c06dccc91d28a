"""`tagwell project`: a project file from the terminal, for scripts and for machines without a screen."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from engine.command_line.opening import Annotator, AsJson, Locked, ProjectFile, opened, passphrase, who
from engine.command_line.output import EXIT_FAILED, print_json, remarks, results, table, working
from engine.command_line.project_files import export, import_files, training_set
from engine.command_line.project_repeat import repeat
from engine.command_line.project_tagging import tag
from engine.formats.problem import counted
from engine.jobs.job import Job
from engine.model_files.label_sets import label_set_named
from engine.steps.slow_down import slow_down_of
from engine.store.store import Store

project = typer.Typer(no_args_is_help=True, help="Work on a project file without the window.")
project.command("import")(import_files)
project.command()(tag)
project.command()(repeat)
project.command()(export)
project.command("training-set")(training_set)


@project.command()
def new(
    path: ProjectFile,
    labels: Annotated[
        str, typer.Option("--labels", "--label-set", help="A label set’s name or file.")
    ] = "kiwi",
    title: Annotated[str, typer.Option("--title", help="What windows call it.")] = "",
    *,
    locked: Locked = False,
) -> None:
    """Make a new, empty project.

    Example: tagwell project new ward.tagwell --labels kiwi
    """
    chosen = label_set_named(labels)
    with Store.create(path, chosen, passphrase(wanted=locked), title):
        pass
    remarks().print(f"Made “{path}” with the label set {chosen.title}.", markup=False)


@project.command()
def status(path: ProjectFile, *, locked: Locked = False, as_json: AsJson = False) -> None:
    """Say how far the project is: notes by status, and runs, with how many times slower each was.

    The fastest run is 1; the others are held against it over the notes that both answered.

    Example: tagwell project status ward.tagwell
    """
    with opened(path, locked=locked, read_only=True) as store:
        slower = slow_down_of(store)
        counts = {one.value: count for one, count in store.status_counts().items()}
        runs = [
            {
                "run": int(run.id),
                "model": run.record.tagger_name,
                "status": run.status,
                "started": run.started,
                "done": run.done,
                "failed": run.failed,
                "left": run.left,
                "seconds": round(store.run_seconds(run.id), 3),
                "times slower": round(slower[run.id], 2) if run.id in slower else None,
            }
            for run in store.runs()
        ]
        said = {"title": store.title, "label_set": store.label_set.title, "notes": counts, "runs": runs}
    if as_json:
        print_json(said)
        return
    console = results()
    console.print(table(f"{said['title']} ({said['label_set']})", ("Status", "Notes"), list(counts.items())))
    if runs:
        rows = [["" if cell is None else cell for cell in run.values()] for run in runs]
        console.print(table("Runs", list(runs[0]), rows))


@project.command()
def check(path: ProjectFile, *, locked: Locked = False, as_json: AsJson = False) -> None:
    """Check all of the project: file, texts, places, relations, log; exit code 1 if something is wrong.

    Example: tagwell project check ward.tagwell
    """
    with opened(path, locked=locked, read_only=True) as store, working(Job()):
        report = store.check()
    if as_json:
        print_json(asdict(report))
    else:
        results().print(table("", ("What was checked", "Count"), list(report.counts.items())))
        for problem in report.problems:
            results().print(problem, markup=False)
        remarks().print("Nothing is wrong." if not report.problems else "Restore a backup, or report this.")
    if report.problems:
        raise typer.Exit(EXIT_FAILED)


@project.command()
def search(
    path: ProjectFile,
    words: Annotated[str, typer.Argument(help='Words, a “"phrase"”, begin*, or a pattern with --pattern.')],
    limit: Annotated[int, typer.Option("--limit", help="Stop after so many hits.", min=1)] = 100,
    *,
    pattern: Annotated[bool, typer.Option("--pattern", help="The words are a regular expression.")] = False,
    locked: Locked = False,
    as_json: AsJson = False,
) -> None:
    """Find words or a pattern in the notes; each hit with its place and what stands around it.

    Example: tagwell project search ward.tagwell "chest pain"
    """
    with opened(path, locked=locked, read_only=True) as store, working(Job()) as job:
        find = store.search_pattern(words, limit, job=job) if pattern else store.search(words, limit, job=job)
        hits = list(find)
    if as_json:
        print_json(
            [
                {
                    "note": hit.name,
                    "start": hit.span.start,
                    "end": hit.span.end,
                    "text": hit.surface,
                    "before": hit.before,
                    "after": hit.after,
                }
                for hit in hits
            ]
        )
        return
    rows = [
        (hit.name, f"{hit.span.start}–{hit.span.end}", _line(hit.before + hit.surface + hit.after))
        for hit in hits
    ]
    results().print(table(counted(len(hits), "hit", "hits"), ("Note", "Where", "Words"), rows))


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@project.command()
def backup(path: ProjectFile, *, locked: Locked = False) -> None:
    """Make a backup beside the project and prove that it opens.

    Example: tagwell project backup ward.tagwell
    """
    with opened(path, locked=locked) as store:
        made = store.backup("by command")
    results().print(str(made), markup=False)


@project.command()
def restore(
    copy: Annotated[Path, typer.Argument(help="The backup.")],
    to: Annotated[Path, typer.Argument(help="The new project file; it must not exist yet.")],
    *,
    locked: Locked = False,
) -> None:
    """Make a project from a backup; the backup and the old project stay as they are.

    Example: tagwell project restore "ward backups/…" ward-restored.tagwell
    """
    Store.restore(copy, to, passphrase(wanted=locked))
    remarks().print(f"Restored to “{to}”.", markup=False)


@project.command()
def undo(path: ProjectFile, annotator: Annotator = "", *, locked: Locked = False) -> None:
    """Take back the last operation of the project; `redo` brings it again.

    Example: tagwell project undo ward.tagwell
    """
    with opened(path, locked=locked) as store:
        done = store.undo(who(annotator))
    remarks().print("There is nothing to undo." if done is None else f"{done.title}.", markup=False)


@project.command()
def redo(path: ProjectFile, annotator: Annotator = "", *, locked: Locked = False) -> None:
    """Do again what was last undone.

    Example: tagwell project redo ward.tagwell
    """
    with opened(path, locked=locked) as store:
        done = store.redo(who(annotator))
    remarks().print("There is nothing to redo." if done is None else f"{done.title}.", markup=False)
