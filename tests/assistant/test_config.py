from pathlib import Path

import pytest

from assistant.config import Settings, read_settings
from assistant.errors import ConfigError


def test_defaults_hold_where_nothing_is_said() -> None:
    assert read_settings() == Settings()


def test_a_flag_beats_the_environment_which_beats_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "citewell.toml"
    file.write_text('library = "from-file"\nmodel = "from-file"\nseed = 3\n')
    monkeypatch.setenv("CITEWELL_LIBRARY", "from-environment")
    monkeypatch.setenv("CITEWELL_MODEL", "from-environment")
    settings = read_settings(file, {"library": "from-flag", "model": None})
    assert (settings.library, settings.model, settings.seed) == (
        "from-flag",
        "from-environment",
        3,
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("passage = 3", "no setting named 'passage'"),
        ("passages = 0", "between"),
        ('passages = "3"', "must be int"),
        ("passages = true", "must be int"),
        ('kv_type = "q2"', "kv_type"),
        ("answer_tokens = 4000", "half"),
        ("passages = ", "cannot be read"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(
    tmp_path: Path, text: str, message: str
) -> None:
    file = tmp_path / "citewell.toml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=message):
        read_settings(file)


def test_a_near_name_is_offered(tmp_path: Path) -> None:
    file = tmp_path / "citewell.toml"
    file.write_text("passage = 3")
    with pytest.raises(ConfigError) as caught:
        read_settings(file)
    assert caught.value.hint == "Did you mean passages?"


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no settings file"):
        read_settings(tmp_path / "none.toml")
