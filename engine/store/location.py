"""Location: where a project file may lie, and where SQLite would lose data."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from engine.errors import ProjectLocked

_NETWORK = frozenset(
    [
        "nfs",
        "nfs4",
        "cifs",
        "smb",
        "smb2",
        "smb3",
        "smbfs",
        "ncpfs",
        "afs",
        "afpfs",
        "webdav",
        "davfs",
        "coda",
        "ceph",
        "glusterfs",
        "lustre",
        "beegfs",
        "gpfs",
        "fuse.sshfs",
        "fuse.rclone",
        "fuse.gvfsd-fuse",
        "fuse.davfs",
        "fuse.davfs2",
        "fuse.glusterfs",
        "fuse.s3fs",
        "fuse.goofys",
        "fuse.smbnetfs",
        "fuse.cephfs",
        "fuse.onedriver",
        "fuse.google-drive-ocamlfuse",
        "fuse.kio-fuse",
        "fuse.dropbox",
        "vboxsf",
        "fuse.vmhgfs-fuse",
        "prl_fs",
    ]
)
_SYNCED = re.compile(
    r"(dropbox|onedrive|nextcloud|owncloud|google ?drive|icloud ?drive|mobile documents|seafile"
    r"|pcloud ?drive|megasync|box sync|syncthing)([ (\-~].*)?",
    re.IGNORECASE,
)
_WINDOWS_REMOTE = 4
_OCTAL = re.compile(r"\\([0-7]{3})")

_WORK_LOCALLY = (
    "Two computers could write to it at once, and work would be lost. "
    "Work on a local copy: copy the file to a folder of this computer and open it there."
)


def refuse_shared_place(project: Path) -> None:
    """Refuse a project that lies on a network drive or in a folder that a service copies about.

    Raises:
        ProjectLocked: it does; the sentence says what to do.
    """
    folder = project.absolute().parent
    service = synced_by(folder.resolve()) or synced_by(folder)
    if service is not None:
        raise ProjectLocked(f"“{project.name}” lies in a synchronised folder (“{service}”). {_WORK_LOCALLY}")
    network = network_kind(folder.resolve())
    if network is not None:
        raise ProjectLocked(f"“{project.name}” lies on a network drive ({network}). {_WORK_LOCALLY}")


def synced_by(folder: Path) -> str | None:
    """Return the part of `folder` that names a synchronising service, or None."""
    return next((part for part in folder.parts if _SYNCED.fullmatch(part)), None)


def network_kind(folder: Path) -> str | None:
    """Return what kind of network drive `folder` lies on, or None where it is local or unknown."""
    if sys.platform == "win32":
        import ctypes

        remote = ctypes.windll.kernel32.GetDriveTypeW(folder.anchor) == _WINDOWS_REMOTE
        return "a shared drive" if remote or folder.anchor.startswith("\\\\") else None
    try:
        table = Path("/proc/self/mountinfo").read_text("utf-8", errors="surrogateescape")
    except OSError:
        return None  # not Linux: only the folder's name tells
    kind = mounted_as(folder, table)
    return kind if kind in _NETWORK else None


def mounted_as(folder: Path, mountinfo: str) -> str:
    """Return the file system that holds `folder`, by the table of `/proc/self/mountinfo`."""
    best, kind = -1, ""
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) < 5 or not after:  # noqa: PLR2004 - the mount point is the fifth field
            continue
        point = Path(_OCTAL.sub(lambda m: chr(int(m[1], 8)), fields[4]))
        # The later of two mounts on one point hides the earlier.
        if len(point.parts) >= best and folder.is_relative_to(point):
            best, kind = len(point.parts), after.split(" ", 1)[0]
    return kind
