"""The list of models to download is whole, and says nothing that is not known."""

from __future__ import annotations

import re

import pytest

from engine.errors import ModelError
from engine.model_files.downloads import downloads, find_download
from engine.model_files.gguf_manifest import checked_name


def test_every_model_of_the_list_can_be_asked_for() -> None:
    here = downloads()
    assert len({one.name for one in here}) == len(here) >= 4
    assert {"general", "clinical"} <= {one.what for one in here}
    for one in here:
        assert find_download(one.name) == one
        assert checked_name(one.name)
        assert one.files
        assert one.gigabytes > 0
        assert re.fullmatch(r"([0-9a-f]{40})?", one.revision)
        assert (one.kind == "convert") != one.files[0].endswith(".gguf")


def test_a_revision_or_file_of_the_user_stands_in_place_of_the_lists() -> None:
    name = downloads()[0].name
    assert find_download(name, revision="abc").revision == "abc"
    assert find_download(name, ("other.gguf",)).files == ("other.gguf",)


def test_any_repository_can_be_named() -> None:
    assert find_download("some/model", ("m.gguf",)).kind == "llama-cpp.v1"
    assert find_download("some/model", ("config.json", "model.safetensors")).kind == "convert"
    with pytest.raises(ModelError, match=r"no model called “mine” in the list\. It has: .*qwen3-4b"):
        find_download("mine")
    with pytest.raises(ModelError, match="Say with --file"):
        find_download("some/model")
