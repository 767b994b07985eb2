"""Set-up: fetch the models, compile the embedder, fit the weights to the machine."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.build import open_embedder, open_generator
from assistant.catalog import SMALLEST, catalog, catalog_model
from assistant.downloads.pull import fetch_bundled, pull
from assistant.downloads.watch import Watch
from assistant.encoder.embedding import fetch_encoder
from assistant.errors import CitewellError
from assistant.machine import Choice, choose, gigabytes, this_machine
from assistant.models import choose_model, list_models, model_path
from assistant.shipped import shipped_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from assistant.config import Settings
    from assistant.machine import Machine

__all__ = ["prepare", "sample_folder", "wanted_model"]


def prepare(
    settings: Settings,
    *,
    force: bool,
    tiny: bool = False,
    watching: Callable[[str], Watch] = lambda _name: Watch(),
) -> Iterator[str]:
    """Do everything that a first question would otherwise have to wait for.

    Args:
        settings: Where everything lies. A model of the catalog that they name is fetched.
        force: Whether to fetch and prepare anew what is there.
        tiny: Whether to make do with the smallest language model.
        watching: Gives each download, by its name, somebody who watches it.

    Yields a line before each step. Interrupted, it leaves nothing half done.
    """
    if force:
        shutil.rmtree(settings.cache_folder, ignore_errors=True)
    smallest = catalog_model(SMALLEST)
    yield f"bundled language model, {gigabytes(smallest.bytes)} -> {settings.models_folder}"
    fetch_bundled(settings, watching(smallest.name), force=force)
    yield f"encoder for searching and reading -> {settings.models_folder}"
    fetch_encoder(settings, force=force)
    yield "embedding model: compiling for this processor, once"
    open_embedder(settings)
    settings = yield from _better_model(settings, watching, tiny=tiny)
    yield "language model: fitting to this processor, once"
    open_generator(settings).close()
    yield 'ready. Next: citewell index FOLDER, then: citewell ask "..."'


def _better_model(
    settings: Settings, watching: Callable[[str], Watch], *, tiny: bool
) -> Generator[str, None, Settings]:
    """Fetch a better language model where one fits; return the settings to go on with.

    Whatever goes wrong, the smallest one is there.
    """
    choice = wanted_model(settings, this_machine(settings.models_folder), tiny=tiny)
    if choice is None:
        yield f"language model: {model_path(settings).name}, which is there already"
        return settings
    model = catalog_model(choice.name)
    if model.name == SMALLEST or (settings.models_folder / model.file).is_file():
        yield f"language model: {model.title}; {choice.why}"
    else:
        yield (
            f"language model: {model.title}; {choice.why}. {gigabytes(model.bytes)} to fetch, "
            "once; --tiny goes without"
        )
        try:
            pull(model, settings, watching(model.name))
        except (CitewellError, KeyboardInterrupt) as error:
            yield f"  it was not fetched: {str(error) or 'stopped'}"
            yield (
                "  The smallest model is used instead. Go on later with: "
                f"citewell models pull {model.name}"
            )
            return replace(settings, model="")
    if settings.model:
        choose_model(settings, model.file)
    return settings


def wanted_model(
    settings: Settings, machine: Machine, *, tiny: bool = False
) -> Choice | None:
    """Return the model that set-up takes, and why; None where one is there already.

    A model of the catalog that the settings name comes first. Whoever has put a model into
    the folder, or names a file, is left with it.
    """
    named = settings.model.lower()
    if any(named == model.name for model in catalog()):
        return Choice(named, "it was asked for")
    smallest = catalog_model(SMALLEST)
    if settings.model or any(p.name != smallest.file for p in list_models(settings)):
        return None
    return choose(machine, tiny=tiny)


def sample_folder() -> Path:
    """Return the folder of the sample documents that come with the program."""
    return shipped_folder("_samples", "samples")
