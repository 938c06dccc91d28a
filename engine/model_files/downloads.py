"""Downloads: the list of models that can be fetched on a connected machine."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from engine.errors import ModelError
from engine.model_files.places import models_folder

_LIST = "downloads.toml"
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")

CONVERT = "convert"


class Download(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One model of the list.  `run_here`: whether the makers of this program have run it.

    `revision` is a commit, or empty where the newest is looked up and pinned at download;
    `gigabytes` is what the site's listing says; `kind` ``convert`` is for `tagwell models convert`.
    """

    name: str
    title: str
    repository: str
    files: tuple[str, ...]
    what: str = "of your own choice"
    kind: Literal["llama-cpp.v1", "convert"] = "llama-cpp.v1"
    revision: str = ""
    quantization: str = ""
    gigabytes: float = 0.0
    licence: str = ""
    chat: str = ""
    run_here: bool = False


def downloads() -> list[Download]:
    """Return the list, in its order.

    Raises:
        ModelError: the list of this program is missing or damaged.
    """
    path = models_folder() / _LIST
    try:
        return msgspec.toml.decode(path.read_bytes(), type=dict[str, list[Download]])["model"]
    except (OSError, msgspec.DecodeError, KeyError) as error:
        raise ModelError("The list of models that can be downloaded cannot be read.") from error


def find_download(name: str, files: tuple[str, ...] = (), revision: str = "") -> Download:
    """Return the model called `name` in the list or, for ``owner/repository``, one of the user's choice.

    Raises:
        ModelError: there is none of this name; or the files of a repository are not named.
    """
    here = downloads()
    for one in here:
        if one.name == name:
            return msgspec.structs.replace(one, revision=revision or one.revision, files=files or one.files)
    if not _REPOSITORY.fullmatch(name):
        names = ", ".join(one.name for one in here)
        raise ModelError(
            f"There is no model called “{name}” in the list. It has: {names}. "
            "Any other is named by its owner/repository."
        )
    if not files:
        raise ModelError(f"Say with --file which files of “{name}” are meant.")
    ready = len(files) == 1 and files[0].lower().endswith(".gguf")
    title = name.rpartition("/")[2]
    return Download(title, title, name, files, kind="llama-cpp.v1" if ready else "convert", revision=revision)
