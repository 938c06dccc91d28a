"""No note text outside: a word of a note never shows up where the user did not put it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CANARY = "Quokkathalassemia"
NOTE = f"HPI: Denies {CANARY}; has knee pain. Takes aspirin 81 mg daily.\n"

# The command line with a tagger of the tests, which crashes, fails or has a bug where a word of the
# note tells it to; the worker's process, the pipes and the report are the true ones.
WITH_SCRIPTED_TAGGER = f"""
import sys
from pathlib import Path
from engine.airgap import engage
engage("command")
from engine.command_line import program, project_tagging, tag, tagger_options
from engine.steps import tag_project
from engine.taggers.registry import TaggerSpec
from engine.workers.worker_process import WorkerProcess
worker = [sys.executable, "-P", {str(ROOT / "tests/engine/workers/scripted_worker.py")!r}]
scripted = TaggerSpec("scripted", "scripted.v1", Path(), {{}}, title="Scripted")
tagger_options.find_tagger = lambda *_: scripted
for module in (tag, project_tagging, tag_project):
    module.WorkerProcess = lambda spec: WorkerProcess(spec, worker)
raise SystemExit(program.run())
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder with notes, terms and fresh folders for everything a program may write to."""
    for name in ("home", "config", "cache", "state", "share", "run", "tmp", "work/notes"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "run").chmod(0o700)
    work = tmp_path / "work"
    (work / "notes" / "visit.txt").write_text(NOTE, encoding="utf-8")
    (work / "terms.tsv").write_text("knee pain\tproblem\naspirin\tdrug\n", encoding="utf-8")
    return tmp_path


def environment(place: Path) -> dict[str, str]:
    folders = {
        "HOME": "home",
        "XDG_CONFIG_HOME": "config",
        "XDG_CACHE_HOME": "cache",
        "XDG_STATE_HOME": "state",
        "XDG_DATA_HOME": "share",
        "XDG_RUNTIME_DIR": "run",
        "TMPDIR": "tmp",
    }
    return (
        {name: value for name, value in os.environ.items() if not name.startswith("COV")}
        | {name: str(place / folder) for name, folder in folders.items()}
        | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    )


def python(place: Path, *arguments: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=place / "work",
        env=environment(place),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def tagwell(place: Path, *arguments: str) -> tuple[int, str, str]:
    return python(place, "-m", "engine", *arguments)


def holding(place: Path, *allowed: str) -> list[str]:
    """Return the files below `place` that hold the canary, but for those under `allowed`."""
    wanted = [CANARY.encode(one) for one in ("utf-8", "utf-16-le")]
    found = []
    for file in sorted(place.rglob("*")):
        shown = file.relative_to(place).as_posix()
        if not file.is_file() or shown.startswith(allowed):
            continue
        raw = file.read_bytes().lower()
        if any(one.lower() in raw for one in wanted) or CANARY.lower() in shown.lower():
            found.append(shown)
    return found


IN_PLACE = ("work/notes/", "work/ward.tagwell", "work/ward backups/")


def test_the_search_for_the_canary_finds_it_where_it_may_be(place: Path) -> None:
    assert holding(place) == ["work/notes/visit.txt"]


def test_import_tag_search_and_a_failed_export_leave_no_word_of_the_note_elsewhere(place: Path) -> None:
    said = ""
    for arguments, code in (
        (["project", "new", "ward.tagwell"], 0),
        (["project", "import", "ward.tagwell", "notes", "--identifiers", "keep"], 0),
        (["project", "tag", "ward.tagwell", "--tagger", "terms.tsv"], 0),
        (["project", "check", "ward.tagwell"], 0),
        (["project", "backup", "ward.tagwell"], 0),
        (["project", "export", "ward.tagwell", "--out", "terms.tsv/out", "--unfinished"], 1),
        (["project", "search", "ward.tagwell", "[", "--pattern"], 1),
        (["project", "status", "ward.tagwell"], 0),
        (["tag", "notes", "--out", "terms.tsv/out", "--tagger", "terms.tsv"], 1),
        (["tag", "notes", "--out", "out", "--tagger", "terms.tsv"], 0),
    ):
        ended, out, err = tagwell(place, *arguments)
        assert ended == code, (arguments, err)
        assert "Traceback" not in err
        said += out + err
    assert CANARY not in said
    assert holding(place, *IN_PLACE, "work/out/") == []


def test_a_search_shows_the_words_on_the_screen_and_writes_them_nowhere(place: Path) -> None:
    tagwell(place, "project", "new", "ward.tagwell")
    tagwell(place, "project", "import", "ward.tagwell", "notes", "--identifiers", "keep")
    code, out, err = tagwell(place, "project", "search", "ward.tagwell", CANARY)
    assert (code, CANARY in out, CANARY in err) == (0, True, False)
    assert holding(place, *IN_PLACE) == []


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("SEGFAULT", "stopped unexpectedly"),
        ("EXIT", "exit code 3"),
        ("BUG", "RuntimeError"),
        ("MODEL", "would rather not"),
        ("BEYOND", "does not fit"),
        ("GARBAGE", "not an answer"),
    ],
)
def test_a_model_that_fails_costs_its_note_alone_and_tells_nothing_of_it(
    place: Path, word: str, said: str
) -> None:
    (place / "work" / "notes" / "bad.txt").write_text(f"{CANARY} {word} pain.", encoding="utf-8")
    code, out, err = python(place, "-c", WITH_SCRIPTED_TAGGER, "tag", "notes", "--out", "out")
    assert (code, said in err) == (3, True), err
    assert "“bad” was left out" in err
    assert (place / "work" / "out" / "visit.ann").is_file()
    assert not (place / "work" / "out" / "bad.txt").exists()
    tagwell(place, "project", "new", "ward.tagwell")
    tagwell(place, "project", "import", "ward.tagwell", "notes", "--identifiers", "keep")
    code, more, complaint = python(place, "-c", WITH_SCRIPTED_TAGGER, "project", "tag", "ward.tagwell")
    assert (code, "“bad” was set aside" in complaint) == (3, True), complaint
    assert CANARY not in out + err + more + complaint
    assert holding(place, *IN_PLACE, "work/out/") == []


def test_a_bug_is_told_by_its_place_and_never_by_what_it_held(place: Path) -> None:
    broken = f"""
import engine.command_line.tagger_options as tagger_options
def broken(*_):
    raise RuntimeError("cannot make sense of {CANARY}")
tagger_options.find_tagger = broken
import sys
sys.argv = ["tagwell", "tag", "notes", "--out", "out"]
from engine.__main__ import main
main()
"""
    code, out, err = python(place, "-c", broken)
    assert code == 1
    assert "RuntimeError" in err
    assert "Nothing of the notes" in err
    assert CANARY not in out + err
    assert holding(place, *IN_PLACE) == []
