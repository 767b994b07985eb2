"""Logging in, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradio_client import Client

from assistant.web.auth import Gate, add_user, read_users
from tests.web.conftest import Writer, served, small_models

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.web.conftest import Visitor


def test_whoever_knows_the_password_comes_in_and_can_leave(
    new_visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    add_user(tmp_path / "users", "ilse", "correct horse", admin=True)
    gate, writer = Gate(read_users(tmp_path / "users")), Writer()
    with served(tmp_path / "home", writer, small_models(writer), gate) as site:
        visitor = new_visitor(locale="de-DE", color_scheme="dark")
        page = visitor.page
        page.goto(f"{site.url}?c=abc")
        assert page.title() == "Citewell"
        assert page.get_attribute("html", "lang") == "de"
        assert page.evaluate("document.body.className") == "dark"
        page.get_by_label("Name").fill("omar")
        page.get_by_label("Passwort").fill("<img src=x onerror=alert(1)>")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=Das stimmt nicht")
        page.get_by_label("Name").fill("ilse")
        page.get_by_label("Passwort").fill("correct horse")
        page.click("text=Anmelden")
        page.wait_for_selector("#cw-conversations > *")
        page.wait_for_selector("text=Abmelden: ilse")
        page.click("text=Abmelden: ilse")
        page.wait_for_selector("#cw-login-form")
        assert page.locator("#cw-page").count() == 0
        assert visitor.ran() == []
        assert visitor.foreign == []
        client = Client(site.url, auth=("ilse", "correct horse"), verbose=False)
        assert client.predict(api_name="/status")["ready"]
        client.close()
