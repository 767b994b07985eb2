"""The calls of the evaluation view: it only asks `assistant.evaluate`, and shows what it says.

Runs read any file that is named and show whole documents, so only administrators may use them;
what a person thought of answers is theirs to take along.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import CitewellError, ConfigError, EvaluationError
from assistant.evaluate.runs.host import Host
from assistant.evaluate.runs.plan import Plan, plan_of
from assistant.evaluate.sets.marked import count_questions, marked_set
from assistant.web.browse import own_sets
from assistant.web.services.feedback import as_lines
from assistant.web.views.evaluation_form import form_html
from assistant.web.views.evaluation_view import (
    evaluation_html,
    feedback_html,
    problem_html,
    runs_html,
    trial_html,
)
from assistant.web.views.markup import Html, tag
from assistant.web.visits import text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assistant.evaluate.runs.listing import Listed
    from assistant.web.services.engine import Engine
    from assistant.web.visits import Visit

__all__ = ["Evaluation"]

MOST_QUESTIONS = 1_000_000


class Evaluation:
    """What the evaluation view can ask for."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def actions(self) -> dict[str, Callable[[Visit, Any], Any]]:
        """Return the calls under the names that the script uses."""
        return {
            "evaluation": self.view,
            "feedback": self.feedback,
            "trial": self.trial,
            "trial-start": self._for_admins(self.start),
            "trial-go-on": self._for_admins(self.go_on),
            "trial-stop": self._for_admins(self.stop),
            "trial-runs": self._for_admins(self.runs),
            "trial-report": self._for_admins(self.report),
            "trial-compare": self._for_admins(self.compare),
            "trial-save": self._for_admins(self.save),
        }

    def _for_admins(
        self, action: Callable[[Visit, Any], Any]
    ) -> Callable[[Visit, Any], Any]:
        """Refuse others, and say as HTML what went wrong."""

        def guarded(visit: Visit, given: Any) -> Any:
            try:
                if not visit.admin:
                    raise ConfigError(visit.say("only_admins"))
                return action(visit, given)
            except CitewellError as error:
                return {"problem": problem_html(error, visit.say)}

        return guarded

    # --- looking ----------------------------------------------------------------------------

    def view(self, visit: Visit, _given: Mapping[str, Any]) -> str:
        """Return the whole view."""
        say = visit.say
        judged = len(self._engine.conversations.judged(visit.user))
        feedback = feedback_html(judged, say)
        if not visit.admin:
            no = tag("p", say("only_admins"), class_="cw-note")
            return evaluation_html(no, Html(""), Html(""), feedback, say)
        return evaluation_html(
            form_html(*self._sets(visit), visit.library, say),
            trial_html(self._engine.trials.latest, say),
            self._runs_html(visit),
            feedback,
            say,
        )

    def _sets(self, visit: Visit) -> tuple[list[tuple[Path, str]], list[Path]]:
        """Return the sets of the libraries, then those kept in the home folder or run."""
        shelf, own = self._engine.shelf, dict[Path, str]()
        for name in shelf.names():
            folder = marked_set(shelf.folder(name))
            if count := count_questions(folder):
                own[folder] = f"{name} · {visit.say.count('own_questions', count)}"
        kept = own_sets(self._engine.settings.data_folder)
        ran = [Path(run.info.set_path) for run in self._listed()]
        others = dict.fromkeys((*kept, *ran))
        return list(own.items()), [
            path for path in others if path not in own and path.exists()
        ]

    def _listed(self) -> list[Listed]:
        from assistant.evaluate.runs.listing import list_runs

        return list_runs(self._folder)

    @property
    def _folder(self) -> Path:
        from assistant.evaluate.session import runs_folder

        return runs_folder(self._engine.settings)

    def _runs_html(self, visit: Visit) -> Html:
        return runs_html(self._listed(), self._folder, visit.say)

    def trial(self, visit: Visit, _given: Mapping[str, Any]) -> dict[str, Any]:
        """Return how far the evaluation is."""
        latest = self._engine.trials.latest
        running = latest is not None and not latest.over
        html = trial_html(latest, visit.say) if visit.admin else ""
        return {"running": running, "html": html}

    def runs(self, visit: Visit, _given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the list of runs."""
        return {"html": self._runs_html(visit)}

    # --- running ----------------------------------------------------------------------------

    def start(self, visit: Visit, given: Mapping[str, Any]) -> dict[str, Any]:
        """Begin a run; one that was left unfinished goes on where it was."""
        path = Path(text(given, "set").strip()).expanduser()
        if not path.is_absolute() or not path.exists():
            raise EvaluationError(f"There is no test set {path}.", "Give its whole path.")
        limit = given.get("limit")
        plan = Plan(
            path,
            quotes_only=given.get("quotes_only") is True,
            limit=limit if isinstance(limit, int) and 0 < limit < MOST_QUESTIONS else None,
            seed=self._engine.settings.seed,
            skip_bad=given.get("skip_bad") is True,
            library=self._library(visit, path, asked=given.get("of_library") is True),
        )
        self._engine.trials.start(plan)
        return {}

    def _library(self, visit: Visit, path: Path, *, asked: bool) -> Path | None:
        """Return the library that is asked: a set that was marked in one belongs to it."""
        shelf = self._engine.shelf
        for name in shelf.names():
            if marked_set(shelf.folder(name)) == path:
                return shelf.folder(name)
        return shelf.folder(visit.library) if asked else None

    def go_on(self, _visit: Visit, given: Mapping[str, Any]) -> dict[str, Any]:
        """Go on with a run that was stopped."""
        run = self._run(given, "run")
        self._engine.trials.start(plan_of(run.info, run.folder))
        return {}

    def stop(self, _visit: Visit, _given: Mapping[str, Any]) -> dict[str, Any]:
        """Stop the evaluation that is under way."""
        if self._engine.trials.latest is not None:
            self._engine.trials.latest.stop()
        return {}

    # --- reading ----------------------------------------------------------------------------

    def report(self, visit: Visit, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the report of a finished run."""
        from assistant.evaluate.reports.summary import lost
        from assistant.evaluate.session import questions_of
        from assistant.web.views.report_view import report_html

        run = self._run(given, "run")
        try:
            found = lost(*questions_of(run.folder, self._host()))
        except CitewellError as error:
            return {"html": report_html(run, str(error), visit.say)}
        return {"html": report_html(run, found, visit.say)}

    def compare(self, visit: Visit, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what changed from one run to another."""
        from assistant.evaluate.session import compare_runs
        from assistant.web.views.report_view import comparison_html

        first, second = self._run(given, "first"), self._run(given, "second")
        comparison, _ = compare_runs(first.folder, second.folder, self._host())
        names = (first.folder.name, second.folder.name)
        return {"html": comparison_html(comparison, names, visit.say)}

    def save(self, _visit: Visit, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the whole report of a run, as a page to keep."""
        run = self._run(given, "run")
        try:
            page = (run.folder / "report.html").read_text("utf-8")
        except OSError as error:
            raise EvaluationError("The report is not there.", "Run it anew.") from error
        return {"name": run.folder.name, "text": page, "type": "text/html"}

    def feedback(self, visit: Visit, _given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what this person thought of answers."""
        lines = as_lines(self._engine.conversations.judged(visit.user))
        return {"name": "feedback", "text": lines, "type": "application/jsonl"}

    def _run(self, given: Mapping[str, Any], key: str) -> Listed:
        name = text(given, key)
        for run in self._listed():
            if run.folder.name == name:
                return run
        raise EvaluationError(f"There is no run {name}.", "Open the evaluation again.")

    def _host(self) -> Host:
        return Host(library=self._engine.trials.library)
