"""Look at a vector index from a process of its own: Chroma may crash on damaged files.

Run as `python -m index.probe LIBRARY SAMPLE SEED`; prints one JSON object. check.py starts it
and compares; what it leaves out is any judgement.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from index.errors import LibraryError
from index.library import Library
from index.upkeep import read_state
from index.vectors import open_vectors

__all__ = ["Probe", "probe"]

NEIGHBOURS = 10
FAR = 100  # a second look for those that the first did not find
SAME = 0.9999  # cosine from which two vectors are one and the same
SECONDS = 3_600.0


@dataclass(frozen=True, slots=True)
class Probe:
    """What Chroma holds against what it should hold."""

    held: int
    missing: int  # should be there and is not
    stray: int  # is there and should not be
    asked: int  # how many were searched for with their own vector
    lost: int  # of these, how many were not found


def probe(library: Path, sample: int, seed: int) -> Probe:
    """Look at the vector index of the library in a folder, from another process.

    Raises:
        LibraryError: If the process crashed, failed or did not end.
    """
    root = str(Path(__file__).resolve().parents[1])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    command = [
        sys.executable,
        "-P",
        "-m",
        "index.probe",
        str(library),
        str(sample),
        str(seed),
    ]
    try:
        done = subprocess.run(
            command,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            capture_output=True,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise LibraryError("The vector index does not answer.") from error
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise LibraryError(f"The vector index fails (exit {done.returncode}): {said}")
    return Probe(**json.loads(done.stdout.splitlines()[-1]))


def _look(folder: Path, sample: int, seed: int) -> Probe:

    with Library.open(folder) as library:
        state = read_state(library)
        with library.store.reading() as db:
            changes = dict(db.execute("SELECT id, change FROM pending").fetchall())
            ids = [row[0] for row in db.execute("SELECT id FROM chunks ORDER BY id")]
        told = [name for name in ids if changes.get(name) != "upsert"]
        with open_vectors(*state.place) as index:
            held = index.ids()
            wanted = random.Random(seed).sample(told, min(sample, len(told)))
            vectors = library.vectors(wanted)
            lost = 0
            for name in wanted:
                vector = vectors[name].reshape(1, -1)
                lost += not any(
                    _finds(index.query(vector, k), name, k) for k in (NEIGHBOURS, FAR)
                )
    return Probe(
        held=len(held),
        missing=len(set(told) - held),
        stray=len(held - set(ids) - changes.keys()),
        asked=len(wanted),
        lost=lost,
    )


def _finds(found: list[tuple[str, float]], name: str, k: int) -> bool:
    """Say whether a vector finds itself, or only copies of itself."""
    if any(other == name for other, _ in found):
        return True
    return len(found) == k and all(cosine >= SAME for _, cosine in found)


if __name__ == "__main__":
    report = _look(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    fields = {name: getattr(report, name) for name in Probe.__slots__}
    sys.stdout.write(json.dumps(fields) + "\n")
