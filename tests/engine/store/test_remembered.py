"""Remembered predictions: the same objects for the same rows, never for other rows of the same number."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from engine.annotation.annotation import RunId
from engine.annotation.said import Answer
from engine.store.remembered import RememberedPredictions, prediction_of
from engine.store.store import Store
from engine.text.note import NoteId

Said = Callable[..., Answer]

rows = st.lists(
    st.tuples(
        st.integers(1, 5),
        st.just(1),
        st.integers(0, 9).map(lambda start: f"[{start},{start + 2}]"),
        st.sampled_from(["problem", "drug"]),
        st.sampled_from([0.5, 0.9]),
        st.just("exact"),
        st.none(),
        st.none(),
        st.none(),
        st.sampled_from([None, 0]),
    ),
    max_size=6,
    unique_by=lambda row: row[0],
)


@given(st.lists(st.tuples(st.integers(1, 7), rows), max_size=12))
def test_whatever_was_read_before_a_row_is_said_as_it_stands(reads: list[tuple[int, list[object]]]) -> None:
    memory = RememberedPredictions()
    for note, these in reads:
        said = list(memory.of(note, these))  # type: ignore[arg-type]
        assert said == [(row, prediction_of(note, row)) for row in these]  # type: ignore[arg-type]


def test_a_second_look_gives_the_same_objects(
    store: Store, note: NoteId, make_said: Said, tagged: Callable[..., RunId]
) -> None:
    tagged(make_said((11, 21, "problem"), (29, 36, "drug")))
    first, second = (store.view(note, "anna").suggestions for _ in range(2))
    assert [one is other for one, other in zip(first, second, strict=True)] == [True, True]
