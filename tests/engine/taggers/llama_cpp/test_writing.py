"""What a model writes freely becomes exact spans, with what was wrong and what was not found told."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.annotation.said import Alignment, Answer
from engine.jobs.job import Job
from engine.labels.files import find_label_set
from engine.labels.label_set import LabelSet
from engine.model_files.installed import installed_models
from engine.model_files.manifest import FORMAT, Manifest, file_entry, write_manifest
from engine.model_files.places import models_folder
from engine.taggers.llama_cpp.instructions import Instructions
from engine.taggers.llama_cpp.options import options_from
from engine.taggers.llama_cpp.prompts.example import Bank, Example
from engine.taggers.llama_cpp.prompts.shots import Shots
from engine.taggers.llama_cpp.prompts.strategies import STRATEGIES
from engine.taggers.llama_cpp.writing import Writing
from engine.text.note import text_hash
from engine.text.sentence import sentences
from tests.engine.taggers.llama_cpp.scripted import Script, ScriptedBackend

TEXT = "No fever, but mild knee pain."
BIO = """No : O
fever : B-problem
, : O
but O
mild\tB-problem
knee : I-problem
pain: I-problem
. : O"""


@pytest.fixture(scope="module")
def kiwi() -> LabelSet:
    return find_label_set("kiwi", models_folder())


def asked(
    kiwi: LabelSet,
    script: Script,
    text: str = TEXT,
    chosen: Any = None,
    places: int = 100_000,
    **options: Any,
) -> tuple[Answer, list[str]]:
    """The answer for `text` of a model that follows `script`, and the prompts that it read."""
    backend = ScriptedBackend(script, places)
    backend.listen(Job())
    said = options_from({}, {"decoder": "free", "prompt": "zero-shot", **options}, "Scripted")
    writing = Writing(Instructions(backend, said), said, kiwi, Shots(said, kiwi))  # type: ignore[arg-type]
    return writing.answer(text, Answer(), chosen), backend.prompts


def told(answer: Answer, text: str = TEXT) -> list[tuple[str, str]]:
    return [(item.hull.of(text), item.label) for item in answer.items]


@pytest.mark.parametrize(
    ("answers", "written"),
    [
        (
            "span-tags",
            'No <span class="problem">fever</span>, but <span class="problem">mild knee pain</span>.',
        ),
        ("tanl", "No [ fever | problem ], but [ mild knee pain | Problem ]."),
        ("bio", BIO),
        (
            "json-list",
            '[{"entity": "problem", "text": "fever"}, {"entity": "problem", "text": "mild knee pain"}]',
        ),
        ("json-dict", '{"problem": ["mild knee pain", "fever"]}'),
        ("tags", "No<problem> fever</>, but<problem> mild knee pain</>."),
    ],
)
def test_every_format_gives_the_same_spans(kiwi: LabelSet, answers: str, written: str):
    tags = {one.name: f"<{one.name}>" for one in kiwi.entities}
    answer, prompts = asked(
        kiwi, lambda _: written, answers=answers, constrained=False, tags=tags, close="</>"
    )
    assert told(answer) == [("fever", "problem"), ("mild knee pain", "problem")]
    assert [item.alignment for item in answer.items] == [Alignment.EXACT] * 2
    assert [item.raw for item in answer.items] == [0, 0]
    (raw,) = answer.raw
    assert (raw.text, raw.flaws) == (written, ())
    assert raw.asked == f"{answers}: problem, treatment, drug, test"
    assert raw.span.of(TEXT) == TEXT
    assert prompts[0].endswith(f"Text:\n{TEXT}\nAnswer:\n")


def test_a_model_is_asked_for_a_section_at_once_and_for_modifiers_by_sentence(kiwi: LabelSet):
    text = "PLAN: No fever. Knee pain,\nmild. ALLERGIES: None."
    answers = {
        "PLAN: No fever. Knee pain, mild.": "PLAN: No [ fever | problem ]. [ Knee pain | problem ], mild.",
        "ALLERGIES: None.": "ALLERGIES: None.",
        "No [ fever | problem ].": "[ No | negation ] fever.",
        "[ Knee pain | problem ], mild.": "Knee pain, [ mild | severity ].",
    }

    def script(prompt: str) -> str:
        return answers[prompt.removesuffix("\nAnswer:\n").rpartition("Text:\n")[2]]

    answer, prompts = asked(kiwi, script, text, answers="tanl", modifiers=True, unit="section")
    assert len(prompts) == 4
    assert told(answer, text) == [
        ("No", "negation"),
        ("fever", "problem"),
        ("Knee pain", "problem"),
        ("mild", "severity"),
    ]
    assert [(one.head, one.tail) for one in answer.relations] == [(1, 0), (2, 3)]


def test_what_is_not_there_is_listed_and_what_is_nearly_there_is_marked(kiwi: LabelSet):
    written = "No [ fever | problem ], but mild [ knee pains | problem ]. [ cough | problem ] [ No | plant ]"
    answer, _ = asked(kiwi, lambda _: written, answers="tanl")
    assert [(item.hull.of(TEXT), item.alignment) for item in answer.items] == [
        ("fever", Alignment.EXACT),
        ("knee pain", Alignment.FUZZY),
    ]
    assert {(one.label, one.surface, one.raw) for one in answer.unplaced} == {
        ("problem", "cough", 0),
        ("plant", "No", 0),
    }
    assert answer.raw[0].flaws == ("rewritten", "unknown label")


def test_what_is_said_of_a_thing_is_joined_to_it(kiwi: LabelSet):
    def script(prompt: str) -> str:
        return "[ No | negation ] [ fever | problem | negation = No ], but mild knee pain."

    modifiers = {one.name for one in kiwi.modifiers}
    answer, _ = asked(kiwi, script, answers="tanl")
    assert told(answer) == [("fever", "problem")], "modifiers were not asked for"
    assert [one.label for one in answer.unplaced] == ["negation"]
    assert "missing" in answer.raw[0].flaws
    assert "negation" in modifiers


def test_one_type_is_asked_for_at_a_time_and_nothing_is_there_twice(kiwi: LabelSet):
    def script(prompt: str) -> str:
        kind = re.findall(r'The kinds are: "(\w+)"\n', prompt)[-1]
        return f'{{"{kind}": ["fever", "fever"]}}'

    answer, prompts = asked(kiwi, script, answers="json-dict", per_type=True, constrained=False)
    assert len(prompts) == len(answer.raw) == len(kiwi.entities)
    assert sorted(told(answer)) == sorted(("fever", one.name) for one in kiwi.entities)


def test_each_of_two_equal_mentions_has_its_own_modifiers(kiwi: LabelSet):
    text = "No pain at rest, mild pain after."

    def script(prompt: str) -> str:
        said = prompt.rsplit("Text:\n", 1)[1]
        if "Mark only what is said of" not in prompt:
            return text.replace("pain", '<span class="problem">pain</span>')
        word = "No" if said.startswith('No <span class="problem">') else "mild"
        kind = "negation" if word == "No" else "severity"
        return text.replace(word, f'<span class="{kind}">{word}</span>')

    answer, prompts = asked(kiwi, script, text, answers="span-tags", modifiers=True)
    assert len(prompts) == 1 + 2, "one call for the sentence and one for each entity, as Kiwi makes them"
    joined = {
        (answer.items[one.head].hull.start, answer.items[one.tail].hull.of(text), one.label)
        for one in answer.relations
    }
    assert joined == {(3, "No", "hasAttr"), (22, "mild", "hasAttr")}
    assert [one.raw for one in answer.items if one.label == "severity"] == [2]


def test_a_long_sentence_is_answered_to_its_end(kiwi: LabelSet):
    text = "pain and fever " * 41  # 123 words
    written = text.strip().replace("pain", "[ pain | problem ]").replace("fever", "[ fever | problem ]")
    answer, _ = asked(kiwi, lambda _: written, text, answers="tanl")
    assert len(answer.items) == 82
    assert answer.raw[0].flaws == ()


def test_an_answer_that_is_cut_is_asked_for_again_and_flagged_where_it_is_endless(kiwi: LabelSet):
    endless, prompts = asked(kiwi, lambda _: "[ fever | problem ] " * 500, answers="tanl")
    assert len(prompts) == 2
    assert "cut" in endless.raw[0].flaws
    once, prompts = asked(kiwi, lambda _: "[ fever | problem ] " * 12, answers="tanl")
    assert len(prompts) == 2, "longer than expected, and within twice the room"
    assert "cut" not in once.raw[0].flaws
    room = len(once.raw[0].text)
    assert len(endless.raw[0].text) > room


def test_a_sentence_without_room_loses_far_examples_first_and_is_halved_then(kiwi: LabelSet):
    def script(prompt: str) -> str:
        said = prompt.rsplit("Text:\n", 1)[1].removesuffix("\nAnswer:\n")
        return said.replace("pain", "[ pain | problem ]")

    bank = Bank((Example("far " * 30), Example("some pain", ((5, 9, "problem"),))))
    options = {"answers": "tanl", "examples": "similar", "bank": msgspec.to_builtins(bank), "shots": 2}
    _, prompts = asked(kiwi, script, "pain", **options)
    assert prompts[0].index("far far") < prompts[0].index("some pain"), "the most similar stands last"
    _, prompts = asked(kiwi, script, "pain", places=len(prompts[0]), **options)
    assert "far far" not in prompts[0]
    assert "some pain" in prompts[0]

    text = "pain, " * 40
    _, whole = asked(kiwi, script, text, answers="tanl")
    answer, prompts = asked(kiwi, script, text, places=len(whole[0]) + 300, answers="tanl")
    assert len(prompts) > 1
    assert told(answer, text) == [("pain", "problem")] * 40


def test_examples_stand_in_the_prompt_as_the_format_writes_them(kiwi: LabelSet):
    bank = Bank(tuple(Example(f"case {n}", ((0, 4, "problem"),), text_hash(f"note {n}")) for n in range(9)))
    options = {"answers": "tanl", "examples": "fixed", "shots": 2, "bank": msgspec.to_builtins(bank)}
    _, prompts = asked(kiwi, lambda _: "", "case 1", **options)
    assert prompts[0].endswith(
        "Text:\ncase 0\nAnswer:\n[ case | problem ] 0\n\nText:\ncase 1\nAnswer:\n[ case | problem ] 1\n\n"
        "Text:\ncase 1\nAnswer:\n"
    )
    _, prompts = asked(kiwi, lambda _: "", "note 0", **options)
    assert "case 0" not in prompts[0], "an example's own note is never shown it"
    assert "case 2" in prompts[0]


def test_only_the_chosen_sentences_are_asked_about(kiwi: LabelSet):
    text = "No fever today. Mild pain.\nAspirin daily."
    parts: Sequence[Any] = list(sentences(text))
    answer, prompts = asked(kiwi, lambda _: "Mild [ pain | problem ].", text, [parts[1]], answers="tanl")
    assert len(prompts) == 1
    assert told(answer, text) == [("pain", "problem")]


def test_words_with_blanks_between_them_are_found_in_the_note_as_it_is(kiwi: LabelSet):
    text = "BP <140/90 & K+ (3.9)\tlow."

    def script(prompt: str) -> str:
        said = prompt.rsplit("Text:\n", 1)[1].removesuffix("\nAnswer:\n")
        assert said == "BP < 140/90 & K + ( 3.9 ) low ."
        return said.replace("K +", '<span class="test">K +</span>') + " <EOS> and more"

    answer, _ = asked(kiwi, script, text, answers="span-tags", spaced=True, stops=["<EOS>"])
    assert told(answer, text) == [("K+", "test")]
    assert answer.raw[0].flaws == ()


def test_kiwis_job_is_done_in_its_own_frame(kiwi: LabelSet):
    def script(prompt: str) -> str:
        said = prompt.rsplit("### Input Text: ", 1)[1].removesuffix(" <EOS>\n### Output Text:")
        if "Mark only what is said of" in prompt:
            return " " + TEXT.replace("mild", '<span class="severity">mild</span>') + " <EOS>"
        assert said == "No fever , but mild knee pain ."
        return " " + said.replace("knee pain", '<span class="problem">knee pain</span>') + " <EOS>\nmore"

    answer, prompts = asked(kiwi, script, prompt="kiwi")
    assert prompts[1].endswith(
        '### Input Text: No fever , but mild <span class="problem">knee pain</span> . <EOS>\n### Output Text:'
    )
    assert told(answer) == [("mild", "severity"), ("knee pain", "problem")]
    assert [(one.head, one.tail, one.label) for one in answer.relations] == [(1, 0, "hasAttr")]


@pytest.fixture
def folders(random_model: Path, tmp_path: Path) -> list[Path]:
    """Real models: one of random weights, and the small one that comes with the program."""
    shutil.copyfile(random_model, tmp_path / "model.gguf")
    files = {"model": file_entry(tmp_path, "model.gguf")}
    options = {"context": 4096, "threads": 1}
    write_manifest(
        tmp_path, Manifest(FORMAT, "llama-cpp.v1", "tiny", "Tiny", "1", "kiwi", files=files, options=options)
    )
    return [tmp_path, *(one.folder for one in installed_models() if one.manifest.name == "small-llm")]


@pytest.mark.llm
@pytest.mark.native
@pytest.mark.parametrize("answers", ["span-tags", "tanl", "bio", "json-list", "json-dict", "tags"])
def test_real_models_answer_in_every_format_exactly_and_the_same_again(
    kiwi: LabelSet, folders: list[Path], answers: str
):
    from engine.taggers.llama_cpp.tagger import LlamaCppTagger

    text = "She denies chest pain, fever & chills.\r\nTook aspirin 81 mg\tdaily; BP <140/90 🙂."
    for folder in folders:
        for prompt in ("zero-shot", "few-shot", "one-type-per-call"):
            chosen = {"answers": answers, "decoder": "free", "prompt": prompt}
            tagger = LlamaCppTagger(folder, chosen)
            first, again = (next(tagger.tag([text], kiwi, Job())) for _ in range(2))
            tagger.close()
            assert first == again
            asked_for = 4 if prompt == "one-type-per-call" else 1
            assert len(first.checked(text).raw) == len(sentences(text)) * asked_for
            assert all(one.raw is not None for one in (*first.items, *first.unplaced))
            if "json" in answers:
                assert all("cut" in one.flaws or not one.flaws for one in first.raw), (
                    "it keeps to the grammar"
                )


@pytest.mark.llm
@pytest.mark.native
@pytest.mark.parametrize("prompt", STRATEGIES)
def test_every_strategy_gives_the_same_tags_in_blocks_and_word_by_word(
    kiwi: LabelSet, folders: list[Path], prompt: str
):
    from engine.taggers.llama_cpp.tagger import LlamaCppTagger

    if prompt == "kiwi":
        pytest.skip("its answers are written, not copied")
    text = "She denies chest pain, fever & chills.\r\nTook aspirin 81 mg\tdaily; BP <140/90 🙂."
    for folder in folders:
        said = []
        for decoder in ("drafted", "plain"):
            tagger = LlamaCppTagger(folder, {"decoder": decoder, "prompt": prompt})
            (answer,) = tagger.tag([text], kiwi, Job())
            tagger.close()
            said.append([(item.spans, item.label) for item in answer.checked(text).items])
        assert said[0] == said[1]
