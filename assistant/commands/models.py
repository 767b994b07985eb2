"""`citewell models`: list, fetch, choose and remove language models."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from assistant.catalog import catalog, catalog_model, record_file
from assistant.commands.fetching import watch_in_terminal
from assistant.commands.model_list import list_text, listed
from assistant.commands.options import json_option, print_json, with_place
from assistant.commands.terminal import note
from assistant.downloads.pull import forget_partial, pull
from assistant.errors import ConfigError, ModelMissing
from assistant.gguf import is_gguf
from assistant.machine import gigabytes, obstacle, this_machine
from assistant.models import choose_model, chosen_model, list_models, model_path

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.catalog import CatalogModel
    from assistant.config import Settings

__all__ = ["models", "remove_model", "use_model"]


@click.group(invoke_without_command=True)
@json_option
@with_place
@click.pass_context
def models(context: click.Context, *, as_json: bool, settings: Settings) -> None:
    """List the language models that are there or can be fetched.

    Only `pull` uses the network.
    """
    if context.invoked_subcommand is not None:
        return
    found = listed(settings, announce=note)
    if as_json:
        print_json([model.as_json() for model in found])
    else:
        click.echo(list_text(found, this_machine(settings.models_folder)))


@models.command("pull")
@click.argument("name")
@click.option("--force", is_flag=True, help="Fetch it again although it is there.")
@with_place
def pull_command(*, name: str, force: bool, settings: Settings) -> None:
    """Fetch a model, or go on with one that was interrupted.

    Its SHA-256 is checked before it is used.
    """
    model = catalog_model(name)
    _announce(model, settings)
    try:
        path = pull(model, settings, watch_in_terminal(model.name), force=force)
    except KeyboardInterrupt:
        note("")
        note(
            "Stopped. What was fetched is kept; go on with: "
            f"citewell models pull {model.name}"
        )
        sys.exit(1)
    click.echo(path)
    if model_path(settings).resolve() == path.resolve():
        note("It is used from now on.")
    else:
        note(f"Use it with: citewell models use {model.name}")


def _announce(model: CatalogModel, settings: Settings) -> None:
    note(
        f"{model.title}: {gigabytes(model.bytes)} to fetch, {gigabytes(model.memory)} of "
        f"memory needed. {model.licence}; commercial use: {model.commercial}."
    )
    machine = this_machine(settings.models_folder)
    if obstacle(model, machine, installed=True) == "memory":
        note(
            f"  This machine has {gigabytes(machine.memory)}: it will be slow, or not load."
        )


@models.command("use")
@click.argument("name")
@with_place
def use_command(*, name: str, settings: Settings) -> None:
    """Use a model from now on; --model, CITEWELL_MODEL and the settings go before it."""
    path = use_model(settings, name)
    note(f"{path.name} is used from now on.")
    if settings.model:
        note(
            f"  But CITEWELL_MODEL or the settings name {settings.model}, which goes first."
        )


def use_model(settings: Settings, name: str) -> Path:
    """Remember which model to use; return its file.

    Raises ModelMissing where it has not been fetched, ConfigError where it is no GGUF.
    """
    path = _installed(settings, name)
    if not is_gguf(path):
        raise ConfigError(f"{path.name} is not a GGUF file.")
    choose_model(settings, path.name)
    return path


@models.command("remove")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_place
def remove_command(*, name: str, yes: bool, settings: Settings) -> None:
    """Delete a model from the models folder, and what is left of its download."""
    path = _installed(settings, name)
    size = gigabytes(path.stat().st_size)
    if not yes:
        click.confirm(f"Delete {path} ({size})?", abort=True, err=True)
    remove_model(settings, path)
    note(f"Deleted: {path.name}, {size}.")


def remove_model(settings: Settings, path: Path) -> None:
    """Delete a file of the models folder, the record beside it and any partial download."""
    if path.parent != settings.models_folder:
        raise ConfigError(f"{path} does not lie in the models folder, and is left alone.")
    if chosen_model(settings) == path:
        choose_model(settings, "")
    path.unlink()
    record_file(path).unlink(missing_ok=True)
    for model in catalog():
        if model.file == path.name:
            forget_partial(model, settings)


def _installed(settings: Settings, name: str) -> Path:
    """Return a file in the models folder, by its name or its name in the catalog."""
    in_catalog = [model for model in catalog() if model.name == name.lower()]
    names = {name, f"{name}.gguf", *(model.file for model in in_catalog)}
    for path in list_models(settings):
        if path.name in names:
            return path
    if in_catalog:
        raise ModelMissing(
            f"{name} has not been fetched yet.",
            f"Fetch it with: citewell models pull {name}",
        )
    raise ModelMissing(
        f"There is no {name} in {settings.models_folder}.",
        "Put a GGUF file there, or see what can be fetched with: citewell models",
    )
