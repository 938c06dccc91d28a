"""Restless owner: changes the passphrase of a project again and again, and says so after each time.

python restless_owner.py PROJECT
"""

from __future__ import annotations

import os
import sys
from itertools import pairwise
from pathlib import Path

from engine.store.store import Store

PASSPHRASES = (None, "first", "second", None, "third")


def main() -> None:
    path = Path(sys.argv[1])
    with Store.open(path) as store:
        os.write(1, b"open\n")
        for old, new in pairwise(PASSPHRASES * 100):
            if old != new:
                store.change_passphrase(old, new)
            os.write(1, f"{new}\n".encode())


if __name__ == "__main__":
    main()
