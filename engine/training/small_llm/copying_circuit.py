"""Copying circuit: weights set by hand so that a network copies before it has learned anything.

A network that is to repeat a sentence needs two layers that work together: the first tells each
token what stood before it, the second looks for the place where the same thing stood before and
repeats what followed ("induction heads", Olsson et al., 2022, arXiv 2209.11895).  Training finds
them by itself only after many millions of tokens; here they are where it begins.

Markup of our answers is passed over: behind a tag the word before it is what was copied last.  A
word has nearly the same code with a blank before it and without, since some formats write it so.
A third layer looks what stood before the word that comes next, wherever else it stands: where that
is a tag, in an example, the same tag is proposed.

The width is divided: `_CODE` numbers hold a random code of each token, as many hold the code of the
token before, as many its own code out of the way of the output; then the constants and, apart, the
tag just before.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import Any

from engine.training.small_llm.network import Shape

_CODE = 64
_MARKUP = 10
"""So many of the numbers of a code belong to markup alone, and to words none of them."""

_PREVIOUS, _OWN, _CONSTANT, _IS_MARKUP, _TAG = 64, 128, 192, 193, 194
_SHARP = 10.0
"""How far one place lies above its neighbours where a head looks by place, by pair of numbers."""

_PASSED_OVER = 250.0
"""How far markup lies below where it is passed over: more than the nearest places differ."""

_PAIRS_BY_PLACE = 12
"""Pairs that turn fastest tell places apart."""

_STILL = 34
"""From here on numbers of a head hardly turn within a sentence, so that they can tell tokens apart."""

_DEPTH, _HEADS = 2, 4
_LOOKING = 3
_MATCH, _MOVE = 1.7, 0.33
_LONGER = 5.0
_AWAY = 1.7
_RATHER = 1.5
_PROPOSED = 6.0
"""How much more than a word a tag counts that stands there in an example; many places share the looking."""

_BLANK, _SIGN_OF_BLANK = 0.35, "\u0120"
_SIGN = 0.9


def put_in(network: Any, shape: Shape, texts: Sequence[str], markup: Collection[str]) -> None:  # noqa: ANN401
    """Set the weights of the circuit in a fresh network; the others stay as they are.

    `texts` are the tokens as a byte-level vocabulary writes them; `markup` are those to pass over.

    Raises:
        ValueError: the network is too small to hold it.
    """
    import torch

    small = shape.hidden < _TAG + _MARKUP or shape.layers < _DEPTH
    if small or shape.head != _CODE or shape.heads < _HEADS:
        raise ValueError("a copying circuit needs two layers, and four heads of 64")
    with torch.no_grad():
        _put_codes(network.embedding.weight, texts, markup)
        first, second = network.blocks[0], network.blocks[1]
        _look_back(first, shape, 0, 1)
        _move(first, 0, 0, _PREVIOUS)
        _look_back(first, shape, 1, 0)
        _move(first, 1, 0, _OWN)
        _look_back(first, shape, 2, 1, passing=False)
        _move(first, 2, _CODE - _MARKUP, _TAG, size=_MARKUP)
        for head in range(_LOOKING):
            _look_for_same(second, head, _OWN, _PREVIOUS)
            _move(second, head, 0, 0)
        _look_back(second, shape, _LOOKING, 0, passing=False, length=_LONGER)
        _move(second, _LOOKING, 0, 0, sign=-_AWAY)  # what a token is must not be what comes next
        if shape.layers > _DEPTH:
            third = network.blocks[2]
            _look_for_same(third, 0, 0, _OWN)
            _rather(third, 0)
            _move(third, 0, _TAG, _CODE - _MARKUP, size=_MARKUP, sign=_PROPOSED)


def _put_codes(embedding: Any, texts: Sequence[str], markup: Collection[str]) -> None:  # noqa: ANN401
    """Give each token a code: words at random, the same with a blank and without, and markup apart."""
    import torch

    words = _CODE - _MARKUP - 1
    numbers = {text: number for number, text in enumerate(texts)}
    embedding[:, :_CODE] = 0.0
    code = torch.randn(len(texts), words)
    code /= code.norm(dim=1, keepdim=True)
    for number, text in enumerate(texts):
        bare = numbers.get(text.removeprefix(_SIGN_OF_BLANK), number)
        embedding[number, :words] = code[bare]
        embedding[number, words] = _BLANK if text.startswith(_SIGN_OF_BLANK) else -_BLANK
    apart = torch.randn(len(texts), _MARKUP)
    embedding[:, _CONSTANT] = 1.0
    embedding[:, _IS_MARKUP : _TAG + _MARKUP] = 0.0
    known = (one for one in markup if one in numbers)
    for place, number in enumerate(numbers[one] for one in known):
        own = torch.eye(_MARKUP)[place] if place < _MARKUP else apart[number] / apart[number].norm()
        embedding[number, : words + 1] = 0.0
        embedding[number, _CODE - _MARKUP : _CODE] = own * _SIGN
        embedding[number, _IS_MARKUP] = math.sqrt(1 + _BLANK**2 - _SIGN**2)  # all tokens are as long


def _rows(block: Any, part: int, head: int) -> Any:  # noqa: ANN401
    """Return the rows of the query (0), key (1) or value (2) of a head, as a view."""
    start = part * block.attention.weight.shape[1] + head * _CODE
    return block.attention.weight[start : start + _CODE]


def _look_back(
    block: Any,  # noqa: ANN401
    shape: Shape,
    head: int,
    back: int,
    *,
    passing: bool = True,
    length: float = 2.0,
) -> None:
    """Let a head attend to the token so many places before or, `passing` markup, to the next one before.

    `length` is the square of the length of what it reads, by which the norm divides: at first a
    code and the constant.
    """
    query, key = _rows(block, 0, head), _rows(block, 1, head)
    query.zero_()
    key.zero_()
    scale = math.sqrt(length / shape.hidden)
    size = math.sqrt(_SHARP * math.sqrt(shape.head)) * scale
    for pair in range(_PAIRS_BY_PLACE):
        angle = shape.rope_base ** (-2 * pair / shape.head) * back
        key[2 * pair, _CONSTANT] = size
        query[2 * pair, _CONSTANT] = size * math.cos(angle)
        query[2 * pair + 1, _CONSTANT] = -size * math.sin(angle)
    if passing:
        size = math.sqrt(_PASSED_OVER * math.sqrt(shape.head)) * scale
        query[shape.head - 2, _CONSTANT] = size
        key[shape.head - 2, _IS_MARKUP] = -size


def _look_for_same(block: Any, head: int, ours: int, theirs: int) -> None:  # noqa: ANN401
    """Let a head attend to where the code from `theirs` on is the one from `ours` on here."""
    import torch

    query, key = _rows(block, 0, head), _rows(block, 1, head)
    query.zero_()
    key.zero_()
    chosen = torch.randperm(_CODE - _MARKUP - 1)[: _CODE - _STILL]
    for place, number in enumerate(chosen.tolist()[:-1], start=_STILL):
        query[place, ours + number] = _MATCH
        key[place, theirs + number] = _MATCH


def _rather(block: Any, head: int) -> None:  # noqa: ANN401
    """Let a head prefer places behind markup."""
    _rows(block, 0, head)[_CODE - 1, _CONSTANT] = _RATHER
    _rows(block, 1, head)[_CODE - 1, _TAG : _TAG + _MARKUP] = _RATHER


def _move(
    block: Any,  # noqa: ANN401
    head: int,
    source: int,
    target: int,
    *,
    size: int = _CODE,
    sign: float = 1.0,
) -> None:
    """Let a head add the `size` numbers that it finds from `source` on to those from `target` on."""
    import torch

    value, into = _rows(block, 2, head), block.attended.weight
    value.zero_()
    value[:size, source : source + size] = _MOVE * torch.eye(size)
    into[:, head * _CODE : (head + 1) * _CODE] = 0.0
    into[target : target + size, head * _CODE : head * _CODE + size] = sign * _MOVE * torch.eye(size)
