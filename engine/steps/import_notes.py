"""Import notes: files become notes, after a dry run that says what they hold and what they still reveal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Literal

from engine.errors import InputError
from engine.formats.document import Document, import_losses
from engine.formats.format import ReadOptions
from engine.formats.loss import Losses
from engine.formats.names import Names
from engine.formats.problem import Problems
from engine.formats.reading import read_documents
from engine.identifiers.classes import IdentifierClass
from engine.identifiers.finding import Finding
from engine.identifiers.masking import mask
from engine.identifiers.screen import screen
from engine.jobs.job import Job
from engine.store.notes import NewNote
from engine.store.store import Done, Store
from engine.text.note import NoteId, text_hash


class Choice(StrEnum):
    """What is done with a note in which the screen found something."""

    KEEP = "keep"  # it is stored as it is
    MASK = "mask"  # what was found is overwritten, at the same length
    SKIP = "skip"  # the note is left out
    REFUSE = "refuse"  # nothing at all is imported


@dataclass(frozen=True, slots=True)
class SeenNote:
    """One note of a dry run: its size and what was found, but not its text.

    `place` is its number in the files.  `twin` names the note of the project, or the
    earlier one of the same import, that has the same text; empty where there is none.
    """

    place: int
    name: str
    source: str
    sha256: str
    masked_sha256: str
    characters: int
    tags: int
    relations: int
    findings: tuple[Finding, ...]
    twin: str = ""

    @property
    def classes(self) -> Counter[IdentifierClass]:
        """How many of each kind of identifier were found."""
        return Counter(finding.kind for finding in self.findings)


@dataclass(frozen=True, slots=True)
class DryRun:
    """What an import would bring.  Nothing has been stored."""

    paths: tuple[Path, ...]
    options: ReadOptions
    notes: tuple[SeenNote, ...]
    problems: Problems
    losses: Losses

    @property
    def revealing(self) -> tuple[SeenNote, ...]:
        """The notes in which the screen found something."""
        return tuple(note for note in self.notes if note.findings)

    @property
    def twins(self) -> tuple[SeenNote, ...]:
        """The notes whose text is there already."""
        return tuple(note for note in self.notes if note.twin)

    @property
    def tagged(self) -> bool:
        """Whether the files bring tags."""
        return any(note.tags for note in self.notes)


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the user decided after the dry run.

    `identifiers` holds for every note in which something was found, unless `per_note`
    (place of the note to choice) says otherwise.  `tags_as` says what the files' tags
    become.  Notes whose text is there already are left out.
    """

    identifiers: Choice = Choice.REFUSE
    per_note: Mapping[int, Choice] = field(default_factory=dict)
    tags_as: Literal["annotations", "suggestions"] = "annotations"

    def for_note(self, note: SeenNote) -> Choice:
        """Return what is done with `note`."""
        if not note.findings:
            return Choice.KEEP
        return self.per_note.get(note.place, self.identifiers)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought: the operation (None: there was nothing to do) and the counts."""

    done: Done | None
    notes: tuple[NoteId, ...]
    left_out: int
    twins: int
    masked: int


Known = Callable[[Collection[str]], Mapping[str, str]]
"""Given SHA-256 of texts, those that the project has, with the names of their notes."""


def look(paths: Sequence[Path], options: ReadOptions, known: Known, job: Job) -> DryRun:
    """Read `paths` and return what an import would bring, without storing or keeping any text.

    May run in any thread; `known` is called there, with all hashes at once.

    Raises:
        InputError: a path is not there or holds nothing that can be read.
        Cancelled: the job was cancelled.
    """
    problems, losses = Problems(), Losses()
    seen: list[SeenNote] = []
    for place, document in enumerate(job.each("Reading", read_documents(paths, options, problems))):
        losses.update(import_losses(document))
        seen.append(_seen(place, document))
    return DryRun(tuple(paths), options, _with_twins(seen, known), problems, losses)


def _seen(place: int, document: Document) -> SeenNote:
    text = document.text
    sha256, findings = text_hash(text), screen(text)
    return SeenNote(
        place,
        document.name,
        document.source,
        sha256,
        text_hash(mask(text, findings)) if findings else sha256,
        len(text),
        len(document.items),
        len(document.relations),
        findings,
    )


def _with_twins(seen: Sequence[SeenNote], known: Known) -> tuple[SeenNote, ...]:
    there = dict(known([note.sha256 for note in seen]))
    told: list[SeenNote] = []
    for note in seen:
        told.append(replace(note, twin=there.get(note.sha256, "")))
        there.setdefault(note.sha256, note.name)
    return tuple(told)


def known_in(store: Store) -> Known:
    """Return the `Known` of an open project; used on the store's thread."""

    def known(hashes: Collection[str]) -> Mapping[str, str]:
        return {sha: store.note(note).name for sha, note in store.known_hashes(list(hashes)).items()}

    return known


