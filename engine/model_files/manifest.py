"""Manifest: what a model is, which files it is made of, and where it comes from."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

import msgspec

from engine.errors import ModelError
from engine.labels.toml import to_toml
from engine.model_files.checksum import sha256_of

FORMAT = 1
MANIFEST_NAME = "manifest.toml"

_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
"""What Windows takes for a device in any folder."""

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
KindName = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]*\.v[0-9]+$")]
Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]


class FileEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of a model; `path` is relative to the manifest's folder and stays inside it."""

    path: str
    sha256: Sha256
    size: Annotated[int, msgspec.Meta(ge=0)]


class Origin(msgspec.Struct, frozen=True):
    """Something the model was made from, and under which licence."""

    name: str
    what: str
    licence: str
    url: str = ""


class SelfTest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sentence of our own and the tags (start, end, label) that the model gave where it was made."""

    text: str
    tags: tuple[tuple[int, int, str], ...] = ()


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A model as its folder describes it.  `kind` is a key of the table of taggers.

    `label_set` is the one that it was made for; `more_label_sets` are others of whose labels it knows some.
    """

    format: int
    kind: KindName
    name: Name
    title: str
    version: str
    label_set: str
    summary: str = ""
    licence: str = ""
    files: dict[str, FileEntry] = {}
    options: dict[str, Any] = {}
    origins: tuple[Origin, ...] = ()
    figures: tuple[dict[str, Any], ...] = ()
    self_test: tuple[SelfTest, ...] = ()
    known_weak: tuple[str, ...] = ()
    more_label_sets: tuple[str, ...] = ()

    def path(self, folder: Path, role: str) -> Path:
        """Return where the file with this role lies, in the manifest's `folder`.

        Raises:
            ModelError: the manifest names no file for this role.
        """
        try:
            return folder / self.files[role].path
        except KeyError:
            raise ModelError(f"The manifest of the model “{self.title}” names no {role} file.") from None

    @property
    def sha256(self) -> str:
        """The hash of the file that holds the weights (role ``model``, else the first), or empty."""
        entry = self.files.get("model") or next(iter(self.files.values()), None)
        return entry.sha256 if entry else ""


def read_manifest(place: Path) -> Manifest:
    """Return the manifest at `place`, a manifest file or the folder that holds one.

    Raises:
        ModelError: there is none, it cannot be read, it is of a newer format, or it
            names a file outside its folder.
    """
    path = place / MANIFEST_NAME if place.is_dir() else place
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise ModelError(f"There is no model in “{place.name}”: {MANIFEST_NAME} is missing.") from None
    except OSError as error:
        raise ModelError(f"“{path.name}” cannot be read: {error.strerror}.") from error
    return _decoded(raw, path)


def _decoded(raw: bytes, path: Path) -> Manifest:
    where = f"{path.parent.name}/{path.name}"
    try:
        said = msgspec.toml.decode(raw)
        newer = isinstance(said, dict) and isinstance(said.get("format"), int) and said["format"] > FORMAT
        if newer:
            raise ModelError(
                f"The model in “{path.parent.name}” was made for a newer version of this program."
            )
        manifest = msgspec.convert(said, Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ModelError(f"“{where}” is not a model’s manifest: {error}.") from error
    for entry in manifest.files.values():
        if not _stays_inside(entry.path):
            raise ModelError(f"“{where}” names a file outside its own folder.")
    return manifest


def _stays_inside(path: str) -> bool:
    """Whether `path` is plainly below its folder, on every system."""
    place = PurePosixPath(path)
    if place.is_absolute() or not place.parts or re.search(r"[\\:\x00-\x1f]", path):
        return False
    return not any(part == ".." or _DEVICE.fullmatch(part) for part in place.parts)


def file_entry(folder: Path, path: str) -> FileEntry:
    """Return the entry for the file `path` of `folder`, hashed now."""
    place = folder / path
    return FileEntry(path, sha256_of(place), place.stat().st_size)


def write_manifest(folder: Path, manifest: Manifest) -> Path:
    """Write `manifest` into `folder` and return the file; it reads back the same."""
    path = folder / MANIFEST_NAME
    said = {
        key: value for key, value in msgspec.to_builtins(manifest).items() if value not in ("", {}, [], ())
    }
    path.write_text(to_toml(said), encoding="utf-8", newline="\n")
    return path
