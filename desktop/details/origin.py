"""Origin: who or what a span comes from, in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.details.wording import percent
from engine.labels.label_set import LabelSet

if TYPE_CHECKING:
    from engine.annotation.said import RawAnswer
    from engine.store.origins import Origin

MOST_RAW = 240
"""More characters than this of what a model wrote are cut."""


def made_by(origin: Origin) -> str:
    """Return what proposed it; of several taggers that worked together, with the one that made it."""
    one = origin.stage.partition("/")[2].partition("@")[0] or origin.stage
    return f"{origin.source} ({one})" if one else origin.source


def origin_words(origin: Origin, labels: LabelSet) -> str:
    """Say who made it or what proposed it, and what a person changed of that."""
    if origin.annotator is None:
        return (
            f"From the import of {origin.source}"
            if origin.kind == "import"
            else f"Suggested by {made_by(origin)}"
        )
    if not origin.source:
        return f"Added by {origin.annotator}"
    if origin.kind == "import":
        words = f"Imported from {origin.source} by {origin.annotator}"
    else:
        words = f"Suggested by {made_by(origin)}, accepted by {origin.annotator}"
    if origin.score is not None and origin.score < 1:
        words += f" ({percent(origin.score)} sure)"
    changed = []
    if origin.label_was is not None:
        was = labels.type(origin.label_was).title.lower() if origin.label_was in labels else origin.label_was
        changed.append(f"label was {was}")
    if origin.spans_was is not None:
        changed.append("borders were moved")
    return f"{words}; {', '.join(changed)}" if changed else words


def raw_words(raw: RawAnswer | None) -> str:
    """Return what the model wrote, in which a suggestion was found, as a line to add; or nothing."""
    if raw is None:
        return ""
    words = " ".join(raw.text.split())
    shown = words if len(words) <= MOST_RAW else words[:MOST_RAW] + " …"
    flaws = f" ({', '.join(raw.flaws)})" if raw.flaws else ""
    return f"\nIt wrote, as {raw.asked.partition(':')[0]}: {shown}{flaws}"
