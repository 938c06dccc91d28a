"""Drafted tagging makes the decisions of plain constrained decoding, with fewer calls."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import Cancelled, ModelError
from engine.taggers.llama_cpp.automaton import CLOSE, COPY, Automaton, Links, Source, TagIds
from engine.taggers.llama_cpp.decoding import Cost, DraftedTagging, Pace, Step
from engine.taggers.llama_cpp.plain import PlainTagging
from engine.taggers.llama_cpp.rule import Rule
from engine.taggers.llama_cpp.strand import Drafted, Tagged, Task

Say = Callable[[tuple[int, ...], tuple[int, ...]], Sequence[float]]
"""What was read, and which tokens' logits are wanted; gives the logits."""

TAGS = TagIds(((100, 109), (101,)), (103,))
ALIKE = TagIds(((100, 109), (101, 108, 107), (101, 108, 106, 105), (101, 108, 106, 104)), (103,))
LINKS = Links(((110,), (111, 112)), (113,), ((0, 1), (1,)))
PREFIX, LEAD = (200, 201, 202), (210, 211)
WORDS = Source(tuple(range(1, 13)), (0, 1, 3, 4, 5, 7, 8, 10))
"""Eight words; the second, fifth, seventh and eighth have two tokens each."""

ASKED = [(0, 1, 3), (1, 4, 5), (0, 7, 8)]


class ScriptedBackend:
    """A model with the memory of a real one, which fails on anything that would be wrong there."""

    noise = 0.0

    def __init__(self, say: Say, *, rolls_back: bool = True, places: int = 10_000) -> None:
        self.rolls_back = rolls_back
        self.places = places
        self.calls = 0
        self.stop_at = -1
        self.sequences: dict[int, list[int]] = {0: []}
        self.cells: dict[int, list[int]] = {0: []}
        self.written = 0
        self.rolled_back = 0
        self._say = say

    def decode(self, steps: Sequence[Step]) -> list[Sequence[float]]:
        assert steps
        if self.calls == self.stop_at:
            raise Cancelled("Stopped.")
        self.calls += 1
        rows = []
        for token, position, sequence, wanted in steps:
            read = self.sequences[sequence]
            assert position == len(read), "positions of a sequence follow each other"
            read.append(token)
            self.cells[sequence].append(self.written)
            self.written += 1
            if wanted:
                assert len(set(wanted)) == len(wanted)
                rows.append(self._say(tuple(read), wanted))
        used = len({cell for cells in self.cells.values() for cell in cells})
        assert used <= self.places, "the memory is full"
        return rows

    def rollback(self, sequence: int, position: int) -> None:
        if position == 0:
            self.sequences.pop(sequence)
            self.cells.pop(sequence)
            self.sequences.setdefault(0, [])
            self.cells.setdefault(0, [])
            return
        assert self.rolls_back, "this memory cannot be rolled back"
        read = self.sequences[sequence]
        assert 0 < position < len(read), "there is something to forget"
        self.rolled_back += len(read) - position
        del read[position:]
        del self.cells[sequence][position:]

    def copy(self, source: int, target: int) -> None:
        assert target not in self.sequences, "the sequence is free"
        self.sequences[target] = list(self.sequences[source])
        self.cells[target] = list(self.cells[source])


class NoisyBackend(ScriptedBackend):
    """A model whose logits lie a little apart with each shape of batch and memory that they come from."""

    noise = 0.8

    def decode(self, steps: Sequence[Step]) -> list[Sequence[float]]:
        rows = super().decode(steps)
        shape = (len(steps), sorted((n, len(read)) for n, read in self.sequences.items()))
        found = []
        for number, row in enumerate(rows):
            fate = random.Random(f"{number} {row} {shape}")  # noqa: S311
            found.append([one + fate.uniform(-self.noise / 4, self.noise / 4) for one in row])
        return found


def taste(seed: int, eagerness: float) -> Say:
    """Return preferences that look random and depend on every token read."""

    def say(read: tuple[int, ...], wanted: tuple[int, ...]) -> list[float]:
        fate = random.Random(f"{seed} {read}")  # noqa: S311
        scores = [fate.choice((fate.gauss(0, 3), 1.0)) for _ in wanted]
        return [scores[0], *(one + eagerness for one in scores[1:])]

    return say


