"""The bundled models, as set up on this machine: the real thing, loaded once per run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from assistant.build import open_embedder, open_generator
from assistant.config import Settings
from assistant.downloads.pull import fetch_bundled
from assistant.encoder.embedding import fetch_encoder
from assistant.encoder.words import words_folder
from assistant.models import BUNDLED
from assistant.reading.extract import Extractor, load_extractor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.llm.generate import LlamaGenerator
    from index.types import Embedder


# Taken at import, before any test moves the home: models and their caches are shared.
HOME = Settings().data_folder


@pytest.fixture(scope="session")
def prepared() -> Settings:
    """Settings that find the bundled models; fetched now if `citewell setup` never ran."""
    settings = replace(Settings(), home=str(HOME), model=BUNDLED.file_name, policy="guided")
    fetch_bundled(settings)
    fetch_encoder(settings)
    return settings


@pytest.fixture(scope="session")
def real_embedder(prepared: Settings) -> Embedder:
    return open_embedder(prepared)


@pytest.fixture(scope="session")
def real_generator(prepared: Settings) -> Iterator[LlamaGenerator]:
    generator = open_generator(prepared)
    yield generator
    generator.close()


@pytest.fixture(scope="session")
def real_extractor(prepared: Settings) -> Extractor:
    return load_extractor(words_folder(prepared), prepared.cache_folder)
