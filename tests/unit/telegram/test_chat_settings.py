"""What is declared of a setting is there: its page, its question, its example, its line."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.model import Chat, Language
from bot.telegram.render import Reader
from bot.telegram.settings.cards import misread, shown
from bot.telegram.settings.chat_setting import ChatSetting, CommandSetting, SettingPage, TypedSetting
from bot.telegram.settings.choosing import CARD, DONE, Choosing
from bot.telegram.settings.registry import SETTINGS
from bot.wording.wording import Wording

CHAT = Chat("5")


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_a_setting_has_all_that_it_declares(setting: ChatSetting, language: str) -> None:
    reader = Reader(Wording(Language(language)), ZoneInfo("Asia/Jakarta"))
    about = Choosing(CHAT, reader, datetime(2026, 3, 2, 9, 30, tzinfo=UTC))
    card = shown(CARD, about)
    assert setting.card_button(about) in [button for row in card.keyboard for button in row]
    assert "".join(one.text for one in setting.describe(about)) in card.plain
    if isinstance(setting, SettingPage):
        assert shown(setting.name, about).plain != card.plain
    if isinstance(setting, CommandSetting):
        assert setting.example(about.wording) in misread(setting, "?", about).plain
        assert setting.read_text(setting.example(about.wording), about) is not None
    if isinstance(setting, TypedSetting):
        assert setting.request(about.wording) in setting.ask(about, is_private=True).plain


def test_names_and_commands_are_each_used_once() -> None:
    names = [one.name for one in SETTINGS]
    commands = [command for one in SETTINGS if isinstance(one, CommandSetting) for command in one.commands]
    assert len({*names, CARD, DONE}) == len(names) + 2
    assert len(set(commands)) == len(commands)