def words_read(read: Sequence[int]) -> int:
    """Return how many of `WORDS` were read; fails within one."""
    return WORDS.starts.index(len([one for one in read if one in WORDS.ids]))


def wishing(asked: Sequence[tuple[int, int, int]]) -> Say:
    """Return the preferences of a model that wants exactly these tags of `WORDS` (label, start, end)."""

    def say(read: tuple[int, ...], wanted: tuple[int, ...]) -> list[float]:
        unit = words_read(read)
        opened = [one for one in read if one in (100, 101, 103)]
        wish = wanted[0]
        if 103 in wanted and any(end == unit for _, _, end in asked):
            wish = 103
        elif opened.count(103) * 2 == len(opened):
            wish = next((100 + label for label, start, _ in asked if start == unit), wish)
        return [4.0 if one == wish else 0.0 for one in wanted]

    return say


def drafted(
    backend: ScriptedBackend, tasks: Sequence[Task], rule: Rule, pace: Pace | None = None
) -> tuple[list[Tagged], Cost]:
    tagging = DraftedTagging(backend, rule, pace or Pace(64, 4, 4))
    tagging.read_prefix(PREFIX)
    tagging.cost = Cost()
    said = tagging.tag(tasks)
    assert backend.sequences == {0: list(PREFIX)}, "nothing is left but the instructions"
    return said, tagging.cost


def plain(backend: ScriptedBackend, tasks: Sequence[Task], rule: Rule) -> tuple[list[Tagged], Cost]:
    backend.decode([Step(token, at, 0) for at, token in enumerate(PREFIX)])
    tagging = PlainTagging(backend, rule, len(PREFIX))
    said = tagging.tag(tasks)
    assert backend.sequences == {0: list(PREFIX)}, "nothing is left but the instructions"
    return said, tagging.cost


def spans(said: Tagged) -> list[tuple[int, int, int]]:
    return [(one.label, one.start, one.end) for one in said.found]


def task(draft: Sequence[tuple[int, int, int]] = (), depth: int = 1) -> Task:
    return Task(LEAD, Automaton(WORDS, TAGS, depth), tuple(Drafted(*one) for one in draft))


@st.composite
def tasks_of_any_kind(draw: st.DrawFn) -> list[Task]:
    tasks = []
    for _ in range(draw(st.integers(1, 5))):
        lengths = draw(st.lists(st.integers(1, 3), min_size=1, max_size=9))
        every = st.integers(1, 20) | st.sampled_from((100, 101, 103))
        ids = draw(st.lists(every, min_size=sum(lengths), max_size=sum(lengths)))
        source = Source(tuple(ids), tuple(sum(lengths[:at]) for at in range(len(lengths))))
        ends = st.tuples(st.integers(0, 1), st.integers(0, 9), st.integers(1, 4))
        tags = [Drafted(k, a, a + n, (1,) * (a % 2)) for k, a, n in draw(st.lists(ends, max_size=5))]
        tag_ids, links = draw(st.sampled_from(((TAGS, None), (TAGS, LINKS), (ALIKE, None))))
        tasks.append(Task(LEAD, Automaton(source, tag_ids, draw(st.integers(1, 3)), links), tuple(tags)))
    return tasks


paces = st.builds(Pace, st.integers(0, 12), st.integers(0, 6), st.integers(1, 4))
rules = st.builds(
    Rule, st.dictionaries(st.integers(0, 1), st.floats(-3, 3, width=16)), st.floats(-3, 3, width=16)
)


