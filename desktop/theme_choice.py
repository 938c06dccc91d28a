"""Theme choice: light, dark, high contrast, or as the system has it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from desktop.appearance.theme import Theme, dark, dress, high_contrast, light
from desktop.remembered import Remembered
from desktop.style_sheet import style_sheet

CHOICES = {"system": None, "light": light, "dark": dark, "contrast": high_contrast}
"""What can be chosen, and the theme it gives; the system’s is asked for."""


class ThemeChoice(QObject):
    """Remembers the choice and dresses the program.

    Signals:
        changed: the `Theme` is another one now.
    """

    changed = Signal(object)

    def __init__(self, remembered: Remembered, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._remembered = remembered
        chosen = remembered.text("theme", "system")
        self.chosen = chosen if chosen in CHOICES else "system"
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)
        self.theme = self._wanted()
        self._apply()

    def choose(self, name: str) -> None:
        """Use the theme called `name` from now on."""
        self.chosen = name
        self._remembered.keep("theme", name)
        self._dress()

    def commands(self) -> dict[str, Callable[[], object]]:
        """Return what the theme's commands do."""
        return {f"theme-{name}": partial(self.choose, name) for name in CHOICES}

    def _system_changed(self, _scheme: Qt.ColorScheme) -> None:
        if self.chosen == "system":
            self._dress()

    def _wanted(self) -> Theme:
        chosen = CHOICES[self.chosen]
        if chosen is not None:
            return chosen()
        is_dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        return dark() if is_dark else light()

    def _dress(self) -> None:
        self.theme = self._wanted()
        self._apply()
        self.changed.emit(self.theme)

    def _apply(self) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication):
            dress(application, self.theme)
            application.setStyleSheet(style_sheet(self.theme))
