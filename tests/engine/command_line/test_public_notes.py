"""The default model on public notes, through the command line: exact places, and twice the same files."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DATA = ROOT.parent / "shared" / "data"
ACI, KIWI = DATA / "aci-bench", DATA / "kiwi-mtsamples"

needs_notes = pytest.mark.skipif(not (ACI.is_dir() and KIWI.is_dir()), reason="the public notes are not here")


def tagged(out, *sources):
    command = [
        sys.executable,
        "-m",
        "engine",
        "tag",
        *map(str, sources),
        "--out",
        str(out),
        "--column",
        "note",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    return {file.name: file.read_bytes() for file in out.iterdir()}


def places_of(annotations):
    """Yield (fragments, surface) of each tag of a brat file."""
    for line in annotations.splitlines():
        if line.startswith("T"):
            _, where, surface = line.split("\t")
            _, _, fragments = where.partition(" ")
            yield [tuple(map(int, one.split())) for one in fragments.split(";")], surface


def mismatches(files):
    """Return how many tags do not stand where they say, and how many there are."""
    wrong = seen = 0
    for name, raw in files.items():
        if not name.endswith(".ann"):
            continue
        text = files[name.removesuffix(".ann") + ".txt"].decode("utf-8")
        for fragments, surface in places_of(raw.decode("utf-8")):
            seen += 1
            wrong += " ".join(text[start:end] for start, end in fragments) != surface
    return wrong, seen


def texts(files):
    return sorted(raw.decode("utf-8") for name, raw in files.items() if name.endswith(".txt"))


@needs_notes
def test_every_tag_of_the_aci_bench_notes_stands_where_it_says_in_an_unchanged_text(tmp_path):
    tables = sorted(ACI.glob("*.csv"))
    notes = []
    for table in tables:
        with table.open(encoding="utf-8", newline="") as lines:
            notes += [row["note"] for row in csv.DictReader(lines)]
    files = tagged(tmp_path / "out", *tables)
    wrong, seen = mismatches(files)
    assert (len(notes), wrong) == (87, 0)
    assert seen > 87 * 20
    assert texts(files) == sorted(notes)


@needs_notes
def test_every_tag_of_the_kiwi_notes_stands_where_it_says_and_two_runs_give_the_same_files(tmp_path):
    sources = sorted(KIWI.rglob("*.txt"))
    sources = [file for file in sources if file.with_suffix(".ann").is_file()]
    notes = tmp_path / "notes"
    notes.mkdir()
    for file in sources:
        (notes / file.name).write_bytes(file.read_bytes())
    one, two = tagged(tmp_path / "one", notes), tagged(tmp_path / "two", notes)
    wrong, seen = mismatches(one)
    assert (len(sources), wrong) == (96, 0)
    assert seen > 96 * 20
    assert one == two
