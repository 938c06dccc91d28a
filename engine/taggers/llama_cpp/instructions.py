"""Instructions: what every text is preceded by, read once and kept in the model's memory until it changes."""

from __future__ import annotations

from engine.taggers.llama_cpp.automaton import Ids
from engine.taggers.llama_cpp.backend import LlamaBackend
from engine.taggers.llama_cpp.chat_template import around
from engine.taggers.llama_cpp.decoding import Cost, DraftedTagging, Pace
from engine.taggers.llama_cpp.generation import Generation
from engine.taggers.llama_cpp.options import Options
from engine.taggers.llama_cpp.plain import PlainTagging
from engine.taggers.llama_cpp.rule import Rule

Tagging = DraftedTagging | PlainTagging


class Instructions:
    """Holds the first sequence of the memory, and makes what tags or writes behind it.

    `cost` is what all of that has cost since the beginning.
    """

    def __init__(self, backend: LlamaBackend, options: Options) -> None:
        """Take the whole memory of `backend`; where `options` say so, speak to it as a chat.

        Raises:
            ModelError: the model has no chat template that can be used.
        """
        self.backend = backend
        self.cost = Cost()
        self._options = options
        self._reader = DraftedTagging(
            backend, Rule(), Pace(options.block, options.unsure_block, options.strands)
        )
        self._reader.cost = self.cost
        self._read: str | None = None
        self._around = around(backend.chat_template, *backend.marks) if options.chat else ("", "")

    def read(self, text: str) -> None:
        """Let the model read `text`, unless it is what it has read last.

        Raises:
            Cancelled, ModelError: see `DraftedTagging.read_prefix`; nothing is there then.
        """
        if self._read == text:
            return
        self._read = None
        self._reader.read_prefix(self.backend.tokens(self._around[0] + text, begin=True, special=True))
        self._read = text

    def tagging(self, rule: Rule) -> Tagging:
        """Return what tags behind the instructions, in blocks or step by step."""
        made: Tagging = self._reader.sharing_prefix(rule)
        if self._options.decoder == "plain":
            made = PlainTagging(self.backend, rule, self._reader.prefix)
        made.cost = self.cost
        return made

    def generation(self) -> Generation:
        """Return what writes behind the instructions."""
        made = Generation(self.backend, self._reader.prefix, self._options.strands)
        made.cost = self.cost
        return made

    def written(self, text: str) -> Ids:
        """Return the tokens of our own text, without the blank that some vocabularies put before it."""
        ids = self.backend.tokens(text, special=True)
        blank = not text.startswith(" ") and len(ids) > 1 and self.backend.piece(ids[0]) == b" "
        return ids[1:] if blank else ids

    def turned(self, text: str) -> Ids:
        """Return the tokens of `text` that ends our turn, so that the model's begins."""
        return self.written(text.rstrip("\n") + self._around[1] if self._around[1] else text)
