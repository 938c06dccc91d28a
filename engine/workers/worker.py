"""Worker: the process that holds one model.  ``python -m engine.workers.worker``."""

from __future__ import annotations

from engine.airgap import engage


def main() -> None:
    """Close the network, then answer requests until the program goes away.  Never returns."""
    engage("worker")
    from engine.workers.service import serve

    serve()


if __name__ == "__main__":
    main()
