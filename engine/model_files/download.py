"""Download: model files from a hub, on a connected machine, into a bundle folder to carry over.

The one module that reaches the network, through `huggingface_hub`, and only for the command
`tagwell models download`, in a process that has opened no project and no note.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from engine.errors import Cancelled, ModelError
from engine.jobs.job import Job
from engine.labels.toml import to_toml
from engine.model_files.checksum import sha256_of
from engine.model_files.downloads import CONVERT, Download
from engine.model_files.gguf_manifest import Wanted, manifest_for, name_from
from engine.model_files.manifest import FileEntry, Origin, write_manifest
from engine.model_files.preflight import preflight

if TYPE_CHECKING:
    from types import ModuleType

_PAPERS = ("license", "licence", "notice", "readme.md", "use_policy")
_PARTLY = ".part"
_MB = 10**6
_RECORD = "download.toml"
_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
_ALONE = {"HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}


@dataclass(frozen=True, slots=True)
class Listed:
    """One file of a repository at one revision; `sha256` is empty where the hub tells none."""

    path: str
    size: int
    sha256: str


def download(chosen: Download, target: Path, job: Job) -> Path:
    """Fetch the files of `chosen` and return the bundle folder, made in the folder `target`.

    The revision is resolved to a commit first, and every file is of that commit.  What came stays
    in ``NAME.part`` until all is there and verified, so that a call that was broken off goes on where
    it ended.  A bundle of that name is never replaced.

    Raises:
        Cancelled: the job was cancelled; what came stays.
        ModelError: no hub can be reached, it has no such files, or a file is not what it should be.
    """
    name = name_from(chosen.name)
    bundle, room = target / name, target / f"{name}{_PARTLY}"
    if bundle.exists():
        raise ModelError(f"“{bundle.name}” is there already. Take it away, or choose another folder.")
    hub = _library()
    info = _asked(lambda: hub.HfApi().model_info(
        chosen.repository, revision=chosen.revision or None, files_metadata=True), chosen)  # fmt: skip
    commit = str(info.sha)
    wanted = _wanted(chosen, _listed(info))
    room.mkdir(parents=True, exist_ok=True)
    _check_room(wanted, room)
    entries = [_fetched(hub, chosen, (commit, one), room, job) for one in wanted]
    _describe(chosen, commit, entries, room)
    room.rename(bundle)
    return bundle


def _library() -> ModuleType:
    """Import the hub's library, with its telemetry off and the network on.

    Raises:
        ModelError: it is not installed.
    """
    os.environ.update(_ALONE)
    for name in _OFFLINE:
        os.environ.pop(name, None)
    try:
        import huggingface_hub
        import huggingface_hub.file_download
        import huggingface_hub.utils
    except ImportError as error:
        raise ModelError(
            "Downloading needs the extra “download” (huggingface-hub), on a machine with a network."
        ) from error
    hub: ModuleType = huggingface_hub
    return hub


def _asked(ask: Callable[[], Any], chosen: Download) -> Any:  # noqa: ANN401 - what the hub's library gives
    """Return what the hub answers; its failures become sentences, by the names of their classes."""
    try:
        return ask()
    except Cancelled:
        raise
    except Exception as error:
        raise ModelError(_sentence(type(error).__mro__, chosen)) from error


def _sentence(kinds: Sequence[type], chosen: Download) -> str:
    names = {one.__name__ for one in kinds}
    if "GatedRepoError" in names:
        return (
            f"“{chosen.repository}” gives its files only to those who have accepted its terms there. "
            "Do so in a browser, and set HF_TOKEN to a token of your account."
        )
    if "RevisionNotFoundError" in names:
        return f"“{chosen.repository}” has no revision “{chosen.revision}”."
    if names & {"RepositoryNotFoundError", "HFValidationError"}:
        return f"There is no repository “{chosen.repository}”, or it is not open to you."
    if "EntryNotFoundError" in names:
        return f"“{chosen.repository}” does not have one of the files any more."
    if "OSError" in names and "PermissionError" in names:
        return "The network is closed to this process."
    return (
        "The hub cannot be reached, or broke off. Call the command again to go on; "
        "HF_ENDPOINT names another hub, HTTPS_PROXY a proxy."
    )


def _listed(info: Any) -> list[Listed]:  # noqa: ANN401
    found = []
    for one in info.siblings or ():
        large = getattr(one, "lfs", None)
        found.append(Listed(str(one.rfilename), int(one.size or 0), str(large.sha256) if large else ""))
    return found


def _wanted(chosen: Download, listed: Sequence[Listed]) -> list[Listed]:
    """Return the chosen files, and the papers that go with them."""
    there = {one.path: one for one in listed}
    missing = [path for path in chosen.files if path not in there]
    if missing:
        like = [path for path in there if path.lower().endswith((".gguf", ".onnx", ".safetensors"))]
        has = f" It has: {', '.join(like[:10])}." if like else ""
        raise ModelError(f"“{chosen.repository}” has no file “{missing[0]}”.{has}")
    papers = [one for one in listed if "/" not in one.path and one.path.lower().startswith(_PAPERS)]
    return [*(there[path] for path in dict.fromkeys(chosen.files)), *papers]


def _check_room(wanted: Sequence[Listed], room: Path) -> None:
    there = sum(path.stat().st_size for path in room.rglob("*") if path.is_file())
    needed = sum(one.size for one in wanted) - there
    free = shutil.disk_usage(room).free
    if needed > free:
        raise ModelError(f"The disk has room for {free / 1e9:.1f} GB, and {needed / 1e9:.1f} GB are to come.")


def _fetched(hub: ModuleType, chosen: Download, what: tuple[str, Listed], room: Path, job: Job) -> FileEntry:
    """Fetch what is missing of one file of a commit; return its entry once it is the one promised."""
    commit, one = what
    path = room / one.path
    if not _stays_in(one.path):
        raise ModelError(f"“{chosen.repository}” has a file that would lie outside its folder.")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        url = hub.hf_hub_url(chosen.repository, one.path, revision=commit)
        watched = _Watched(file, one, job)
        _asked(
            lambda: hub.file_download.http_get(
                url,
                watched,
                resume_size=watched.tell(),
                headers=hub.utils.build_hf_headers(),
                expected_size=one.size or None,
            ),
            chosen,
        )
    entry = FileEntry(one.path, sha256_of(path, job), path.stat().st_size)
    if (one.size and entry.size != one.size) or (one.sha256 and entry.sha256 != one.sha256):
        path.unlink()
        raise ModelError(
            f"The file “{one.path}” is not the one that the hub promised (its size or SHA-256 differs). "
            "It was taken away; call the command again."
        )
    return entry


def _stays_in(path: str) -> bool:
    place = PurePosixPath(path)
    return not place.is_absolute() and ".." not in place.parts and "\\" not in path and ":" not in path


class _Watched:
    """A file being filled: says how far it is, and stops when asked.

    The library's own partial files have a new name in each process, so nothing would be resumed.
    """

    def __init__(self, file: BinaryIO, one: Listed, job: Job) -> None:
        self._file = file
        self._one = one
        self._job = job
        self.seek, self.tell, self.truncate = file.seek, file.tell, file.truncate

    def write(self, chunk: bytes) -> int:
        """Write `chunk`.

        Raises:
            Cancelled: the job was cancelled; what is there stays.
        """
        count = self._file.write(chunk)
        done, of = round(self.tell() / _MB), round(self._one.size / _MB) or None
        self._job.report(f"Fetching {self._one.path} (MB)", done, of)
        return count


def _describe(chosen: Download, commit: str, entries: Sequence[FileEntry], room: Path) -> None:
    """Write the bundle's manifest, or a record for what is still to be converted."""
    if chosen.kind == CONVERT:
        record = {
            "title": chosen.title,
            "repository": chosen.repository,
            "commit": commit,
            "licence": chosen.licence or "look it up",
            "files": msgspec.to_builtins([_flat(one, room) for one in entries]),
        }
        (room / _RECORD).write_text(to_toml(record), encoding="utf-8", newline="\n")
        return
    model = entries[0]
    found = preflight(room / model.path, 0)
    if found.fault:
        raise ModelError(found.fault)
    wanted = Wanted(name_from(chosen.name), chosen.title, licence=chosen.licence)
    source = f"{chosen.repository}, {model.path}, commit {commit}"
    origin = Origin(chosen.title, source, chosen.licence or found.facts.licence or "not said")
    manifest = manifest_for(found.facts, wanted, origin)
    write_manifest(room, msgspec.structs.replace(manifest, files={"model": model}))


def _flat(entry: FileEntry, room: Path) -> FileEntry:
    """Move a file out of the repository's folders, since a converter looks for all of them in one."""
    name = Path(entry.path).name
    if name != entry.path:
        (room / entry.path).rename(room / name)
        (room / entry.path).parent.rmdir()
    return msgspec.structs.replace(entry, path=name)
