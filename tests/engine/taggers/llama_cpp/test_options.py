"""What was set comes together in one order: what the user named, their strategy, the model's own settings."""

from __future__ import annotations

import pytest

from engine.errors import ModelError
from engine.taggers.llama_cpp.options import options_from
from engine.taggers.llama_cpp.prompts.strategies import STRATEGIES


def test_what_is_named_goes_before_a_strategy_and_that_before_the_model():
    manifest = {"definitions": False, "guideline": True, "template": "{text}\n=\n", "context": 512}
    assert options_from(manifest, {}, "M").guideline
    chosen = options_from(manifest, {"prompt": "definitions"}, "M")
    assert (chosen.definitions, chosen.guideline, chosen.context) == (True, False, 512)
    chosen = options_from(manifest, {"prompt": "definitions", "guideline": True}, "M")
    assert (chosen.definitions, chosen.guideline, chosen.template) == (True, True, "{text}\n=\n")


def test_an_instruction_may_stand_where_a_strategy_is_named():
    assert options_from({"prompt": "Tag: {text}"}, {}, "M").template == "Tag: {text}"
    assert options_from({}, {"prompt": "Tag: {text}"}, "M").template == "Tag: {text}"


@pytest.mark.parametrize("name", STRATEGIES)
def test_every_strategy_is_made_of_options_that_exist(name: str):
    options_from({}, {"prompt": name}, "M")


def test_an_answer_format_lets_the_model_write_freely():
    assert options_from({}, {"answers": "tanl"}, "M").decoder == "free"
    assert options_from({}, {"answers": "tags"}, "M").decoder == "drafted"
    with pytest.raises(ModelError, match="need the decoder “free”"):
        options_from({}, {"answers": "tanl", "decoder": "drafted"}, "M")


@pytest.mark.parametrize("chosen", [{"no_such": 1}, {"prompt": "no-such"}, {"shots": 0}, {"answers": "xml"}])
def test_what_cannot_be_is_refused_with_a_sentence(chosen: dict[str, object]):
    with pytest.raises(ModelError):
        options_from({}, chosen, "M")
