"""Tags: the strings that a model writes where a label begins and where one ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from engine.errors import ModelError
from engine.taggers.llama_cpp.automaton import Ids, TagIds

Write = Callable[[str], Ids]
"""Text to tokens, control tokens included."""

FAMILIES = (
    ("<{name}>", "</>"),
    ("[{name}", "]"),
    ("{name}(", ")"),
    ("{name}>", "</>"),
    ("{Name}>", "</>"),
    ("{NAME}>", "</>"),
    ("«{name}:", "»"),
    ("{letter}(", ")"),
)
"""Ways to write tags, the likeliest first; the first of which all begin differently is taken."""


def choose_tags(
    names: Sequence[str], wanted: Mapping[str, str], close: str, write: Write
) -> tuple[TagIds, tuple[str, ...], str]:
    """Return the tags of `names` as tokens, and as text: those that open, and the one that closes.

    `wanted` (label to opening tag) and `close` are what the model was made for, and may begin
    alike as long as closing does not; without them a way is looked for in which each tag has
    a first token of its own in this model, so that one decision opens it.

    Raises:
        ModelError: one wanted tag is the beginning of another, or there is no way to tell tags apart.
    """
    if wanted:
        missing = [name for name in names if name not in wanted]
        if missing or not close:
            raise ModelError(_untaught(wanted, missing))
        ways = [(tuple(wanted[name] for name in names), close)]
    else:
        ways = [(tuple(_said(way, name, n) for n, name in enumerate(names)), end) for way, end in FAMILIES]
    for opens, end in ways:
        try:
            tags = TagIds(tuple(write(one) for one in opens), write(end))
        except ValueError:
            continue  # one is the beginning of another: the next way
        if wanted or not tags.stems:
            return tags, opens, end
    raise ModelError("The tags of these labels cannot be told apart in this model: they begin alike.")


def _untaught(wanted: Mapping[str, str], missing: Sequence[str]) -> str:
    if not missing:
        return "The model says no tag for “the end”. Please give it one (close)."
    return (
        f"This model has no tag for “{missing[0]}”: it was made to mark {', '.join(wanted)}. Please choose a "
        f"label set of these, let it write freely (decoder free), or give it a tag (tags.{missing[0]})."
    )


def letter(number: int) -> str:
    """Return ``A`` for 0, ``B`` for 1; ``AA`` follows ``Z``."""
    return chr(ord("A") + number % 26) * (1 + number // 26)


def _said(way: str, name: str, number: int) -> str:
    return way.format(name=name, Name=name.capitalize(), NAME=name.upper(), letter=letter(number))
