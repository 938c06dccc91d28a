"""`tagwell score`: over folders and projects, alone and against another run, as table, JSON and page."""

import json

import pytest

from engine.command_line.output import EXIT_FAILED
from engine.command_line.program import run

NOTE = "She has had chest pain since Monday of last week. She takes aspirin."


@pytest.fixture
def told(capsys):
    def call(*arguments):
        code = run([str(one) for one in arguments])
        return code, capsys.readouterr()

    return call


@pytest.fixture
def folders(tmp_path):
    tags = {
        "gold": ["T1\tproblem 12 22\tchest pain", "T2\tdrug 60 67\taspirin"],
        "said": ["T1\tproblem 12 22\tchest pain"],
        "other": ["T1\tproblem 18 22\tpain"],
    }
    for name, lines in tags.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "visit.txt").write_text(NOTE, encoding="utf-8")
        (tmp_path / name / "visit.ann").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def ward(folders, told):
    """A project with gold imported as annotations, and two runs over the same note."""
    ward = folders / "ward.tagwell"
    assert told("project", "new", ward)[0] == 0
    assert told("project", "import", ward, folders / "gold", "--identifiers", "keep")[0] == 0
    for number, term in enumerate(("chest pain", "pain"), start=1):
        terms = folders / f"terms{number}.tsv"
        terms.write_text(f"{term}\tproblem\n", encoding="utf-8")
        assert told("project", "tag", ward, "--tagger", terms, "--all")[0] == 0
    return ward


def strict(values):
    return values["groups"]["entities"]["strict"]["micro"]["f1"]


def test_a_folder_is_scored_against_gold_and_another_run(told, folders):
    code, said = told("score", folders / "gold", folders / "said", "--against", folders / "other", "--json")
    values = json.loads(said.out)
    assert (code, values["gold"], values["predicted"], values["against"]) == (0, "gold", "said", "other")
    assert strict(values) == pytest.approx(2 / 3, abs=1e-4)
    relaxed = next(o for o in values["compared"] if (o["group"], o["rule"]) == ("entities", "relaxed"))
    assert relaxed["difference"] == 0.0
    assert [one["class"] for one in values["findings"]] == ["missed"]


def test_the_layers_of_a_project_are_scored_by_number_and_by_name(told, ward):
    asked = ("score", ward, "--gold-layer", "imported", "--json")
    newest, first = (json.loads(told(*asked, *more)[1].out) for more in ((), ("--layer", "1")))
    assert strict(newest) == 0.0
    assert strict(first) == pytest.approx(2 / 3, abs=1e-4)
    assert "run 1" in first["predicted"]
    values = json.loads(told(*asked, "--layer", "1", "--against", "2")[1].out)
    assert values["against"].startswith("run 2")


def test_a_project_whose_notes_are_not_finished_says_what_to_do(told, ward):
    code, said = told("score", ward)
    assert code == EXIT_FAILED
    assert "No note of this project is finished" in said.err


def test_a_page_and_tables_are_made_and_hold_no_note_text(told, ward, tmp_path):
    page = tmp_path / "report.html"
    code, said = told(
        "score", ward, "--gold-layer", "imported", "--layer", "1", "--against", "2", "--html", page
    )
    assert code == 0
    assert "p: paired permutation test" in said.out
    for text in (said.out, page.read_text(encoding="utf-8")):
        assert "Monday" not in text


def test_gold_notes_that_were_learnt_from_are_refused(told, folders):
    asked = ("score", folders / "gold", folders / "said", "--trained-on")
    code, said = told(*asked, folders / "other")
    assert code == EXIT_FAILED
    assert "stood in the training too (“visit”)" in said.err
    assert "Monday" not in said.err


def test_a_layer_of_a_folder_is_refused(told, folders):
    code, said = told("score", folders / "gold", folders / "said", "--layer", "3")
    assert code == EXIT_FAILED
    assert "is no project" in said.err


def test_gold_files_alone_are_not_compared_with_themselves(told, folders):
    code, said = told("score", folders / "gold")
    assert code == EXIT_FAILED
    assert "Say also what was predicted" in said.err


def test_concepts_and_relations_of_i2b2_are_scored_by_their_own_label_set(told, tmp_path):
    note = "Started on lisinopril for hypertension. An ECG showed nothing."
    concepts = ["T1\ttreatment 11 21\tlisinopril", "T2\tproblem 26 38\thypertension"]
    tags = {
        "gold": [*concepts, "T3\ttest 40 46\tAn ECG", "R1\tTrAP Arg1:T1 Arg2:T2"],
        "said": [*concepts, "T3\ttest 43 46\tECG", "R1\tTrAP Arg1:T1 Arg2:T2", "R2\tTrIP Arg1:T1 Arg2:T2"],
    }
    for name, lines in tags.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "visit.txt").write_text(note, encoding="utf-8")
        (tmp_path / name / "visit.ann").write_text("\n".join(lines) + "\n", encoding="utf-8")
    code, said = told("score", tmp_path / "gold", tmp_path / "said", "--labels", "i2b2-2010", "--json")
    values = json.loads(said.out)
    tags, relations = values["groups"]["all"], values["relations"]
    assert code == 0
    assert tags["strict"]["micro"]["f1"] == pytest.approx(2 / 3, abs=1e-4)
    assert tags["relaxed"]["micro"]["f1"] == 1
    assert relations["strict"]["micro"]["f1"] == pytest.approx(2 / 3, abs=1e-4)
