"""Sets up everything from a fresh clone, then runs the main job or the tests.

    python3 scripts/dev.py demo [--tiny] [QUESTION]  set up, index the samples, answer
    python3 scripts/dev.py test [PYTEST ...]         set up with the test tools, run the tests
    python3 scripts/dev.py setup [--tiny]            set up only

Everything goes into `.venv` beside this folder; models go into the user's data folder. Set-up
takes the best language model that fits; --tiny, and the tests, make do with the smallest.
CITEWELL_MODEL names another one.

Needs Python 3.11 or newer. llama.cpp is taken from its maker's index of built packages; where
none fits it is compiled, once, in minutes, with a C/C++ compiler. CITEWELL_LLAMA chooses: cpu,
cuda, metal, vulkan, or compile.
Set CITEWELL_TORCH to another requirement (for example "torch") on a machine with a GPU.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".venv"
SAMPLE_LIBRARY = HOME / "samples-library"
QUESTION = "How many hangers were replaced in the end?"

# A plain torch brings several gigabytes of CUDA on Linux; the CPU build does all that is
# needed here. It is looked for where pip is set up to look, then where its makers keep it.
CPU_TORCH = "torch==2.13.0+cpu" if sys.platform == "linux" else "torch>=2.2"
CPU_TORCH_INDEX = "https://download.pytorch.org/whl/cpu"

# Built packages of llama-cpp-python; the package index itself has only its source.
LLAMA_INDEX = "https://abetlen.github.io/llama-cpp-python/whl"
LLAMA_TIMEOUT_S = 20
# CUDA versions that packages are built for; a newer driver runs those of an older one.
CUDA_BUILDS = ((12, 1), (12, 2), (12, 3), (12, 4), (12, 5))
COMPILE_WITH = {"cuda": "-DGGML_CUDA=on", "vulkan": "-DGGML_VULKAN=on"}


def main() -> None:
    """Do what the first argument says."""
    if sys.version_info < (3, 11):  # noqa: UP036 - to say so before a syntax error does
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    task, *rest = sys.argv[1:] or ["help"]
    tiny = [argument for argument in rest if argument == "--tiny"]
    words = [argument for argument in rest if argument != "--tiny"]
    if task == "setup":
        set_up("ocr", *tiny)
    elif task == "demo":
        set_up("ocr", *tiny)
        demo(" ".join(words) or QUESTION)
    elif task == "test":
        set_up("dev", "--tiny")
        run(HOME_PYTHON, "-m", "pytest", *rest)
    else:
        sys.exit(__doc__)


HOME_PYTHON = HOME / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def set_up(extra: str, *options: str) -> None:
    """Make the environment, install the project into it, fetch and fit the models."""
    if not HOME_PYTHON.is_file():
        say("making .venv")
        venv.create(HOME, with_pip=True)
    if not works("import torch"):
        install_torch(os.environ.get("CITEWELL_TORCH", CPU_TORCH))
    if not works(LLAMA_CHECK):
        install_llama(os.environ.get("CITEWELL_LLAMA", "").lower())
    say("installing the rest")
    run(HOME_PYTHON, "-m", "pip", "install", "--quiet", "--editable", f".[{extra}]")
    run(HOME_PYTHON, "-m", "assistant", "setup", *options)


LLAMA_CHECK = "import llama_cpp; llama_cpp.llama_print_system_info()"


def install_llama(asked: str) -> None:
    """Install a built llama.cpp if there is one that runs here, else compile it.

    Args:
        asked: "" to look at the machine; or cpu, cuda, metal, vulkan, or compile.
    """
    requirement = llama_requirement()
    for build in () if asked == "compile" else llama_builds(asked, cuda_version()):
        say(f"looking for a built llama.cpp ({build})")
        outcome = subprocess.run(
            [
                *(HOME_PYTHON, "-m", "pip", "install", "--quiet", requirement),
                *("--only-binary=llama-cpp-python", "--timeout", str(LLAMA_TIMEOUT_S)),
                *("--retries", "0", "--extra-index-url", f"{LLAMA_INDEX}/{build}"),
            ],
            cwd=ROOT,
            check=False,
            stderr=subprocess.DEVNULL,
        )
        if outcome.returncode == 0 and works(LLAMA_CHECK):
            return
        if outcome.returncode == 0:
            say("it does not run on this machine")
            run(
                HOME_PYTHON,
                "-m",
                "pip",
                "uninstall",
                "--quiet",
                "--yes",
                "llama-cpp-python",
            )
    say("compiling llama.cpp (some minutes, once)")
    flags = os.environ.get("CMAKE_ARGS", COMPILE_WITH.get(asked, ""))
    command = (HOME_PYTHON, "-m", "pip", "install", "--quiet", requirement)
    run(*command, environment={**os.environ, "CMAKE_ARGS": flags} if flags else None)


def llama_requirement() -> str:
    """Return which version the project needs."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    found = re.search(r'"(llama-cpp-python[^"]*)"', text)
    return found[1] if found else "llama-cpp-python"


def llama_builds(asked: str, cuda: tuple[int, int] | None) -> tuple[str, ...]:
    """Return the builds to look for, the best first.

    Args:
        asked: Which kind is wanted; "" for whatever suits the machine.
        cuda: The newest version that the driver supports, None without one.
    """
    if asked in {"cpu", "metal", "vulkan"}:
        return (asked,)
    fitting = [build for build in CUDA_BUILDS if cuda and build <= cuda]
    builds = tuple(f"cu{major}{minor}" for major, minor in fitting[-1:])
    if asked == "cuda":
        return builds
    apple = sys.platform == "darwin" and platform.machine() == "arm64"
    return ("metal",) if apple else (*builds, "cpu")


def cuda_version() -> tuple[int, int] | None:
    """Return the newest CUDA version that the driver supports, None without a driver."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return None
    outcome = subprocess.run([tool], check=False, capture_output=True, text=True)
    found = re.search(r"CUDA Version:\s*(\d+)\.(\d+)", outcome.stdout)
    return (int(found[1]), int(found[2])) if found else None


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


def run(
    *command: str | Path,
    accepted: tuple[int, ...] = (0,),
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run a command; end with its status if it failed."""
    status = subprocess.run(command, cwd=ROOT, check=False, env=environment).returncode
    if status not in accepted:
        sys.exit(status)


def say(text: str) -> None:
    """Tell what is being done."""
    print(f"--- {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
