from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import Cancelled, InputError
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.store.fts import fts_query
from engine.store.store import Hit, NewNote, Store
from engine.text.note import NoteId


def add(store: Store, *texts: str) -> list[NoteId]:
    new = [NewNote(f"n{i}", text) for i, text in enumerate(texts)]
    return [NoteId(i) for i in store.add_notes(new, "anna", "Import").created]


def places(store: Store, words: str) -> list[tuple[str, str]]:
    return [(hit.name, exact(store, hit)) for hit in store.search(words)]


def exact(store: Store, hit: Hit) -> str:
    """The surface of a hit, once it is what stands at its place."""
    text = store.note(hit.note).text
    assert hit.span.of(text) == hit.surface
    assert text[: hit.span.start].endswith(hit.before)
    assert text[hit.span.end :].startswith(hit.after)
    return hit.surface


def test_words_are_found_at_their_exact_places(store: Store) -> None:
    add(store, "İİİ Fever today 🙂🙂 fever. FEVER", "no FÉVER here", "feverish", "e\u0301 fever\r\nfever")
    assert places(store, "fever") == [
        ("n0", "Fever"),
        ("n0", "fever"),
        ("n0", "FEVER"),
        ("n1", "FÉVER"),
        ("n3", "fever"),
        ("n3", "fever"),
    ]


def test_a_word_with_a_letter_whose_lower_case_is_longer(store: Store) -> None:
    add(store, "Seen in İstanbul and ISTANBUL, İİ.")
    first, second = store.search("istanbul")
    assert (exact(store, first), exact(store, second)) == ("İstanbul", "ISTANBUL")


def test_phrases_beginnings_and_several_words(store: Store) -> None:
    add(store, "Chest pain, no chest  pain; pain in the chest.", "Painful chest.")
    assert places(store, '"chest pain"') == [("n0", "Chest pain"), ("n0", "chest  pain")]
    assert places(store, "pain* chest")[-2:] == [("n1", "Painful"), ("n1", "chest")]
    assert places(store, "chest painful") == [("n1", "Painful"), ("n1", "chest")]
    assert places(store, "nothing") == []


@pytest.mark.parametrize(
    "typed",
    ["", "  ", "%", '"', "AND", "NEAR(", "a OR", "^x", "-x", "note_search:", "(", '""', "*", "x*y*", "a-b"],
)
def test_nothing_that_a_person_types_is_an_error(store: Store, typed: str) -> None:
    add(store, "A and or near x y.")
    list(store.search(typed))


def test_operators_are_words(store: Store) -> None:
    add(store, "this AND that", "this that")
    assert {name for name, _ in places(store, "this AND that")} == {"n0"}
    assert fts_query('NOT "a b" c*') == '"NOT" "a b" "c"*'
    assert fts_query("-- %") is None


def test_the_caller_may_stop_and_set_a_limit(store: Store) -> None:
    add(store, "fever " * 50, "Fever " * 60)
    assert len(list(store.search("fever", limit=7))) == 7
    assert len(list(store.search("fever"))) == 110
    hits = store.search("fever")
    next(hits)
    hits.close()
    job = Job()
    found = store.search("fever", job=job)
    next(found)
    job.cancel()
    with pytest.raises(Cancelled):
        list(found)


def test_patterns_are_found_as_they_are_read(store: Store) -> None:
    add(store, "Aspirin 81 mg, aspirin 325 mg", "none", "ASPIRIN 100 mg")
    hits = list(store.search_pattern(r"aspirin (\d+) mg"))
    assert [exact(store, hit) for hit in hits] == ["Aspirin 81 mg", "aspirin 325 mg", "ASPIRIN 100 mg"]
    assert [hit.surface for hit in store.search_pattern("aspirin", ignore_case=False)] == ["aspirin"]
    assert list(store.search_pattern("x*")) == [], "an empty match is no place"
    assert len(list(store.search_pattern(r"\d", limit=3))) == 3


def test_a_pattern_that_cannot_be_read_says_where(store: Store) -> None:
    with pytest.raises(InputError, match=r"cannot be read \(at character 5\)"):
        store.search_pattern("abc (")


def test_the_first_match_comes_before_all_notes_were_read(store: Store) -> None:
    add(store, *(f"note {i} " + "x" * 5000 for i in range(2000)))
    began = time.perf_counter()
    next(store.search_pattern("note 3 "))
    first = time.perf_counter() - began
    began = time.perf_counter()
    assert list(store.search_pattern("not there")) == []
    assert first < (time.perf_counter() - began) / 5


def test_a_running_search_does_not_hold_up_the_writer(store: Store) -> None:
    (note, *_) = add(store, *(f"fever {i}" for i in range(100)))
    from engine.text.span import Span

    with store.reader() as reader:
        hits = reader.search("fever")
        next(hits)
        store.annotate(note, (Span(0, 5),), "problem", "anna")
        assert len(list(hits)) == 99


words = st.text(st.sampled_from("aAäÄéÉİıſßẞΣσςjǅﬁ\u0301 .,-🙂\ufdd0\ufdd1\r\n1"), min_size=1, max_size=40)


@settings(max_examples=30, deadline=None)
@given(texts=st.lists(words, min_size=1, max_size=5, unique=True), asked=words)
def test_whatever_is_asked_every_hit_is_exact(
    texts: list[str], asked: str, labels: LabelSet, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with Store.create(tmp_path_factory.mktemp("s") / "a.tagwell", labels) as store:
        add(store, *texts)
        for hit in store.search(asked):
            exact(store, hit)
        for text in texts:
            for word in text.split():
                if fts_query(word):
                    assert any(True for _ in store.search(word)), "a word of a note is found"
