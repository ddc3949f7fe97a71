"""Five minutes with Kabar as people have them: in private, in a group, in both languages; strangers learn nothing."""

from __future__ import annotations

import pytest

from tests.e2e.kabar_process import Home, KabarProcess
from tests.e2e.news import article, feed_of
from tests.fakes.bot_api import FakeBotApi, FakeMessage
from tests.fakes.feed_server import FeedServer

ADMIN, MEMBER, STRANGER = 1001, 2002, 3003
GROUP, ELSEWHERE = -1001002, -1003004


class Talk:
    """Somebody's side of a conversation."""

    def __init__(self, kabar: KabarProcess, api: FakeBotApi, user: int, chat: int, language: str) -> None:
        self._kabar = kabar
        self._api = api
        self._user = user
        self._chat = chat
        self._language = language

    def say(self, text: str, *, thread: int | None = None) -> FakeMessage:
        """What Kabar answers."""
        before = len(self._api.messages(self._chat))
        self._api.user_sends(
            self._user,
            text,
            self._chat,
            chat_type="private" if self._chat > 0 else "supergroup",
            language_code=self._language,
            thread=thread,
        )
        return self._kabar.wait_for_messages(self._api, before + 1, self._chat)[-1]


@pytest.fixture
def watching(connected: Home, feeds: FeedServer) -> Home:
    connected.configure(feeds.url("/rss"), admins=str(ADMIN))
    connected.topic("peninsula", query="korea", chats=[str(ADMIN), str(GROUP)])
    connected.topic("secret", query="rice", chats=[str(ADMIN)])
    feeds.put_feed("/rss", feed_of(article(1, "bread")))
    return connected


@pytest.mark.parametrize(
    ("language", "help_command", "hello", "helps", "listed"),
    [
        ("en", "/help", "Hello! I watch the news", "I read news sources", "2 watches\n"),
        ("id", "/bantuan", "Halo! Saya memantau berita", "Saya membaca sumber berita", "2 pantauan\n"),
    ],
)
def test_a_first_conversation(
    watching: Home, api: FakeBotApi, language: str, help_command: str, hello: str, helps: str, listed: str
) -> None:
    with watching.start("run") as kabar:
        admin = Talk(kabar, api, ADMIN, ADMIN, language)
        assert admin.say("/start").text.startswith(hello)
        assert admin.say(help_command).text.startswith(helps)
        assert admin.say("/topics").text.startswith(listed)
        kabar.wait_for(lambda: api.menu(ADMIN, language), "the menu")
        assert kabar.stop() == 0
    for answer in api.messages():
        assert answer.parse_mode == "HTML"


def test_a_group_sees_its_own_and_strangers_nothing(watching: Home, api: FakeBotApi) -> None:
    api.add_chat(GROUP, "supergroup", "Newsroom", threads=(7,))
    with watching.start("run") as kabar:
        member = Talk(kabar, api, MEMBER, GROUP, "en")
        listed = member.say("/topics@kabar_test_bot", thread=7)
        assert "Peninsula" in listed.text
        assert "Secret" not in listed.text
        assert (listed.thread, listed.reply_to is not None) == (7, True)

        stranger = Talk(kabar, api, STRANGER, STRANGER, "en")
        assert "Peninsula" not in stranger.say("/topics").text
        api.bot_is_added(ELSEWHERE, STRANGER, "Elsewhere")
        for text in ("/topics", "/help", "hello"):
            api.user_sends(STRANGER, text, ELSEWHERE)
        assert str(ELSEWHERE) in Talk(kabar, api, STRANGER, ELSEWHERE, "en").say("/start").text
        assert kabar.stop() == 0
    assert len(api.messages(ELSEWHERE)) == 1
