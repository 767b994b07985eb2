"""Calls of the page about models that can be fetched; only admins may fetch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.catalog import catalog_model
from assistant.errors import CitewellError
from assistant.web.views.models_view import model_list, model_options
from assistant.web.visits import text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assistant.web.services.engine import Engine
    from assistant.web.visits import Visit

__all__ = ["Pulling"]


class Pulling:
    """What the settings view can ask for."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def actions(self) -> dict[str, Callable[[Visit, Any], Any]]:
        """Return the calls under the names that the script uses."""
        return {"models": self.look, "model-pull": self.pull, "model-stop": self.stop}

    def look(self, visit: Visit, _given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the list, the choice, and whether something is being fetched."""
        engine = self._engine
        found, current = engine.models()
        html = model_list(
            engine.catalog(), engine.pulls.latest, visit.say, may_change=visit.admin
        )
        return {
            "running": engine.pulls.busy,
            "options": model_options(found, current, visit.say),
            "html": html,
        }

    def pull(self, visit: Visit, given: Mapping[str, Any]) -> str:
        """Begin to fetch a model; return what went wrong, "" if nothing did."""
        if not visit.admin:
            return visit.say("only_admins")
        try:
            model = catalog_model(text(given, "name"))
            self._engine.pulls.start(model, self._engine.settings)
        except CitewellError as error:
            return f"{error} {error.hint}"
        return ""

    def stop(self, visit: Visit, _given: Mapping[str, Any]) -> str:
        """Stop what is being fetched; return what went wrong, "" if nothing did."""
        if not visit.admin:
            return visit.say("only_admins")
        self._engine.pulls.stop()
        return ""
