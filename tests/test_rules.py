"""The rules of the house that a machine can check."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parent.parent
HEAVY = (
    "torch",
    "sentence_transformers",
    "transformers",
    "chromadb",
    "llama_cpp",
    "gradio",
    "huggingface_hub",
    "onnxruntime",
    "sklearn",
    "scipy",
    "matplotlib",
    "trafilatura",
    "pypdfium2",
)


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def module_name(path: Path) -> str:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return name.removesuffix(".__init__")


def test_the_index_never_imports_the_assistant() -> None:
    assert modules("index")
    for path in modules("index"):
        assert not any(name.split(".")[0] == "assistant" for name in imported(path)), path


@pytest.mark.parametrize(
    "code",
    [
        "import assistant.cli, index, assistant",
        "import assistant.build",
        "import sys; sys.argv[1:] = ['--help']; import runpy; "
        "runpy.run_module('assistant', run_name='__main__')",
    ],
)
def test_nothing_heavy_is_imported_before_it_is_needed(code: str) -> None:
    script = f"""
import sys
try:
    exec({code!r})
except SystemExit:
    pass
print("LOADED", [name for name in {HEAVY!r} if name in sys.modules])
"""
    outcome = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert outcome.stdout.rstrip().endswith("LOADED []"), outcome.stdout[-500:]


@pytest.mark.parametrize("package", ["assistant", "index"])
def test_every_public_name_is_there(package: str) -> None:
    for path in modules(package):
        if path.stem in {"__main__", "worker", "probe"}:
            continue
        module = importlib.import_module(module_name(path))
        for name in getattr(module, "__all__", ()):
            assert hasattr(module, name), f"{path}: {name}"


def test_functions_can_be_read_at_a_glance() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for package in ("assistant", "index")
        for path in modules(package)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
        and (node.end_lineno or 0) - node.lineno - _docstring_lines(node) > 45
    ]
    assert long == []


def _docstring_lines(node: ast.FunctionDef) -> int:
    return len((ast.get_docstring(node) or "").splitlines())


def test_nothing_speaks_of_this_machine() -> None:
    forbidden = re.compile(r"/work/|/opt/wheels|/opt/pypi|/tmp/(?:dl|models|brief)")
    tracked = subprocess.run(
        ["git", "ls-files"], capture_output=True, text=True, cwd=ROOT, check=False
    ).stdout.split("\n")
    for name in filter(None, tracked):
        path = ROOT / name
        if path == Path(__file__) or not path.is_file():
            continue
        text = path.read_bytes().decode("utf-8", "ignore")
        assert not forbidden.search(text), name


def test_rooms_depend_on_each_other_in_one_direction() -> None:
    """A folder and what lies right in the folder around it may know each other."""
    needs: dict[str, set[str]] = {}
    for package in ("assistant", "index"):
        for path in modules(package):
            for name in _imported_at_once(ast.parse(path.read_text()).body):
                one, other = _room(module_name(path)), _room(name)
                if not f"{one}.".startswith(f"{other}.") and not f"{other}.".startswith(
                    f"{one}."
                ):
                    needs.setdefault(one, set()).add(other)
    order = TopologicalSorter(needs)
    order.prepare()  # raises CycleError, which names the rooms


def _room(name: str) -> str:
    """Return the module's folder; right in a package, a module is a room of its own."""
    parts = name.split(".")
    depth = next(n for n in range(len(parts), -1, -1) if ROOT.joinpath(*parts[:n]).is_dir())
    return ".".join(parts[: max(depth, 2)])


def _imported_at_once(body: Sequence[ast.stmt]) -> Iterator[str]:
    """Yield the modules of ours that are imported while a module is, or for its types."""
    for node in body:
        if isinstance(node, ast.If):
            yield from _imported_at_once(node.body)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
            ("assistant.", "index.")
        ):
            yield node.module or ""


def test_only_a_process_of_its_own_talks_to_the_model_hub() -> None:
    for path in modules("assistant") + modules("index"):
        names = {name.split(".")[0] for name in imported(path)}
        assert "huggingface_hub" not in names or path.name == "worker.py", path
