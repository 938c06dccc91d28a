from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.review.intents import (
    Accept,
    Annotate,
    AttachModifier,
    Delete,
    Edge,
    Link,
    MoveBoundary,
    Propagate,
    Reject,
    Relabel,
    Target,
    Unit,
    Unlink,
)
from desktop.review.marks import Marks
from desktop.review.modes import Mode
from desktop.review.review_state import ReviewState
from engine.labels.label_set import Pair

TEXT = "He denies severe chest pain, fever and chills today."


class Recorder:
    """A host that writes down what it is told."""

    def __init__(self) -> None:
        self.intents: list[object] = []
        self.refusals: list[str] = []
        self.offered: list[list[str]] = []

    def intend(self, intent) -> None:
        self.intents.append(intent)

    def refuse(self, sentence) -> None:
        self.refusals.append(sentence)

    def offer(self, marks) -> None:
        self.offered.append([mark.label for mark in marks])


@pytest.fixture
def host():
    return Recorder()


def begin(host, scene) -> ReviewState:
    state = ReviewState(host)
    state.show(scene, Marks(scene), same_note=False)
    return state


def again(state, scene) -> None:
    state.show(scene, Marks(scene, state.marks), same_note=True)


def caret(state, words: str) -> None:
    state.move_to(TEXT.index(words) + 1)


def select(state, words: str) -> None:
    state.select(TEXT.index(words), TEXT.index(words) + len(words))


# -- labels


def test_a_label_goes_to_the_selection_first(write, host):
    writer = write(TEXT).a("problem", "fever")
    state = begin(host, writer.scene())
    state.focus_on(Target(1))
    state.select(TEXT.index("evere"), TEXT.index("pain") + 2)
    state.label("problem")
    assert host.intents == [Annotate((writer.at("severe chest pain"),), "problem")]


def test_then_to_the_focused_span(write, host):
    state = begin(host, write(TEXT).a("problem", "fever").s("problem", "chills").scene())
    state.focus_on(Target(1))
    state.label("test")
    state.focus_on(Target(1, suggested=True))
    state.label("test")
    assert host.intents == [Relabel(Target(1), "test"), Relabel(Target(1, suggested=True), "test")]


def test_then_to_the_token_at_the_caret(write, host):
    writer = write(TEXT)
    state = begin(host, writer.scene())
    caret(state, "fever")
    state.label("problem")
    assert host.intents == [Annotate((writer.at("fever"),), "problem")]


def test_the_label_that_a_span_has_changes_nothing_but_accepts_a_suggestion(write, host):
    state = begin(host, write(TEXT).a("problem", "fever").s("problem", "chills").scene())
    state.focus_on(Target(1))
    state.label("problem")
    assert host.intents == []
    state.focus_on(Target(1, suggested=True))
    state.label("problem")
    assert host.intents == [Accept((Target(1, suggested=True),))]


def test_selecting_just_what_is_suggested_accepts_it(write, host):
    state = begin(host, write(TEXT).s("problem", "chills").scene())
    select(state, "chills")
    state.label("problem")
    assert host.intents == [Accept((Target(1, suggested=True),))]


def test_the_same_label_twice_is_refused(write, host):
    state = begin(host, write(TEXT).a("problem", "chills").scene())
    select(state, "chills")
    state.label("problem")
    assert host.intents == []
    assert host.refusals == ["These words are labelled “problem” already."]


def test_a_key_held_down_asks_only_once(write, host):
    state = begin(host, write(TEXT).scene())
    select(state, "chills")
    state.label("problem")
    state.label("problem")
    assert len(host.intents) == 1


def test_blanks_cannot_be_labelled(write, host):
    state = begin(host, write("a   b").scene())
    state.select(1, 4)
    state.label("problem")
    assert host.intents == []
    assert host.refusals


def test_without_snapping_the_selection_is_taken_as_it_is(write, host):
    state = begin(host, write(TEXT).scene())
    state.snapping = False
    state.select(4, 7)
    state.label("problem")
    assert [(one.spans[0].start, one.spans[0].end) for one in host.intents] == [(4, 7)]


