"""Build a training set: finished notes become files to fine-tune on, divided, described and checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from engine.annotation.gold import Gold
from engine.errors import ExportError, LabelError
from engine.formats.format import WriteOptions
from engine.formats.gold_document import document_of
from engine.formats.loss import Losses, Lost, as_list
from engine.formats.placing import NewFiles
from engine.formats.registry import format_named
from engine.formats.writing import Sheaf
from engine.jobs.job import Job
from engine.model_files.checksum import sha256_of
from engine.training.data_card import DataCard
from engine.training.training_set import PARTS, Content, Division, TrainingSet, divide

FORMATS = ("hf", "conll", "chat", "jsonl", "kiwi-spans")
"""What a training set can be written in: formats that hold many notes in one file."""

Notes = Callable[[], Iterable[Gold]]
"""Gives the notes, the same each time: they are read twice and never all kept."""


@dataclass(frozen=True, slots=True)
class BuiltSet:
    """What was built: its folder, its files, and its card."""

    folder: Path
    files: tuple[Path, ...]
    card: DataCard


def build_training_set(
    notes: Notes, folder: Path, options: WriteOptions, division: Division, job: Job
) -> BuiltSet:
    """Write ``train``, ``dev`` and ``test`` into `folder`, with a data card as Markdown and JSON.

    Only finished notes, unless the division takes partial ones, which are marked as such.
    Patients (or documents) and near-duplicates are in one part.  Suggestions that a person
    refused are negatives: listed in the JSON lines, and plain text in every other format.
    The files are read back and compared before they appear; all appear or none.

    Raises:
        InputError: no note is finished, or the shares make no sense.
        ExportError: the format holds one note per file, the target cannot be written to or
            holds such files, notes changed meanwhile, or the comparison failed.
        DiskFull: no room.
        Cancelled: the job was cancelled; nothing was written.
    """
    if options.format not in FORMATS:
        raise ExportError(f"A training set can be written as: {', '.join(FORMATS)}.")
    if options.labels is None:
        raise LabelError("A training set needs its label set.")
    dataset = divide(job.each("Reading notes", notes()), division)
    form = format_named(options.format)
    sheaves = {part: Sheaf(form, replace(options, stem=part)) for part in PARTS}
    contents = {part: Content() for part in PARTS}
    with NewFiles(folder, overwrite=options.overwrite) as place:
        _write(notes(), dataset, sheaves, contents, place, job)
        for part, sheaf in sheaves.items():
            own = [file for file in place.written if file.name.startswith(f"{part}.")]
            sheaf.compare(place, own, job)
        lost: Losses = Losses()
        for sheaf in sheaves.values():
            lost.update(sheaf.losses)
        card = DataCard(
            form.title,
            options.labels,
            dt.datetime.now(dt.UTC).isoformat(" ", "seconds"),
            dataset,
            contents,
            # Who tagged what, and what is not finished, stands in the card itself.
            [str(loss) for loss in as_list(lost) if loss.kind.tags or loss.kind is Lost.REJECTED],
            {file.name: sha256_of(file) for file in sorted(place.written)},
        )
        place.write("data_card.json", card.as_json())
        place.write("data_card.md", card.as_markdown())
        files = place.place()
    return BuiltSet(folder, tuple(files), card)


def _write(
    notes: Iterable[Gold],
    dataset: TrainingSet,
    sheaves: dict[str, Sheaf],
    contents: dict[str, Content],
    place: NewFiles,
    job: Job,
) -> None:
    part_of = dataset.part_of()
    for gold in job.each("Writing", notes):
        part = part_of.pop(gold.note.id, None)
        if part is not None:
            sheaves[part].add(document_of(gold), place)
            contents[part].add(gold, sheaves[part].options.only)
    if part_of:
        raise ExportError("Notes were changed while the training set was being built. Please build it again.")
    for sheaf in sheaves.values():
        if sheaf.notes:
            sheaf.writer.finish(place)
