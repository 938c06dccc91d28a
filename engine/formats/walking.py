"""Walking: the visible files below a folder, in an order that is the same on every system."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.errors import InputError
from engine.formats.characters import cleaned

_OTHERS = ("~$", "__MACOSX", "Thumbs.db", "desktop.ini")


def files_below(folder: Path) -> Iterator[Path]:
    """Yield the files below `folder`, sorted by path; hidden ones and links to folders are skipped.

    Raises:
        InputError: the folder cannot be read.
    """
    try:
        paths = sorted(folder.iterdir(), key=lambda path: path.name)
    except OSError:
        raise InputError(f"The folder “{cleaned(folder.name)[0]}” cannot be read.") from None
    for path in paths:
        if path.name.startswith((".", *_OTHERS)):
            continue
        if path.is_dir():
            if not path.is_symlink():
                yield from files_below(path)
        elif path.is_file():
            yield path


def shown(path: Path, root: Path | None) -> str:
    """Return `path` as it is named in problems: below `root`, or its name alone."""
    return cleaned(_relative(path, root).as_posix())[0]


def note_name(path: Path, root: Path | None, suffix: str = "") -> str:
    """Return the name of the note that `path` holds: its path below `root` without the suffix.

    `suffix` is one of several dots, such as ``.spans.txt``; otherwise the last one falls.
    """
    relative = _relative(path, root)
    if suffix and relative.name.lower().endswith(suffix):
        relative = relative.with_name(relative.name[: -len(suffix)])
    elif relative.suffix:
        relative = relative.with_suffix("")
    return cleaned(relative.as_posix())[0]


def _relative(path: Path, root: Path | None) -> Path:
    if root is not None and path.is_relative_to(root):
        return path.relative_to(root)
    return Path(path.name)
