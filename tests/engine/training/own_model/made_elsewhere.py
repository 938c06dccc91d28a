"""Small models as other people make them: random, of each shape, with a tokenizer that learned a little."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import BertWordPieceTokenizer, ByteLevelBPETokenizer, Tokenizer
from tokenizers.processors import RobertaProcessing

from engine.training.own_model.sentences import PLAIN
from tests.engine.training.own_model.onnx_by_hand import lookup_model

TAGS = ("O", "B-Disease", "I-Disease", "B-Chemical", "I-Chemical")
LOOKUP_TAGS = ("B-DRUG", "B-DISEASE", "O", "I-DISEASE")
LOOKUP_NOTE = "👩\u200d⚕️ Started on lisinopril 10 mg.\r\n\r\nShe denies chest\tpain, fever.\u00a0No nausea."
MARKS = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]


def wordpiece(folder: Path, *, cased: bool) -> int:
    """Write a tokenizer.json of BERT's kind, and return how many sub-words it knows."""
    made = BertWordPieceTokenizer(lowercase=not cased)
    made.train_from_iterator(list(PLAIN) * 3, vocab_size=600, min_frequency=1)
    made.save(str(folder / "tokenizer.json"))
    return int(made.get_vocab_size())


def byte_level(folder: Path) -> int:
    """Write a tokenizer.json of RoBERTa's kind, and return how many sub-words it knows."""
    made = ByteLevelBPETokenizer(add_prefix_space=True)
    made.train_from_iterator(list(PLAIN) * 3, vocab_size=700, min_frequency=1, special_tokens=MARKS)
    whole = Tokenizer.from_str(made.to_str())
    whole.post_processor = RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=True)
    whole.save(str(folder / "tokenizer.json"))
    return int(whole.get_vocab_size())


def make(shape: str, folder: Path, tags: tuple[str, ...] = TAGS, **more: Any) -> Any:
    """Make a random token classifier of `shape` in `folder` as transformers saves it, and return it."""
    import torch
    import transformers

    torch.manual_seed(7)
    torch.set_num_threads(1)
    transformers.utils.logging.disable_progress_bar()  # it leaves a thread behind
    folder.mkdir(parents=True, exist_ok=True)
    count = byte_level(folder) if shape == "roberta" else wordpiece(folder, cased=shape == "bert")
    size: dict[str, Any] = {"vocab_size": count, "id2label": dict(enumerate(tags)), **more}
    size["label2id"] = {tag: number for number, tag in enumerate(tags)}
    if shape == "distilbert":
        size |= {"dim": 64, "hidden_dim": 256, "n_layers": 2, "n_heads": 4, "max_position_embeddings": 160}
    else:
        size |= {"hidden_size": 64, "intermediate_size": 256, "num_hidden_layers": 2}
        size |= {"num_attention_heads": 4, "max_position_embeddings": 160}
    if shape == "roberta":
        size |= {"type_vocab_size": 1, "pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2}
    if shape == "electra":
        size |= {"embedding_size": 32}
    config = transformers.AutoConfig.for_model(shape, **size)
    model = transformers.AutoModelForTokenClassification.from_config(config)
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if name.startswith("classifier"):
                weights.mul_(40 if weights.dim() == 2 else 0)  # decisions that rounding does not turn
            elif "word_embeddings" in name:
                weights.mul_(8)
    model.eval()
    model.save_pretrained(folder)
    return model


def without_tags(folder: Path) -> None:
    """Let the model in `folder` only number its tags."""
    config = json.loads((folder / "config.json").read_text())
    config["id2label"] = {str(number): f"LABEL_{number}" for number in range(len(config["id2label"]))}
    config["label2id"] = {tag: int(number) for number, tag in config["id2label"].items()}
    (folder / "config.json").write_text(json.dumps(config))


def lookup(folder: Path, kind: str = "wordpiece", beside: Path | None = None, **more: object) -> Path:
    """Write an ONNX file that knows “lisinopril”, “chest pain” and “fever”, its tokenizer and its tags.

    With `beside`, its table is written there too.
    """
    folder.mkdir(parents=True, exist_ok=True)
    size = byte_level(folder) if kind == "roberta" else wordpiece(folder, cased=False)
    named = Tokenizer.from_file(str(folder / "tokenizer.json"))
    table = np.full((size, len(LOOKUP_TAGS)), -4.0, dtype=np.float32)
    table[:, LOOKUP_TAGS.index("O")] = 4.0
    said = {" lisinopril": "B-DRUG", " chest": "B-DISEASE", " fever": "B-DISEASE", " pain": "I-DISEASE"}
    for word, tag in said.items():
        first = named.encode(word, add_special_tokens=False).ids[0]
        table[first, LOOKUP_TAGS.index(tag)] = 9.0
    if beside is not None:
        beside.write_bytes(table.astype("<f4").tobytes())
    (folder / "model.onnx").write_bytes(lookup_model(table, **more))  # type: ignore[arg-type]
    (folder / "tags.txt").write_text("\n".join(LOOKUP_TAGS) + "\n")
    return folder / "model.onnx"
