"""Remembered: what the window keeps between two starts, in an INI file of our own folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from platformdirs import user_config_path
from PySide6.QtCore import QByteArray, QSettings

from engine.airgap.account import account_name

RECENT_AT_MOST = 8


class Remembered:
    """Window state by name.  It holds no note text, only paths, sizes, offsets and choices.

    Used on the window's thread.  A file that cannot be read counts as empty.
    """

    def __init__(self, file: Path | None = None) -> None:
        file = file or user_config_path("tagwell", appauthor=False) / "window.ini"
        self.folder = file.parent
        self._settings = QSettings(str(file), QSettings.Format.IniFormat)

    def text(self, name: str, default: str = "") -> str:
        """Return the text called `name`."""
        value = self._settings.value(name, default)
        return value if isinstance(value, str) else default

    def number(self, name: str, default: int) -> int:
        """Return the whole number called `name`."""
        try:
            return int(self.text(name, str(default)))
        except ValueError:
            return default

    def bytes(self, name: str) -> QByteArray:
        """Return the state that a Qt widget saved as `name`; empty where there is none."""
        value = self._settings.value(name)
        return value if isinstance(value, QByteArray) else QByteArray()

    def record(self, name: str) -> dict[str, Any]:
        """Return the small table called `name`."""
        try:
            found = json.loads(self.text(name, "{}"))
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def keep(self, name: str, value: str | int | QByteArray | dict[str, Any]) -> None:
        """Write `value` under `name`."""
        if isinstance(value, dict):
            value = json.dumps(value)
        self._settings.setValue(name, str(value) if isinstance(value, int) else value)

    def save(self) -> None:
        """Write everything to the disk now."""
        self._settings.sync()

    # -- projects -----------------------------------------------------------------------

    def recent(self) -> list[Path]:
        """Return the projects opened last, newest first, as far as they still exist."""
        names = [name for name in self.text("recent").split("\n") if name]
        return [path for path in map(Path, names) if path.exists()]

    def opened(self, path: Path) -> None:
        """Put `path` on top of the recent projects."""
        others = [one for one in self.recent() if one != path]
        self.keep("recent", "\n".join(map(str, [path, *others][:RECENT_AT_MOST])))
        self.save()

    def forget(self, path: Path) -> None:
        """Take `path` out of the recent projects."""
        self.keep("recent", "\n".join(str(one) for one in self.recent() if one != path))

    # -- who ----------------------------------------------------------------------------

    @property
    def annotator(self) -> str:
        """Who annotates at this machine: a name given once, or else that of the account."""
        return self.text("annotator") or account_name()
