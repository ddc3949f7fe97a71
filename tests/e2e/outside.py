"""What can be seen of a running Kabar from outside: what a chat has got, and what it says of its health."""

from __future__ import annotations

from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from tests.fakes.bot_api import FakeBotApi


def titles(api: FakeBotApi, chat: int) -> list[str]:
    """First lines of what a chat has got, repetitions too."""
    return [message.text.partition("\n")[0] for message in api.messages(chat)]


def has_told(api: FakeBotApi, chat: int, words: str) -> bool:
    """Whether the words are in a message to the chat."""
    return any(words in message.text for message in api.messages(chat))


def health(port: int) -> str:
    """The word of `/healthz` on a port of 127.0.0.1."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            return str(answer.read().decode().strip())
    except HTTPError as error:
        return error.read().decode().strip()
    except (URLError, OSError):
        return "no answer"