def import_notes(store: Store, dry_run: DryRun, decisions: Decisions, annotator: str, job: Job) -> Imported:
    """Read the files of `dry_run` once more and store their notes, all or none, as one operation.

    Raises:
        InputError: identifiers were found and the decision is to refuse; or a file has
            changed since the dry run.
        StoreError, DiskFull: the project could not take them; nothing was stored.
        Cancelled: the job was cancelled; nothing was stored.
    """
    _refuse_if_told(dry_run, decisions)
    chosen = [note for note in dry_run.notes if not note.twin and decisions.for_note(note) is not Choice.SKIP]
    left_out = len(dry_run.notes) - len(dry_run.twins) - len(chosen)
    wanted = _different(store, chosen, decisions)
    masked = sum(decisions.for_note(note) is Choice.MASK for note in wanted)
    twins = len(dry_run.notes) - left_out - len(wanted)
    if not wanted:
        return Imported(None, (), left_out, twins, 0)
    new = _new_notes(store, dry_run, decisions, {note.place: note for note in wanted}, job)
    title = "Import 1 note" if len(wanted) == 1 else f"Import {len(wanted):,} notes"
    done = store.add_notes(new, annotator, title)
    return Imported(done, tuple(NoteId(one) for one in done.created), left_out, twins, masked)


def _refuse_if_told(dry_run: DryRun, decisions: Decisions) -> None:
    revealing = [n for n in dry_run.revealing if not n.twin and decisions.for_note(n) is Choice.REFUSE]
    if revealing:
        found = sum(len(note.findings) for note in revealing)
        raise InputError(
            f"The screen found something in {len(revealing):,} of "
            f"{len(dry_run.notes):,} notes ({found:,} places), so nothing was imported. "
            "Look at the list, then choose to keep, mask or skip these notes."
        )


def _different(store: Store, notes: Sequence[SeenNote], decisions: Decisions) -> list[SeenNote]:
    """Return those whose text, masked where it will be, no other note has: a mask can make two notes one."""
    final = {
        note.place: note.masked_sha256 if decisions.for_note(note) is Choice.MASK else note.sha256
        for note in notes
    }
    taken = set(store.known_hashes(list(final.values())))
    different: list[SeenNote] = []
    for note in notes:
        if final[note.place] not in taken:
            taken.add(final[note.place])
            different.append(note)
    return different


def _new_notes(
    store: Store, dry_run: DryRun, decisions: Decisions, wanted: Mapping[int, SeenNote], job: Job
) -> Iterator[NewNote]:
    names = _free_names(store, wanted.values())
    documents = read_documents(dry_run.paths, dry_run.options, Problems())
    unseen = set(wanted)
    for place, document in enumerate(documents):
        note = wanted.get(place)
        if note is None:
            continue
        job.report("Storing", len(wanted) - len(unseen), len(wanted))
        if text_hash(document.text) != note.sha256:
            raise InputError(
                f"“{note.source or note.name}” has changed since it was read. Please import again."
            )
        unseen.discard(place)
        yield _new_note(document, note, names[place], decisions)
    if unseen:
        raise InputError("Some files have gone since they were read. Please import again.")


def _new_note(document: Document, note: SeenNote, name: str, decisions: Decisions) -> NewNote:
    text = document.text
    if decisions.for_note(note) is Choice.MASK:
        text = mask(text, note.findings)
    return NewNote(
        name,
        text,
        document.metadata,
        said=document.answer,
        said_as=decisions.tags_as if document.answer is not None else None,
        origin=document.source,
    )


def _free_names(store: Store, notes: Collection[SeenNote]) -> dict[int, str]:
    """Return a name for each place that neither the project nor another note of the import has."""
    names = Names()
    for taken in sorted(store.known_names([note.name for note in notes])):
        names.unique(taken)
    free: dict[int, str] = {}
    for note in notes:
        name = names.unique(note.name)
        while store.known_names([name]):
            name = names.unique(note.name)
        free[note.place] = name
    return free
