from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.annotation.said import Answer
from engine.errors import Cancelled, ModelError
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.model_files.manifest import read_manifest, write_manifest
from engine.taggers.onnx_bert.bio import Floats
from engine.taggers.onnx_bert.reading import Int64
from engine.taggers.onnx_bert.session import Session
from engine.taggers.onnx_bert.tagger import OnnxBertTagger

NOTE = (
    "CHIEF COMPLAINT: Chest pain.\r\n\r\nHISTORY: Mr. [**Lastname**] denies fever, chills or cough. "
    "He has severe left knee pain and takes ibuprofen 400 mg by mouth twice a day.\r\n"
    "CT of the abdomen showed no evidence of appendicitis.\tBlood pressure is 132/78."
)

ODD = [
    "İ",
    "ﬁ",
    "e\u0301",
    "👩\u200d⚕️",
    "\u00a0",
    "\r\n",
    "\t",
    "\x00",
    "\ud800",
    "___",
    "[**2151-7-16**]",
    "漢",
    "\u200b",
]
PARTS = [
    "no fever",
    "severe chest pain",
    "aspirin 81mg daily",
    "CT of the head",
    "BP 120/80",
    ". ",
    ", ",
    "x" * 130,
]


def tags(answer: Answer) -> list[tuple[int, int, str]]:
    return [(item.hull.start, item.hull.end, item.label) for item in answer.items]


def tag_one(tagger: OnnxBertTagger, text: str, labels: LabelSet) -> Answer:
    (answer,) = tagger.tag([text], labels, Job())
    return answer


def test_a_note_gets_entities_modifiers_and_what_joins_them(tagger: OnnxBertTagger, kiwi: LabelSet) -> None:
    answer = tag_one(tagger, NOTE, kiwi)
    said = {(NOTE[start:end], label) for start, end, label in tags(answer)}
    assert {("ibuprofen", "drug"), ("400 mg", "strength"), ("appendicitis", "problem")} <= said
    surface = [NOTE[item.hull.start : item.hull.end] for item in answer.items]
    joined = {(surface[one.head], surface[one.tail]) for one in answer.relations}
    assert ("ibuprofen", "400 mg") in joined
    assert {(one.label) for one in answer.relations} == {"hasAttr"}


@settings(max_examples=40, deadline=None)
@given(
    text=st.lists(st.one_of(st.sampled_from(PARTS), st.sampled_from(ODD), st.just(" ")), max_size=30).map(
        "".join
    )
)
def test_every_tag_of_any_text_begins_and_ends_at_a_word(
    text: str, tagger: OnnxBertTagger, kiwi: LabelSet
) -> None:
    answer = tag_one(tagger, text, kiwi).checked(text)
    for item in answer.items:
        surface = text[item.hull.start : item.hull.end]
        assert surface == surface.strip() != ""
        assert 0.0 <= item.score <= 1.0
        assert min(item.open_margin or 0, item.label_margin or 0, item.close_margin or 0) >= 0
    assert list(answer.items) == sorted(
        answer.items, key=lambda one: (one.hull.start, -one.hull.end, one.label)
    )


def test_rules_complete_the_modifiers_unless_told_not_to(
    tagger: OnnxBertTagger, model_folder: Path, kiwi: LabelSet
) -> None:
    text = "Prednisone 20 mg tablets by mouth daily for 7 days. No evidence of fever, chills, or rash."
    bare = OnnxBertTagger(model_folder, {"assertion": False})
    (without,) = bare.tag([text], kiwi, Job())
    (with_rules,) = tagger.tag([text], kiwi, Job())
    entities = {one.name for one in kiwi.entities}
    assert [one for one in with_rules.items if one.label in entities] == [
        one for one in without.items if one.label in entities
    ]
    surfaces = {one.hull.of(text): one.label for one in with_rules.items}
    assert surfaces["No evidence of"] == "negation"
    assert surfaces["for 7 days"] == "duration"


def test_two_runs_say_the_same(tagger: OnnxBertTagger, kiwi: LabelSet) -> None:
    assert tag_one(tagger, NOTE, kiwi) == tag_one(tagger, NOTE, kiwi)


def test_the_notes_beside_it_change_nothing_of_a_note(tagger: OnnxBertTagger, kiwi: LabelSet) -> None:
    # Also not when all are short and of one length, and would share a batch if any did.
    texts = [*(one + "." for one in PARTS), NOTE, "He is well. " * 60, *PARTS[::-1]]
    assert list(tagger.tag(texts, kiwi, Job())) == [tag_one(tagger, text, kiwi) for text in texts]


def test_answers_come_in_the_order_of_the_notes(tagger: OnnxBertTagger, kiwi: LabelSet) -> None:
    texts = ["Aspirin.", "", NOTE * 3, "   ", "She has asthma."]
    together = list(tagger.tag(texts, kiwi, Job()))
    assert together == [tag_one(tagger, text, kiwi) for text in texts]
    assert together[1] == together[3] == Answer()


