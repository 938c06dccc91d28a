"""Project commands: new, open, demo, backups, check, passphrase, close."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from desktop.desk import Desk
from desktop.details.wording import count_words
from desktop.failures.failure_message import tell_failure
from desktop.files.new_project import SUFFIX, NewProject
from desktop.files.passphrase import AskPassphrase, ChangePassphrase
from desktop.tagging.choose_model import chosen_model
from engine.annotation.annotation import Status
from engine.errors import ModelError, TagwellError, WrongPassphrase
from engine.labels.label_set import LabelSet
from engine.text.note import NoteId

if TYPE_CHECKING:
    from desktop.files.backup_dialog import BackupDialog
    from engine.store.backup import Backup
    from engine.store.integrity import CheckReport

DEFAULT_LABELS = "kiwi"
FILTER = f"Tagwell projects (*{SUFFIX});;All files (*)"


class ProjectCommands(QObject):
    """Everything that concerns the project file as a whole.

    Signals:
        demo_ready: the demo project is open and has its notes.
    """

    demo_ready = Signal()

    def __init__(self, window: QWidget, desk: Desk) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk

    def commands(self) -> dict[str, Callable[[], object]]:
        """Return what the commands of this part do."""
        return {
            "new-project": self.new,
            "open-project": self.choose,
            "open-demo": self.demo,
            "back-up": self.back_up,
            "backups": self.backups,
            "check-project": self.check,
            "label-set": self.label_set,
            "change-passphrase": self.change_passphrase,
            "close-project": self.close,
        }

    # -- new and open ---------------------------------------------------------------------

    def new(self) -> None:
        """Ask for name, folder and label set, and make a project."""
        from engine.model_files.label_sets import label_sets_here

        try:
            sets = label_sets_here()
        except TagwellError as error:
            tell_failure(self._window, "New project", str(error))
            return
        form = NewProject(_default_first(sets), self._folder(), self._window)
        if form.exec() == QDialog.DialogCode.Accepted:
            wanted = form.wanted
            self._keep_folder(wanted.path.parent)
            self._desk.create_project(
                wanted.path, wanted.labels, wanted.title, wanted.passphrase, failed=self._tell("New project")
            )
        form.deleteLater()

    def label_set(self, labels: LabelSet | None = None) -> None:
        """Change what may be said in the open project, and its definitions; `labels` is a try that failed."""
        from desktop.labels.label_set_editor import LabelSetEditor

        project = self._desk.project
        if project is None:
            return
        editor = LabelSetEditor(labels or project.labels, "&Keep changes", named=False, parent=self._window)
        agreed, wanted = editor.exec() == QDialog.DialogCode.Accepted, editor.labels
        editor.deleteLater()

        def refused(error: TagwellError) -> None:
            tell_failure(self._window, "Label set", str(error))
            self.label_set(wanted)  # what was filled in is not lost

        if agreed and wanted != project.labels:
            who = project.annotator
            project.do(lambda store: store.change_label_set(wanted, who), failed=refused)

    def choose(self) -> None:
        """Ask for a project file and open it."""
        name, _ = QFileDialog.getOpenFileName(self._window, "Open project", str(self._folder()), FILTER)
        if name:
            self._keep_folder(Path(name).parent)
            self.open(Path(name))

    def open(self, path: Path, then: Callable[[], None] | None = None) -> None:
        """Open the project at `path`, asking for its passphrase where it has one."""
        self._desk.open_project(
            path, None, then, lambda error: self._not_opened(path, error, then, asked=False)
        )

    def _not_opened(
        self, path: Path, error: TagwellError, then: Callable[[], None] | None, *, asked: bool
    ) -> None:
        if not isinstance(error, WrongPassphrase):
            tell_failure(self._window, "Open project", str(error))
            return
        form = AskPassphrase(path.stem, str(error) if asked else "", self._window)
        agreed, passphrase = form.exec() == QDialog.DialogCode.Accepted, form.passphrase.text()
        form.deleteLater()
        if agreed:
            again = partial(self._not_opened, path, then=then, asked=True)
            self._desk.open_project(path, passphrase, then, again)

    def demo(self) -> None:
        """Open the demo project; the first time, make it and have it tagged."""
        from desktop.files.demo_project import TITLE, demo_labels, demo_path

        try:
            path, labels = demo_path(), demo_labels()
        except TagwellError as error:
            tell_failure(self._window, "Demo project", str(error))
            return
        if path.exists():
            self.open(path, self._tag_demo)
        else:
            self._desk.create_project(
                path, labels, TITLE, then=self._fill_demo, failed=self._tell("Demo project")
            )

    def _fill_demo(self) -> None:
        from desktop.files.demo_project import import_demo_notes

        project = self._desk.project
        if project is not None:
            project.do(
                lambda store: import_demo_notes(store, project.annotator),
                lambda _done: self._tag_demo(),
                self._tell("Demo project"),
            )

    def _tag_demo(self) -> None:
        """Have the notes tagged that nothing has looked at yet."""
        from engine.store.notes import NoteQuery

        project = self._desk.project
        if project is not None:
            query = NoteQuery(status=frozenset({Status.NEW}))
            project.ask(lambda store: [NoteId(one) for one in store.note_ids(query)], self._tag_new)

    def _tag_new(self, notes: Sequence[NoteId]) -> None:
        self.demo_ready.emit()
        tagging = self._desk.tagging
        if not notes or tagging is None:
            return
        try:
            tagging.tag(chosen_model(self._desk.remembered), notes)
        except ModelError as error:
            self._desk.told.emit(str(error), "warning")

    def close(self) -> None:
        """Close the project; the next start begins with the welcome page."""
        self._desk.remembered.keep("last-project", "")
        self._desk.close_project()

    # -- safety ---------------------------------------------------------------------------

    def back_up(self) -> None:
        """Make a backup now."""
        project = self._desk.project
        if project is not None:
            project.read(
                lambda store, _job: store.backup("by hand"),
                lambda path: self._desk.told.emit(f"Backed up and checked: {path}", "note"),
                self._tell("Back up"),
            )

    def backups(self) -> None:
        """Show the backups of this project."""
        from desktop.files.backup_dialog import BackupDialog
        from engine.store.backup import backups_of

        project = self._desk.project
        if project is None:
            return
        page = BackupDialog(project.path, backups_of(project.path), self._window)
        page.restore_wanted.connect(lambda path: self._restore(page, path))

        def made(backups: Sequence[Backup]) -> None:
            page.show_backups(backups)

        page.backup_wanted.connect(
            lambda: project.read(
                lambda store, _job: (store.backup("by hand"), store.backups())[1], made, self._tell("Back up")
            )
        )
        page.exec()
        page.deleteLater()

    def _restore(self, page: BackupDialog, backup: Path) -> None:
        project = self._desk.project
        if project is None:
            return
        start = project.path.with_name(f"{project.path.stem} restored{SUFFIX}")
        name, _ = QFileDialog.getSaveFileName(page, "Restore as", str(start), FILTER)
        if not name:
            return
        to = Path(name) if Path(name).suffix else Path(name + SUFFIX)
        self._restore_to(page, backup, to, None, asked=False)

    def _restore_to(
        self, page: BackupDialog, backup: Path, to: Path, passphrase: str | None, *, asked: bool
    ) -> None:
        from engine.store.backup import restore

        try:
            restore(backup, to, passphrase)
        except WrongPassphrase as error:
            form = AskPassphrase(backup.stem, str(error) if asked else "", page)
            if form.exec() == QDialog.DialogCode.Accepted:
                self._restore_to(page, backup, to, form.passphrase.text(), asked=True)
            form.deleteLater()
        except TagwellError as error:
            tell_failure(page, "Restore a backup", str(error))
        else:
            page.accept()
            self.open(to)

    def check(self) -> None:
        """Look at everything in the project and say whether it holds together."""
        from desktop.files.check_report import CheckPage

        project = self._desk.project
        if project is None:
            return

        def show(report: CheckReport) -> None:
            self._desk.work_ended.emit()
            page = CheckPage(report, self._window)
            page.exec()
            page.deleteLater()

        def refused(error: TagwellError) -> None:
            self._desk.work_ended.emit()
            self._tell("Check project")(error)

        self._desk.work_began.emit(
            project.read(
                lambda store, job: store.check(job),
                show,
                refused,
                self._desk.work_ended.emit,
            )
        )

    def change_passphrase(self) -> None:
        """Give the project a passphrase, another one, or none."""
        project = self._desk.project
        if project is None:
            return
        form = ChangePassphrase(project.encrypted, self._window)
        if form.exec() == QDialog.DialogCode.Accepted:
            project.change_passphrase(
                form.old_passphrase,
                form.new_passphrase,
                self._passphrase_changed,
                self._tell("Change passphrase"),
            )
        form.deleteLater()

    def _passphrase_changed(self, older: Sequence[Path]) -> None:
        project = self._desk.project
        words = (
            "The passphrase is changed."
            if project is not None and project.encrypted
            else "The project is not encrypted any more."
        )
        if older:
            words += f" {count_words(len(older), 'backup')} made before still open as they did then."
        self._desk.told.emit(words, "note")

    # -- inside ---------------------------------------------------------------------------

    def _folder(self) -> Path:
        kept = Path(self._desk.remembered.text("project-folder"))
        if kept.parts and kept.is_dir():
            return kept
        place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        return Path(place) if place and Path(place).is_dir() else Path.home()

    def _keep_folder(self, folder: Path) -> None:
        self._desk.remembered.keep("project-folder", str(folder))

    def _tell(self, title: str) -> Callable[[TagwellError], None]:
        return lambda error: tell_failure(self._window, title, str(error))


def _default_first(sets: Sequence[LabelSet]) -> list[LabelSet]:
    return sorted(sets, key=lambda one: one.name != DEFAULT_LABELS)
