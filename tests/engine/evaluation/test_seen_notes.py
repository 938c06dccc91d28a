"""Seen notes: told by runs of eight words, whatever the white space; short phrases do not count."""

from hypothesis import given
from hypothesis import strategies as st

from engine.evaluation.seen_notes import SeenTexts

LONG = "She has had pain in her left knee since she fell."
OTHER = "The wound on the right arm heals well without any trouble now."


def test_a_note_is_seen_when_half_of_it_was():
    known = SeenTexts([LONG])
    assert known.share(LONG) == 1.0
    assert known.holds(LONG + " It hurts.")
    assert 0 < known.share(f"{LONG} {OTHER}") < 0.5
    assert not known.holds(f"{LONG} {OTHER}")


def test_sentences_of_a_training_set_tell_the_note_that_holds_them():
    assert SeenTexts([OTHER, LONG]).holds(f"{LONG} {OTHER}")


def test_short_phrases_tell_nothing():
    assert not SeenTexts(["Stable. No fever. Lungs are clear."]).holds("Stable. No fever. Lungs are clear.")


@given(st.lists(st.sampled_from([" ", "\n", "\t", "  ", "\r\n", "\u00a0"]), min_size=10, max_size=10))
def test_white_space_and_case_do_not_hide_what_was_seen(blanks):
    words = LONG.upper().split()
    text = "".join(word + blank for word, blank in zip(words, [*blanks, ""], strict=True))
    assert SeenTexts([LONG]).share(text) == 1.0
