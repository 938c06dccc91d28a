"""A model writes what it likes best, several answers at a time, until it ends or is ended."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from engine.errors import Cancelled, ModelError
from engine.taggers.llama_cpp.automaton import Ids
from engine.taggers.llama_cpp.backend import LlamaBackend, Loading
from engine.taggers.llama_cpp.decoding import DraftedTagging, Step
from engine.taggers.llama_cpp.generation import Generation, Request, Row
from engine.taggers.llama_cpp.rule import Rule

PIECES = [b"", b"", b"a", b"b", b"c", b"d.\n", b"\nT", b"ext:", b"\xc3", b"\xa9"]
END = 1


class Chain:
    """A model for which one other token follows each; it fails on what would be wrong in a real one."""

    rolls_back = True

    def __init__(self, follows: Mapping[int, int], places: int = 1000) -> None:
        self.places = places
        self.follows = follows
        self.sequences: dict[int, list[int]] = {0: []}
        self.batches: list[int] = []
        self.stop_at = -1

    def tokens(self, text: str) -> Ids:
        raise NotImplementedError

    def piece(self, token: int) -> bytes:
        return PIECES[token]

    def ends(self, token: int) -> bool:
        return token == END

    def decode(self, steps: Sequence[Step]) -> list[Sequence[float]]:
        return [row.tolist() for row in self.rows(steps)]

    def rows(self, steps: Sequence[Step]) -> list[Row]:
        if len(self.batches) == self.stop_at:
            raise Cancelled("Stopped.")
        self.batches.append(len(steps))
        rows = []
        for token, position, sequence, wanted in steps:
            read = self.sequences[sequence]
            assert position == len(read), "positions of a sequence follow each other"
            read.append(token)
            if wanted:
                row = np.zeros(len(PIECES), np.float32)
                row[self.follows[token]] = math.log(9 * (len(PIECES) - 1))
                rows.append(row)
        shared = len(self.sequences[0])
        assert sum(len(one) - shared for n, one in self.sequences.items() if n) + shared <= self.places
        return rows

    def rollback(self, sequence: int, position: int) -> None:
        assert position == 0
        self.sequences.pop(sequence)

    def copy(self, source: int, target: int) -> None:
        assert target not in self.sequences, "the sequence is free"
        self.sequences[target] = list(self.sequences[source])


def generation(model: Chain, prefix: Ids = (0, 0), strands: int = 4) -> Generation:
    model.decode([Step(token, at, 0) for at, token in enumerate(prefix)])
    model.batches.clear()
    return Generation(model, len(prefix), strands)


def test_the_likeliest_token_is_written_until_the_model_ends():
    model = Chain({2: 3, 3: 4, 4: END})
    said = generation(model).write([Request((0, 2), 9)])[0]
    assert (said.ids, said.text, said.cut) == ((3, 4, END), "bc", False)
    assert said.log_probs == pytest.approx([math.log(0.9)] * 3)
    assert model.batches == [2, 1, 1]
    assert model.sequences == {0: [0, 0]}


def test_an_answer_without_an_end_is_cut_and_says_so():
    said = generation(Chain({2: 3, 3: 2})).write([Request((2,), 4)])[0]
    assert (said.text, said.cut) == ("baba", True)


def test_a_stop_ends_an_answer_also_where_it_lies_across_tokens_or_within_one():
    across = generation(Chain({2: 3, 3: 6, 6: 7, 7: 2})).write([Request((2,), 9, ("\nText:",))])[0]
    assert (across.ids, across.text, across.cut) == ((3, 6, 7), "b", False)
    within = generation(Chain({2: 5, 5: 2})).write([Request((2,), 9, ("no", "\n"))])[0]
    assert (within.text, within.cut) == ("d.", False)


def test_a_letter_of_two_tokens_is_put_together():
    assert generation(Chain({2: 8, 8: 9, 9: END})).write([Request((2,), 9)])[0].text == "é"


def test_answers_are_written_together_and_come_in_the_order_of_the_requests():
    model = Chain({2: 3, 3: 4, 4: 2})
    writing = generation(model, strands=2)
    said = writing.write([Request((2,), 5), Request((0, 0, 3), 2), Request((4,), 1), Request((2,), 1)])
    assert [one.text for one in said] == ["bcabc", "ca", "a", "b"]
    assert model.batches == [4, 2, 2, 2, 1]
    assert (writing.cost.calls, writing.cost.tokens, writing.cost.decisions) == (5, 11, 9)


def test_requests_wait_where_the_memory_has_no_room_for_all():
    model = Chain({2: 3, 3: 4, 4: 2}, places=2 + 6)
    said = generation(model).write([Request((2,), 3), Request((3,), 2)])
    assert [one.text for one in said] == ["bca", "ca"]
    assert model.batches == [1] * 5
    with pytest.raises(ModelError, match="longer than what this model"):
        generation(Chain({}, places=8)).write([Request((2,), 6)])


def test_after_a_cancel_the_instructions_are_still_there():
    model = Chain({2: 3, 3: 2})
    writing = generation(model)
    model.stop_at = 3
    with pytest.raises(Cancelled):
        writing.write([Request((2,), 9), Request((3,), 9)])
    assert model.sequences == {0: [0, 0]}
    model.stop_at = -1
    assert writing.write([Request((2,), 2)])[0].text == "ba"


def test_a_request_may_choose_for_itself():
    odd = Request((2,), 3, choose=lambda row: 4 if row[3] > 0 else 3)
    assert generation(Chain({2: 3, 3: 2, 4: 3})).write([odd])[0].text == "ccc"


@pytest.mark.parametrize(("lead", "most"), [((), 3), ((1,), 0)])
def test_a_request_needs_something_to_follow_and_room(lead: Ids, most: int):
    with pytest.raises(ValueError, match="follow"):
        Request(lead, most)


@pytest.fixture(scope="module")
def backend(random_model: Path) -> Iterator[LlamaBackend]:
    loaded = LlamaBackend(random_model, Loading(context=1024, strands=4, threads=1))
    yield loaded
    loaded.close()


@pytest.mark.llm
@pytest.mark.native
def test_llama_writes_together_what_it_writes_alone(backend: LlamaBackend):
    prefix = backend.tokens("the drug", begin=True)
    tagging = DraftedTagging(backend, Rule())
    tagging.read_prefix(prefix)
    texts = ("no pain", "aspirin 81 mg", "BP <140/90", "chest pain in the patient")
    requests = [Request(backend.tokens(one), 20) for one in texts]
    together = Generation(backend, tagging.prefix, 4).write(requests)
    for one, said in zip(requests, together, strict=True):
        read, ids = [*prefix, *one.lead], list[int]()
        for _ in range(20):
            steps = [Step(token, at, 1, (0,) if at == len(read) - 1 else ()) for at, token in enumerate(read)]
            token = int(backend.rows(steps)[0].argmax())
            backend.rollback(1, 0)
            ids.append(token)
            read.append(token)
            if backend.ends(token):
                break
        assert list(said.ids) == ids
        assert said.cut == (not backend.ends(ids[-1]))


@pytest.mark.llm
@pytest.mark.native
def test_llama_writes_only_what_a_grammar_derives(backend: LlamaBackend):
    gbnf = r'root ::= "[" item ("," item)* "]"' + "\n" + r'item ::= "{" [a-z]+ ":" [0-9] "}"'
    grammar = backend.grammar(gbnf)
    tagging = DraftedTagging(backend, Rule())
    tagging.read_prefix(backend.tokens("the", begin=True))
    texts = ("no pain", "aspirin 81 mg", "BP <140/90")
    requests = [Request(backend.tokens(one), 40, choose=grammar.chooser()) for one in texts]
    for said in Generation(backend, tagging.prefix).write(requests):
        text = said.text.lstrip()
        assert text.startswith("[{")
        assert set(text) <= set("[]{},:0123456789abcdefghijklmnopqrstuvwxyz")
        assert said.cut or text.endswith("}]")
    grammar.close()
    grammar.close()


@pytest.mark.llm
@pytest.mark.native
def test_what_is_no_grammar_is_refused_with_a_sentence(backend: LlamaBackend):
    with pytest.raises(ModelError, match="cannot be read by llama"):
        backend.grammar("root ::= missing )")


@pytest.mark.llm
@pytest.mark.native
def test_llama_ends_where_its_own_token_of_the_end_comes(pair_model: Callable[..., Path]):
    likes = {("▁pain", "▁no"): 9.0, ("▁no", "▁drug"): 9.0, ("▁drug", "</s>"): 9.0}
    loaded = LlamaBackend(pair_model(likes), Loading(context=512, threads=1))
    said = Generation(loaded, 0).write([Request(loaded.tokens("pain"), 9)])[0]
    loaded.close()
    assert (said.text, said.cut) == (" no drug", False)
