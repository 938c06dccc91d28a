"""Characters: what a note's text may not hold, whatever kind of file it came from."""

from __future__ import annotations

import re

_UNUSABLE = re.compile("[\x00\ud800-\udfff]")
REPLACEMENT = "\ufffd"
REPLACED = f"{{}} that no note can hold: replaced by “{REPLACEMENT}”."
"""What is said of them; takes “1 character” or “7 characters”."""

LINE_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
"""All that some reader takes for the end of a line."""


def cleaned(text: str) -> tuple[str, int]:
    """Return `text` with NUL and lone surrogates as U+FFFD, and how many there were.

    One character stays one character: offsets into the text stay good.
    """
    return _UNUSABLE.subn(REPLACEMENT, text)


def one_line(text: str) -> str:
    """Return `text` with each run of white space, line breaks among it, as one blank."""
    return " ".join(text.split())
