"""`tagwell project repeat`: a run once more, with what it recorded; and whether the tags are the same."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.annotation.annotation import RunId
from engine.command_line.opening import Annotator, AsJson, Locked, ProjectFile, opened, who
from engine.command_line.output import EXIT_FAILED, print_json, remarks, working
from engine.errors import StoreError
from engine.formats.problem import counted
from engine.jobs.job import Job
from engine.steps.example_bank import known_vectors, with_own_examples
from engine.steps.replay_run import Repeated, compared_runs, replayed_tagger
from engine.steps.tag_project import begin, started, tag_project
from engine.store.runs import RunRow
from engine.store.store import Store
from engine.taggers.registry import TaggerSpec, find_tagger
from engine.workers.worker_process import WorkerProcess

Number = Annotated[int, typer.Argument(help="The run’s number, as `project status` shows it; 0: the newest.")]
Terms = Annotated[
    Path | None, typer.Option("--terms", help="The file of terms, where the run was made with one.")
]


def repeat(
    path: ProjectFile,
    number: Number = 0,
    terms: Terms = None,
    annotator: Annotator = "",
    *,
    locked: Locked = False,
    as_json: AsJson = False,
) -> None:
    """Do a run once more with the model and the options that it recorded, and compare the tags.

    Exit code 1 if they differ: the names of those notes are listed.

    Example: tagwell project repeat ward.tagwell
    """
    more = [find_tagger(str(terms))] if terms is not None else []
    with opened(path, locked=locked) as store, working(Job()) as job:
        row = _run(store, number)
        spec = with_own_examples(replayed_tagger(row.record, store.label_set, more), store)
        again = _again(store, spec, row, who(annotator), job)
        found = compared_runs(store, row.id, again)
        names = [store.note(note).name for note in found.different]
    if as_json:
        print_json({"run": int(row.id), "again": int(again), "same": found.same, "different": names})
    else:
        _print(found, names)
    if names:
        raise typer.Exit(EXIT_FAILED)


def _run(store: Store, number: int) -> RunRow:
    rows = [row for row in store.runs() if row.done and not row.undone and number in {0, int(row.id)}]
    if not rows:
        raise StoreError(
            f"There is no run {number} with answers in this project."
            if number
            else "No run has answered yet."
        )
    return rows[0]


def _again(store: Store, spec: TaggerSpec, row: RunRow, annotator: str, job: Job) -> RunId:
    with WorkerProcess(spec) as tagger:
        tagger.ready(job)
        run = begin(store, spec, tagger, store.run_notes(row.id), annotator)
    known = known_vectors(spec, store)
    tag_project(store, run, lambda: started(spec, known), job)
    return run


def _print(found: Repeated, names: list[str]) -> None:
    console = remarks()
    console.print(f"The tags of {counted(found.same, 'note', 'notes')} are the same.")
    for name in names:
        console.print(f"“{name}” has other tags.", markup=False)
