"""Shipping: a finished training made into a model folder, with its manifest and its card."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from engine.airgap.environment import set_variables
from engine.assertion.linking import link
from engine.jobs.job import Job
from engine.labels.files import find_label_set
from engine.labels.label_set import Kind, LabelSet
from engine.model_files.manifest import (
    FORMAT,
    MANIFEST_NAME,
    Manifest,
    Origin,
    SelfTest,
    file_entry,
    write_manifest,
)
from engine.model_files.places import models_folder
from engine.taggers.onnx_bert.proposals import Head
from engine.taggers.onnx_bert.reading import read
from engine.taggers.onnx_bert.subwords import SubwordSplitter
from engine.taggers.onnx_bert.tagger import OnnxBertTagger
from engine.text.token import TOKENIZER_VERSION
from engine.training.calibration import Scored, calibrations, fitted_curves, scored_spans
from engine.training.certificate import MICRO, Row, tempered, with_temperatures
from engine.training.corpora import CorpusNote, Mark
from engine.training.dev_figures import (
    ENOUGH,
    Figures,
    Pair,
    Reader,
    Tally,
    marks_of,
    relation_tally,
    span_figures,
)
from engine.training.model_card import card, runs_of
from engine.training.onnx_export import export_float
from engine.training.rounding_attempts import DEV, Held, Rounding, sample_windows, session
from engine.training.training import Training

KIND = "onnx-bert.v1"
_CLEAR_MARGIN = 0.7


def ship(training: Training, folder: Path, say: Callable[[str], object]) -> None:
    """Write the trained model into `folder`: 8-bit weights, tokenizer, manifest, card, licence.

    Raises:
        ModelError: rounding to 8 bits loses more than the certificate allows; the folder then
            holds no manifest, so that nothing can load it.
    """
    set_variables()
    recipe = training.recipe
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST_NAME).unlink(missing_ok=True)
    float_path = training.folder / "float.onnx"
    export_float(training.model, [head.name for head in recipe.heads], float_path)
    _write_tokenizer(training, folder)
    held = _held(training)
    reader = Reader(training.splitter, training.heads, recipe.window, batch=1)
    learned = [training.corpora.train[name] for name in recipe.phases[-1].mixture]
    rounded = Rounding(float_path, folder, reader, held).best(
        sample_windows(learned, reader), recipe.float_products, say
    )
    for row in (*rounded.rows, *rounded.fallback):
        say(f"{row.head} {row.label}: {_figure(row)}")
    _describe(training, folder, rounded.rows, _calibrated(folder / "model.onnx", reader, held))
    say(f"the model is in {folder.name}, with weights of {rounded.how}")


def _held(training: Training) -> Held:
    corpora = training.recipe.corpora
    more = {corpora[name].title or name: notes for name, notes in training.corpora.measured.items()}
    return {DEV: training.corpora.dev, **more}


def _calibrated(path: Path, reader: Reader, held: Held) -> tuple[tuple[Head, ...], list[Scored]]:
    """Return the heads with temperatures and curves fitted on all held notes, and the spans behind them."""
    notes = [note for some in held.values() for note in some]
    run = session(path, reader.heads).run
    heads = with_temperatures(run, reader, notes)
    said = replace(reader, heads=heads).spans(tempered(run, heads), notes)
    scored = scored_spans(notes, said)
    curves = fitted_curves(scored, heads)
    bent = (
        msgspec.structs.replace(head, calibration={one: curves[one] for one in head.labels if one in curves})
        for head in heads
    )
    return tuple(bent), scored


def _write_tokenizer(training: Training, folder: Path) -> None:
    from engine.training.encoder_model import weights_folder

    source = weights_folder(training.recipe.weights) / "tokenizer.json"
    SubwordSplitter(source).save(folder / "tokenizer.json")


def _describe(
    training: Training, folder: Path, rows: Sequence[Row], calibrated: tuple[tuple[Head, ...], list[Scored]]
) -> None:
    """Write manifest, card and licence.  The self-test holds the tags that the finished folder gives."""
    recipe, (heads, scored) = training.recipe, calibrated
    model = msgspec.convert(recipe.model, Described)
    figures = [_figure(row) for row in rows]
    figures += _calibration_figures(heads, scored)
    plain = Manifest(
        format=FORMAT,
        kind=KIND,
        name=recipe.name,
        title=recipe.title,
        version=recipe.version,
        label_set=recipe.label_set,
        summary=model.summary,
        licence=model.licence,
        files={role: file_entry(folder, path) for role, path in _FILES.items()},
        options={"window": recipe.window, "words": TOKENIZER_VERSION, "heads": msgspec.to_builtins(heads)},
        origins=model.origins,
        figures=tuple(figures),
        known_weak=model.known_weak,
        more_label_sets=recipe.more_label_sets,
    )
    write_manifest(folder, plain)
    labels = find_label_set(recipe.label_set, models_folder())
    with_relations = [*figures, *_tagger_figures(training, folder, labels)]
    tests = tuple(_self_tests(training, folder, heads))
    manifest = msgspec.structs.replace(plain, figures=tuple(with_relations), self_test=tests)
    write_manifest(folder, manifest)
    (folder / "MODEL_CARD.md").write_text(
        card(recipe, manifest, training.corpora, runs_of(training.folder, recipe)), encoding="utf-8"
    )
    licence = models_folder().parent / "LICENSE"
    if licence.exists():
        shutil.copyfile(licence, folder / "LICENSE")
    (folder / "NOTICE").write_text(_notice(manifest), encoding="utf-8")


_FILES = {"model": "model.onnx", "fallback": "fallback.onnx", "tokenizer": "tokenizer.json"}


class Described(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a recipe's ``[model]`` says for the manifest."""

    summary: str
    licence: str
    origins: tuple[Origin, ...]
    known_weak: tuple[str, ...] = ()


