"""Settings: what a window remembers of a project.  Not operations: undo does not see them."""

from __future__ import annotations

import json
from typing import TypeAlias

from engine.store.harvest import Harvesting

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None


class Remembering(Harvesting):
    """Window state: caret, sizes, filters.  Never note text."""

    def setting(self, key: str, default: Json = None) -> Json:
        """Return what was remembered under `key`, or `default`."""
        row = self._one("SELECT value FROM setting WHERE key = ?", key)
        if row is None:
            return default
        value: Json = json.loads(row[0])
        return value

    def set_setting(self, key: str, value: Json) -> None:
        """Remember `value` under `key`."""
        with self._transaction():
            self._conn.execute(
                "INSERT INTO setting (key, value) VALUES (?, ?) "
                "ON CONFLICT DO UPDATE SET value = excluded.value",
                (key, json.dumps(value)),
            )
