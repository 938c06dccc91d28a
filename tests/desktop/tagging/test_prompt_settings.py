"""How a language model is asked, and the prompt it reads."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QDialogButtonBox

from desktop.tagging.draft_choice import DraftChoice
from desktop.tagging.prompt_settings import OWN, PromptSettings
from engine.annotation.annotation import LayerId, RunId
from engine.store.layers import LayerRow
from engine.taggers.llama_cpp.options import options_from


@pytest.fixture
def page(qtbot, labels):
    made = PromptSettings("Small", {}, {}, labels, "She denies chest pain.")
    qtbot.addWidget(made)
    made.show()
    return made


def choose(box, name):
    box.setCurrentIndex(box.findData(name))
    box.activated.emit(box.currentIndex())


def test_the_prompt_is_shown_for_the_sentence(page):
    assert "She denies chest pain." in page.prompt.toPlainText()
    assert "<problem>" in page.prompt.toPlainText()


def test_each_switch_changes_the_prompt_and_nothing_else(page, labels):
    before = page.prompt.toPlainText()
    page.definitions.setChecked(False)
    without = page.prompt.toPlainText()
    assert labels.type("problem").definition in before
    assert labels.type("problem").definition not in without
    page.definitions.setChecked(True)
    assert page.prompt.toPlainText() == before


def test_error_rules_are_told_one_a_line(page):
    page.rules.setPlainText("No allergies is no problem.\n\n  Fever is one. ")
    assert "- No allergies is no problem.\n- Fever is one.\n" in page.prompt.toPlainText()
    assert page.chosen["rules"] == ["No allergies is no problem.", "Fever is one."]


def test_what_is_read_at_once_and_modifiers_alone_can_be_set(page):
    assert (page.chosen["unit"], page.chosen["orphans"]) == ("sentence", False)
    assert not page.orphans.isEnabled(), "there is no pass for modifiers"
    page.modifiers.setChecked(True)
    assert page.orphans.isEnabled()
    page.orphans.setChecked(True)
    choose(page.unit, "section")
    set_now = options_from({}, page.chosen, "Small")
    assert (set_now.unit, set_now.orphans) == ("section", True)


class Answering:
    """Stands in for a project: it has two layers."""

    def ask(self, question, then):
        class Store:
            def layers(self):
                run = LayerRow(LayerId(3), "run", "Small", "2026-05-01T10:20:30", RunId(1), 2)
                return [run, LayerRow(LayerId(1), "annotator", "anna", "", None, 1)]

        then(question(Store()))


def test_the_draft_may_be_a_layer_of_the_project(qtbot, page):
    choice = DraftChoice(Answering(), "layer:3")
    page.add_draft(choice)
    assert choice.currentText() == "Small, 2026-05-01 10:20"
    assert page.chosen["draft"] == "layer:3"
    names = [choice.itemText(place) for place in range(choice.count())]
    assert names[0] == "Nothing"
    assert names[2:] == ["Small, 2026-05-01 10:20", "anna"]
    choose(page.decoder, "free")
    assert page.chosen["draft"] == "", "nothing is copied, so nothing is drafted"
    choose(page.decoder, "drafted")
    page.restore()
    assert page.chosen["draft"] == ""


def test_a_strategy_sets_the_fields(page):
    choose(page.strategy, "few-shot")
    assert page.chosen["examples"] == "similar"
    assert not page.definitions.isChecked()
    choose(page.strategy, "guideline")
    assert page.guideline.isChecked()
    assert page.chosen["examples"] == "none"


def test_the_name_of_a_strategy_is_never_that_of_another(qtbot, page, labels):
    assert page.strategy.currentText() == "With definitions"
    page.definitions.setChecked(False)
    assert page.strategy.currentText() == "Task alone"
    assert page.chosen["prompt"] == "zero-shot"
    page.guideline.setChecked(True)
    assert page.strategy.currentText() == "As set below"
    page.definitions.setChecked(True)
    assert page.strategy.currentText() == "With definitions and guideline"
    bare = PromptSettings("Small", {"definitions": False}, {}, labels)
    qtbot.addWidget(bare)
    assert bare.strategy.currentText() == "Task alone"


def test_choosing_as_set_below_sets_nothing(page):
    page.guideline.setChecked(True)
    before = page.chosen
    choose(page.strategy, OWN)
    assert page.chosen == before
    assert page.strategy.currentText() == "With definitions and guideline"


def test_answers_are_a_matter_of_free_writing_alone(page):
    assert not page.answers.isEnabled()
    choose(page.decoder, "free")
    choose(page.answers, "tanl")
    assert page.chosen["answers"] == "tanl"
    assert "brackets" in page.prompt.toPlainText()
    choose(page.decoder, "drafted")
    assert page.chosen["answers"] == "tags"


def test_what_is_chosen_is_what_a_run_takes(page, labels):
    choose(page.strategy, "few-shot-random")
    page.seed.setValue(7)
    page.shots.setValue(3)
    options = options_from({}, page.chosen, "Small")
    assert (options.examples, options.seed, options.shots) == ("random", 7, 3)


def test_the_fields_begin_as_they_were_left(qtbot, labels):
    again = PromptSettings("Small", {"per_type": True}, {"decoder": "free", "answers": "bio"}, labels)
    qtbot.addWidget(again)
    assert again.per_type.isChecked()
    assert (again.decoder.currentData(), again.answers.currentData()) == ("free", "bio")
    again.restore()
    assert again.decoder.currentData() == "drafted"


def test_options_of_another_version_are_set_aside(qtbot, labels):
    again = PromptSettings("Small", {}, {"decoder": "telepathy"}, labels)
    qtbot.addWidget(again)
    assert again.decoder.currentData() == "drafted"


def test_a_template_that_is_broken_cannot_be_agreed_to(qtbot, labels):
    broken = PromptSettings("Small", {"template": "No place for it."}, {}, labels)
    qtbot.addWidget(broken)
    assert "{text}" in broken.said.text()
    assert not broken.buttons.button(QDialogButtonBox.StandardButton.Ok).isEnabled()
