"""Check sum: hashing a large file, with progress, and stopping when asked."""

from __future__ import annotations

import hashlib
from pathlib import Path

from engine.errors import ModelError
from engine.jobs.job import Job

_CHUNK_BYTES = 4 * 1024 * 1024


def sha256_of(path: Path, job: Job | None = None) -> str:
    """Return the SHA-256 of the file in hexadecimal; hashing lets other threads run.

    Raises:
        Cancelled: the job was cancelled meanwhile.
        ModelError: the file is missing or cannot be read.
    """
    digest = hashlib.sha256()
    try:
        total = path.stat().st_size
        with path.open("rb", buffering=0) as file:
            done = 0
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
                done += len(chunk)
                if job is not None:
                    job.report(f"Checking {path.name}", done, total)
    except FileNotFoundError:
        raise ModelError(f"The file “{path.name}” is missing.") from None
    except OSError as error:
        raise ModelError(f"The file “{path.name}” cannot be read: {error.strerror}.") from error
    return digest.hexdigest()
