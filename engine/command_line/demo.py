"""`tagwell demo`: the main job on the demo notes, for a machine without a screen."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer

from engine.annotation.said import Answer
from engine.command_line.output import EXIT_PARTLY, print_json, remarks, results, table, working
from engine.formats.format import ReadOptions
from engine.formats.problem import Problems
from engine.formats.reading import read_documents
from engine.jobs.job import Job
from engine.labels.files import find_label_set
from engine.labels.label_set import LabelSet
from engine.model_files.places import models_folder
from engine.steps.tag_notes import Failure, tag_notes
from engine.taggers.registry import find_tagger
from engine.text.note import Note, NoteId
from engine.text.span import surface
from engine.workers.worker_process import WorkerProcess

_EXAMPLES = 6


def demo(
    *, as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")] = False
) -> None:
    """Tag the demo notes with the model that came with the program, and show what was found.

    The demo notes are made up.  Nothing is stored.

    Example: tagwell demo
    """
    spec = find_tagger()
    labels = find_label_set(spec.label_set or "kiwi", models_folder())
    notes = _demo_notes()
    with working(Job()) as job, WorkerProcess(spec) as tagger:
        ready = tagger.ready(job)
        outcomes = dict(tag_notes(notes, lambda: WorkerProcess(spec), labels, job))
    said = [(note, outcomes[note.id]) for note in notes]
    answers = [(note, one) for note, one in said if isinstance(one, Answer)]
    if as_json:
        print_json([_note_json(note, one) for note, one in answers])
    else:
        _print(answers, labels, f"{spec.title} on {ready.device}")
    for note, one in said:
        if isinstance(one, Failure):
            remarks().print(f"“{note.name}” could not be tagged: {one.cause}", markup=False)
    if len(answers) < len(notes):
        raise typer.Exit(EXIT_PARTLY)


def _demo_notes() -> list[Note]:
    documents = read_documents([models_folder() / "demo" / "notes"], ReadOptions(), Problems())
    return [Note(NoteId(number), one.name, one.text) for number, one in enumerate(documents, start=1)]


def _print(answers: list[tuple[Note, Answer]], labels: LabelSet, by: str) -> None:
    console = results()
    entities = [one.name for one in labels.entities]
    rows = []
    for note, said in answers:
        found = Counter(item.label for item in said.items)
        of_entities = [found[name] for name in entities]
        modifiers = len(said.items) - sum(of_entities)
        rows.append([note.name, *of_entities, modifiers])
    columns = ["Note", *(one.title for one in labels.entities), "Modifiers"]
    console.print(table(f"What {by} found in the demo notes", columns, rows))
    relations = sum(len(said.relations) for _, said in answers)
    console.print(f"{relations:,} relations join the modifiers to what they are said of.\n")
    note, said = max(answers, key=lambda pair: len(pair[1].relations))
    console.print(
        table(f"Some of “{note.name}”", ("Where", "What", "Words", "Said of it"), _examples(note, said))
    )


def _examples(note: Note, said: Answer) -> list[tuple[str, str, str, str]]:
    of_item: dict[int, list[str]] = {}
    for relation in said.relations:
        tail = said.items[relation.tail]
        of_item.setdefault(relation.head, []).append(f"{tail.label}: {surface(note.text, tail.spans)}")
    richest = sorted(of_item, key=lambda index: (-len(of_item[index]), index))[:_EXAMPLES]
    rows = []
    for index in sorted(richest):
        item = said.items[index]
        where = f"{item.hull.start}–{item.hull.end}"
        rows.append((where, item.label, surface(note.text, item.spans), "; ".join(of_item[index])))
    return rows


def _note_json(note: Note, said: Answer) -> dict[str, object]:
    return {
        "note": note.name,
        "entities": [
            {
                "id": index,
                "label": item.label,
                "spans": [[span.start, span.end] for span in item.spans],
                "text": surface(note.text, item.spans),
                "score": round(item.score, 4),
            }
            for index, item in enumerate(said.items)
        ],
        "relations": [
            {"label": one.label, "head": one.head, "tail": one.tail, "score": round(one.score, 4)}
            for one in said.relations
        ],
    }
