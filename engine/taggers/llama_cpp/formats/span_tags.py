"""Span tags: the sentence repeated with ``<span class="problem">fever</span>`` in it.

The format of Kiwi (Hu et al., JAMIA 33(3), 2026, doi 10.1093/jamia/ocaf213) and its forerunner.
Nothing but these two tags is markup, so ``BP <140/90 & rising`` stays as it is; where a
note itself holds one of them, its ``<`` is written ``&lt;``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.labels.label_set import LabelType
from engine.taggers.llama_cpp.formats.answer_format import Flaw, Mark, Names, Read
from engine.taggers.llama_cpp.formats.reading import Repeated, borders

CLOSE = "</span>"
_OURS = re.compile(r"<(?=/span>|span class=)|&(?:amp;)*lt;(?=/span>|span class=)")
_TAG = re.compile(
    r"</span>|<span class=[\"'“”]?(?P<label>[^\"'“”<>]*)[\"'“”]?>|<span class="
    r"|&(?P<levels>(?:amp;)*)lt;(?=/span>|span class=)"
)


class SpanTags:
    """See the module."""

    name = "span-tags"
    nests = True
    stop = "\n"
    everywhere = False

    def task(self, types: Sequence[LabelType]) -> str:
        """Return the instruction."""
        tags = "\n".join(f"{self.named(one)}…{CLOSE}" for one in types)
        return f"Repeat the text with nothing changed, and mark what it says with these tags:\n{tags}\n"

    def named(self, one: LabelType) -> str:
        """Return the opening tag."""
        return _opening(one.name)

    def write(self, text: str, marks: Sequence[Mark]) -> str:
        """Return `text` with its marks."""
        written: list[str] = []
        for piece, mark, opens in borders(text, marks):
            written.append(
                _OURS.sub(lambda found: "&lt;" if found[0] == "<" else "&amp;" + found[0][1:], piece)
            )
            if mark:
                written.append(_opening(mark.label) if opens else CLOSE)
        return "".join(written)

    def read(self, raw: str, names: Names) -> Read:
        """Return what is marked."""
        found, at = Repeated(names), 0
        for tag in _TAG.finditer(raw):
            found.text(raw[at : tag.start()])
            at = tag.end()
            if tag["levels"] is not None:
                found.text(tag[0].replace("&amp;", "&", 1) if tag["levels"] else "<")
            elif tag[0] == CLOSE:
                found.close()
            elif tag["label"] is not None:
                found.open(tag["label"])
            else:
                found.text(tag[0])
                found.flaw(Flaw.UNBALANCED)
        found.text(raw[at:])
        return found.read()


def _opening(label: str) -> str:
    return f'<span class="{label}">'
