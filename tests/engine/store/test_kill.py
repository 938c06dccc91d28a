"""Killed with -9 at any moment, a project opens, passes its check and holds all that it promised."""

from __future__ import annotations

import importlib.util
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

from engine.errors import WrongPassphrase
from engine.labels.label_set import LabelSet
from engine.store.store import NewNote, Store

HERE = Path(__file__).parent
KILLS = int(os.environ.get("TAGWELL_KILLS", "20"))
SEED = int(os.environ.get("TAGWELL_SEED", "0"))
LONGEST_SECONDS = 0.6


def beside(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def killed(script: str, arguments: list[str], wait_seconds: float) -> list[str]:
    """Run a script beside this file, kill it `wait_seconds` after its first line, return its lines."""
    child = subprocess.Popen(
        [sys.executable, str(HERE / script), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(HERE.parents[2])},
    )
    assert child.stdout is not None
    first = child.stdout.readline().decode()
    time.sleep(wait_seconds)
    running = child.poll() is None
    child.kill()
    rest, said = child.communicate(timeout=30)
    assert first, said.decode()
    assert running, said.decode()
    lines = (first + rest.decode()).split("\n")
    return lines[:-1]  # the last has no line end: empty, or a promise that was not finished


@pytest.mark.slow
@pytest.mark.endure
@pytest.mark.timeout(60 + 15 * KILLS)
def test_every_promise_is_kept(tmp_path: Path, labels: LabelSet) -> None:
    chance = random.Random(SEED)  # noqa: S311
    held = beside("busy_person").held
    projects = {tmp_path / "plain.tagwell": [], tmp_path / "locked.tagwell": ["secret"]}
    for path, passphrase in projects.items():
        Store.create(path, labels, *passphrase).close()
    promised = 0
    for kill in range(KILLS):
        path, passphrase = list(projects.items())[kill % 2]
        seed = str(chance.getrandbits(30))
        lines = killed("busy_person.py", [str(path), seed, *passphrase], chance.uniform(0, LONGEST_SECONDS))
        promises = [json.loads(line) for line in lines]
        with Store.open(path, *passphrase) as store:
            assert store.check().problems == ()
            log = {row.id: row.title for row in store.history(1_000_000, parts=True)}
            for one in promises:
                assert log[one["id"]] == one["title"]
            assert max(log) - promises[-1]["id"] in (0, 1), (
                "at most the step being done is more than promised"
            )
            if max(log) == promises[-1]["id"]:
                assert held(store) == promises[-1]["held"]
            for backup in store.backups():
                with Store.open(backup.path, *passphrase, read_only=True) as copy:
                    assert copy.check().problems == ()
                backup.path.unlink()
        promised += len(promises)
    assert promised > 5 * KILLS


@pytest.mark.slow
@pytest.mark.endure
def test_a_project_killed_while_its_passphrase_changes_has_the_old_one_or_the_new(
    path: Path, labels: LabelSet
) -> None:
    chance = random.Random(SEED)  # noqa: S311
    for _ in range(max(2, KILLS // 5)):
        path.unlink(missing_ok=True)
        with Store.create(path, labels) as store:
            store.add_notes([NewNote(f"n{i}", f"Note {i}, canary.") for i in range(50)], "anna", "Import")
        lines = killed("restless_owner.py", [str(path)], chance.uniform(0, 1))
        opened = 0
        for passphrase in (None, "first", "second", "third"):
            try:
                with Store.open(path, passphrase) as store:
                    opened += 1
                    assert store.check().problems == ()
                    assert len(store.note_ids()) == 50
                    encrypted = store.encrypted
            except WrongPassphrase:
                continue
            if not encrypted:
                break  # a plain project opens with any
        assert opened == 1, lines
        left = [one.name for one in path.parent.iterdir() if one.name.startswith(".")]
        assert left == [], "swept away at the next opening"
