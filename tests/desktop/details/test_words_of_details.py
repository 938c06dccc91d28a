"""What the details say of a span."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop.details.origin import origin_words, raw_words
from desktop.details.wording import (
    context,
    count_words,
    one_line,
    percent,
    place_words,
    section_at,
    section_words,
)
from engine.store.origins import Origin
from engine.text.section import sections
from engine.text.span import Span

TEXT = "Introduction.\nMEDICATIONS:\nAspirin 81 mg\n  daily.\nFAVOURITE COLOUR:\nblue\n"


def test_long_words_are_cut_in_the_middle_and_stand_on_one_line():
    assert one_line(TEXT, (Span(27, 48),)) == "Aspirin 81 mg daily"
    cut = one_line("x" * 500, (Span(0, 500),))
    assert len(cut) <= 160
    assert " … " in cut


def test_a_place_names_section_and_characters():
    assert place_words(TEXT, (Span(27, 34),), sections(TEXT)) == "Medications · Characters 27 to 34"
    assert place_words(TEXT, (Span(0, 5),), sections(TEXT)) == "Characters 0 to 5"
    assert "in 2 fragments" in place_words(TEXT, (Span(0, 5), Span(27, 34)), sections(TEXT))


def test_a_section_that_we_do_not_know_goes_by_the_name_the_note_gives_it():
    section = section_at(sections(TEXT), TEXT.index("blue"))
    assert section is not None
    assert section_words(section, TEXT) in {"FAVOURITE COLOUR", "Favourite colour", "Social history"}


@given(st.floats(0, 1))
def test_a_probability_is_never_rounded_up_to_certainty(score):
    assert (percent(score) == "100 %") == (score == 1)


def test_counts_are_words():
    assert [count_words(n, "note") for n in (0, 1, 2, 1200)] == [
        "0 notes",
        "1 note",
        "2 notes",
        "1,200 notes",
    ]


@given(st.text(min_size=3, max_size=60), st.data())
def test_context_is_what_stands_around(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    before, inside, after = context(text, Span(start, end), 10)
    assert "\n" not in before + inside + after
    assert " ".join((before + inside + after).split()) == " ".join(
        text[max(0, start - 10) : end + 10].split()
    )


def test_an_origin_says_who_what_and_what_was_changed(labels):
    said = [
        Origin("annotator", "", "2026", "anna"),
        Origin("run", "Kiwi MiniLM", "2026", None, 0.91),
        Origin("run", "Kiwi MiniLM", "2026", "anna", 0.918),
        Origin("run", "Kiwi MiniLM", "2026", "anna", 0.5, "drug", (Span(1, 2),)),
        Origin("import", "a.ann", "2026", "anna"),
        Origin("import", "a.ann", "2026", None, 1.0),
        Origin("run", "Fast, then slow", "2026", None, 0.9, stage="llama-cpp.v1/small-llm@687d"),
        Origin("run", "Fast, then slow", "2026", "anna", stage="terms"),
    ]
    assert [origin_words(one, labels) for one in said] == [
        "Added by anna",
        "Suggested by Kiwi MiniLM",
        "Suggested by Kiwi MiniLM, accepted by anna (91 % sure)",
        "Suggested by Kiwi MiniLM, accepted by anna (50 % sure); label was drug, borders were moved",
        "Imported from a.ann by anna",
        "From the import of a.ann",
        "Suggested by Fast, then slow (small-llm)",
        "Suggested by Fast, then slow (terms), accepted by anna",
    ]


def test_what_a_model_wrote_is_shown_on_one_line_with_its_flaws():
    from engine.annotation.said import RawAnswer

    raw = RawAnswer(Span(0, 9), "tanl: problem, drug", "[ no\npain | problem ]", ("rewritten",))
    assert raw_words(raw) == "\nIt wrote, as tanl: [ no pain | problem ] (rewritten)"
    assert raw_words(RawAnswer(Span(0, 9), "bio", "x" * 500)).endswith("x …")
    assert raw_words(None) == ""
