"""The settings: a few numbers and paths, checked once, passed on as values.

A flag beats the environment (`CITEWELL_HOME`, `CITEWELL_LIBRARY`, `CITEWELL_MODEL`,
`CITEWELL_POLICY`), which beats the settings file (TOML), which beats the default.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import ConfigError
from assistant.types import Policy

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Settings", "read_settings", "settings_file"]

ENVIRONMENT = {
    "CITEWELL_HOME": "home",
    "CITEWELL_LIBRARY": "library",
    "CITEWELL_MODEL": "model",
    "CITEWELL_POLICY": "policy",
}


def _data_folder() -> Path:
    import platformdirs

    return Path(platformdirs.user_data_dir("citewell", appauthor=False))


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set. Empty paths mean: the usual place."""

    home: str = (
        ""  # folder of libraries, models and caches; default: the user's data folder
    )
    library: str = ""  # folder; default: "library" in the home
    model: str = ""  # a GGUF file, or the name of one in the models folder
    policy: str = ""  # extractive, guided or free; default: what suits the model
    adapter: str = ""  # a LoRA in GGUF on top of the language model; default: none
    embedding_model: str = ""  # a folder; default: the bundled model
    prompts: str = ""  # a folder; default: the ones that come with the program
    vectors_url: str = ""  # a Chroma server; default: Chroma inside the library
    context_tokens: int = 4096  # prompt and answer together
    answer_tokens: int = 256  # at most
    thinking_tokens: int = 1024  # at most, for models that think first
    passages: int = 5  # in the prompt, at most
    candidates: int = 20  # found before the best are taken
    threads: int = 0  # 0: what this machine does best
    gpu_layers: int = -1  # -1: all, where llama.cpp was built with a GPU back end
    kv_type: str = "f16"  # or "q8_0": half the memory of the context
    temperature: float = 0.0  # 0: always the most likely word
    seed: int = 0
    # What share of the answers may be wrong; 1: answer whatever is found. At the default the
    # bundled models answer half of the questions that they were fitted on.
    risk: float = 0.2
    verify: bool = True  # hold every claim against the words that it cites
    ocr: bool = True  # recognise the text of scans and pictures, where that is installed

    @property
    def data_folder(self) -> Path:
        """Where everything lives that is not named otherwise."""
        return _path(self.home) if self.home else _data_folder()

    @property
    def library_folder(self) -> Path:
        """The library's folder."""
        return _path(self.library) if self.library else self.data_folder / "library"

    @property
    def models_folder(self) -> Path:
        """Where language models are looked for."""
        return self.data_folder / "models"

    @property
    def cache_folder(self) -> Path:
        """What can be deleted at any time and is made again."""
        return self.data_folder / "cache"


def settings_file() -> Path:
    """Return where the settings file is looked for."""
    return _data_folder() / "citewell.toml"


def read_settings(
    file: Path | None = None, flags: Mapping[str, object] | None = None
) -> Settings:
    """Put flags, environment, settings file and defaults together.

    Args:
        file: a settings file that must exist; None for the usual one, if it is there.
        flags: values from the command line; None stands for a flag that was not given.

    Raises ConfigError for unknown names and for values that cannot be.
    """
    values = _read_file(file or settings_file(), must_exist=file is not None)
    values |= {
        name: os.environ[variable]
        for variable, name in ENVIRONMENT.items()
        if os.environ.get(variable)
    }
    values |= {name: value for name, value in (flags or {}).items() if value is not None}
    known = {field.name: type(field.default) for field in fields(Settings)}
    for name, value in values.items():
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            meant = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(known)}."
            raise ConfigError(f"There is no setting named {name!r}.", meant)
        values[name] = _typed(name, value, known[name])
    return _checked(replace(Settings(), **values))


def _read_file(file: Path, *, must_exist: bool) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError as error:
        if must_exist:
            raise ConfigError(f"There is no settings file {file}.") from error
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"The settings file {file} cannot be read: {error}.") from error


def _typed(name: str, value: object, kind: type) -> object:
    if isinstance(value, Path):
        value = str(value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not kind:
        raise ConfigError(f"{name} must be {kind.__name__}, not {value!r}.")
    return value


_LIMITS: dict[str, tuple[float, float]] = {
    "context_tokens": (512, 2**20),
    "answer_tokens": (8, 2**16),
    "thinking_tokens": (0, 2**16),
    "passages": (1, 50),
    "candidates": (1, 500),
    "threads": (0, 1024),
    "gpu_layers": (-1, 10_000),
    "temperature": (0, 2),
    "risk": (0, 1),
    "seed": (0, 2**32 - 1),
}


def _checked(settings: Settings) -> Settings:
    for name, (least, most) in _LIMITS.items():
        if not least <= getattr(settings, name) <= most:
            raise ConfigError(f"{name} must lie between {least} and {most}.")
    if settings.policy not in {"", *Policy}:
        raise ConfigError(
            f"policy must be one of {', '.join(Policy)}, not {settings.policy!r}."
        )
    if settings.kv_type not in {"f16", "q8_0"}:
        raise ConfigError(f'kv_type must be "f16" or "q8_0", not {settings.kv_type!r}.')
    if settings.answer_tokens * 2 > settings.context_tokens:
        raise ConfigError("answer_tokens must be at most half of context_tokens.")
    return settings


def _path(value: str) -> Path:
    return Path(value).expanduser().resolve()
