from __future__ import annotations

from desktop.review.intents import Target
from desktop.review.marks import Marks
from desktop.review.review_state import ReviewState
from desktop.review.spoken import said_of, tip_of
from engine.text.span import Span

TEXT = "He denies severe\nchest pain."


class Mute:
    def intend(self, intent) -> None: ...

    def refuse(self, sentence) -> None: ...

    def offer(self, marks) -> None: ...


def test_a_reader_who_cannot_see_hears_where_he_is(write):
    scene = write(TEXT).s("problem", Span(10, 27)).scene()
    state = ReviewState(Mute())
    assert said_of(state, "") == "No note is open."
    state.show(scene, Marks(scene), same_note=False)
    assert said_of(state, "He denies severe") == "He denies severe"
    assert said_of(state, "") == "Empty line"
    state.select(3, 9)
    assert said_of(state, "") == "Selected: denies"
    state.focus_on(Target(1, suggested=True))
    assert said_of(state, "") == "problem, suggested: severe chest pain"


def test_a_tip_says_how_sure_a_suggestion_is(write, kiwi):
    marks = Marks(write(TEXT).a("problem", "denies").s("problem", "chest pain", score=0.734).scene())
    made, guessed = marks.all
    assert tip_of(made, kiwi).startswith("Problem\n")
    assert tip_of(guessed, kiwi).startswith("Problem (suggested, 73% sure)\n")
