"""The errors of the answering side; the base and the tree's root live in `index.errors`.

CitewellError
├── ConfigError       a setting that does not exist or cannot be
├── PromptError       a prompt file with missing or unknown variables
├── ModelMissing      a model was not found
├── ModelFailed       the language model could not be loaded or broke down
│   └── DownloadFailed  a model could not be fetched
├── ContextOverflow   not even the question fits into the model's context
└── EvaluationError   a test set or a run that cannot be used
"""

from __future__ import annotations

from index.errors import CitewellError

__all__ = [
    "CitewellError",
    "ConfigError",
    "ContextOverflow",
    "DownloadFailed",
    "EvaluationError",
    "ModelFailed",
    "ModelMissing",
    "PromptError",
]


class ConfigError(CitewellError):
    """A setting that does not exist, or a value that it cannot take."""


class PromptError(CitewellError):
    """A prompt file lacks a variable or names one that nobody fills."""


class ModelMissing(CitewellError):
    """A model was not found where one was looked for."""

    hint = "Get the bundled ones with: citewell setup"


class ModelFailed(CitewellError):
    """The language model could not be loaded, or broke down while writing."""

    hint = "See what is found with: citewell doctor"


class DownloadFailed(ModelFailed):
    """A model could not be fetched, or is not the one that it should be."""

    hint = "Check the connection, then run the command again."


class ContextOverflow(CitewellError):
    """Not even the question fits into the model's context."""

    hint = "Ask a shorter question, or raise context_tokens in the settings."


class Stopped(Exception):  # nothing went wrong: it is caught on the way
    """Whoever asked does not want the answer any more."""


class EvaluationError(CitewellError):
    """A test set or a run cannot be used as it is."""