def test_marks_of_deidentification_are_never_entities(tagger: OnnxBertTagger, kiwi: LabelSet) -> None:
    text = "Dr. [**Last Name**] treated the ___ with [**Hospital1 18**] and XXXX on [**2151-7-16**]."
    for start, end, label in tags(tag_one(tagger, text, kiwi)):
        assert label == "temporal" or not set(text[start:end]) & set("[*_")


def test_only_labels_of_the_set_are_said(tagger: OnnxBertTagger, kiwi: LabelSet) -> None:
    few = tuple(one for one in kiwi.types if one.name in {"drug", "strength"})
    answer = tag_one(tagger, NOTE, LabelSet("few", "1", "Few", "", few, ()))
    assert {item.label for item in answer.items} == {"drug", "strength"}
    assert answer.relations == ()


def test_a_cancelled_job_stops_at_the_next_batch(tagger: OnnxBertTagger, kiwi: LabelSet) -> None:
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        list(tagger.tag([NOTE], kiwi, job))


def test_answers_given_before_a_cancel_stay_good(tagger: OnnxBertTagger, kiwi: LabelSet) -> None:
    job = Job()
    answers = tagger.tag([NOTE, *[NOTE * 30] * 10], kiwi, job)
    first = next(answers)
    job.cancel()
    with pytest.raises(Cancelled):
        list(answers)
    assert first == tag_one(tagger, NOTE, kiwi)


def test_it_says_what_it_is_and_where_it_runs(tagger: OnnxBertTagger, model_folder: Path) -> None:
    manifest = read_manifest(model_folder)
    assert tagger.id == f"onnx-bert.v1/{manifest.name}@{manifest.sha256[:12]}"
    assert tagger.device in {"CPU", "CUDA"}
    assert tagger.warnings == ()


def test_a_runtime_for_a_gpu_without_one_uses_the_processor_in_full(
    tagger: OnnxBertTagger, model_folder: Path, kiwi: LabelSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    if tagger.device != "CPU":
        pytest.skip("there is a GPU here")
    monkeypatch.setattr("engine.taggers.onnx_bert.tagger.gpu_offered", lambda: True)
    other = OnnxBertTagger(model_folder)
    assert (other.device, other.warnings) == ("CPU", ())
    assert tag_one(other, NOTE, kiwi) == tag_one(tagger, NOTE, kiwi)


def copied(model_folder: Path, to: Path) -> Path:
    return Path(shutil.copytree(model_folder, to / "model"))


def test_without_8_bit_arithmetic_it_says_nearly_the_same(
    tagger: OnnxBertTagger, model_folder: Path, kiwi: LabelSet, tmp_path: Path
) -> None:
    folder = copied(model_folder, tmp_path)
    manifest = read_manifest(folder)
    files = manifest.files | {"model": manifest.files["fallback"]}
    write_manifest(folder, msgspec.structs.replace(manifest, files=files))
    loose = OnnxBertTagger(folder)
    here, there = set(tags(tag_one(tagger, NOTE, kiwi))), set(tags(tag_one(loose, NOTE, kiwi)))
    assert loose.warnings == ()
    assert len(here & there) >= 0.8 * len(here | there)


def test_a_self_test_that_nothing_passes_is_told(model_folder: Path, tmp_path: Path, kiwi: LabelSet) -> None:
    folder = copied(model_folder, tmp_path)
    manifest = read_manifest(folder)
    tests = tuple(msgspec.structs.replace(one, tags=((0, 1, "drug"),)) for one in manifest.self_test)
    write_manifest(folder, msgspec.structs.replace(manifest, self_test=tests))
    doubtful = OnnxBertTagger(folder)
    (warning,) = doubtful.warnings
    assert "with more care" in warning
    assert tags(tag_one(doubtful, NOTE, kiwi))


def test_where_8_bit_products_differ_it_runs_without_them_and_says_so(
    tagger: OnnxBertTagger, model_folder: Path, kiwi: LabelSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    if tagger.device != "CPU":
        pytest.skip("a GPU does not use them")
    run = Session.run

    def differing(session: Session, ids: Int64, mask: Int64) -> list[Floats]:
        said = run(session, ids, mask)
        return said if session.name == "fallback.onnx" else [one[..., ::-1].copy() for one in said]

    monkeypatch.setattr(Session, "run", differing)
    loose = OnnxBertTagger(model_folder)
    (warning,) = loose.warnings
    assert "8-bit" in warning
    assert len(set(tags(tag_one(loose, NOTE, kiwi)))) > 10


def test_a_model_without_heads_is_refused_with_its_title(model_folder: Path, tmp_path: Path) -> None:
    folder = copied(model_folder, tmp_path)
    manifest = read_manifest(folder)
    write_manifest(folder, msgspec.structs.replace(manifest, options={"window": 128}))
    with pytest.raises(ModelError, match=manifest.title):
        OnnxBertTagger(folder)


@pytest.mark.parametrize("left", [0, 1000])
def test_a_model_file_cut_short_is_refused(left: int, model_folder: Path, tmp_path: Path) -> None:
    folder = copied(model_folder, tmp_path)
    path = folder / "model.onnx"
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(ModelError, match=r"model\.onnx"):
        OnnxBertTagger(folder)