@settings(max_examples=150)
@given(tasks_of_any_kind(), rules, paces, st.integers(0, 10**6), st.floats(-3, 3, width=16), st.booleans())
def test_drafted_is_plain_whatever_the_model_the_draft_and_the_pace(
    tasks: list[Task], rule: Rule, pace: Pace, seed: int, eager: float, rolls_back: bool
):
    slow, slow_cost = plain(ScriptedBackend(taste(seed, eager)), tasks, rule)
    fast, cost = drafted(ScriptedBackend(taste(seed, eager), rolls_back=rolls_back), tasks, rule, pace)
    assert fast == slow
    assert cost.decisions == slow_cost.decisions == sum(len(one.decisions) for one in slow)
    assert cost.calls <= slow_cost.calls
    right = [
        Task(one.lead, one.automaton, tuple(Drafted(f.label, f.start, f.end, f.heads) for f in said.found))
        for one, said in zip(tasks, slow, strict=True)
    ]
    backend = ScriptedBackend(taste(seed, eager))
    assert drafted(backend, right, rule, pace)[0] == slow
    if pace.block:
        assert cost.calls <= slow_cost.decisions


def test_a_right_draft_takes_one_call():
    backend = ScriptedBackend(wishing(ASKED))
    said, cost = drafted(backend, [task(ASKED)], Rule())
    assert spans(said[0]) == ASKED
    assert cost.calls == 1
    assert backend.rolled_back == 0
    # 2 before the answer; 10 of the note, as behind the last word nothing is decided; 3 and 2 for the
    # first two tags: the third is opened before the last word, and ends with the text.
    assert cost.tokens == 2 + 10 + 5


def test_each_disagreement_takes_one_call_more():
    backend = ScriptedBackend(wishing(ASKED))
    said, cost = drafted(backend, [task()], Rule(), Pace(64, 64, 1))
    assert spans(said[0]) == ASKED
    assert cost.calls == 5, "three are opened and two closed unforeseen; behind the last nothing is decided"
    less = ScriptedBackend(wishing(ASKED))
    assert drafted(less, [task([ASKED[0], (0, 4, 5), ASKED[2]])], Rule())[1].calls == 2


def test_what_was_read_in_vain_is_forgotten():
    backend = ScriptedBackend(wishing([]))
    said, cost = drafted(backend, [task(ASKED)], Rule())
    assert spans(said[0]) == []
    assert backend.rolled_back > 0
    assert cost.calls == 3


def test_the_last_tokens_are_not_read_since_nothing_is_decided_behind_them():
    _, cost = drafted(ScriptedBackend(wishing([])), [task()], Rule())
    assert cost == Cost(calls=1, tokens=2 + 10, decisions=8)


@settings(max_examples=150)
@given(tasks_of_any_kind(), rules, paces, st.integers(0, 10**6), st.floats(-3, 3, width=16), st.booleans())
def test_a_decision_that_noise_could_turn_is_the_same_however_the_model_was_asked(
    tasks: list[Task], rule: Rule, pace: Pace, seed: int, eager: float, rolls_back: bool
):
    slow, _ = plain(NoisyBackend(taste(seed, eager)), tasks, rule)
    fast, _ = drafted(NoisyBackend(taste(seed, eager), rolls_back=rolls_back), tasks, rule, pace)
    for ours, theirs in zip(fast, slow, strict=True):
        assert [one.action for one in ours.decisions] == [one.action for one in theirs.decisions]
        assert spans(ours) == spans(theirs)


def test_a_draw_is_decided_from_one_reading_of_all_before_it():
    def say(read: tuple[int, ...], wanted: tuple[int, ...]) -> list[float]:
        return [0.0 if words_read(read) == 5 else 9.0, *(-9.0 for _ in wanted[2:]), -0.1][: len(wanted)]

    backend = NoisyBackend(say)
    _, cost = drafted(backend, [task()], Rule())
    before = 2 + WORDS.starts[5]
    assert cost.calls == 3, "to the draw, the draw, and behind it"
    assert cost.tokens == (2 + 10) + before + (2 + 10 - before), (
        "the block, all before the draw, and the rest"
    )
    two, cost = drafted(NoisyBackend(say), [task(), task()], Rule())
    assert cost.tokens == 4 * (2 + 10) + before, "one of two makes room for the other, and begins anew"
    assert two[0].decisions[5] == two[1].decisions[5], "to the last digit"
    assert backend.sequences == {0: list(PREFIX)}