def test_what_was_just_labelled_is_focused_once_it_is_there(write, host):
    writer = write(TEXT)
    state = begin(host, writer.scene())
    select(state, "fever")
    state.label("problem")
    assert state.focus is None
    again(state, writer.a("problem", "fever").scene())
    assert state.focus == Target(1)
    assert state.selection.empty


# -- review


def test_accept_and_next_goes_to_the_next_suggestion_and_round_again(write, host):
    writer = write(TEXT).s("negation", "denies").a("problem", "fever").s("problem", "chills")
    state = begin(host, writer.scene())
    state.focus_on(Target(2, suggested=True))
    state.accept_and_next()
    assert host.intents == [Accept((Target(2, suggested=True),))]
    assert state.focus == Target(1, suggested=True), "what was left behind comes again"


def test_accept_and_next_says_when_nothing_is_left(write, host):
    state = begin(host, write(TEXT).s("problem", "chills").scene())
    state.accept_and_next()
    assert state.focus == Target(1, suggested=True)
    state.accept_and_next()
    assert host.intents == [Accept((Target(1, suggested=True),))]
    assert host.refusals == ["No other suggestion is left in this note."]


def test_accept_and_next_passes_annotations_over(write, host):
    state = begin(host, write(TEXT).a("negation", "denies").s("problem", "chills").scene())
    state.focus_on(Target(1))
    state.accept_and_next()
    assert host.intents == []
    assert state.focus == Target(1, suggested=True)


def test_the_focus_follows_what_was_accepted(write, host):
    writer = write(TEXT).s("problem", "chills")
    state = begin(host, writer.scene())
    state.focus_on(Target(1, suggested=True))
    state.accept()
    accepted = write(TEXT).a("problem", "chills", of=1).scene()
    again(state, accepted)
    assert state.focus == Target(1)


def test_remove_rejects_a_suggestion_and_deletes_an_annotation(write, host):
    state = begin(host, write(TEXT).a("problem", "fever").s("problem", "chills").scene())
    state.remove()
    assert host.refusals
    state.focus_on(Target(1))
    state.remove()
    state.focus_on(Target(1, suggested=True))
    state.remove()
    assert host.intents == [Delete((Target(1),)), Reject((Target(1, suggested=True),))]


def test_after_a_rejection_tab_goes_on_from_there(write, host):
    writer = write(TEXT).s("negation", "denies").s("problem", "fever").s("problem", "chills")
    scene = writer.scene()
    state = begin(host, scene)
    state.focus_on(Target(2, suggested=True))
    state.remove()
    again(state, replace(scene, suggestions=(scene.suggestions[0], scene.suggestions[2])))
    assert state.focus is None
    assert state.go(forward=True, unreviewed=False)
    assert state.focus == Target(3, suggested=True)


def test_enter_on_a_stack_offers_a_list(write, host):
    state = begin(host, write(TEXT).a("problem", "severe chest pain").a("severity", "severe").scene())
    caret(state, "severe")
    state.accept()
    assert host.offered == [["severity", "problem"]]
    state.focus_on(Target(1))
    state.accept()
    assert len(host.offered) == 2


def test_enter_on_a_single_span_focuses_it(write, host):
    state = begin(host, write(TEXT).a("problem", "fever").scene())
    caret(state, "fever")
    state.accept()
    assert state.focus == Target(1)
    caret(state, "today")
    state.accept()
    assert host.refusals == ["No span is here."]


def test_borders_are_moved_relatively(write, host):
    state = begin(host, write(TEXT).a("problem", "fever").scene())
    state.focus_on(Target(1))
    state.move_border(Edge.END, Unit.TOKEN, 1)
    state.move_border(Edge.START, Unit.CHARACTER, -1)
    assert host.intents == [
        MoveBoundary(Target(1), Edge.END, Unit.TOKEN, 1),
        MoveBoundary(Target(1), Edge.START, Unit.CHARACTER, -1),
    ]


