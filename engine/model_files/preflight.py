"""Preflight: whether a GGUF model can be used on this machine, before anything of it is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ModelError
from engine.model_files.architectures import FORGETFUL, NOT_WRITERS, WRITERS
from engine.model_files.gguf import QUANTIZATIONS, GgufFile, read_gguf
from engine.model_files.machine import cores, free_memory, processor_flags

BYTES_PER_CELL = 2
"""A number of the model's memory takes two bytes."""
_WORK_BYTES = 128 * 1024 * 1024
_BATCH = 512
_TOKENS_PER_NOTE = 1300
"""A note of 700 words with its tags."""
_PER_CORE = 25e9
"""Operations in a second that one core with AVX2 makes when it reads, within a factor of two."""
_GB = 1024**3

_FLAGS = {"AVX": "avx", "AVX2": "avx2", "FMA": "fma", "F16C": "f16c", "BMI2": "bmi2",
          "AVX_VNNI": "avx_vnni", "AVX512": "avx512f", "AVX512_VBMI": "avx512vbmi",
          "AVX512_VNNI": "avx512_vnni", "AVX512_BF16": "avx512_bf16", "AMX_INT8": "amx_int8"}  # fmt: skip
"""What llama.cpp was built with, as it says so, and as Linux names it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a GGUF model is.  `context` is the longest text it was trained on, in tokens; sizes are bytes."""

    name: str
    architecture: str
    quantization: str
    parameters: int
    active: int
    size: int
    layers: int
    width: int
    context: int
    vocabulary: int
    words: str
    licence: str
    chat_template: str
    memory_per_token: int

    @property
    def seconds_per_note(self) -> float:
        """How long a note of 700 words may take on this machine's processor, within a factor of two."""
        return 2 * self.active * _TOKENS_PER_NOTE / (_PER_CORE * cores())


def facts_of(file: GgufFile) -> Facts:
    """Return what the head of a model file says."""
    kind = file.text("general.architecture")
    layers = file.number(f"{kind}.block_count")
    width = file.number(f"{kind}.embedding_length")
    parameters = sum(one.weights for one in file.tensors)
    return Facts(
        name=file.text("general.name") or Path(file.name).stem,
        architecture=kind,
        quantization=_quantization(file),
        parameters=parameters,
        active=parameters - _asleep(file, kind),
        size=file.size,
        layers=layers,
        width=width,
        context=file.number(f"{kind}.context_length"),
        vocabulary=file.number(f"{kind}.vocab_size") or file.length("tokenizer.ggml.tokens"),
        words=" ".join(filter(None, (file.text("tokenizer.ggml.model"), file.text("tokenizer.ggml.pre")))),
        licence=file.text("general.license"),
        chat_template=file.text("tokenizer.chat_template"),
        memory_per_token=_memory_per_token(file, kind, layers, width),
    )


def _quantization(file: GgufFile) -> str:
    """Return the type of most of the weights."""
    sizes: dict[int, int] = {}
    for one in file.tensors:
        sizes[one.kind] = sizes.get(one.kind, 0) + one.weights
    most = max(sizes, key=lambda kind: sizes[kind], default=-1)
    return QUANTIZATIONS.get(most, (f"type {most}", 1, 0))[0]


def _asleep(file: GgufFile, kind: str) -> int:
    """Return how many weights do not take part in each token: those of the experts that are not asked."""
    experts, asked = file.number(f"{kind}.expert_count"), file.number(f"{kind}.expert_used_count")
    if not experts or not asked:
        return 0
    theirs = sum(one.weights for one in file.tensors if "_exps" in one.name)
    return theirs - theirs * min(asked, experts) // experts


def _memory_per_token(file: GgufFile, kind: str, layers: int, width: int) -> int:
    heads = file.number(f"{kind}.attention.head_count") or 1
    each = file.metadata.get(f"{kind}.attention.head_count_kv")
    listed = [one for one in each if isinstance(one, int)] if isinstance(each, list) else []
    kept = sum(listed) or file.number(f"{kind}.attention.head_count_kv", heads) * layers
    usual = width // heads
    key = file.number(f"{kind}.attention.key_length", usual)
    value = file.number(f"{kind}.attention.value_length", usual)
    return kept * (key + value) * BYTES_PER_CELL


@dataclass(frozen=True, slots=True)
class Preflight:
    """What was found, each with its way out: a `fault` of the file, or a `shortage` of memory just now."""

    facts: Facts
    needed: int
    free: int | None
    fault: str = ""
    shortage: str = ""
    remarks: tuple[str, ...] = ()


