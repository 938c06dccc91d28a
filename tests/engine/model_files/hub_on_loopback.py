"""A hub on this machine's loopback, for the real library: `python hub_on_loopback.py FOLDER`.

It serves one repository.  The first call of the command is killed in the middle of the large file; then
it is called again.  Printed as JSON: what was asked of the hub, and what came of the second call.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

COMMIT = "c" * 40
REPOSITORY = "owner/some"
LARGE = 24_000_000
TIMEOUT_SECONDS, PATIENCE_SECONDS = 60, 2


class Hub(BaseHTTPRequestHandler):
    """What the real library asks of a hub: the repository's files, and each file with its parts."""

    protocol_version = "HTTP/1.1"
    files: ClassVar[dict[str, bytes]] = {}
    asked: ClassVar[list[str]] = []
    half = threading.Event()
    killed = threading.Event()

    def do_HEAD(self) -> None:
        self.answer(body=False)

    def do_GET(self) -> None:
        self.answer(body=True)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def answer(self, *, body: bool) -> None:
        path = self.path.partition("?")[0]
        part = self.headers.get("Range", "")
        type(self).asked.append(f"{self.command} {path} {part}".strip())
        if path.startswith(f"/api/models/{REPOSITORY}"):
            self.send(json.dumps(self.info()).encode(), body=body, more={"Content-Type": "application/json"})
            return
        name = path.removeprefix(f"/{REPOSITORY}/resolve/{COMMIT}/")
        if name not in self.files:
            self.send(b"", body=False, code=404, more={"X-Error-Code": "EntryNotFound"})
            return
        raw = self.files[name]
        digest = hashlib.sha256(raw).hexdigest()
        begin = int(part.removeprefix("bytes=").partition("-")[0]) if part else 0
        more = {"ETag": f'"{digest}"', "X-Repo-Commit": COMMIT, "Accept-Ranges": "bytes"}
        if begin:
            more["Content-Range"] = f"bytes {begin}-{len(raw) - 1}/{len(raw)}"
        self.send(raw[begin:], body=body, code=206 if begin else 200, more=more)

    def info(self) -> dict[str, object]:
        siblings = [
            {
                "rfilename": name,
                "size": len(raw),
                "blobId": hashlib.sha256(raw).hexdigest()[:40],
                **(
                    {"lfs": {"sha256": hashlib.sha256(raw).hexdigest(), "size": len(raw), "pointerSize": 1}}
                    if name.endswith(".gguf")
                    else {}
                ),
            }
            for name, raw in self.files.items()
        ]
        return {"id": REPOSITORY, "modelId": REPOSITORY, "sha": COMMIT, "siblings": siblings, "tags": []}

    def send(self, raw: bytes, *, body: bool, code: int = 200, more: dict[str, str] | None = None) -> None:
        self.send_response(code)
        for key, value in {**(more or {}), "Content-Length": str(len(raw))}.items():
            self.send_header(key, value)
        self.end_headers()
        if not body:
            return
        if len(raw) > LARGE and not self.half.is_set():
            self.wfile.write(raw[:LARGE])
            self.wfile.flush()
            self.half.set()
            self.killed.wait(TIMEOUT_SECONDS)
            self.close_connection = True
            return
        self.wfile.write(raw)


def main() -> None:
    folder = Path(sys.argv[1])
    Hub.files = {path.name: path.read_bytes() for path in (folder / "repository").iterdir()}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment = {
        **os.environ,
        "HF_ENDPOINT": f"http://127.0.0.1:{server.server_port}",
        "HF_HUB_DISABLE_XET": "1",
        "HF_HOME": str(folder / "hub"),
    }
    command = [sys.executable, "-m", "engine", "models", "download", REPOSITORY, "--file", "big.gguf"]
    command += ["--to", str(folder / "stick")]
    first = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    Hub.half.wait(TIMEOUT_SECONDS)
    time.sleep(PATIENCE_SECONDS)
    first.kill()
    first.wait()
    Hub.killed.set()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    server.shutdown()
    json.dump({"code": done.returncode, "said": done.stderr, "asked": Hub.asked}, sys.stdout)


if __name__ == "__main__":
    main()