def test_propagate_needs_a_focused_span(write, host):
    state = begin(host, write(TEXT).a("problem", "fever").scene())
    state.propagate()
    assert host.refusals
    state.focus_on(Target(1))
    state.propagate()
    assert host.intents == [Propagate(Target(1))]


def test_the_caret_lets_a_focused_span_go(write, host):
    state = begin(host, write(TEXT).a("problem", "fever").scene())
    state.focus_on(Target(1))
    state.move_to(3)
    assert state.focus is None


def test_a_finished_note_is_not_changed(write, host):
    state = begin(host, write(TEXT).a("problem", "fever").s("problem", "chills").scene(finished=True))
    state.focus_on(Target(1))
    state.remove()
    state.label("test")
    state.move_border(Edge.END, Unit.TOKEN, 1)
    state.start_relation()
    state.start_modifier()
    state.focus_on(Target(1, suggested=True))
    state.accept()
    assert host.intents == []
    assert set(host.refusals) == {"This note is finished. Reopen it to change it."}
    assert state.mode is Mode.NORMAL


def test_another_note_begins_anew(write, host):
    state = begin(host, write(TEXT).a("problem", "fever").a("negation", "denies").scene())
    state.focus_on(Target(1))
    state.start_relation()
    scene = write("other").scene()
    state.show(scene, Marks(scene), same_note=False)
    assert (state.focus, state.mode, state.selection.caret) == (None, Mode.NORMAL, 0)


# -- clicks


def test_clicks_on_the_same_words_go_outwards(write, host):
    state = begin(host, write(TEXT).a("problem", "severe chest pain").a("bodyloc", "chest").scene())
    at = TEXT.index("chest") + 2
    seen = []
    for _ in range(4):
        state.click(at, None)
        seen.append(state.focus)
    assert seen == [Target(2), Target(1), None, Target(2)]


def test_a_click_on_a_lane_takes_just_that_span(write, host):
    state = begin(host, write(TEXT).a("problem", "severe chest pain").a("bodyloc", "chest").scene())
    state.click(TEXT.index("chest"), Target(1))
    assert state.focus == Target(1)


# -- joining


def joinable(write):
    return write(TEXT).a("problem", "fever").a("negation", "denies").a("problem", "chills").a("test", "today")


def test_the_label_set_says_which_is_the_head(write, host):
    state = begin(host, joinable(write).scene())
    state.focus_on(Target(2))  # the negation first: still the tail
    state.start_relation()
    assert state.mode is Mode.RELATION
    state.focus_on(Target(1))
    state.accept()
    assert host.intents == [Link(Target(1), Target(2))]
    assert state.mode is Mode.NORMAL
    assert state.focus == Target(2), "back where it began"


def test_letters_name_the_nearest_first(write, host):
    state = begin(host, joinable(write).scene())
    state.focus_on(Target(2))
    state.start_relation()
    assert state.hints([Target(1), Target(2), Target(3), Target(4)]) == {
        Target(1): "a",
        Target(3): "s",
        Target(4): "d",
    }
    assert state.hints([Target(3)]) == {Target(3): "a"}


def test_tab_stops_only_at_what_may_be_joined(write, host):
    state = begin(host, joinable(write).scene())
    state.focus_on(Target(1))
    state.start_relation()
    assert state.go(forward=False, unreviewed=False)
    assert state.focus == Target(2)
    assert not state.go(forward=False, unreviewed=False)


def test_what_may_not_be_joined_is_refused(write, host):
    state = begin(host, joinable(write).scene())
    state.focus_on(Target(1))
    state.start_relation()
    state.join(Target(3))
    assert host.intents == []
    assert host.refusals == ["“problem” and “problem” may not be joined."]
    assert state.mode is Mode.RELATION


def test_where_nothing_may_be_joined_the_mode_does_not_begin(write, host):
    state = begin(host, write(TEXT).a("problem", "fever").a("problem", "chills").scene())
    state.focus_on(Target(1))
    state.start_relation()
    assert state.mode is Mode.NORMAL
    assert host.refusals == ["Nothing in this note may be joined to “problem”."]


