"""Registry: which reader a recipe means by the name of a format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from engine.training.corpora import CorpusNote, read_brat, read_zipped_brat
from engine.training.corpus_readers.bioscope import read_bioscope
from engine.training.corpus_readers.phee import read_phee
from engine.training.corpus_readers.presidio import read_presidio
from engine.training.corpus_readers.pubtator import read_pubtator
from engine.training.corpus_readers.templates import read_templates
from engine.training.corpus_readers.token_tags import read_token_tags
from engine.training.corpus_readers.unmarked import read_note_tables, read_text_lines

READERS: Final[Mapping[str, Callable[[Path], Iterator[CorpusNote]]]] = {
    "bioscope": read_bioscope,
    "brat": read_brat,
    "brat-zip": read_zipped_brat,
    "note-tables": read_note_tables,
    "phee": read_phee,
    "presidio": read_presidio,
    "pubtator": read_pubtator,
    "templates": read_templates,
    "text-lines": read_text_lines,
    "token-tags": read_token_tags,
}
"""Each takes the place of a corpus (a file or a folder) and yields its notes as they are marked there."""