def test_after_a_cancel_while_draws_are_decided_the_instructions_are_still_there():
    backend = NoisyBackend(lambda read, wanted: [0.0, *(-0.7 for _ in wanted[1:])])
    tagging = DraftedTagging(backend, Rule(), Pace(64, 4, 2))
    tagging.read_prefix(PREFIX)
    for stop_at in range(2, 12):
        backend.calls, backend.stop_at = 1, stop_at
        with pytest.raises(Cancelled):
            tagging.tag([task(), task(), task()])
        assert backend.sequences == {0: list(PREFIX)}


def test_without_rollback_what_was_right_is_read_again_from_where_the_memory_was_remembered():
    forgetful = ScriptedBackend(wishing(ASKED))
    _, easy = drafted(forgetful, [task()], Rule(), Pace(64, 64, 1))
    backend = ScriptedBackend(wishing(ASKED), rolls_back=False)
    said, cost = drafted(backend, [task()], Rule(), Pace(64, 64, 1))
    assert spans(said[0]) == ASKED
    assert cost.calls == easy.calls == 5
    assert cost.tokens > easy.tokens
    assert backend.sequences == {0: list(PREFIX)}


def test_without_rollback_no_guess_follows_what_would_cost_more_to_read_twice():
    long = Task((210,) * 65, task().automaton, tuple(Drafted(*one) for one in ASKED))
    _, cost = drafted(ScriptedBackend(wishing(ASKED), rolls_back=False), [long], Rule())
    assert cost.calls == 2, "what stands before the answer, and the answer"
    assert drafted(ScriptedBackend(wishing(ASKED)), [long], Rule())[1].calls == 1


def test_without_rollback_and_blocks_there_is_one_call_for_each_decision():
    backend = ScriptedBackend(wishing(ASKED), rolls_back=False)
    said, cost = drafted(backend, [task(ASKED)], Rule(), Pace(0, 0, 1))
    assert spans(said[0]) == ASKED
    assert cost.calls == cost.decisions


def test_texts_that_go_together_take_the_calls_of_the_slowest():
    backend = ScriptedBackend(wishing(ASKED))
    said, cost = drafted(backend, [task(ASKED), task(), task(ASKED[:1])], Rule(), Pace(64, 64, 3))
    assert [spans(one) for one in said] == [ASKED] * 3
    assert cost.calls == 5


def test_texts_wait_where_the_memory_has_no_room_for_all():
    room = task().most_ids
    backend = ScriptedBackend(wishing(ASKED), places=len(PREFIX) + room)
    said, _ = drafted(backend, [task(), task(), task()], Rule(), Pace(64, 4, 3))
    assert [spans(one) for one in said] == [ASKED] * 3
    tight = DraftedTagging(ScriptedBackend(wishing([]), places=len(PREFIX) + room - 1), Rule())
    tight.read_prefix(PREFIX)
    with pytest.raises(ModelError, match="sentence is longer"):
        tight.tag([task()])
    with pytest.raises(ModelError, match="instructions are longer"):
        tight.read_prefix((1,) * 1000)


@pytest.mark.parametrize("rolls_back", [True, False])
def test_after_a_cancel_the_instructions_are_still_there(rolls_back: bool):
    backend = ScriptedBackend(wishing(ASKED), rolls_back=rolls_back)
    tagging = DraftedTagging(backend, Rule(), Pace(4, 4, 2))
    tagging.read_prefix(PREFIX)
    backend.stop_at = 3
    with pytest.raises(Cancelled):
        tagging.tag([task(), task(), task()])
    assert backend.sequences == {0: list(PREFIX)}
    backend.stop_at = -1
    assert spans(tagging.tag([task()])[0]) == ASKED


