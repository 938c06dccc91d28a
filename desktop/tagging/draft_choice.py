"""Draft choice: whose tags a language model is shown to agree with; it is the faster the more it does."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox
from shiboken6 import isValid

from desktop.project import Project
from engine.store.layers import LayerRow
from engine.taggers.registry import find_tagger

_LAYER = "layer:"


class DraftChoice(QComboBox):
    """Nothing, the model that came with the program, or a layer of the project."""

    def __init__(self, project: Project, chosen: str) -> None:
        """Show what is `chosen`, and offer the layers of the project as soon as they are read."""
        super().__init__()
        first = find_tagger()
        self.addItem("Nothing", "")
        self.addItem(first.title or first.name, first.name)
        self.setAccessibleName("Draft")
        self.setToolTip(
            "The tags are the same with any draft. The more of it is right, the sooner they come."
        )
        if chosen and self.findData(chosen) < 0:
            self.addItem(
                f"Layer {chosen.removeprefix(_LAYER)}" if chosen.startswith(_LAYER) else chosen, chosen
            )
        self.setCurrentIndex(self.findData(chosen))
        project.ask(lambda store: store.layers(), self.offer)

    @property
    def chosen(self) -> str:
        """What is chosen, as the option `draft` of a run."""
        return str(self.currentData())

    def offer(self, rows: list[LayerRow]) -> None:
        """Offer the layers `rows` too, unless the page is closed already; what is chosen stays."""
        if not isValid(self):
            return
        for row in rows:
            title = f"{row.name}, {row.at[:16].replace('T', ' ')}" if row.at else row.name
            data = f"{_LAYER}{row.id}"
            place = self.findData(data)
            if place < 0:
                self.addItem(title, data)
            else:
                self.setItemText(place, title)
