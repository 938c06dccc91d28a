"""`tagwell project tag`: suggestions for the notes of a project; stopped runs can be continued."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from engine.annotation.annotation import RunId, Status
from engine.command_line import tagger_options
from engine.command_line.estimating import OnlyEstimate, is_slow, some_of, tell
from engine.command_line.opening import Annotator, AsJson, Locked, ProjectFile, opened, who
from engine.command_line.output import EXIT_PARTLY, print_json, remarks, working
from engine.command_line.tagger_options import Asked
from engine.errors import StoreError
from engine.formats.problem import counted
from engine.jobs.job import Job
from engine.steps.example_bank import known_vectors, with_own_examples
from engine.steps.tag_project import Tagged, begin, started, tag_project
from engine.store.notes import NoteQuery
from engine.store.store import Store
from engine.taggers.cascade.policy import THRESHOLD
from engine.taggers.registry import TaggerSpec
from engine.text.note import NoteId
from engine.workers.worker_process import WorkerProcess


def tag(  # noqa: PLR0913, PLR0917 - one argument per option of the command
    path: ProjectFile,
    tagger: tagger_options.TaggerName = "",
    annotator: Annotator = "",
    prompt: tagger_options.Prompt = "",
    answers: tagger_options.Answers = "",
    decoder: tagger_options.Decoder = "",
    settings: tagger_options.Settings = None,
    cascade: tagger_options.CascadePolicy = None,
    first: tagger_options.First = "",
    compare: tagger_options.Compare = "",
    below: tagger_options.Below = THRESHOLD,
    sections: tagger_options.Sections = None,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Also notes that have suggestions already.")
    ] = False,
    go_on: Annotated[
        bool, typer.Option("--continue", help="Go on with the run that was stopped last.")
    ] = False,
    only_estimate: OnlyEstimate = False,
    locked: Locked = False,
    as_json: AsJson = False,
) -> None:
    """Let a model suggest tags for the notes of a project; finished notes are left in peace.

    Each note is stored as it is answered: Ctrl+C loses nothing, and --continue goes on.

    Example: tagwell project tag ward.tagwell
    """
    asked = Asked(
        tagger, "", prompt, answers, decoder, settings or (), cascade, first, compare, below, sections or ()
    )
    spec = asked.spec()
    with opened(path, locked=locked) as store:
        spec = with_own_examples(spec, store)
        run = _to_continue(store, spec) if go_on else None
        notes = store.run_left(run) if run is not None else _chosen(store, everything=everything)
        if only_estimate or is_slow(spec):
            texts = (store.note(note).text for note in notes)
            tell(spec, some_of(texts), store.label_set, as_json=only_estimate and as_json)
        if only_estimate:
            return
        with working(Job()) as job:
            run = _begun(store, spec, notes, who(annotator), job) if run is None else run
            known = known_vectors(spec, store)
            tagged = tag_project(store, run, lambda: started(spec, known), job)
        names = {store.note(note).name: cause for note, cause in tagged.failed.items()}
    if as_json:
        print_json({"run": int(run), "notes": tagged.notes, "suggestions": tagged.suggestions,
                    "seconds": round(tagged.seconds, 2), "failed": names})  # fmt: skip
    else:
        _print(tagged, names)
    if names:
        raise typer.Exit(EXIT_PARTLY)


def _chosen(store: Store, *, everything: bool) -> list[NoteId]:
    statuses = {Status.NEW} if not everything else {Status.NEW, Status.SUGGESTED, Status.STARTED}
    notes = [NoteId(one) for one in store.note_ids(NoteQuery(status=frozenset(statuses), sort="added"))]
    if not notes:
        raise StoreError("No note is new. Use --all to tag those that have suggestions already.")
    return notes


def _begun(store: Store, spec: TaggerSpec, notes: Sequence[NoteId], annotator: str, job: Job) -> RunId:
    with WorkerProcess(spec) as tagger:
        tagger.ready(job)
        return begin(store, spec, tagger, notes, annotator)


def _to_continue(store: Store, spec: TaggerSpec) -> RunId:
    for run in store.unfinished_runs():
        if run.record.tagger_name == (spec.title or spec.name):
            return run.id
    raise StoreError(f"No run of {spec.title or spec.name} was stopped half-way.")


def _print(tagged: Tagged, failed: dict[str, str]) -> None:
    console = remarks()
    console.print(
        f"{counted(tagged.notes, 'note', 'notes')}, "
        f"{counted(tagged.suggestions, 'suggestion', 'suggestions')}, {tagged.seconds:.1f} seconds."
    )
    for name, cause in failed.items():
        console.print(f"“{name}” was set aside: {cause}", markup=False)
