"""`citewell web`: open the page."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import click

from assistant.commands.terminal import note
from assistant.config import read_settings
from assistant.errors import ConfigError
from assistant.web.auth import Gate, add_user, read_users

__all__ = ["web"]

LOCAL = "127.0.0.1"


@click.command()
@click.option("--library", metavar="DIR", help="The library to begin with.")
@click.option("--model", metavar="FILE", help="A GGUF file, or one in the models folder.")
@click.option("--port", type=int, help="The first free one from 7860 on, if not given.")
@click.option("--open/--no-open", "browser", default=True, help="Open a browser.")
@click.option(
    "--auth-file", type=Path, metavar="FILE", help="Names and hashed passwords: log in."
)
@click.option(
    "--address", default=LOCAL, help="Other than this computer: with a login only."
)
@click.option("--add-user", metavar="NAME", help="Add a name to the auth file, and end.")
@click.option("--admin", is_flag=True, help="The added one may change libraries and model.")
@click.option("--mcp", is_flag=True, help="Serve tools for MCP clients too.")
def web(  # noqa: PLR0913 - one parameter per option
    *,
    library: str | None,
    model: str | None,
    port: int | None,
    browser: bool,
    auth_file: Path | None,
    address: str,
    add_user: str | None,
    admin: bool,
    mcp: bool,
) -> None:
    """Open the page: chat with your documents and see every citation in its place."""
    if add_user is not None:
        _add(auth_file, add_user, admin=admin)
        return
    gate = _gate(auth_file, address)
    if mcp:
        _check_mcp(gate)
    settings = read_settings(None, {"library": library, "model": model})
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ.setdefault("GRADIO_TEMP_DIR", str(settings.cache_folder / "uploads"))
    note("starting ...")
    from assistant.web.services.engine import Engine

    engine = Engine(settings)
    engine.start()
    from assistant.web.app import build_page, serve

    page = build_page(engine, gate, mcp=mcp)
    try:
        url = serve(page, gate=gate, address=address, port=port, mcp=mcp)
        _announce(url, mcp=mcp)
        if browser:
            click.launch(url)
        _wait_for_the_end()
    except OSError as error:
        raise ConfigError(
            f"The page cannot be served: {error}", "Try another --port."
        ) from error
    finally:
        page.close(verbose=False)
        engine.close()


def _gate(auth_file: Path | None, address: str) -> Gate | None:
    if address != LOCAL and auth_file is None:
        raise ConfigError(
            "Others may only reach the page if they log in.",
            "Give an --auth-file, or leave --address out.",
        )
    return Gate(read_users(auth_file)) if auth_file else None


def _announce(url: str, *, mcp: bool) -> None:
    note(f"Citewell is at {url}  (Ctrl-C ends it)")
    if mcp:
        note(f"MCP clients connect to {url}gradio_api/mcp/")


def _wait_for_the_end() -> None:
    """Wait until somebody presses Ctrl-C or the system wants the program to end."""
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    over.wait()
    note("ending ...")


def _add(auth_file: Path | None, name: str, *, admin: bool) -> None:
    if auth_file is None:
        raise ConfigError("Say which file: --auth-file FILE.")
    password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    add_user(auth_file, name, password, admin=admin)
    note(f"{name} can log in now: citewell web --auth-file {auth_file}")


def _check_mcp(gate: Gate | None) -> None:
    from importlib.util import find_spec

    if find_spec("mcp") is None:
        raise ConfigError(
            "MCP is not installed.", 'Install it: pip install "citewell[mcp]"'
        )
    if gate is not None:
        raise ConfigError(
            "MCP clients cannot log in.",
            "Start a second `citewell web --mcp` without --auth-file, for this computer only.",
        )
