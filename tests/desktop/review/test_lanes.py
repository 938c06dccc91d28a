from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop.review.lanes import share_out

extents = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 30)).map(
        lambda one: (float(one[0]), float(one[0] + one[1]))
    ),
    max_size=25,
)


def overlap(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


@given(extents)
def test_nothing_touches_in_a_lane(wanted):
    lanes = share_out(wanted)
    for at, one in enumerate(wanted):
        for before in range(at):
            assert lanes[at] != lanes[before] or not overlap(one, wanted[before])


@given(extents)
def test_no_lane_is_taken_while_a_nearer_one_is_free(wanted):
    lanes = share_out(wanted)
    for at, one in enumerate(wanted):
        for nearer in range(lanes[at]):
            assert any(lanes[before] == nearer and overlap(one, wanted[before]) for before in range(at))


@given(extents)
def test_lanes_are_numbered_without_gaps(wanted):
    lanes = share_out(wanted)
    assert set(lanes) == set(range(len(set(lanes))))


def test_nested_spans_lie_one_under_the_other_and_crossing_ones_too():
    assert share_out([(2, 4), (0, 10), (8, 14)]) == [0, 1, 0]
    assert share_out([(0, 6), (4, 10)]) == [0, 1]
    assert share_out([(0, 5), (5, 9)]) == [0, 0]
