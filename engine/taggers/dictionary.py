"""Dictionary: tags the phrases of a file of terms, exactly; needs no model."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from engine.annotation.said import Answer, LabelledSpan, answer
from engine.assertion.completing import NoteWords, completed
from engine.errors import InputError, ModelError
from engine.jobs.job import Job
from engine.labels.label_set import LabelSet
from engine.model_files.checksum import sha256_of
from engine.model_files.manifest import MANIFEST_NAME, read_manifest
from engine.text.decoding import decode
from engine.text.placeholders import placeholders
from engine.text.sentence import sentences
from engine.text.span import Span
from engine.text.token import Tokens, tokenize

_TERM_COLUMNS = frozenset({"term", "terms", "phrase"})
_LABEL_COLUMNS = frozenset({"", "label", "type", "entity"})
_BLANK_LINE = re.compile(r"(?:\r\n|\r(?!\n)|\n)[^\S\r\n]*[\r\n]")
_BETWEEN_WORDS = "\x1f"
_SHORTEST_PLURAL = 4
_WORDS_BETWEEN_LOOKS = 50_000

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Options:
    """How a dictionary is used; from the manifest, overruled by what the user asked for."""

    terms: str = ""
    label: str = ""
    plural: bool = False
    assertion: bool = False
    """Whether rules say what is negated, possible, someone else's … (`engine.assertion.completing`)."""


class DictionaryTagger:
    """Tags every place where a term of the file stands as whole words.

    The longest term wins, from left to right; case does not matter, white space within a
    term is any white space but a blank line.  With the option `plural`, a term is found
    in its regular English plural as well.  A term with two labels gives two tags.
    """

    device = "CPU"

    def __init__(self, folder: Path, options: Mapping[str, Any]) -> None:
        """Read the terms of `folder`.

        Raises:
            ModelError: the file is missing or cannot be read, a line has no label, or there is no term.
        """
        self._options, path, name = _settings(folder, options)
        self._title = path.name
        self._labels_of: dict[str, tuple[str, ...]] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}
        self.warnings: tuple[str, ...] = ()
        self._read(path)
        self.id = f"dictionary.v1/{name}@{sha256_of(path)[:12]}"

    def _read(self, path: Path) -> None:
        labels: defaultdict[str, dict[str, None]] = defaultdict(dict)
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        left_out = 0
        for number, term, label in _rows(path):
            said = label or self._options.label
            if not said:
                raise ModelError(
                    f"Line {number} of “{path.name}” has no label. Each line is a term, a tab and a label; "
                    "or one label may be given for all terms."
                )
            words = _words(term, tokenize(term))
            if not any(map(str.isalnum, "".join(words))) or placeholders(term):
                left_out += 1
                continue
            labels[_BETWEEN_WORDS.join(words)][said] = None
            lengths[words[0]].add(len(words))
        if not labels:
            raise ModelError(f"There is no term in “{path.name}”.")
        self._labels_of = {key: tuple(said) for key, said in labels.items()}
        self._lengths = {word: tuple(sorted(some, reverse=True)) for word, some in lengths.items()}
        if left_out:
            self.warnings = (f"{left_out:,} lines of “{path.name}” hold no word and are left out.",)

    def tag(self, texts: Sequence[str], labels: LabelSet, job: Job) -> Iterator[Answer]:
        """Yield one answer per text; see `Tagger.tag`.

        Raises:
            Cancelled: the job was cancelled meanwhile.
            ModelError: none of the file's labels is in the label set.
        """
        resolved = self._resolved(labels)
        for text in texts:
            job.check()
            yield self._answer(text, list(self._found(text, resolved, job)), labels)

    def _answer(self, text: str, found: list[LabelledSpan], labels: LabelSet) -> Answer:
        if not (self._options.assertion and found):
            return answer(found, [])
        tokens = tokenize(text)
        return answer(*completed(NoteWords(text, tokens, sentences(text, tokens)), found, labels))

    def close(self) -> None:
        """Forget the terms."""
        self._labels_of.clear()
        self._lengths.clear()

    def _resolved(self, labels: LabelSet) -> dict[str, str | None]:
        said = {label for some in self._labels_of.values() for label in some}
        resolved = {label: labels.resolve(label) for label in said}
        if not any(resolved.values()):
            some = ", ".join(sorted(said)[:5])
            raise ModelError(f"No label of “{self._title}” ({some}) is in the label set “{labels.title}”.")
        return resolved

    def _found(self, text: str, resolved: Mapping[str, str | None], job: Job) -> Iterator[LabelledSpan]:
        tokens = tokenize(text)
        words = _words(text, tokens)
        at = done = 0
        while at < len(words):
            length, key = self._longest(words, at, text, tokens)
            if length:
                span = Span(int(tokens.starts[at]), int(tokens.ends[at + length - 1]))
                for label in dict.fromkeys(resolved[one] for one in self._labels_of[key]):
                    if label is not None:
                        yield LabelledSpan((span,), label)
            at += length or 1
            if at - done >= _WORDS_BETWEEN_LOOKS:
                done = at
                job.check()

    def _longest(self, words: Words, at: int, text: str, tokens: Tokens) -> tuple[int, str]:
        """Return the length in words and the key of the longest term at `at`; (0, "") where there is none."""
        for length, plural in self._candidates(words[at]):
            key = self._key(words[at : at + length], plural=plural) if at + length <= len(words) else ""
            if key and (length == 1 or _one_paragraph(text, tokens, at, at + length)):
                return length, key
        return 0, ""

    def _candidates(self, first: str) -> list[tuple[int, bool]]:
        """Return the lengths of the terms that begin with `first`, longest first, and whether as a plural."""
        lengths = self._lengths.get(first, ())
        if not self._options.plural:
            return [(length, False) for length in lengths]
        found = [(length, plural) for length in lengths for plural in (False, True)]
        if any(1 in self._lengths.get(one, ()) for one in _singulars(first)):
            found.append((1, True))
        return found

    def _key(self, words: Words, *, plural: bool) -> str:
        """Return the key under which a term of these `words` is known, or empty."""
        lasts = _singulars(words[-1]) if plural else (words[-1],)
        for last in lasts:
            key = _BETWEEN_WORDS.join((*words[:-1], last))
            if key in self._labels_of:
                return key
        return ""


