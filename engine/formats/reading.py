"""Reading: files and folders of any known format into documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from engine.errors import FormatError, InputError
from engine.formats.characters import cleaned
from engine.formats.conforming import conform
from engine.formats.document import Document
from engine.formats.format import Format, ReadOptions
from engine.formats.names import Names
from engine.formats.problem import Problems, counted
from engine.formats.registry import detect, format_named, formats, reader_of
from engine.formats.walking import files_below

_BESIDE = (".offsets.tsv", ".modifiers.tsv", "annotation.conf", "visual.conf", "tools.conf", "labels.json")
"""Files that stand beside notes and are read with them, or not at all."""

LONGEST_NOTE = 2_000_000
"""A thousand pages.  What is longer is not a note but many, and would fill the memory of a small computer."""

_ABOUT = ("readme", "license", "licence", "changelog", "data_card")
_ORDER = {one.name: number for number, one in enumerate(formats())}


def read_documents(paths: Sequence[Path], options: ReadOptions, problems: Problems) -> Iterator[Document]:
    """Yield the documents of `paths`, files or folders, in order; each with a name of its own.

    Folders are gone through to the bottom, hidden files left aside; the format is recognised
    per file unless `options.format` names it.  Labels are brought to `options.labels` where
    given.  Files and items that cannot be taken are told to `problems`, never note text.

    Raises:
        InputError: a path is not there, or holds nothing that can be read.
        FormatError: a file cannot be read as asked (no such column, a format only for training).
    """
    names = Names()
    for path in paths:
        for one, files, root in _plan(path, options, problems):
            chosen = replace(options, root=options.root or root)
            for document in reader_of(one).read(files, chosen, problems):
                if _fits(document, problems):
                    yield _finished(document, options, names, problems)


def _fits(document: Document, problems: Problems) -> bool:
    if len(document.text) <= LONGEST_NOTE:
        return True
    problems.error(
        document.source or document.name,
        f"This note has {len(document.text):,} characters, and at most {LONGEST_NOTE:,} can be taken; it was "
        "left out. If it is many notes in one, divide them first.",
    )
    return False


def _finished(document: Document, options: ReadOptions, names: Names, problems: Problems) -> Document:
    name = names.unique(document.name)
    if name != document.name:
        problems.note(
            document.source or document.name,
            f"Another note is called “{document.name}”; this one is “{name}”.",
        )
        document = replace(document, name=name)
    return conform(document, options.labels, problems) if options.labels is not None else document


def _plan(
    path: Path, options: ReadOptions, problems: Problems
) -> Iterator[tuple[Format, list[Path], Path | None]]:
    """Yield (format, files of that format, root of their names) for one path."""
    shown = cleaned(path.name or str(path))[0]
    if not path.exists():
        raise InputError(f"There is no file or folder “{shown}”.")
    if not path.is_dir():
        yield _importable(options.format or detect(path), shown), [path], None
        return
    found = _sorted_out(files_below(path), options.format)
    others = found.pop("", [])
    if not found:
        what = f" of the format {format_named(options.format).title}" if options.format else ""
        raise InputError(f"The folder “{shown}” holds no notes{what}.")
    if others:
        problems.note(
            shown, f"{counted(len(others), 'other file', 'other files')} in this folder left aside."
        )
    for name in sorted(found, key=_ORDER.__getitem__):
        if format_named(name).reads:
            yield format_named(name), found[name], path
        else:
            problems.error(shown, _only_for_training(format_named(name), found[name][0].name))


def _sorted_out(files: Iterator[Path], wanted: str) -> dict[str, list[Path]]:
    """Return the files by format, those of none under the empty name."""
    found: dict[str, list[Path]] = {}
    suffixes = tuple(suffix for one in formats() for suffix in one.suffixes)
    for folder, together in groupby(files, key=lambda file: file.parent):
        inside = [file for file in together if not file.name.lower().endswith(_BESIDE)]
        annotated = {file.stem for file in inside if file.suffix.lower() == ".ann"}
        for file in inside:
            name = _name_in_folder(file, wanted, annotated, suffixes)
            if name != "brat" or file.suffix.lower() != ".ann" or not _has_text(folder, file):
                found.setdefault(name, []).append(file)
    return found


def _name_in_folder(file: Path, wanted: str, annotated: set[str], suffixes: tuple[str, ...]) -> str:
    lower = file.name.lower()
    paired = file.stem in annotated
    if lower.startswith(_ABOUT) and not paired:
        return ""
    if wanted:
        return wanted if _suits(lower, wanted) else ""
    if lower.endswith(".txt") and paired:
        return "brat"
    return detect(file) if lower.endswith(suffixes) else ""


def _suits(lower: str, wanted: str) -> bool:
    if wanted == "brat":
        return lower.endswith((".txt", ".ann"))
    if wanted == "kiwi-spans":
        return lower.endswith(".txt")
    suffixes = format_named(wanted).suffixes
    return lower.endswith(suffixes)


def _has_text(folder: Path, annotations: Path) -> bool:
    return (folder / annotations.name).with_suffix(".txt").is_file()


def _importable(name: str, shown: str) -> Format:
    one = format_named(name)
    if not one.reads:
        raise FormatError(_only_for_training(one, shown))
    return one


def _only_for_training(one: Format, file: str) -> str:
    return (
        f"“{cleaned(file)[0]}” is in the format {one.title}, which is made for training and does not "
        "hold whole notes with their tags. Import JSON lines or brat instead."
    )