def test_of_tags_that_begin_alike_the_stem_is_chosen_first_and_then_the_label():
    scores = {101: 4.0, 107: 1.0, 106: 3.0, 105: 2.0, 104: 2.5, 103: 9.0}

    def say(read: tuple[int, ...], wanted: tuple[int, ...]) -> list[float]:
        elsewhere = words_read(read) != 2
        return [-9.0 if one == 101 and elsewhere else scores.get(one, 0.0) for one in wanted]

    for draft in ([], [(3, 2, 3)], [(1, 2, 4)], [(0, 2, 3)]):
        tagged = Task(LEAD, Automaton(WORDS, ALIKE), tuple(Drafted(*one) for one in draft))
        (said,), _ = drafted(ScriptedBackend(say), [tagged], Rule({3: -1.0}))
        assert spans(said) == [(2, 2, 3)], "without its bias the last label would have been better"
        opened = said.found[0].opened
        assert opened.margin == pytest.approx(4.018, abs=0.001), "log(e⁴ + e⁰) − 0"
        assert opened.label_margin == pytest.approx(0.5)


def test_nested_tags_come_out_as_they_were_meant():
    wish = {(0, 0): 100, (2, 1): 101, (3, 2): 103, (5, 1): 103}

    def say(read: tuple[int, ...], wanted: tuple[int, ...]) -> list[float]:
        unit = words_read(read)
        opened = sum((one in (100, 101)) - (one == 103) for one in read)
        return [9.0 if one == wish.get((unit, opened), wanted[0]) else 0.0 for one in wanted]

    nested = [(1, 2, 3), (0, 0, 5)]
    for draft in ([], nested, [(1, 0, 5)]):
        said, _ = drafted(ScriptedBackend(say), [task(draft, depth=2)], Rule())
        assert spans(said[0]) == nested


def test_a_tag_is_taken_only_from_beyond_the_dead_zone():
    actions = (COPY, 0, 1)
    assert Rule().decide(actions, (5.0, 5.005, -90.0)).action == COPY
    assert Rule().decide(actions, (5.0, 5.02, -90.0)).action == 0
    assert Rule().decide(actions, (5.0, 4.8, 4.8)).action == 0, "both tags together lie above copying"
    assert Rule().decide(actions, (0.0, 5.0, 5.005)).action == 0, "labels as near as that: the first"
    assert Rule().decide((COPY, CLOSE), (0.0, 0.0)).action == COPY


def test_bias_moves_one_label_and_closing():
    rule = Rule({1: 2.0}, close_bias=-3.0)
    assert rule.decide((COPY, 0, 1), (3.0, 0.0, 1.5)).action == 1
    assert rule.decide((COPY, 0, 1), (4.0, 0.0, 1.5)).action == COPY
    assert rule.decide((COPY, CLOSE), (0.0, 2.9)).action == COPY
    assert rule.decide((COPY, CLOSE), (0.0, 3.1)).action == CLOSE


def test_margins_are_differences_of_logits_and_chances_sum_to_one():
    opened = Rule().decide((COPY, 0, 1), (1.0, 4.0, 2.0))
    assert opened.margin == pytest.approx(3.127, abs=0.001)  # log(e⁴ + e²) − 1
    assert opened.label_margin == pytest.approx(2.0)
    assert opened.log_prob == pytest.approx(-0.1698, abs=0.001)  # 4 − log(e¹ + e⁴ + e²)
    closed = Rule().decide((COPY, CLOSE), (1.0, 4.0))
    assert (closed.margin, closed.label_margin) == (pytest.approx(3.0), None)


def test_the_probability_of_a_tag_is_that_of_all_its_decisions():
    def say(read: tuple[int, ...], wanted: tuple[int, ...]) -> list[float]:
        unit = words_read(read)
        wish = {0: 101, 3: 103}.get(unit)
        return [2.0 if one == (wish if wish in wanted else wanted[0]) else 0.0 for one in wanted]

    said, _ = drafted(ScriptedBackend(say), [task()], Rule())
    assert spans(said[0]) == [(1, 0, 3)]
    open_one_of_three, two_ways = 0.7870, 0.8808  # e²/(e² + 2), e²/(e² + 1): opened, two words more, closed
    assert said[0].found[0].probability == pytest.approx(open_one_of_three * two_ways**3, abs=0.001)


def test_a_task_needs_something_to_follow():
    with pytest.raises(ValueError, match="follow"):
        Task((), Automaton(WORDS, TAGS))
