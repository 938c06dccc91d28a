"""Vocabulary: byte-level BPE whose tokens are the same in llama.cpp, and the tokens that are tags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from engine.taggers.llama_cpp.automaton import Ids
from engine.taggers.llama_cpp.formats.span_tags import CLOSE as SPAN_CLOSE

MARKUP = ("\u010a", "\u0120", "\u0120:", "\u0120O", "\u0120B", "\u0120I", "\u0120[", "\u0120|", "\u0120]")
"""What stands between the words of an answer in BIO lines and TANL, as tokens are written."""

BEGIN, END = "<|begin|>", "<|end|>"
CONTROL = (BEGIN, END)
CLOSE = "</>"

PRE_TOKENIZER = "gpt-2"
"""What llama.cpp calls the rule by which text is cut before merging; `ByteLevel` is the same rule."""

_SPAN_OPEN = ('<span class="', '">')
_TIMES_NAMED = 400
"""How often each word of our answers is shown to the trainer, so that it is one token everywhere."""


def opening(label: str) -> str:
    """Return the tag that opens `label`."""
    return f"<{label}>"


class Vocabulary:
    """Text to tokens and back, in the way that the language-model tagger asks for (`tokens.Vocabulary`)."""

    def __init__(self, path: Path) -> None:
        """Read the ``tokenizer.json`` that `train_vocabulary` wrote."""
        from tokenizers import Tokenizer

        self._tokenizer: Any = Tokenizer.from_file(str(path))
        known = self._tokenizer.get_vocab(with_added_tokens=True)
        self.texts: tuple[str, ...] = tuple(sorted(known, key=lambda text: int(known[text])))
        added = self._tokenizer.get_added_tokens_decoder()
        self.user_defined = frozenset(int(n) for n, one in added.items() if not one.special)
        self._pieces = tuple(self._bytes_of(number, text) for number, text in enumerate(self.texts))

    def __len__(self) -> int:
        """Count the tokens."""
        return len(self.texts)

    @property
    def begin(self) -> int:
        """The token that stands before every text."""
        return self.texts.index(BEGIN)

    def markup(self, labels: Iterable[str]) -> list[str]:
        """Return the tokens that belong to answers and to no sentence, tags first; `labels` are names."""
        return [*(self.texts[number] for number in sorted(self.user_defined)), *MARKUP, *labels]

    def tokens(self, text: str) -> Ids:
        """Return the tokens of `text`; tags in it are tokens of their own."""
        return tuple(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def piece(self, token: int) -> bytes:
        """Return the bytes that `token` stands for; none for a control token."""
        return self._pieces[token]

    def _bytes_of(self, number: int, text: str) -> bytes:
        if text in CONTROL:
            return b""
        return text.encode() if number in self.user_defined else bytes(_BYTES[sign] for sign in text)

    def merges(self) -> list[str]:
        """Return the merges in their order, each as two token texts with a blank between them."""
        import json

        said = json.loads(self._tokenizer.to_str())["model"]["merges"]
        return [one if isinstance(one, str) else " ".join(one) for one in said]


def train_vocabulary(
    texts: Iterable[str], labels: Sequence[str], names: Sequence[str], size: int, path: Path
) -> None:
    """Make a vocabulary of `size` tokens from `texts` and write it to `path`.

    `labels` get tags of their own; `names` are other words of our answers that should be one token.
    Line breaks are never merged, so that the end of an answer is written the same everywhere.
    Words are shown without the blank before them too, as they stand behind some tags and in quotes.
    """
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    tags = [*map(opening, labels), CLOSE, *_SPAN_OPEN, SPAN_CLOSE]
    trainer = trainers.BpeTrainer(
        vocab_size=size - len(tags),
        special_tokens=list(CONTROL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_shown(texts, [*labels, *names]), trainer)
    tokenizer.add_tokens([AddedToken(tag, special=False, normalized=False) for tag in tags])
    tokenizer.save(str(path))


def _shown(texts: Iterable[str], words: Sequence[str]) -> Iterator[str]:
    for text in texts:
        yield from text.split("\n")
        yield from text.split()
    for word in words:
        for shown in (word, f" {word}", f"-{word}", f'"{word}"'):
            yield from [shown] * _TIMES_NAMED


def _byte_signs() -> Iterator[str]:
    """Yield the sign that stands for each byte in a byte-level vocabulary (Radford et al., 2019)."""
    shown = {*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)}
    more = 0
    for byte in range(256):
        yield chr(byte) if byte in shown else chr(256 + more)
        more += byte not in shown


_BYTES = {sign: byte for byte, sign in enumerate(_byte_signs())}
