"""Sets up everything from a fresh clone, then runs the main job or the tests.

    python3 scripts/dev.py demo [QUESTION]   set up, index the samples, answer a question
    python3 scripts/dev.py test [PYTEST ...] set up with the test tools, run the tests
    python3 scripts/dev.py setup             set up only

Everything goes into `.venv` beside this folder; models go into the user's data folder.
Needs Python 3.11 or newer and a C/C++ compiler: llama.cpp is compiled once, in minutes.
Set CITEWELL_TORCH to another requirement (for example "torch") on a machine with a GPU.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".venv"
SAMPLE_LIBRARY = HOME / "samples-library"
QUESTION = "How many hangers were replaced in the end?"

# A plain torch brings several gigabytes of CUDA on Linux; the CPU build does all that is
# needed here. It is looked for where pip is set up to look, then where its makers keep it.
CPU_TORCH = "torch==2.13.0+cpu" if sys.platform == "linux" else "torch>=2.2"
CPU_TORCH_INDEX = "https://download.pytorch.org/whl/cpu"


def main() -> None:
    """Do what the first argument says."""
    if sys.version_info < (3, 11):  # noqa: UP036 - to say so before a syntax error does
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    task, *rest = sys.argv[1:] or ["help"]
    if task == "setup":
        set_up("ocr")
    elif task == "demo":
        set_up("ocr")
        demo(" ".join(rest) or QUESTION)
    elif task == "test":
        set_up("dev")
        run(HOME_PYTHON, "-m", "pytest", *rest)
    else:
        sys.exit(__doc__)


HOME_PYTHON = HOME / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def set_up(extra: str) -> None:
    """Make the environment, install the project into it, fetch and fit the models."""
    if not HOME_PYTHON.is_file():
        say("making .venv")
        venv.create(HOME, with_pip=True)
    if not works("import torch"):
        install_torch(os.environ.get("CITEWELL_TORCH", CPU_TORCH))
    say("installing (the first time, llama.cpp is compiled: some minutes)")
    run(HOME_PYTHON, "-m", "pip", "install", "--quiet", "--editable", f".[{extra}]")
    run(HOME_PYTHON, "-m", "assistant", "setup")


def install_torch(requirement: str) -> None:
    """Install torch from the configured sources, else from its makers' CPU index."""
    say(f"installing {requirement}")
    command = (HOME_PYTHON, "-m", "pip", "install", "--quiet", requirement)
    if subprocess.run(command, cwd=ROOT, check=False, stderr=subprocess.DEVNULL).returncode:
        run(*command, "--extra-index-url", CPU_TORCH_INDEX)


def demo(question: str) -> None:
    """Index the sample documents and ask about them."""
    library = ("--library", SAMPLE_LIBRARY)
    run(HOME_PYTHON, "-m", "assistant", "index", "samples", *library)
    say(f'citewell ask "{question}"')
    run(HOME_PYTHON, "-m", "assistant", "ask", question, *library, accepted=(0, 3))
    command = HOME_PYTHON.parent.relative_to(ROOT) / "citewell"
    say(f'your own documents: {command} index FOLDER, then {command} ask "..."')


def works(code: str) -> bool:
    """Say whether the environment can run this."""
    command = (HOME_PYTHON, "-c", code)
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def run(*command: str | Path, accepted: tuple[int, ...] = (0,)) -> None:
    """Run a command; end with its status if it failed."""
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    if status not in accepted:
        sys.exit(status)


def say(text: str) -> None:
    """Tell what is being done."""
    print(f"--- {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
