"""Architectures: the shapes of network that llama.cpp knows, by the names in its files."""

from __future__ import annotations

_WRITERS = """
llama llama4 deci falcon baichuan grok gpt2 gptj gptneox mpt starcoder refact bloom stablelm qwen qwen2
qwen2moe qwen2vl qwen3 qwen3moe qwen3next qwen3vl qwen3vlmoe qwen35 qwen35moe phi2 phi3 phimoe plamo
plamo2 plamo3 codeshell orion internlm2 minicpm minicpm3 gemma gemma2 gemma3 gemma3n gemma4 starcoder2
rwkv6 rwkv6qwen2 rwkv7 arwkv7 mamba mamba2 jamba xverse command-r cohere2 dbrx olmo olmo2 olmoe openelm
arctic deepseek deepseek2 chatglm glm4 glm4moe glm-dsa bitnet jais jais2 nemotron nemotron_h
nemotron_h_moe exaone exaone4 exaone-moe granite granitemoe granitehybrid chameleon plm bailingmoe
bailingmoe2 dots1 arcee afmoe ernie4_5 ernie4_5-moe falcon-h1 hunyuan-moe hunyuan-dense smollm3 gpt-oss
lfm2 lfm2moe smallthinker seed_oss grovemoe apertus minimax-m2 cogvlm pangu-embedded mistral3 mistral4
mimo2 step35 maincoder kimi-linear
"""
_ENCODERS = """
bert modern-bert nomic-bert nomic-bert-moe neo-bert jina-bert-v2 jina-bert-v3 eurobert gemma-embedding
llama-embed t5encoder
"""
_FORGETFUL = """
mamba mamba2 jamba rwkv6 rwkv6qwen2 rwkv7 arwkv7 plamo2 granitehybrid falcon-h1 nemotron_h
nemotron_h_moe lfm2 lfm2moe qwen3next qwen35 qwen35moe kimi-linear
"""

WRITERS = frozenset(_WRITERS.split())
"""Those that write from left to right, as llama.cpp of llama-cpp-python 0.3.36 knows them."""

FORGETFUL = frozenset(_FORGETFUL.split())
"""Those with a running state in place of a memory per word; it cannot be rolled back: tagging is slower."""

_ENCODER = "an encoder, which compares texts and cannot tag them word by word"
_PICTURES = "a model for pictures"
_DIFFUSION = "a diffusion model, which does not write in order"

NOT_WRITERS = {
    **dict.fromkeys(_ENCODERS.split(), _ENCODER),
    **dict.fromkeys(("clip", "deepseek2-ocr", "paddleocr", "hunyuan_vl"), _PICTURES),
    **dict.fromkeys(("dream", "llada", "llada-moe", "rnd1"), _DIFFUSION),
    "t5": "an encoder with a decoder, whose memory works in another way",
    "wavtokenizer-dec": "a model for sound",
}
"""Those that llama.cpp can load but that cannot be used as a tagger, and what they are."""
