"""The command line: the whole way through on small notes, with a real worker process."""

import json

import pytest

from engine.command_line.output import EXIT_FAILED, EXIT_PARTLY
from engine.command_line.program import run
from engine.model_files.places import models_folder

NOTE = "HPI: Denies chest pain; has mild knee pain.\r\nTakes aspirin 81 mg daily. µ 🩺 aspirin\r\n"


@pytest.fixture
def terms(tmp_path):
    file = tmp_path / "terms.tsv"
    file.write_text("chest pain\tproblem\nknee pain\tproblem\naspirin\tdrug\n", encoding="utf-8")
    return file


@pytest.fixture
def notes(tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "visit.txt").write_bytes(NOTE.encode())
    return folder


def told(capsys, *arguments):
    code = run([str(one) for one in arguments])
    return code, capsys.readouterr()


def spans_of(annotations, text):
    for line in annotations.splitlines():
        if line.startswith("T"):
            _, where, said = line.split("\t")
            label, start, end = where.split(" ")
            assert text[int(start) : int(end)] == said
            yield label, said


def test_tag_writes_exact_spans_beside_an_unchanged_text(capsys, notes, terms, tmp_path):
    out = tmp_path / "out"
    code, said = told(capsys, "tag", notes, "--out", out, "--tagger", terms, "--labels", "kiwi", "--json")
    assert code == 0
    assert json.loads(said.out)["found"] == {"problem": 2, "drug": 2}
    assert (out / "visit.txt").read_bytes() == NOTE.encode()
    found = list(spans_of((out / "visit.ann").read_text(encoding="utf-8"), NOTE))
    assert found == [
        ("problem", "chest pain"),
        ("problem", "knee pain"),
        ("drug", "aspirin"),
        ("drug", "aspirin"),
    ]


