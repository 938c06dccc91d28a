"""Network: a decoder of the Llama architecture (Touvron et al., 2023), small, in torch.

Torch is imported inside the functions.  What is computed is what llama.cpp computes for the
architecture ``llama``: RMS norm before each block, rotary positions in neighbouring pairs, SwiGLU,
no biases; the first and the last matrix are one.
"""

from __future__ import annotations

from typing import Any

import msgspec


class Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The sizes of a network.  `hidden` and `inner` are multiples of 32, as blocks of 8-bit weights are."""

    hidden: int
    inner: int
    layers: int
    heads: int
    context: int = 2048
    epsilon: float = 1e-5
    rope_base: float = 10000.0

    @property
    def head(self) -> int:
        """The width of one head."""
        return self.hidden // self.heads


def build(shape: Shape, vocabulary: int) -> Any:  # noqa: ANN401  torch has no types here
    """Return a module that gives logits (texts × places × tokens) for ids (texts × places).

    With a mask `wanted` (texts × places) it gives those of the places wanted alone (places × tokens).

    Texts of unlike length are filled up behind their end: nothing looks ahead, so filling needs no mask.
    """
    import torch
    from torch.nn import functional

    linear = torch.nn.Linear

    class Network(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.embedding = torch.nn.Embedding(vocabulary, shape.hidden)
            self.blocks = torch.nn.ModuleList(_block(shape) for _ in range(shape.layers))
            self.norm = torch.nn.RMSNorm(shape.hidden, shape.epsilon)
            self.register_buffer("turns", _turns(shape), persistent=False)
            self.apply(self._begin)
            for block in self.blocks:  # so that the sum over the layers keeps its size (GPT-2)
                for one in (block.attended, block.down):
                    torch.nn.init.normal_(one.weight, std=0.02 / (2 * shape.layers) ** 0.5)

        def _begin(self, one: Any) -> None:  # noqa: ANN401
            if isinstance(one, linear | torch.nn.Embedding):
                torch.nn.init.normal_(one.weight, std=0.02)

        def forward(self, ids: Any, wanted: Any = None) -> Any:  # noqa: ANN401
            x = self.embedding(ids)
            turn = self.turns[: ids.shape[1]]
            for block in self.blocks:
                x = block(x, turn)
            return functional.linear(self.norm(x if wanted is None else x[wanted]), self.embedding.weight)

    return Network()


def _block(shape: Shape) -> Any:  # noqa: ANN401
    """Return one layer; matrices that read the same numbers are one."""
    import torch
    from torch.nn import functional

    linear, norm = torch.nn.Linear, torch.nn.RMSNorm

    class Block(torch.nn.Module):  # type: ignore[misc]  # torch has no types here
        def __init__(self) -> None:
            super().__init__()
            self.before_attention = norm(shape.hidden, shape.epsilon)
            self.attention = linear(shape.hidden, 3 * shape.hidden, bias=False)
            self.attended = linear(shape.hidden, shape.hidden, bias=False)
            self.before_inner = norm(shape.hidden, shape.epsilon)
            self.inner = linear(shape.hidden, 2 * shape.inner, bias=False)
            self.down = linear(shape.inner, shape.hidden, bias=False)

        def forward(self, x: Any, turn: Any) -> Any:  # noqa: ANN401
            texts, places, _ = x.shape
            parts = self.attention(self.before_attention(x)).view(texts, places, 3, shape.heads, shape.head)
            query, key, value = parts.permute(2, 0, 3, 1, 4).unbind(0)
            # Spelt out: on a CPU twice as fast, there and back, as torch's own attention at this size.
            query, key = (_turned(one, turn).flatten(0, 1) for one in (query, key))
            ahead = torch.full((places, places), float("-inf"), dtype=query.dtype).to(query.device).triu(1)
            scores = torch.baddbmm(
                ahead.expand(len(query), places, places), query, key.transpose(1, 2), alpha=shape.head**-0.5
            )
            seen = torch.bmm(scores.softmax(dim=-1), value.flatten(0, 1)).unflatten(0, (texts, shape.heads))
            x = x + self.attended(seen.transpose(1, 2).reshape(texts, places, shape.hidden))
            gate, up = self.inner(self.before_inner(x)).chunk(2, dim=-1)
            return x + self.down(functional.silu(gate) * up)

    return Block()


def _turns(shape: Shape) -> Any:  # noqa: ANN401
    """Return cosine and sine of each place and pair: places × pairs × 2."""
    import torch

    pairs = torch.arange(0, shape.head, 2, dtype=torch.float32) / shape.head
    angles = torch.outer(torch.arange(shape.context, dtype=torch.float32), shape.rope_base**-pairs)
    return torch.stack((angles.cos(), angles.sin()), dim=-1)


def _turned(x: Any, turn: Any) -> Any:  # noqa: ANN401
    """Turn neighbouring pairs of `x` (… × places × head) by their place."""
    import torch

    pairs = x.unflatten(-1, (-1, 2))
    cos, sin = turn[..., 0].to(x.dtype), turn[..., 1].to(x.dtype)
    left, right = pairs[..., 0], pairs[..., 1]
    return torch.stack((left * cos - right * sin, left * sin + right * cos), dim=-1).flatten(-2)
