"""Model card: what a manifest says of its model, and what a check on this machine found, as pages."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.model_files.downloads import Download
from engine.model_files.manifest import Manifest

if TYPE_CHECKING:
    from engine.steps.check_model import ModelCheck

SHOWN_FIGURES = {
    "strict_f1": "strict F1",
    "relaxed_f1": "relaxed F1",
    "precision": "precision",
    "recall": "recall",
}
"""The figures of a manifest that the card shows, and what they are called there."""

TO_INSTALL = "“Install a bundle…” below takes it in."
TO_CONVERT = "“Take in a model…” below makes a tagger of it."

SIGNS = {True: "✓", False: "✗", None: "·"}
"""How a finding is marked: good, bad, or neither."""


def card(manifest: Manifest) -> str:
    """Return what a manifest says of its model, as a page."""
    parts = [f"<h3>{html.escape(manifest.title)}</h3>"]
    if manifest.summary:
        parts.append(f"<p>{html.escape(manifest.summary)}</p>")
    if manifest.licence:
        parts.append(f"<p><b>Licence</b>: {html.escape(manifest.licence)}</p>")
    if manifest.origins:
        items = "".join(
            f"<li>{html.escape(one.name)}: {html.escape(one.what)} ({html.escape(one.licence)})</li>"
            for one in manifest.origins
        )
        parts.append(f"<p><b>Made from</b></p><ul>{items}</ul>")
    if manifest.figures:
        parts.append("<p><b>Figures</b></p>" + _figures(manifest.figures))
    if manifest.known_weak:
        items = "".join(f"<li>{html.escape(one)}</li>" for one in manifest.known_weak)
        parts.append(f"<p><b>Known weak spots</b></p><ul>{items}</ul>")
    files = "".join(
        f"<li>{html.escape(one.path)}: {one.size:,} bytes, SHA-256 {one.sha256[:16]}…</li>"
        for one in manifest.files.values()
    )
    parts.append(f"<p><b>Files</b></p><ul>{files}</ul>")
    return "".join(parts)


def download_card(offer: Download) -> str:
    """Return what the list of downloads says of a model that is not here, and how it comes here."""
    rows = {
        "For": offer.what,
        "Repository": offer.repository,
        "Licence": offer.licence or "see its repository",
        "Size": f"{offer.gigabytes:g} GB",
        "Quantization": offer.quantization or "none",
        "Tried by us": "yes" if offer.run_here else "no: nothing is promised of its tags",
    }
    lines = "".join(
        f"<tr><td style='padding-right: 12px'>{html.escape(name)}</td><td>{html.escape(said)}</td></tr>"
        for name, said in rows.items()
    )
    then = TO_INSTALL if offer.kind == "llama-cpp.v1" else TO_CONVERT
    return (
        f"<h3>{html.escape(offer.title)}</h3><p><b>Not on this machine.</b> This program never fetches it by "
        "itself. On a machine with a network,</p>"
        f"<pre>tagwell models download {html.escape(offer.name)}</pre>"
        f"<p>makes a folder of it, with the SHA-256 of every file. Carry that over. {then}</p>"
        f"<table cellspacing='0' cellpadding='3'>{lines}</table>"
    )


def _figures(figures: Sequence[dict[str, object]]) -> str:
    """Return the figures as tables, one for each thing that was measured, with as many columns as fit."""
    there = [name for name in SHOWN_FIGURES if any(name in figure for figure in figures)]
    head = "".join(f"<th align='right'>{html.escape(SHOWN_FIGURES[name])}</th>" for name in there)
    parts: list[str] = []
    for what in dict.fromkeys(str(figure.get("what", "")) for figure in figures):
        rows = "".join(
            f"<tr><td>{html.escape(str(figure.get('label', '')))}</td>"
            + "".join(
                f"<td align='right'>{html.escape(_number(figure.get(name, '')))}</td>" for name in there
            )
            + "</tr>"
            for figure in figures
            if str(figure.get("what", "")) == what
        )
        parts.append(
            f"<p>{html.escape(what)}</p><table cellspacing='0' cellpadding='3'>"
            f"<tr><th align='left'>Label</th>{head}</tr>{rows}</table>"
        )
    return "".join(parts)


def _number(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def findings(check: ModelCheck) -> str:
    """Return what a check of the model found on this machine."""
    rows = "".join(
        f"<tr><td>{SIGNS[one.good]}</td><td style='padding-right: 12px'>{html.escape(one.what)}</td>"
        f"<td>{html.escape(one.said)}</td></tr>"
        for one in check.findings
    )
    return f"<p><b>On this machine</b></p><table cellspacing='0' cellpadding='3'>{rows}</table>"
