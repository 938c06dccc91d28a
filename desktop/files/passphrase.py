"""Passphrase: asked for when a project is opened, and changed."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QWidget
from typing_extensions import override

from desktop.files.form import Form, secret_field
from desktop.files.new_project import CANNOT_RECOVER, passphrase_trouble


class AskPassphrase(Form):
    """Asks for the passphrase of the project called `name`; `trouble` says why it asks again."""

    def __init__(self, name: str, trouble: str = "", parent: QWidget | None = None) -> None:
        super().__init__("Open project", "&Open", f"“{name}” is encrypted. Its passphrase opens it.", parent)
        self.setMinimumWidth(440)
        self.passphrase = secret_field()
        self.field("&Passphrase", self.passphrase)
        self.tell(trouble)

    @override
    def check(self) -> str:
        """Return what is wrong, as a sentence."""
        return "" if self.passphrase.text() else "Please type the passphrase."


class ChangePassphrase(Form):
    """Asks for the old passphrase (where there is one) and for a new one, or for none."""

    def __init__(self, encrypted: bool, parent: QWidget | None = None) -> None:
        words = (
            "The project is encrypted. Give it another passphrase, or take the encryption away."
            if encrypted
            else "The project is not encrypted: anyone who has the file can read it. Give it a passphrase."
        )
        super().__init__("Change passphrase", "&Change", words, parent)
        self._encrypted = encrypted
        self.old, self.new, self.again = secret_field(), secret_field(), secret_field()
        self.remove = QCheckBox("&Take the encryption away")
        self.field("&Old passphrase", self.old)
        self.rows.addRow("", self.remove)
        self.field("&New passphrase", self.new)
        self.field("&Again", self.again)
        self.warned = self.remark(CANNOT_RECOVER)
        self.rows.setRowVisible(self.old, encrypted)
        self.rows.setRowVisible(self.remove, encrypted)
        self.remove.toggled.connect(self._show_new)

    @property
    def old_passphrase(self) -> str | None:
        """The passphrase so far, or None where the project had none."""
        return self.old.text() if self._encrypted else None

    @property
    def new_passphrase(self) -> str | None:
        """The passphrase from now on, or None for none."""
        return None if self.remove.isChecked() else self.new.text()

    @override
    def check(self) -> str:
        """Return what is wrong, as a sentence."""
        if self._encrypted and not self.old.text():
            self.old.setFocus()
            return "Please type the old passphrase."
        return "" if self.remove.isChecked() else passphrase_trouble(self.new.text(), self.again.text())

    def _show_new(self, removed: bool) -> None:
        for widget in (self.new, self.again, self.warned):
            self.rows.setRowVisible(widget, not removed)
