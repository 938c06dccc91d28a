"""Tagger settings: how each model is asked in this project, and whether a fast one reads first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from PySide6.QtCore import QObject

from desktop.project import Project
from engine.taggers.cascade.policy import THRESHOLD, Policy
from engine.taggers.cascade.tagger import cascade_of
from engine.taggers.registry import TaggerSpec, find_tagger

SETTING = "tagger-settings"
"""Under what the project keeps them: an error rule may quote a note, so they never leave the project."""

LLM = "llama-cpp.v1"


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """What is set of one model.  `options` are its own; the others say which sentences it reads.

    With a policy other than ``all`` the model that came with the program reads everything first;
    `other` is a list of terms to compare with.
    """

    options: Mapping[str, Any] = field(default_factory=dict)
    policy: str = Policy.ALL.value
    threshold: float = THRESHOLD
    sections: tuple[str, ...] = ()
    other: str = ""

    def of(self, base: TaggerSpec) -> TaggerSpec:
        """Return `base` so set.

        Raises:
            ModelError: a setting is not right, or a tagger it names is gone.
        """
        spec = replace(base, options={**base.options, **self.options}) if self.options else base
        if self.policy == Policy.ALL.value or base.id == find_tagger().id:
            return spec
        how = {"policy": self.policy, "threshold": self.threshold, "sections": list(self.sections)}
        other = self.other if self.policy == Policy.DISAGREEING.value else ""
        return cascade_of(find_tagger(), spec, {**how, "other": other})


class TaggerSettings(QObject):
    """The settings of the open project, by model.  For the window's thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self._kept: dict[str, ModelSettings] = {}

    def read(self, project: Project) -> None:
        """Read the settings of a project that was opened; until they are there, nothing is set."""
        self._project = project
        self._kept = {}
        project.ask(lambda store: store.setting(SETTING), self._take)

    def of(self, base: TaggerSpec) -> ModelSettings:
        """Return what is set of the model `base`."""
        return self._kept.get(base.id, ModelSettings())

    def keep(self, base: TaggerSpec, settings: ModelSettings) -> None:
        """Set the model `base` so from now on, in this project."""
        self._kept[base.id] = settings
        written: dict[str, Any] = {name: asdict(one) for name, one in self._kept.items()}
        if self._project is not None:
            self._project.ask(lambda store: store.set_setting(SETTING, written), lambda _done: None)

    def spec(self, base: TaggerSpec) -> TaggerSpec:
        """Return how to load the model `base` as it is set here.

        Raises:
            ModelError: a setting is not right any more.
        """
        return self.of(base).of(base)

    def _take(self, written: object) -> None:
        for name, one in written.items() if isinstance(written, dict) else ():
            try:
                self._kept[name] = ModelSettings(**{**one, "sections": tuple(one["sections"])})
            except (TypeError, KeyError):
                continue  # of a newer version: as if nothing were set
