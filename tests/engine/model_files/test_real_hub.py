"""The real library fetches from a hub on the loopback, is killed half-way, and goes on from there."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.model_files.manifest import read_manifest

ROOT = Path(__file__).resolve().parents[3]

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("huggingface_hub") is None, reason="the extra “download” is not installed"
)


def test_a_killed_download_goes_on_with_the_missing_bytes(tmp_path: Path, gguf: Callable[..., Path]) -> None:
    (tmp_path / "repository").mkdir()
    big = gguf("big.gguf", [("token_embd.weight", (64, 500_000), 8, 34_000_000)])
    big = big.rename(tmp_path / "repository" / "big.gguf")
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("hub_on_loopback.py")), str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])},
        capture_output=True,
        text=True,
        check=True,
    )
    came = json.loads(done.stdout)
    assert came["code"] == 0, came["said"]
    parts = [one.split() for one in came["asked"] if "/big.gguf" in one]
    assert len(parts) == 2
    assert int(parts[1][2].removeprefix("bytes=").removesuffix("-")) > 0
    manifest = read_manifest(tmp_path / "stick" / "some")
    assert manifest.sha256 == hashlib.sha256(big.read_bytes()).hexdigest()
    assert "c" * 40 in manifest.origins[0].what
