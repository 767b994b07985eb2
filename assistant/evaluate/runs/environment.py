"""What a run ran on: versions, machine, peak memory; never a host name or a path."""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version

__all__ = ["machine", "peak_memory_bytes", "versions"]

PACKAGES = (
    *("citewell", "llama-cpp-python", "sentence-transformers", "chromadb", "onnxruntime"),
    *("tokenizers", "numpy"),
)


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that decide an answer."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def machine() -> dict[str, str | int]:
    """Describe the machine: system, processor, cores this process may use, memory."""
    usable = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    described: dict[str, str | int] = {
        "system": f"{platform.system()} {platform.release()}",
        "processor": _processor(),
        "cores": len(usable) if usable else os.cpu_count() or 1,
    }
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        described["memory_bytes"] = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return described


def peak_memory_bytes() -> int | None:
    """Return the most memory this process has held; None where the system does not say."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:  # noqa: PTH123
            for line in lines:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
