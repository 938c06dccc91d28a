from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import ModelError
from engine.training.loading import load_corpora
from engine.training.recipe import Recipe, with_share


def test_a_share_of_the_notes_is_learned_from_and_the_same_are_measured_on(
    tiny_recipe: Recipe, made_up_data: Path
) -> None:
    whole = load_corpora(tiny_recipe, made_up_data, made_up_data)
    half = load_corpora(with_share(tiny_recipe, 0.5), made_up_data, made_up_data)
    assert half.dev == whole.dev
    assert half.train["drugs"] == whole.train["drugs"]
    assert {note.name for note in half.train["notes"]} < {note.name for note in whole.train["notes"]}
    assert len(half.train["notes"]) == pytest.approx(len(whole.train["notes"]) / 2, abs=1)


@pytest.mark.parametrize("share", [0.0, -0.5, 1.01])
def test_a_share_of_nothing_or_of_more_than_all_is_refused(tiny_recipe: Recipe, share: float) -> None:
    with pytest.raises(ModelError, match="share"):
        with_share(tiny_recipe, share)
