"""Errors: every failure we foresee, in one tree whose text a nurse can read.

    TagwellError
    ├── InputError          a file or a text that cannot be taken as it is
    │   ├── FormatError         not the format it claims to be; says where
    │   └── OffsetError         offsets that do not match the text
    ├── ExportError         files that could not be written; nothing was half written
    ├── LabelError          a label or a pair that the label set lacks
    ├── StoreError          the project file
    │   ├── ProjectLocked       open in another window or on another machine
    │   ├── ProjectNewer        made by a newer version of the program
    │   ├── WrongPassphrase     wrong passphrase, or not a project at all
    │   ├── ProjectDamaged      truncated, or not a database
    │   └── DiskFull            nothing was written
    ├── ModelError          a model file or a model's answer
    │   └── WorkerCrashed       the process that holds the model died
    └── Cancelled           the user stopped it; never shown as an error

Anything else that is raised is a bug.  No message holds note text: messages
name files, notes by id, offsets and counts.
"""

from __future__ import annotations


class TagwellError(Exception):
    """A foreseen failure.  ``str()`` is a sentence for the user."""


class InputError(TagwellError):
    """A file or a text that cannot be taken as it is."""


class FormatError(InputError):
    """A file that is not in the format it claims; the message says where."""


class OffsetError(InputError):
    """Offsets that do not match the text they point into."""


class ExportError(TagwellError):
    """Files that could not be written as asked; what was there before still stands as it was."""


class LabelError(TagwellError):
    """A label, or a pair of labels, that the label set lacks."""


class StoreError(TagwellError):
    """The project file could not do what was asked; nothing was half done."""


class ProjectLocked(StoreError):
    """The project is open elsewhere, or lies where it cannot be locked safely."""


class ProjectNewer(StoreError):
    """The project was made by a newer version of the program."""


class WrongPassphrase(StoreError):
    """The passphrase is wrong or missing, or the file is not a project."""


class ProjectDamaged(StoreError):
    """The file is truncated or is not a database."""


class DiskFull(StoreError):
    """The disk is full; the operation was not carried out."""


class ModelError(TagwellError):
    """A model file is missing, damaged or unsuitable, or its answer cannot be used."""


class WorkerCrashed(ModelError):
    """The process that holds the model ended; the message names the cause."""


class Cancelled(TagwellError):
    """The user stopped the work.  What was finished before stays."""
