"""Copying circuit: weights set by hand so that a network copies before it has learned anything.

A network that is to repeat a sentence needs two layers that work together: the first tells each
token what stood before it, the second looks for the place where the same thing stood before and
repeats what followed ("induction heads", Olsson et al., 2022, arXiv 2209.11895).  Training finds
them by itself only after many millions of tokens; here they are where it begins.

The width is divided: `_CODE` numbers hold a random code of each token, as many hold the code of the
token before, as many its own code out of the way of the output, and one is the same everywhere.
"""

from __future__ import annotations

import math
from typing import Any

from engine.training.small_llm.network import Shape

_CODE = 64
_PREVIOUS, _OWN, _CONSTANT = 64, 128, 192
_SHARP = 10.0
"""How far one place lies above its neighbours where a head looks by place, by pair of numbers."""

_PAIRS_BY_PLACE = 12
"""Pairs that turn fastest tell places apart."""

_STILL = 34
"""From here on numbers of a head hardly turn within a sentence, so that they can tell tokens apart."""

_DEPTH, _LOOKING = 2, 3
_MATCH, _MOVE = 1.7, 0.33


def put_in(network: Any, shape: Shape) -> None:  # noqa: ANN401  torch has no types here
    """Set the weights of the circuit in a fresh network; the others stay as they are.

    Raises:
        ValueError: the network is too small to hold it.
    """
    import torch

    if shape.hidden <= _CONSTANT or shape.head != _CODE or shape.heads < _LOOKING or shape.layers < _DEPTH:
        raise ValueError("a copying circuit needs two layers, and three heads of 64")
    with torch.no_grad():
        embedding = network.embedding.weight
        code = torch.randn(len(embedding), _CODE)
        embedding[:, :_CODE] = code / code.norm(dim=1, keepdim=True)
        embedding[:, _CONSTANT] = 1.0
        first, second = network.blocks[0], network.blocks[1]
        for head, back in ((0, 1), (1, 0)):
            _look_back(first, shape, head, back)
        _move(first, shape, 0, 0, {_PREVIOUS: 1.0})
        _move(first, shape, 1, 0, {_OWN: 1.0, 0: -1.0})  # what a token is must not be what comes next
        for head in range(_LOOKING):
            _look_for_same(second, shape, head)
            _move(second, shape, head, _OWN, {0: 1.0})


def _rows(block: Any, shape: Shape, part: int, head: int) -> Any:  # noqa: ANN401
    """Return the rows of the query (0), key (1) or value (2) of a head, as a view."""
    start = part * shape.hidden + head * shape.head
    return block.attention.weight[start : start + shape.head]


def _look_back(block: Any, shape: Shape, head: int, back: int) -> None:  # noqa: ANN401
    """Let a head attend to the token so many places before."""
    query, key = _rows(block, shape, 0, head), _rows(block, shape, 1, head)
    query.zero_()
    key.zero_()
    scale = math.sqrt(2 / shape.hidden)  # what the norm before it divides by: a code and the constant
    size = math.sqrt(_SHARP * math.sqrt(shape.head)) * scale
    for pair in range(_PAIRS_BY_PLACE):
        angle = shape.rope_base ** (-2 * pair / shape.head) * back
        key[2 * pair, _CONSTANT] = size
        query[2 * pair, _CONSTANT] = size * math.cos(angle)
        query[2 * pair + 1, _CONSTANT] = -size * math.sin(angle)


def _look_for_same(block: Any, shape: Shape, head: int) -> None:  # noqa: ANN401
    """Let a head attend to where the token before was what the token is now."""
    import torch

    query, key = _rows(block, shape, 0, head), _rows(block, shape, 1, head)
    query.zero_()
    key.zero_()
    chosen = torch.randperm(_CODE)[: shape.head - _STILL]
    for place, number in enumerate(chosen.tolist(), start=_STILL):
        query[place, _OWN + number] = _MATCH
        key[place, _PREVIOUS + number] = _MATCH


def _move(block: Any, shape: Shape, head: int, source: int, targets: dict[int, float]) -> None:  # noqa: ANN401
    """Let a head add what it finds from `source` on, to each of `targets` with its sign."""
    import torch

    value, into = _rows(block, shape, 2, head), block.attended.weight
    columns = slice(head * shape.head, (head + 1) * shape.head)
    value.zero_()
    value[:, source : source + _CODE] = _MOVE * torch.eye(_CODE)
    into[:, columns] = 0.0
    for target, sign in targets.items():
        into[target : target + _CODE, columns] = sign * _MOVE * torch.eye(_CODE)