def _figure(row: Row) -> dict[str, Any]:
    before = row.float_tally
    return {
        "what": f"{row.head} on {row.where}",
        "label": row.label,
        **row.rounded_tally.figures(),
        "float_strict_f1": round(before.f1(before.strict), 4),
        "float_relaxed_f1": round(before.f1(before.relaxed), 4),
        **({"low": round(row.interval[0], 4), "high": round(row.interval[1], 4)} if row.interval else {}),
    }


def _calibration_figures(heads: Sequence[Head], scored: Sequence[Scored]) -> Iterator[dict[str, Any]]:
    for label, found in calibrations(scored, heads).items():
        if found.said >= ENOUGH:
            head = next(head.name for head in heads if label in head.labels)
            yield {
                "what": f"calibration of {head}, cross-fitted",
                "label": label,
                "ece": round(found.error, 4),
                "ece_by_chance": round(found.by_chance, 4),
                "ece_by_chance_at_most": round(found.at_most_by_chance, 4),
                "said": found.said,
            }


def _tagger_figures(training: Training, folder: Path, labels: LabelSet) -> Iterator[dict[str, Any]]:
    """Yield what the whole tagger says of dev: the heads, the rules of assertion, and what joins them."""
    dev = training.corpora.dev
    tagger = OnnxBertTagger(folder)
    said: list[list[Mark]] = []
    joined: list[set[Pair]] = []
    for answer in tagger.tag([note.text for note in dev], labels, Job()):
        marks = marks_of(answer.items)
        said.append(marks)
        joined.append({(marks[one.head], marks[one.tail]) for one in answer.relations})
    tagger.close()
    modifiers = [one.name for one in labels.types if one.kind is Kind.MODIFIER]
    for label, tally in _with_micro(span_figures(dev, said, modifiers)):
        yield {"what": "modifiers on dev, with the rules", "label": label, **tally.figures()}
    yield _relation_figure("relations on dev, end to end", relation_tally(dev, joined))
    linked = [linked_gold(note, training.splitter, labels) for note in dev]
    yield _relation_figure("relations on dev, gold entities", relation_tally(dev, linked))


def _with_micro(figures: Figures) -> Iterator[tuple[str, Tally]]:
    yield MICRO, figures.micro
    yield from ((label, tally) for label, tally in figures.by_label.items() if tally.gold or tally.said)


def linked_gold(note: CorpusNote, splitter: SubwordSplitter, labels: LabelSet) -> set[Pair]:
    """Return the relations that linking finds between the marks that people made."""
    from engine.annotation.said import LabelledSpan
    from engine.text.span import Span

    items = [LabelledSpan((Span(mark.start, mark.end),), mark.label) for mark in note.marks]
    sentences = read(note.text, splitter, 128).sentences
    found = link(items, note.text, sentences, labels)
    return {(note.marks[one.head], note.marks[one.tail]) for one in found}


def _relation_figure(what: str, tally: Tally) -> dict[str, Any]:
    figures = tally.figures()
    del figures["relaxed_f1"]
    return {"what": what, "label": MICRO, **figures}


def _self_tests(training: Training, folder: Path, heads: Sequence[Head]) -> Iterator[SelfTest]:
    """Yield the recipe's sentences with the tags of all heads, where every decision was a clear one.

    A close decision may turn on another processor without anything being wrong there.
    """
    reader = Reader(training.splitter, heads, training.recipe.window, batch=1)
    sentences = [CorpusNote("", text, ()) for text in training.recipe.self_test]
    run = tempered(session(folder / "model.onnx", heads).run, heads)
    for sentence, items in zip(sentences, reader.spans(run, sentences), strict=True):
        margins = [(one.open_margin, one.label_margin, one.close_margin) for one in items]
        if all((margin or 0.0) >= _CLEAR_MARGIN for three in margins for margin in three):
            tags = tuple((one.hull.start, one.hull.end, one.label) for one in items)
            yield SelfTest(sentence.text, tags)


def _notice(manifest: Manifest) -> str:
    lines = [f"{manifest.title} {manifest.version}", "", "Made from:"]
    for origin in manifest.origins:
        where = f" <{origin.url}>" if origin.url else ""
        lines.append(f"- {origin.name}: {origin.what}. Licence: {origin.licence}.{where}")
    return "\n".join(lines) + "\n"
