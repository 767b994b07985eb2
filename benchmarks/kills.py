"""Kill -9 at random moments of index, rebuild, watch and backup: nothing may be lost.

    python benchmarks/kills.py [--kills 200] [--seed 0]

Every round changes some of 60 invented files, starts one of the commands, kills it after a
random time and looks: every document that the library held and whose file did not change must
still be there, and `check` must be clean, or be after the next `citewell index`. Prints a line
for each kind of command and exits with 1 if anything was lost.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from index.check import check
from index.errors import LibraryError, LibraryMissing
from index.library import Library

WORDS = (
    "boat pier rope tar oar sail mast keel tide gull crew dock buoy net lamp storm".split()
)
LONGEST_S = 9.0
FILES = 60


def command(kind: str, library: Path, docs: Path, spare: Path) -> list[str]:
    """Return the command line of one kind of work."""
    start = [sys.executable, "-m", "assistant"]
    return (
        start
        + {
            "index": ["index", "--library", str(library), str(docs)],
            "rebuild": ["index", "--rebuild", "--library", str(library), str(docs)],
            "watch": ["watch", "--library", str(library), str(docs)],
            "backup": ["backup", "--library", str(library), str(spare / "kept.zip")],
        }[kind]
    )


def change(docs: Path, rng: random.Random) -> None:
    """Write some of the files anew."""
    for _ in range(rng.randrange(1, 12)):
        text = "\n\n".join(
            " ".join(rng.choice(WORDS) for _ in range(40)) + "." for _ in range(3)
        )
        (docs / f"{rng.randrange(FILES):02}.txt").write_text(text, encoding="utf-8")


def held(library: Path) -> dict[str, str]:
    """Return the document of each file."""
    try:
        with Library.open(library) as opened:
            entries = opened.ledger().entries
    except LibraryMissing:
        return {}
    return {e.path: e.document_id for e in entries if e.document_id}


def clean(library: Path) -> bool:
    """Say whether a check finds nothing."""
    try:
        with Library.open(library) as opened:
            return check(opened, sample=50).ok
    except LibraryMissing:
        return True
    except LibraryError as error:
        print("   ", error)
        return False


def main() -> int:
    """Run the rounds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    done, lost, unclean, mended = (Counter[str]() for _ in range(4))
    with tempfile.TemporaryDirectory() as folder:
        library, docs, spare = (
            Path(folder) / name for name in ("library", "docs", "spare")
        )
        docs.mkdir()
        spare.mkdir()
        for _ in range(options.kills):
            kind = rng.choice(("index", "index", "rebuild", "watch", "backup"))
            before = held(library)
            change(docs, rng)
            same = {p: d for p, d in before.items() if _unchanged(Path(p), d)}
            process = subprocess.Popen(
                command(kind, library, docs, spare),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            time.sleep(rng.uniform(0.3, LONGEST_S))
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            done[kind] += 1
            after = held(library)
            lost[kind] += any(
                after.get(path) != document for path, document in same.items()
            )
            if not clean(library):
                unclean[kind] += 1
                subprocess.run(
                    command("index", library, docs, spare), capture_output=True, check=False
                )
                mended[kind] += clean(library)
    for kind in sorted(done):
        print(
            f"{kind}: {done[kind]} kills, {lost[kind]} lost something, {unclean[kind]} not "
            f"clean at once, of which {mended[kind]} clean after the next index"
        )
    return int(bool(lost.total() or unclean.total() - mended.total()))


def _unchanged(path: Path, document: str) -> bool:
    import hashlib

    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == document


if __name__ == "__main__":
    sys.exit(main())