def _settings(folder: Path, options: Mapping[str, Any]) -> tuple[Options, Path, str]:
    """Return the options, the file of terms and the tagger's name.

    Raises:
        ModelError: there is an option that a dictionary does not know, or no manifest.
    """
    manifest = None if options.get("terms") else read_manifest(folder / MANIFEST_NAME)
    wanted = {**(manifest.options if manifest else {}), **options}
    unknown = wanted.keys() - {one.name for one in fields(Options)}
    if unknown:
        raise ModelError(f"A dictionary knows no option “{min(unknown)}”.")
    chosen = Options(**wanted)
    if manifest:
        return chosen, manifest.path(folder, "terms"), manifest.name
    return chosen, folder / chosen.terms, Path(chosen.terms).stem


def _rows(path: Path) -> Iterator[tuple[int, str, str]]:
    """Yield line number, term and label (which may be empty) of each line that holds something.

    Raises:
        ModelError: the file cannot be read.
    """
    try:
        lines = decode(path.read_bytes()).text.splitlines()
        for number, cells in enumerate(_cells(lines, path.suffix.lower()), start=1):
            term, label = (*map(str.strip, cells), "", "")[:2]
            if term and not (number == 1 and _is_header(term, label)):
                yield number, term, label
    except FileNotFoundError:
        raise ModelError(f"The file “{path.name}” is missing.") from None
    except OSError as error:
        raise ModelError(f"The file “{path.name}” cannot be read: {error.strerror}.") from error
    except (InputError, csv.Error) as error:
        raise ModelError(f"The file “{path.name}” cannot be read as terms. {error}") from error


def _is_header(term: str, label: str) -> bool:
    return term.casefold() in _TERM_COLUMNS and label.casefold() in _LABEL_COLUMNS


def _cells(lines: Sequence[str], suffix: str) -> Iterator[list[str]]:
    if suffix != ".csv":
        yield from (line.split("\t") for line in lines)
        return
    first = lines[0] if lines else ""
    yield from csv.reader(lines, delimiter=";" if first.count(";") > first.count(",") else ",")


def _words(text: str, tokens: Tokens) -> Words:
    """Return the tokens of `text` as they are compared: composed, without case."""
    if text.isascii():
        return tuple(word.lower() for word in tokens.words(text))
    return tuple(unicodedata.normalize("NFC", word).casefold() for word in tokens.words(text))


def _singulars(word: str) -> Words:
    """Return the words of which `word` may be the regular plural."""
    if len(word) < _SHORTEST_PLURAL or not word.endswith("s") or word.endswith("ss") or not word.isalpha():
        return ()
    if word.endswith("ies"):
        return (word[:-3] + "y", word[:-1])
    return (word[:-1], word[:-2]) if word.endswith("es") else (word[:-1],)


def _one_paragraph(text: str, tokens: Tokens, first: int, last: int) -> bool:
    """Whether no blank line stands between the tokens ``first:last``."""
    return not _BLANK_LINE.search(text, int(tokens.starts[first]), int(tokens.ends[last - 1]))