def test_joining_again_parts(write, host):
    state = begin(host, joinable(write).joined(1, 2).scene())
    state.focus_on(Target(1))
    state.start_relation()
    state.join(Target(2))
    assert host.intents == [Unlink(1)]


def test_r_again_turns_round_what_is_legal_both_ways(write, host):
    writer = joinable(write)

    both = replace(writer.labels, pairs=(*writer.labels.pairs, Pair("negation", "problem", "denies")))
    state = begin(host, replace(writer.joined(1, 2).scene(), labels=both))
    state.focus_on(Target(1))
    state.start_relation()
    state.start_relation()
    state.join(Target(2))
    assert host.intents == [Unlink(1), Link(Target(2), Target(1))]


def test_a_click_on_what_may_be_joined_joins_it(write, host):
    state = begin(host, joinable(write).scene())
    state.focus_on(Target(1))
    state.start_relation()
    state.click(TEXT.index("denies") + 2, None)
    assert host.intents == [Link(Target(1), Target(2))]


def test_escape_leaves_the_mode_then_the_selection_then_the_focus(write, host):
    state = begin(host, joinable(write).scene())
    state.focus_on(Target(1))
    state.start_relation()
    state.focus_on(Target(2))
    state.escape()
    assert (state.mode, state.focus) == (Mode.NORMAL, Target(1))
    state.escape()
    assert state.focus is None
    select(state, "fever")
    state.escape()
    assert state.selection.empty


def test_a_mode_ends_when_its_span_is_gone(write, host):
    scene = joinable(write).scene()
    state = begin(host, scene)
    state.focus_on(Target(1))
    state.start_relation()
    again(state, replace(scene, annotations=scene.annotations[1:]))
    assert state.mode is Mode.NORMAL


def test_a_mode_follows_a_suggestion_that_is_accepted(write, host):
    writer = write(TEXT).s("problem", "fever").a("negation", "denies")
    state = begin(host, writer.scene())
    state.focus_on(Target(1, suggested=True))
    state.start_relation()
    again(state, write(TEXT).a("problem", "fever", of=1).a("negation", "denies").scene())
    assert state.joining is not None
    assert state.joining.source == Target(1)


# -- modifiers


def test_a_modifier_is_selected_and_labelled(write, host):
    writer = joinable(write)
    state = begin(host, writer.scene())
    state.focus_on(Target(1))
    state.start_modifier()
    assert state.mode is Mode.MODIFIER
    select(state, "today")
    state.label("temporal")
    assert host.intents == [AttachModifier(Target(1), (writer.at("today"),), "temporal")]
    assert (state.mode, state.focus) == (Mode.NORMAL, Target(1))


def test_what_is_no_modifier_of_it_is_refused(write, host):
    state = begin(host, joinable(write).scene())
    state.focus_on(Target(1))
    state.start_modifier()
    select(state, "today")
    state.label("drug")
    assert host.refusals == ["“drug” is not a modifier of “problem”."]
    assert state.mode is Mode.MODIFIER


def test_the_words_must_be_selected_first(write, host):
    state = begin(host, joinable(write).scene())
    state.focus_on(Target(1))
    state.start_modifier()
    state.label("temporal")
    assert host.intents == []
    assert host.refusals == ["Select the words that are the “temporal” of “problem”."]


def test_a_modifier_that_is_there_already_is_joined(write, host):
    state = begin(host, joinable(write).scene())
    state.focus_on(Target(1))
    state.start_modifier()
    state.focus_on(Target(2))
    state.label("negation")
    assert host.intents == [Link(Target(1), Target(2))]


def test_modifiers_take_no_modifiers(write, host):
    state = begin(host, joinable(write).scene())
    state.focus_on(Target(2))
    state.start_modifier()
    assert state.mode is Mode.NORMAL
    assert host.refusals == ["“negation” takes no modifiers."]
