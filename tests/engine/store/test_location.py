from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import ProjectLocked
from engine.labels.label_set import LabelSet
from engine.store.location import mounted_as, network_kind, synced_by
from engine.store.store import Store

MOUNTINFO = """\
22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
23 22 0:21 / /proc rw - proc proc rw
40 22 0:40 / /mnt/ward\\0407 rw,relatime shared:5 - cifs //server/share rw
41 22 0:41 / /home/anna/remote rw master:1 - fuse.sshfs host: rw
42 22 0:42 / /data rw - nfs4 server:/data rw
43 42 0:43 / /data/here rw - xfs /dev/vdb rw
44 22 0:44 / /over rw - ext4 /dev/vdc rw
45 22 0:45 / /over rw - nfs server:/x rw
broken line
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/anna", "ext4"),
        ("/mnt/ward 7/projects", "cifs"),
        ("/mnt/ward 70", "ext4"),
        ("/home/anna/remote", "fuse.sshfs"),
        ("/data/x", "nfs4"),
        ("/data/here/x", "xfs"),
        ("/over/x", "nfs"),
    ],
)
def test_the_nearest_mount_decides(folder: str, kind: str) -> None:
    assert mounted_as(Path(folder), MOUNTINFO) == kind


def test_this_disk_is_local(tmp_path: Path) -> None:
    assert network_kind(tmp_path) is None


@pytest.mark.parametrize(
    "name",
    [
        *("Dropbox", "dropbox", "Dropbox (Personal)", "OneDrive", "OneDrive - St. Mary Hospital"),
        *("OneDrive-Contoso", "iCloudDrive", "iCloud Drive", "Mobile Documents", "Google Drive"),
        *("GoogleDrive-me@x.org", "Nextcloud", "ownCloud"),
    ],
)
def test_folders_that_a_service_copies_about_are_known_by_name(name: str) -> None:
    assert synced_by(Path("/home/anna") / name / "projects") == name


@pytest.mark.parametrize("name", ["dropboxes", "my onedrive export", "cloud", "drive", "Box", "sync"])
def test_other_folders_are_not(name: str) -> None:
    assert synced_by(Path("/home/anna") / name) is None


def test_a_project_in_a_synchronised_folder_is_refused_with_a_way_out(
    tmp_path: Path, labels: LabelSet
) -> None:
    folder = tmp_path / "OneDrive - Ward" / "notes"
    folder.mkdir(parents=True)
    for try_it in (
        lambda: Store.create(folder / "a.tagwell", labels),
        lambda: Store.open(folder / "a.tagwell"),
    ):
        with pytest.raises(ProjectLocked, match="Work on a local copy"):
            try_it()
    assert list(folder.iterdir()) == []


def test_a_link_into_a_synchronised_folder_is_seen_through(tmp_path: Path, labels: LabelSet) -> None:
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "mine").symlink_to(tmp_path / "Dropbox")
    with pytest.raises(ProjectLocked, match="Dropbox"):
        Store.create(tmp_path / "mine" / "a.tagwell", labels)


def test_a_project_on_a_network_drive_is_refused(
    tmp_path: Path, labels: LabelSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.store.location.mounted_as", lambda *_: "cifs")
    with pytest.raises(ProjectLocked, match=r"network drive \(cifs\).*Work on a local copy"):
        Store.create(tmp_path / "a.tagwell", labels)
