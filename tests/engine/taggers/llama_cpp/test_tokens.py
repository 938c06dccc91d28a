"""Units of tokens cover the words of the text exactly, whatever the vocabulary does to it."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from engine.taggers.llama_cpp.tokens import Reading, read
from engine.text.span import Span
from engine.text.token import tokenize


class Pieces:
    """Writes text as the longest pieces of a list, and as bytes where there is none."""

    def __init__(self, pieces: list[str], *, blank: bool = False, drops: str = "") -> None:
        self._pieces = sorted((one.encode() for one in pieces), key=len, reverse=True)
        self._blank = blank
        self._drops = drops

    def tokens(self, text: str) -> tuple[int, ...]:
        raw = ((" " if self._blank else "") + text.translate(dict.fromkeys(map(ord, self._drops)))).encode()
        ids, at = [], 0
        while at < len(raw):
            found = next((n for n, one in enumerate(self._pieces) if raw.startswith(one, at)), None)
            ids.append(raw[at] if found is None else 256 + found)
            at += 1 if found is None else len(self._pieces[found])
        return tuple(ids)

    def piece(self, token: int) -> bytes:
        return bytes([token]) if token < 256 else self._pieces[token - 256]


def reading(text: str, vocabulary: Pieces) -> Reading:
    found = read(text, list(tokenize(text)), vocabulary)
    assert found
    return found


def units(text: str, vocabulary: Pieces) -> list[str]:
    return [span.of(text) for span in reading(text, vocabulary).spans]


def test_a_unit_begins_with_the_blank_before_its_word():
    vocabulary = Pieces(["took", " aspirin", " daily"])
    found = reading("took aspirin daily", vocabulary)
    assert [found.source.unit(n) for n in range(3)] == [
        vocabulary.tokens(s) for s in ("took", " aspirin", " daily")
    ]
    assert found.spans == (Span(0, 4), Span(5, 12), Span(13, 18))
    assert (found.hidden, found.exact) == (0, True)


def test_a_blank_that_the_vocabulary_adds_shifts_nothing():
    assert reading("took it", Pieces([" took", " it"], blank=True)).spans == (Span(0, 4), Span(5, 7))


def test_words_within_one_token_stay_together():
    found = reading("(aspirin), daily", Pieces(["(", "aspirin", "),", " daily"]))
    assert units("(aspirin), daily", Pieces(["(", "aspirin", "),", " daily"])) == [
        "(",
        "aspirin",
        "),",
        "daily",
    ]
    assert found.hidden == 1
    assert units("81mg.\nNo", Pieces(["81mg", ".\nN"])) == ["81mg", ".\nNo"]


def test_characters_of_several_bytes_keep_their_places():
    text = "5 µg\u00a0🙂 ﬁn"
    assert units(text, Pieces([])) == ["5", "µg", "🙂", "ﬁn"]
    assert units(text, Pieces(["\u00a0🙂", " ﬁ"])) == ["5", "µg", "🙂", "ﬁn"]


def test_where_the_tokens_stand_for_other_text_the_words_are_written_singly():
    text = "no\u00adte of µg"
    found = reading(text, Pieces(["no", "te", " of", " µ", "g"], drops="\u00ad"))
    assert not found.exact
    assert [one.of(text) for one in found.spans] == [one.of(text) for one in tokenize(text)]
    odd = reading("a µ b", Pieces([], drops="µ"))
    assert [one.of("a µ b") for one in odd.spans] == ["a", "µ", "b"], "a blank is left to stand for it"
    assert read("µµ", [Span(0, 2)], Pieces([], drops="µ")) is None


def test_a_draft_is_found_in_units_and_grows_to_them():
    found = reading("took (aspirin), daily", Pieces(["),"]))
    assert found.units(Span(5, 6)) == (1, 2)
    assert found.units(Span(7, 10)) == (2, 3)
    assert found.units(Span(4, 5)) is None
    assert found.units(Span(0, 21)) == (0, 5)
    assert found.units(Span(30, 31)) is None


text_of_any_kind = st.text(
    st.sampled_from("abc 81µ\u00a0\n\r\t<&>🙂ﬁ().,é\u0301-_["), min_size=1, max_size=40
)


@given(
    text_of_any_kind, st.lists(text_of_any_kind, max_size=8), st.booleans(), st.sampled_from(["", "a", "µ "])
)
def test_units_are_whole_words_in_order_and_hold_all_of_them(
    text: str, pieces: list[str], blank: bool, drops: str
):
    words = list(tokenize(text))
    assume(words)
    vocabulary = Pieces(pieces, blank=blank, drops=drops)
    found = read(text, words, vocabulary)
    if found is None:
        assert not vocabulary.tokens(text.strip()) or drops
        return
    starts, ends = {one.start for one in words}, {one.end for one in words}
    assert all(one.start in starts and one.end in ends for one in found.spans)
    assert sum(any(unit.contains(word) for unit in found.spans) for word in words) == len(words)
    assert all(a.end <= b.start for a, b in zip(found.spans, found.spans[1:], strict=False))
    assert len(found.source) + found.hidden == len(words)
    if found.exact:
        written = b"".join(map(vocabulary.piece, found.source.ids)).decode()
        assert written.removeprefix(" " if blank else "") == text[words[0].start : words[-1].end]
