"""The C interface of llama.cpp, loaded once and quiet, and how many threads suit it."""

from __future__ import annotations

import ctypes
import functools
import os
from pathlib import Path
from typing import Any

__all__ = ["default_threads", "finds_tiles", "quiet_api"]


def default_threads() -> int:
    """Return the number of physical cores, or up to four logical ones where that is more.

    Hyper-threads share the matrix units, so beyond a few they only add waiting.
    """
    logical = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0
    logical = logical or os.cpu_count() or 1
    return max(_physical_cores(logical), min(logical, 4))


def _physical_cores(logical: int) -> int:
    """Count distinct (package, core) pairs where the system tells, else half the threads."""
    cores = {
        (
            (folder / "physical_package_id").read_text().strip(),
            (folder / "core_id").read_text().strip(),
        )
        for folder in Path("/sys/devices/system/cpu").glob("cpu[0-9]*/topology")
        if (folder / "core_id").is_file()
    }
    return min(len(cores), logical) if cores else max(logical // 2, 1)


_KEPT: list[Any] = []


@functools.cache
def quiet_api() -> Any:
    """Load llama.cpp, once, with its log kept out of the user's terminal.

    Returns the module of the C interface.
    """
    # Threads that wait for each other by spinning are fast alone and thirty times slower
    # beside another busy program: after a few microseconds they had better sleep.
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")
    import llama_cpp.llama_cpp as api

    @api.llama_log_callback  # type: ignore[untyped-decorator]
    def ignore(_level: int, _text: bytes, _data: Any) -> None:
        return None

    _KEPT.append(ignore)  # C keeps a pointer to it for good
    api.llama_log_set(ignore, ctypes.c_void_p(0))
    api.llama_backend_init()
    return api


@functools.cache
def finds_tiles() -> bool:
    """Say whether llama.cpp would use the tile registers (AMX) that server processors have.

    It had better not. GCC 12 drops most of the stores that set them up, so the first product
    ends the process ("Illegal instruction"), and nothing tells what the library was built
    with. Tiles come with repacked weights; without those the vector units do the work.
    """
    return b"AMX_INT8 = 1" in quiet_api().llama_print_system_info()
