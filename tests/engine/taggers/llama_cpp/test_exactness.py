"""Ten thousand sentences with all that notes hold: every tag is where the model put it, and none is lost."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from engine.jobs.job import Job
from engine.labels.files import find_label_set
from engine.model_files.manifest import FORMAT, Manifest, file_entry, write_manifest
from engine.model_files.places import models_folder
from engine.taggers.llama_cpp.tagger import LlamaCppTagger

pytestmark = [pytest.mark.llm, pytest.mark.native, pytest.mark.slow]

NOTES, SENTENCES = 500, 20
PARTS = [
    "pain",
    "mg",
    "<140/90",
    "A&O",
    "x3",
    "5µg",
    "37.5°C",
    "½",
    "\u00a0",
    "🙂",
    "👩🏽‍⚕️",
    "eﬃcient",
    "ﬁstula",
    "[**Name**]",
    "___",
    "{{x}}",
    "<s>",
    "</s>",
    "<|eot|>",
    "<0x01>",
    "e\u0301dema",
    "İ",
    "日本",
    "“MI”",
    "–",
    "(no",
    "fever)",
    "</>",
    "&amp;",
    "\u200b",
]
JOINTS = [" ", " ", " ", "  ", "\t", "\u00a0", ", ", " (", "\r\n", "/"]
ASPIRIN = re.compile("aspirin")


def note(fate: random.Random) -> str:
    """Return a note whose every other word or so is “aspirin”, joined to the others in any way."""
    sentences = []
    for _ in range(SENTENCES):
        words = [fate.choice([*PARTS, *["aspirin"] * 12]) for _ in range(fate.randint(1, 12))]
        text = words[0]
        for word in words[1:]:
            text += fate.choice(JOINTS) + word
        sentences.append(text)
    return "".join(one + fate.choice([". ", ".\n", "\r\n\r\n", "; "]) for one in sentences)


def test_every_span_of_ten_thousand_sentences_is_exact_and_none_is_lost(tmp_path: Path, aspirin_model: Path):
    fate = random.Random(10_000)  # noqa: S311
    texts = [note(fate) for _ in range(NOTES)]
    (tmp_path / "model.gguf").write_bytes(aspirin_model.read_bytes())
    tags = {"problem": "\x01", "treatment": "\x02", "drug": "\x03", "test": "\x04"}
    options = {"tags": tags, "close": "\x05", "context": 4096, "threads": 1, "template": "Text:\n{text}\n=\n"}
    files = {"model": file_entry(tmp_path, "model.gguf")}
    manifest = Manifest(FORMAT, "llama-cpp.v1", "tiny", "Tiny", "1", "kiwi", files=files, options=options)
    write_manifest(tmp_path, manifest)
    tagger = LlamaCppTagger(tmp_path)
    answers = list(tagger.tag(texts, find_label_set("kiwi", models_folder()), Job()))
    tagger.close()
    spans = 0
    for text, answer in zip(texts, answers, strict=True):
        said = [(item.hull.start, item.hull.end) for item in answer.items]
        assert said == [one.span() for one in ASPIRIN.finditer(text)]
        assert {item.label for item in answer.items} <= {"problem"}
        assert not answer.unplaced
        spans += len(said)
    assert spans > NOTES * SENTENCES, "there is something to lose"
