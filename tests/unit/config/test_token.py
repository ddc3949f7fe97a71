"""Finding and keeping the token."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.config import (
    Settings,
    TelegramSettings,
    data_directory,
    database_url,
    find_token,
    has_token_shape,
    store_token,
    token_path,
)
from bot.errors import ConfigError

TOKEN = "123456789:AAabcdefghijklmnopqrstuvwxyz_012345"
OTHER = "987654321:BBabcdefghijklmnopqrstuvwxyz-012345"


def test_token_of_the_environment_comes_first(tmp_path: Path) -> None:
    store_token(token_path(tmp_path / "config", {}), OTHER)
    assert find_token(Settings(), {"KABAR_TELEGRAM_TOKEN": f" {TOKEN}\n"}, tmp_path / "config") == TOKEN


def test_stored_token_is_found_and_only_the_owner_reads_it(tmp_path: Path) -> None:
    config = tmp_path / "config"
    assert find_token(Settings(), {"KABAR_TELEGRAM_TOKEN": ""}, config) is None
    store_token(token_path(config, {}), TOKEN)
    store_token(token_path(config, {}), OTHER)
    assert find_token(Settings(), {}, config) == OTHER
    assert stat.S_IMODE((tmp_path / "data/telegram-token").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["telegram-token"]


def test_token_file_of_the_settings(tmp_path: Path) -> None:
    settings = Settings(telegram=TelegramSettings(token_file=tmp_path / "mine"))
    with pytest.raises(ConfigError, match="cannot be read: no such file"):
        find_token(settings, {}, tmp_path / "config")
    store_token(tmp_path / "mine", TOKEN)
    assert find_token(settings, {}, tmp_path / "config") == TOKEN


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_file_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    path = token_path(tmp_path / "config", {})
    store_token(path, TOKEN)
    path.chmod(mode)
    with pytest.raises(ConfigError) as caught:
        find_token(Settings(), {}, tmp_path / "config")
    assert f"chmod 600 '{path}'" in str(caught.value)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("wrong", ["hunter2hunter2", "123456789", f"{TOKEN} {TOKEN}", "bot" + TOKEN, "123456789:short"])
def test_what_has_not_the_shape_of_a_token_is_not_shown(tmp_path: Path, wrong: str) -> None:
    assert not has_token_shape(wrong)
    with pytest.raises(ConfigError) as caught:
        find_token(Settings(), {"KABAR_TELEGRAM_TOKEN": wrong}, tmp_path / "config")
    assert "does not look like a bot token" in str(caught.value)
    assert wrong not in str(caught.value)
    assert "AAabc" not in str(caught.value)


def test_data_lives_beside_the_configuration_or_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert data_directory(Path("x/config"), {}) == tmp_path / "x/data"
    assert data_directory(Path("x/config"), {"KABAR_DATA": "here"}) == tmp_path / "here"
    assert database_url(Path("x/config"), {}) == f"sqlite:///{tmp_path}/x/data/kabar.db"
    assert database_url(Path("x"), {"KABAR_DATABASE_URL": "sqlite:////srv/k.db"}) == "sqlite:////srv/k.db"
