"""From the start of the process to the first token read: `citewell ask`, cold.

    python benchmarks/cold_ask.py [--library DIR] [--rounds 5]

Runs `ask` in a new process until llama.cpp begins to read the prompt, taking turns with the
same command that imports sentence-transformers first, as most tools do. Prints the medians,
their ratio, and the peak memory of one whole `ask`.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import time

QUESTION = "How many hangers were replaced in the end?"

# What runs in the new process; `{first}` may import something before everything else.
UNTIL_PREFILL = """
{first}
import sys
from assistant.llm import llama

def stop(*_, **__):
    print("PREFILL", flush=True)
    import os
    os._exit(0)

llama.Engine.prefill = stop
sys.argv = {arguments!r}
from assistant.cli import main
main()
"""


def seconds_until_prefill(first: str, arguments: list[str]) -> float:
    """Start the process; return the seconds until it reports the prefill."""
    script = UNTIL_PREFILL.format(first=first, arguments=["citewell", *arguments])
    start = time.perf_counter()
    outcome = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    if "PREFILL" not in outcome.stdout:
        sys.exit(f"the prompt was never read:\n{outcome.stderr}")
    return time.perf_counter() - start


def peak_memory(arguments: list[str]) -> float:
    """Return the peak memory in MB of a whole ask; must be the first child process."""
    subprocess.run(
        [sys.executable, "-m", "assistant", *arguments], capture_output=True, check=False
    )
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    arguments = ["ask", QUESTION]
    arguments += ["--library", options.library] if options.library else []
    peak = peak_memory(arguments)
    ours, theirs = [], []
    for _ in range(options.rounds + 1):  # the first round warms the disk's cache
        ours.append(seconds_until_prefill("", arguments))
        theirs.append(seconds_until_prefill("import sentence_transformers", arguments))
    ratio = statistics.median(t / o for o, t in zip(ours[1:], theirs[1:], strict=True))
    print(f"ask until prefill                    {statistics.median(ours[1:]):6.2f} s")
    print(f"with sentence-transformers imported  {statistics.median(theirs[1:]):6.2f} s")
    print(f"ratio (median of pairs)              {ratio:6.2f}")
    print(f"peak memory of one whole ask         {peak:6.0f} MB")


if __name__ == "__main__":
    main()
