"""Asks the Hugging Face hub; run as a process of its own, and never imported.

    worker.py describe REPOSITORY REVISION FILE
    worker.py fetch REPOSITORY REVISION FILE PATH BYTES

It is the only place that uses the hub's client. The program itself keeps that client offline,
and only this process is without that restriction. Prints one JSON object: what is known of the
file, or under `error` why not.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

TIMEOUT_S = 20.0


def describe(repository: str, revision: str, file: str) -> dict[str, object]:
    """Return commit, size and SHA-256 of a file as the hub states them.

    The SHA-256 is the ETag of files in large file storage; other files have a shorter one.
    """
    from huggingface_hub import get_hf_file_metadata, hf_hub_url

    url = hf_hub_url(repository, file, revision=revision)
    found = get_hf_file_metadata(url, token=False, timeout=TIMEOUT_S)
    etag = found.etag or ""
    return {
        "commit": found.commit_hash or "",
        "bytes": found.size or 0,
        "sha256": etag if len(etag) == 64 else "",  # noqa: PLR2004 - hexadecimal SHA-256
    }


def fetch(
    repository: str, revision: str, file: str, path: str, size: str
) -> dict[str, object]:
    """Download a file to a path, going on behind what is there already.

    The client's own function for files begins anew in each process, hence the one below it.
    """
    from huggingface_hub import hf_hub_url
    from huggingface_hub.file_download import http_get

    url = hf_hub_url(repository, file, revision=revision)
    with Path(path).open("ab") as target:
        http_get(url, target, resume_size=target.tell(), expected_size=int(size))
    return {"path": path}


def main() -> None:
    """Do what the first argument says."""
    task, *rest = sys.argv[1:]
    try:
        result = describe(*rest) if task == "describe" else fetch(*rest)
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent process says it
        first = (str(error).strip() or "no reason given").splitlines()[0]
        result = {"error": f"{type(error).__name__}: {first}"}
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
