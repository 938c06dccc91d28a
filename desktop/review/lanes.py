"""Lanes: what stands under one line of text, shared out so that no two things touch."""

from __future__ import annotations

from collections.abc import Sequence


def share_out(extents: Sequence[tuple[float, float]]) -> list[int]:
    """Return a lane for each extent (left, right), so that extents of one lane never overlap.

    The extents are served in the order given, each taking the first lane in which it is free,
    so what comes first stands nearest to the text.  Extents that only touch do not overlap.
    """
    taken: list[list[tuple[float, float]]] = []
    lanes: list[int] = []
    for left, right in extents:
        for number, lane in enumerate(taken):
            if all(right <= other_left or other_right <= left for other_left, other_right in lane):
                lane.append((left, right))
                lanes.append(number)
                break
        else:
            taken.append([(left, right)])
            lanes.append(len(taken) - 1)
    return lanes
