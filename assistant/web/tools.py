"""The tools for MCP clients: a question to the documents, as text that a model can read.

The endpoints of `api` answer with objects, for programs; what an MCP client gets goes into the
prompt of a model, so these answer with an answer, its marks and the exact words of its sources.
"""

# Gradio looks the annotations up while the program runs, so they are not left as strings.

from collections.abc import Iterator

import gradio as gr
from gradio.events import api

from assistant.web.api import Endpoints, progress_of, states_of
from assistant.web.views.export import answer_markdown
from assistant.web.views.text import words_for

__all__ = ["add_tools"]


def add_tools(endpoints: Endpoints) -> None:
    """Add the tools to the Gradio app that is being built."""
    tools = Tools(endpoints)
    for function in (tools.ask_documents, tools.read_folder, tools.describe_library):
        api(function, api_name=function.__name__, concurrency_limit=None)


class Tools:
    """What an MCP client can call."""

    def __init__(self, endpoints: Endpoints) -> None:
        self._endpoints = endpoints

    # Who asks is filled in by Gradio and is no argument of a tool.
    def ask_documents(  # noqa: D417
        self,
        question: str,
        request: gr.Request,
        folder: str = "",
        library: str = "",
        quotes_only: bool = False,  # noqa: FBT001, FBT002 - callers name it
    ) -> Iterator[str]:
        """Ask the person's own documents a question. The answer holds only what they say.

        Every sentence of the answer is marked with the number of a source; the sources stand
        below it with their exact words, file and page. A sentence in doubt is marked as such.
        Or the answer is that the documents do not say, with the nearest passages.

        Args:
            question: One question in plain words. Name what it is about: no pronouns.
            folder: The whole path of a folder or file to look in; empty for all documents.
            library: The name of the library to ask; empty for the usual one.
            quotes_only: Exact quotations and not one generated word.
        """
        asked = self._endpoints.asked(
            question, request, library=library, folder=folder, quotes_only=quotes_only
        )
        for state, answer in states_of(self._endpoints.engine, asked):
            words = str(state["text"])
            yield words if answer is None else answer_markdown(answer, words_for("en"))

    def read_folder(  # noqa: D417
        self, folder: str, request: gr.Request, library: str = ""
    ) -> Iterator[str]:
        """Read a folder of this computer, so that its documents can be asked.

        Reading it again costs time only for files that are new or have changed.

        Args:
            folder: The whole path of a folder or file.
            library: The name of the library; empty for the usual one.
        """
        last = {}
        for last in progress_of(self._endpoints.reading(folder, request, library)):
            if last["state"] == "reading":
                yield f"{last['files_done']} of {last['files_total']} files"
        counts = ("added", "changed", "unchanged", "removed")
        lines = [", ".join(f"{last[name]} {name}" for name in counts)]
        lines += [f"not read: {path}: {reason}" for path, reason in last["failed"]]
        yield "\n".join(lines)

    def describe_library(self, request: gr.Request, library: str = "") -> str:  # noqa: D417
        """Say how many documents there are to ask, in which libraries, and with which model.

        Args:
            library: The name of the library; empty for the usual one.
        """
        status = self._endpoints.status(request, library)
        model = status["model"] if status["ready"] else status["problem"] or "being loaded"
        return (
            f"Library {status['library']}: {status['documents']} documents, "
            f"{status['failed']} files could not be read. "
            f"Libraries: {', '.join(status['libraries'])}. Model: {model}."
        )