def preflight(path: Path, context: int, *, on_gpu: bool = False) -> Preflight:
    """Return whether the model at `path` can be used here with room for `context` tokens.

    Raises:
        ModelError: the file cannot be read, is no GGUF file, or is cut short or damaged.
    """
    file = read_gguf(path)
    facts = facts_of(file)
    needed = facts.size + facts.memory_per_token * context + _work_bytes(facts)
    free = None if on_gpu else free_memory()
    fault = next(_faults(file, facts, context), "")
    return Preflight(facts, needed, free, fault, _shortage(facts, needed, free), _remarks(facts))


def check_preflight(path: Path, context: int, *, on_gpu: bool = False) -> Preflight:
    """Return what `preflight` does, for a model that can be used.

    Raises:
        ModelError: it cannot; the sentence says why, and what can be done.
    """
    found = preflight(path, context, on_gpu=on_gpu)
    if problem := found.fault or found.shortage:
        raise ModelError(problem)
    return found


def check_processor(built_with: str) -> None:
    """See that this processor can do what llama.cpp, by its own words `built_with`, was built for.

    Raises:
        ModelError: it cannot.  Without this the process would end at the first calculation.
    """
    flags = processor_flags()
    if flags is None:
        return
    for part in built_with.replace(":", "|").split("|"):
        name, _, on = (one.strip() for one in part.partition("="))
        if on == "1" and (flag := _FLAGS.get(name)) and flag not in flags:
            raise ModelError(
                f"llama.cpp was built here for processors with {name}, which this one has not. Please build "
                "llama-cpp-python on this computer, or with the setting GGML_NATIVE=OFF."
            )


def _work_bytes(facts: Facts) -> int:
    return _WORK_BYTES + _BATCH * 4 * (facts.vocabulary + 8 * facts.width)


def _faults(file: GgufFile, facts: Facts, context: int) -> Iterator[str]:
    """Yield what stands in the way, each with a way out; the first is what a person should hear."""
    if file.text("general.type") == "adapter":
        yield (
            f"“{file.name}” is an adapter, which only changes another model. "
            "Install it together with that model: --base names it."
        )
    if (parts := file.number("split.count")) > 1:
        yield (
            f"“{file.name}” is one of {parts} parts of a model. Please join them into one file first: "
            "llama-gguf-split --merge, a tool of llama.cpp, does so."
        )
    yield from _architecture_faults(file.name, facts.architecture)
    if not (facts.layers and facts.width and facts.context):
        yield (
            f"“{file.name}” does not say how large its network of the kind “{facts.architecture}” is. "
            "It was written wrongly; please choose another file."
        )
    if not facts.vocabulary:
        yield f"“{file.name}” holds no vocabulary, so it can read no text. Please choose another file."
    for unknown in sorted({one.kind for one in file.tensors} - QUANTIZATIONS.keys()):
        yield (
            f"“{file.name}” holds weights of the type {unknown}, which this version of the program does not "
            "know. Please choose another quantization of the same model, such as Q4_K_M or Q8_0."
        )
    if facts.context and context > facts.context:
        yield (
            f"The model “{facts.name}” was made for texts of up to {facts.context:,} tokens, and {context:,} "
            f"are asked for. Set the option context to {facts.context} or less."
        )


def _shortage(facts: Facts, needed: int, free: int | None) -> str:
    if free is None or needed <= free:
        return ""
    return (
        f"The model “{facts.name}” needs about {needed / _GB:.1f} GB of memory, and {free / _GB:.1f} GB "
        "are free. Close other programs, choose a smaller model or quantization, or a smaller context."
    )


def _architecture_faults(file: str, kind: str) -> Iterator[str]:
    if not kind:
        yield f"“{file}” does not say what kind of network it is. Please choose another file."
    elif kind in NOT_WRITERS:
        yield f"“{file}” is {NOT_WRITERS[kind]}. Please choose a language model."
    elif kind not in WRITERS:
        yield (
            f"“{file}” is a network of the kind “{kind}”, which the llama.cpp of this program does not know. "
            "Please choose another model, or a newer version of this program."
        )


def _remarks(facts: Facts) -> tuple[str, ...]:
    if facts.architecture in FORGETFUL:
        return ("The memory of this model cannot be rolled back: tagging takes longer.",)
    return ()
