"""Reference: the network once more, in numpy and float64, from what the papers say and not from our code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.training.small_llm.network import Shape

Array = NDArray[np.float64]


def random_weights(shape: Shape, vocabulary: int, seed: int) -> dict[str, NDArray[np.float32]]:
    """Return weights named as in `network.build`, large enough that every layer matters."""
    draw = np.random.default_rng(seed)
    hidden, inner = shape.hidden, shape.inner
    sizes: dict[str, tuple[int, ...]] = {"embedding.weight": (vocabulary, hidden), "norm.weight": (hidden,)}
    for number in range(shape.layers):
        layer = f"blocks.{number}."
        sizes[layer + "before_attention.weight"] = sizes[layer + "before_inner.weight"] = (hidden,)
        sizes[layer + "attention.weight"] = (3 * hidden, hidden)
        sizes[layer + "attended.weight"] = (hidden, hidden)
        sizes[layer + "inner.weight"] = (2 * inner, hidden)
        sizes[layer + "down.weight"] = (hidden, inner)
    return {
        name: (draw.normal(0, 0.1, size) if len(size) > 1 else draw.uniform(0.5, 1.5, size)).astype(
            np.float32
        )
        for name, size in sizes.items()
    }


def logits(shape: Shape, weights: Mapping[str, NDArray[np.float32]], ids: Sequence[int]) -> Array:
    """Return the logits behind each of `ids`."""
    x: Array = weights["embedding.weight"][list(ids)].astype(np.float64)
    for number in range(shape.layers):
        layer = {
            key.removeprefix(f"blocks.{number}."): one.astype(np.float64)
            for key, one in weights.items()
            if key.startswith(f"blocks.{number}.")
        }
        x = x + _attended(shape, layer, _normed(x, layer["before_attention.weight"], shape.epsilon))
        gate, up = np.split(
            _normed(x, layer["before_inner.weight"], shape.epsilon) @ layer["inner.weight"].T, 2, 1
        )
        x = x + (gate / (1 + np.exp(-gate)) * up) @ layer["down.weight"].T
    said: Array = _normed(x, weights["norm.weight"], shape.epsilon) @ weights["embedding.weight"].T
    return said


def _normed(x: Array, gain: NDArray[np.floating], epsilon: float) -> Array:
    normed: Array = x / np.sqrt((x**2).mean(axis=1, keepdims=True) + epsilon) * gain
    return normed


def _attended(shape: Shape, layer: Mapping[str, Array], x: Array) -> Array:
    parts = (x @ layer["attention.weight"].T).reshape(len(x), 3, shape.heads, shape.head)
    seen = np.zeros((len(x), shape.heads, shape.head))
    for head in range(shape.heads):
        query, key = (_turned(parts[:, part, head], shape.rope_base) for part in (0, 1))
        for place in range(len(x)):
            scores = query[place] @ key[: place + 1].T / np.sqrt(shape.head)
            share = np.exp(scores - scores.max())
            seen[place, head] = share / share.sum() @ parts[: place + 1, 2, head]
    attended: Array = seen.reshape(len(x), -1) @ layer["attended.weight"].T
    return attended


def _turned(x: Array, base: float) -> Array:
    """Turn each pair of neighbours as a complex number (Su et al., RoFormer)."""
    pairs = x[:, 0::2] + 1j * x[:, 1::2]
    angles = np.outer(np.arange(len(x)), base ** (-np.arange(0, x.shape[1], 2) / x.shape[1]))
    turned = pairs * np.exp(1j * angles)
    return np.stack((turned.real, turned.imag), axis=2).reshape(x.shape)
