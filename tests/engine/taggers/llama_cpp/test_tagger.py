"""A GGUF becomes a tagger: by its manifest, in a worker without network, with exact spans."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.annotation.said import Answer, LabelledSpan
from engine.errors import Cancelled, ModelError
from engine.jobs.job import Job
from engine.labels.files import find_label_set
from engine.labels.label_set import LabelSet
from engine.model_files.manifest import FORMAT, Manifest, file_entry, write_manifest
from engine.model_files.places import models_folder
from engine.taggers.llama_cpp.ahead import ahead_of
from engine.taggers.llama_cpp.tagger import LlamaCppTagger
from engine.taggers.registry import find_tagger
from engine.text.note import text_hash
from engine.text.span import Span
from engine.workers.worker_process import WorkerProcess

pytestmark = [pytest.mark.llm, pytest.mark.native]

NOTE = (
    "The patient took aspirin daily.\r\nChest pain (no fever), BP <140/90 & 81mg\taspirin. Took it 🙂 ½.\r\n"
)
CAREFUL = dict.fromkeys(["problem", "treatment", "drug", "test"], -4.0)


@pytest.fixture(scope="module")
def kiwi() -> LabelSet:
    return find_label_set("kiwi", models_folder())


def installed(model: Path, folder: Path, **options: Any) -> Path:
    """Make a model folder of a GGUF, as a user has it."""
    folder.mkdir(exist_ok=True)
    shutil.copyfile(model, folder / "model.gguf")
    files = {"model": file_entry(folder, "model.gguf")}
    options = {"context": 2048, "threads": 1, **options}
    write_manifest(
        folder, Manifest(FORMAT, "llama-cpp.v1", "tiny", "Tiny", "1", "kiwi", files=files, options=options)
    )
    return folder


def told(answers: list[Answer], *texts: str) -> list[list[tuple[str, str]]]:
    return [
        [(item.hull.of(text), item.label) for item in one.items]
        for one, text in zip(answers, texts, strict=True)
    ]


def same(one: Answer, other: Answer) -> bool:
    return [(i.spans, i.label) for i in one.items] == [(i.spans, i.label) for i in other.items]


@pytest.fixture(scope="module")
def drug_model(pair_model: Callable[..., Path]) -> Path:
    """After “took” comes a drug, and it ends behind “aspirin”; else nothing is said."""
    tags = ("▁problem", "▁treatment", "▁drug", "▁test", "▁)")
    never = {
        (last, tag): -30.0
        for tag in tags
        for last in ("▁patient", "n", "y", ".", "▁took", "▁aspirin", "▁daily")
    }
    return pair_model({**never, ("▁took", "▁drug"): 20.0, ("▁aspirin", "▁)"): 20.0})


def test_what_the_model_means_is_what_is_tagged(drug_model: Path, kiwi: LabelSet, tmp_path: Path):
    folder = installed(
        drug_model, tmp_path / "tiny", bias=dict.fromkeys(["problem", "treatment", "drug", "test"], -8.0)
    )
    tagger = LlamaCppTagger(folder)
    texts = ("patient took aspirin daily.", "no drug", "he took aspirin and she took aspirin", "")
    answers = list(tagger.tag(texts, kiwi, Job()))
    assert told(answers, *texts) == [[("aspirin", "drug")], [], [("aspirin", "drug")] * 2, []]
    item = answers[0].items[0]
    assert item.spans == (Span(13, 20),)
    assert item.score > 0.99
    # The drug lies 20 − 8 above copying, the three other tags as far below as their logit and bias say.
    assert item.open_margin == pytest.approx(12.0, abs=0.3)
    assert item.label_margin == pytest.approx(50.0, abs=0.3)
    assert item.close_margin == pytest.approx(20.0, abs=0.3)
    tagger.close()


def test_another_tagger_may_go_ahead_and_saves_calls(drug_model: Path, kiwi: LabelSet, tmp_path: Path):
    terms = tmp_path / "terms.txt"
    terms.write_text("aspirin\tdrug\nshe\tproblem\n")
    folder = installed(drug_model, tmp_path / "tiny", bias=dict.fromkeys(CAREFUL, -8.0))
    texts = ("patient took aspirin daily.", "he took aspirin and she took aspirin", "")
    alone, ahead = LlamaCppTagger(folder), LlamaCppTagger(folder, {"draft": str(terms)})
    answers = list(alone.tag(texts, kiwi, Job()))
    expected = told(answers, *texts)
    assert told(list(ahead.tag(texts, kiwi, Job())), *texts) == expected
    assert expected == [[("aspirin", "drug")], [("aspirin", "drug")] * 2, []]
    # The instructions; alone, a call more for each tag opened and closed, but for the last, which ends its
    # text; with the draft one call, and one more where its guess was wrong.
    assert (alone.cost.calls, ahead.cost.calls) == (1 + 3 + 3, 1 + 1 + 2)
    layer = {text_hash(text): ahead_of(said) for text, said in zip(texts, answers, strict=True)}
    earlier = LlamaCppTagger(folder, {"draft": "layer:7", "ahead": msgspec.to_builtins(layer), "block": 64})
    assert told(list(earlier.tag(texts, kiwi, Job())), *texts) == expected
    assert earlier.cost.calls == 1 + 1 + 1, "its own answer is right everywhere"
    earlier.close()
    alone.close()
    ahead.close()
    with pytest.raises(ModelError, match="no language model itself"):
        LlamaCppTagger(folder, {"draft": str(folder)})


def test_a_modifier_is_found_in_a_further_pass_and_joined(
    pair_model: Callable[..., Path], kiwi: LabelSet, tmp_path: Path
):
    place = [one.name for one in kiwi.modifiers].index("negation")
    negation = f"<0x{ord('A') + place:02X}>"  # written with a letter, as the names of modifiers begin alike
    likes = {
        ("▁no", "▁problem"): 20.0,  # first pass: behind “no” a problem
        ("<0x0A>", negation): 20.0,  # further pass: a negation at once, of the first tag; it ends behind “no”
        (negation, "▁1"): 20.0,
        ("▁no", "▁)"): 20.0,
    }
    bias = dict.fromkeys([one.name for one in kiwi.types], -8.0)
    folder = installed(pair_model(likes), tmp_path / "tiny", bias=bias, modifiers=True, context=8192)
    tagger = LlamaCppTagger(folder)
    text = "no pain"
    (answer,) = tagger.tag([text], kiwi, Job())
    assert told([answer], text) == [[("no", "negation"), ("pain", "problem")]]
    (relation,) = answer.relations
    assert (relation.head, relation.tail, relation.label) == (1, 0, "hasAttr")
    assert relation.score > 0.99
    tagger.close()


def test_a_modifier_in_a_sentence_without_a_tag_is_found_where_that_is_asked_for(
    pair_model: Callable[..., Path], kiwi: LabelSet, tmp_path: Path
):
    place = [one.name for one in kiwi.modifiers].index("negation")
    negation = f"<0x{ord('A') + place:02X}>"
    likes = {("<0x0A>", negation): 20.0, ("▁no", "▁)"): 20.0}
    bias = dict.fromkeys([one.name for one in kiwi.types], -8.0)
    folder = installed(pair_model(likes), tmp_path / "tiny", bias=bias, modifiers=True, context=8192)
    for orphans, expected in ((False, []), (True, [("no", "negation")])):
        tagger = LlamaCppTagger(folder, {"orphans": orphans})
        (answer,) = tagger.tag(["no pain"], kiwi, Job())
        assert told([answer], "no pain") == [expected]
        assert answer.relations == ()
        tagger.close()


def test_a_section_is_read_at_once_with_the_same_tags_and_in_fewer_calls(
    drug_model: Path, kiwi: LabelSet, tmp_path: Path
):
    bias = dict.fromkeys(["problem", "treatment", "drug", "test"], -8.0)
    folder = installed(drug_model, tmp_path / "tiny", bias=bias, context=8192, strands=1)
    text = "MEDICATIONS: took aspirin daily. He took aspirin.\nPLAN: She took aspirin. No drug."
    calls, answers = [], []
    for unit in ("sentence", "section"):
        tagger = LlamaCppTagger(folder, {"unit": unit, "block": 64})
        answers += tagger.tag([text], kiwi, Job())
        calls.append(tagger.cost.calls)
        tagger.close()
    assert same(*answers)
    assert told(answers[1:], text) == [[("aspirin", "drug")] * 3]
    assert calls[1] < calls[0]
    with pytest.raises(ModelError, match="options of the model"):
        LlamaCppTagger(folder, {"unit": "page"})


def test_modifiers_of_noise_are_legal_and_exact(random_model: Path, kiwi: LabelSet, tmp_path: Path):
    bias = dict.fromkeys([one.name for one in kiwi.types], -4.0)
    folder = installed(random_model, tmp_path / "tiny", bias=bias, modifiers=True, context=8192)
    tagger = LlamaCppTagger(folder)
    (answer,) = tagger.tag([NOTE], kiwi, Job())
    plain = LlamaCppTagger(folder, {"block": 0, "unsure_block": 0, "strands": 1})
    assert same(next(plain.tag([NOTE], kiwi, Job())), answer)
    assert answer.relations
    for relation in answer.relations:
        head, tail = answer.items[relation.head], answer.items[relation.tail]
        assert relation.label in kiwi.relations(head.label, tail.label)
    plain.close()
    tagger.close()


def test_a_worker_tags_under_its_filter_exactly_and_the_same_each_time(
    random_model: Path, kiwi: LabelSet, tmp_path: Path
):
    folder = installed(random_model, tmp_path / "tiny", bias=CAREFUL)
    texts = [
        NOTE,
        "",
        " \n ",
        *(path.read_text() for path in sorted((models_folder() / "demo/notes").iterdir())[:2]),
    ]
    with WorkerProcess(find_tagger(str(folder))) as worker:
        assert worker.id.startswith("llama-cpp.v1/tiny@")
        assert (worker.device, worker.warnings) == ("CPU", ())
        answers = list(worker.tag(texts, kiwi, Job()))
        assert all(map(same, worker.tag(texts, kiwi, Job()), answers))
        assert list(worker.tag([], kiwi, Job())) == []
    assert sum(len(one.items) for one in answers) > 20
    for one, text in zip(answers, texts, strict=True):
        for item in one.checked(text).items:
            assert item.hull.of(text).strip() == item.hull.of(text)
            assert item.label in {"problem", "treatment", "drug", "test"}
            assert item.open_margin is not None
            assert item.open_margin > 0
            assert 0 <= item.score <= 1


def test_neither_draft_nor_pace_nor_memory_changes_the_tags(
    random_model: Path, kiwi: LabelSet, tmp_path: Path
):
    folder = installed(random_model, tmp_path / "tiny", bias=CAREFUL)
    texts = [NOTE, "no pain in chest and no pain with aspirin"]
    tagger = LlamaCppTagger(folder)
    answers = list(tagger.tag(texts, kiwi, Job()))
    calls = tagger.cost.calls
    assert all(map(same, tagger.tag_drafted(texts, answers, kiwi, Job()), answers))
    assert tagger.cost.calls - calls < calls / 2, "the model agrees with its own answer"
    wrong = [Answer((LabelledSpan((Span(1, 20),), "drug"), LabelledSpan((Span(3, 9),), "dosage")))] * 2
    assert all(map(same, tagger.tag_drafted(texts, wrong, kiwi, Job()), answers))
    tagger.close()
    for options in ({"strands": 1, "block": 5}, {"block": 0, "unsure_block": 0}, {"context": 512}):
        other = LlamaCppTagger(folder, options)
        assert all(map(same, other.tag(texts, kiwi, Job()), answers)), options
        other.close()


def test_a_sentence_for_which_there_is_no_room_is_read_in_parts(
    random_model: Path, kiwi: LabelSet, tmp_path: Path
):
    tagger = LlamaCppTagger(installed(random_model, tmp_path / "tiny", context=2048, depth=2))
    text = "no pain, chest pain and " * 200 + "took aspirin"
    (answer,) = tagger.tag([text], kiwi, Job())
    assert answer.items
    assert answer.items[-1].hull.end > len(text) - 100, "it is tagged to its end"
    with pytest.raises(ModelError, match="word of the note"):
        list(tagger.tag(["x" * 5000], kiwi, Job()))
    assert list(tagger.tag(["pain"], kiwi, Job()))
    tagger.close()


def test_a_cancel_reaches_the_worker_within_a_note(random_model: Path, kiwi: LabelSet, tmp_path: Path):
    job = Job()
    with WorkerProcess(find_tagger(str(installed(random_model, tmp_path / "tiny", context=8192)))) as worker:
        assert list(worker.tag(["pain"], kiwi, job))
        timer = threading.Timer(0.3, job.cancel)
        timer.start()
        begun = time.perf_counter()
        with pytest.raises(Cancelled):
            list(worker.tag(["no pain, chest pain and " * 4000], kiwi, job))
        assert time.perf_counter() - begun < 1.5
        timer.join()
        pid = worker.pid
        assert list(worker.tag(["pain"], kiwi, Job()))
        assert worker.pid == pid, "it stopped by itself and was not killed"


def test_layers_for_a_graphics_card_that_is_not_there_are_told(random_model: Path, tmp_path: Path):
    folder = installed(random_model, tmp_path / "tiny")
    tagger = LlamaCppTagger(folder, {"gpu_layers": 20})
    if tagger.device == "CPU":
        assert any("runs on the processor" in one for one in tagger.warnings)
    else:
        assert not tagger.warnings
    tagger.close()


def test_options_that_cannot_be_are_refused(random_model: Path, kiwi: LabelSet, tmp_path: Path):
    folder = installed(random_model, tmp_path / "tiny")
    with pytest.raises(ModelError, match="options of the model “Tiny”"):
        LlamaCppTagger(folder, {"depth": 0})
    with pytest.raises(ModelError, match="options of the model “Tiny”"):
        LlamaCppTagger(folder, {"strands": 128})
    tagger = LlamaCppTagger(folder, {"context": 256})
    with pytest.raises(ModelError, match="instructions are longer"):
        list(tagger.tag([], kiwi, Job()))
    tagger.close()