def test_a_label_set_of_ones_own_is_used_from_its_file(capsys, notes, tmp_path):
    readme = (models_folder() / "label_sets" / "README.md").read_text(encoding="utf-8")
    own, terms, ward = tmp_path / "wounds.toml", tmp_path / "terms.tsv", tmp_path / "ward.tagwell"
    own.write_text(readme.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    terms.write_text("knee pain\tpressure ulcer\nmild\tsize\naspirin\tdrug\n", encoding="utf-8")
    asked = ("tag", notes, "--out", tmp_path / "out", "--tagger", terms, "--label-set", own, "--json")
    code, said = told(capsys, *asked)
    assert code == 0
    assert json.loads(said.out)["found"] == {"wound": 1, "size": 1}, (
        "an alias counts; aspirin is no label here"
    )
    for step in (("new", ward, "--labels", own), ("import", ward, notes), ("tag", ward, "--tagger", terms)):
        assert told(capsys, "project", *step)[0] == 0
    own.unlink()
    code, said = told(capsys, "project", "status", ward, "--json")
    assert (code, json.loads(said.out)["notes"]["suggested"]) == (0, 1)
    assert json.loads(said.out)["label_set"] == "Wound care"


def test_tagging_twice_gives_the_same_files(capsys, notes, terms, tmp_path):
    for out in (tmp_path / "one", tmp_path / "two"):
        assert told(capsys, "tag", notes, "--out", out, "--tagger", terms)[0] == 0
    one = {file.name: file.read_bytes() for file in (tmp_path / "one").iterdir()}
    assert one == {file.name: file.read_bytes() for file in (tmp_path / "two").iterdir()}
    assert len(one) >= 2


def test_tag_never_replaces_files_unasked(capsys, notes, terms, tmp_path):
    out = tmp_path / "out"
    assert told(capsys, "tag", notes, "--out", out, "--tagger", terms)[0] == 0
    code, said = told(capsys, "tag", notes, "--out", out, "--tagger", terms)
    assert code == EXIT_FAILED
    assert "already" in said.err
    assert told(capsys, "tag", notes, "--out", out, "--tagger", terms, "--overwrite")[0] == 0


@pytest.mark.parametrize(
    ("choice", "kept", "text"), [("keep", 2, "201-3344"), ("mask", 2, "[PHONE"), ("skip", 1, "")]
)
def test_identifiers_are_kept_masked_or_skipped(capsys, notes, terms, tmp_path, choice, kept, text):
    (notes / "call.txt").write_text("Call (555) 201-3344 if chest pain returns.", encoding="utf-8")
    out = tmp_path / "out"
    code, said = told(
        capsys, "tag", notes, "--out", out, "--tagger", terms, "--identifiers", choice, "--json"
    )
    report = json.loads(said.out)
    assert (code, report["notes"], report["notes_with_identifiers"]) == (0, kept, 1)
    assert (out / "call.txt").is_file() == (choice != "skip")
    if text:
        assert text in (out / "call.txt").read_text(encoding="utf-8")


def test_identifiers_may_be_refused_and_then_nothing_is_written(capsys, notes, terms, tmp_path):
    (notes / "call.txt").write_text("Call (555) 201-3344.", encoding="utf-8")
    code, said = told(
        capsys, "tag", notes, "--out", tmp_path / "out", "--tagger", terms, "--identifiers", "refuse"
    )
    assert code == EXIT_FAILED
    assert "1 of 2 notes" in said.err
    assert "201-3344" not in said.err + said.out
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_not_text_is_named_and_the_rest_is_tagged(capsys, notes, terms, tmp_path):
    (notes / "photo.txt").write_bytes(bytes(range(256)) * 20)
    (notes / "empty.txt").write_bytes(b"")
    code, said = told(capsys, "tag", notes, "--out", tmp_path / "out", "--tagger", terms)
    assert code == EXIT_PARTLY
    assert "photo.txt" in said.err
    assert "empty.txt" in said.err
    assert (tmp_path / "out" / "visit.ann").is_file()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["tag", "nowhere", "--out", "out"], "no file or folder"),
        (["tag", ".", "--out", "out", "--tagger", "no-such-model"], "no-such-model"),
        (["tag", ".", "--out", "out", "--labels", "no-such-labels"], "no-such-labels"),
        (["project", "status", "nowhere.tagwell"], "nowhere.tagwell"),
        (["models", "check", "no-such-model"], "no-such-model"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(capsys, tmp_path, monkeypatch, arguments, sentence):
    monkeypatch.chdir(tmp_path)
    code, said = told(capsys, *arguments)
    assert code == EXIT_FAILED
    assert sentence in " ".join(said.err.split())
    assert "Traceback" not in said.err


def test_a_wrong_call_ends_with_two(capsys):
    assert told(capsys, "tag", "--no-such-option")[0] == 2


def test_a_project_goes_the_whole_way(capsys, notes, terms, tmp_path):
    ward = tmp_path / "ward.tagwell"
    assert told(capsys, "project", "new", ward, "--title", "Ward 4")[0] == 0
    assert told(capsys, "project", "import", ward, notes, "--identifiers", "keep")[0] == 0
    code, said = told(capsys, "project", "tag", ward, "--tagger", terms, "--json")
    assert (code, json.loads(said.out)["suggestions"]) == (0, 4)
    code, said = told(capsys, "project", "status", ward, "--json")
    status = json.loads(said.out)
    assert (status["title"], status["notes"]["suggested"]) == ("Ward 4", 1)
    assert [(run["done"], run["times slower"]) for run in status["runs"]] == [(1, 1.0)]
    assert status["runs"][0]["seconds"] > 0
    code, said = told(capsys, "project", "search", ward, "knee pain", "--json")
    hits = json.loads(said.out)
    assert [hit["text"] for hit in hits] == ["pain", "knee", "pain"]
    assert all(NOTE[hit["start"] : hit["end"]] == hit["text"] for hit in hits)
    assert told(capsys, "project", "check", ward)[0] == 0
    assert told(capsys, "project", "undo", ward)[0] == 0
    code, said = told(capsys, "project", "status", ward, "--json")
    assert json.loads(said.out)["notes"]["new"] == 1


def test_a_backup_is_restored_to_a_project_that_passes_its_check(capsys, notes, tmp_path):
    ward = tmp_path / "ward.tagwell"
    told(capsys, "project", "new", ward)
    told(capsys, "project", "import", ward, notes, "--identifiers", "keep")
    copy = told(capsys, "project", "backup", ward)[1].out.strip()
    again = tmp_path / "again.tagwell"
    assert told(capsys, "project", "restore", copy, again)[0] == 0
    assert told(capsys, "project", "check", again)[0] == 0
    said = told(capsys, "project", "status", again, "--json")[1]
    assert json.loads(said.out)["notes"]["new"] == 1


def test_an_export_without_finished_notes_is_empty_and_one_of_all_notes_is_not(capsys, notes, tmp_path):
    ward = tmp_path / "ward.tagwell"
    told(capsys, "project", "new", ward)
    told(capsys, "project", "import", ward, notes, "--identifiers", "keep")
    code, said = told(
        capsys,
        "project",
        "export",
        ward,
        "--out",
        tmp_path / "out",
        "--unfinished",
        "--json",
        "--format",
        "jsonl",
    )
    assert (code, json.loads(said.out)["notes"]) == (0, 1)


def test_every_command_explains_itself_with_an_example(capsys):
    for command in (
        ["tag"],
        ["project", "import"],
        ["project", "export"],
        ["models", "list"],
        ["airgap"],
        ["demo"],
    ):
        code, said = told(capsys, *command, "--help")
        assert code == 0
        assert "Example: tagwell" in " ".join(said.out.split())


def test_a_model_that_came_with_the_program_is_listed_and_whole(capsys):
    code, said = told(capsys, "models", "list", "--json")
    listed = json.loads(said.out)
    assert (code, listed[0]["shipped"]) == (0, True)
    code, said = told(capsys, "models", "check", listed[0]["name"], "--json")
    (checked,) = json.loads(said.out)
    assert (code, checked["name"], checked["whole"], checked["fault"]) == (0, listed[0]["name"], True, "")
    assert checked["device"]
    assert checked["speed"]["characters"] > 0


def test_one_note_is_said_in_the_singular_and_lines_are_not_broken_for_a_program(
    capsys, notes, terms, tmp_path
):
    (notes / ("very-long-name-" * 8 + ".txt")).write_bytes(b"")
    code, said = told(capsys, "tag", notes, "--out", tmp_path / "out", "--tagger", terms)
    assert code == EXIT_PARTLY
    assert "Found in 1 note\n" in said.out.replace(" \n", "\n")
    assert ".txt: The file is empty.\n" in said.err
    assert not said.err.startswith("\n")


def test_an_export_that_finds_no_finished_note_says_how_to_go_on(capsys, notes, tmp_path):
    ward = tmp_path / "ward.tagwell"
    told(capsys, "project", "new", ward)
    told(capsys, "project", "import", ward, notes, "--identifiers", "keep")
    code, said = told(capsys, "project", "export", ward, "--out", tmp_path / "out")
    assert code == 0
    assert "--unfinished" in said.err


def test_a_folder_is_no_project(capsys, tmp_path):
    code, said = told(capsys, "project", "status", tmp_path)
    assert code == EXIT_FAILED
    assert "is a folder" in said.err
