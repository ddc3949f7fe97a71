"""What every messenger promises, whatever its look; run on each adapter and on the fake."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.adapters.console import ConsoleMessenger
from bot.model import CONSOLE, AlertId, Chat, Content, Destination, Language, RetryLater, Review, Sent
from bot.ports import Messenger
from bot.telegram import TelegramClient, TelegramMessenger
from bot.wording.wording import Wording
from tests.fakes.bot_api import TOKEN, FakeBotApi
from tests.fakes.clock import FakeClock
from tests.fakes.deliveries import NOW, a_delivery, a_digest, a_notice, a_reason, a_rise, an_alert
from tests.fakes.messenger import FakeMessenger

CHAT = 123456789
JAKARTA = ZoneInfo("Asia/Jakarta")
INDONESIAN = Language("id")


@dataclass(frozen=True, slots=True)
class Subject:
    """A messenger, what a reader of its chat sees, and how to break its way there."""

    messenger: Messenger
    destination: Destination
    seen: Callable[[], str]
    break_line: Callable[[], None]

    async def send(self, content: Content) -> object:
        chat = Chat(self.destination.chat, language=INDONESIAN, approved=True)
        return await self.messenger.send(a_delivery(content, self.destination), chat)


@pytest.fixture(params=["telegram", "console", "fake"])
async def subject(request: pytest.FixtureRequest) -> AsyncIterator[Subject]:
    async with AsyncExitStack() as stack:
        match request.param:
            case "telegram":
                yield await _telegram(stack)
            case "console":
                yield _console()
            case _:
                yield _fake()


async def _telegram(stack: AsyncExitStack) -> Subject:
    api = stack.enter_context(FakeBotApi())
    api.add_chat(CHAT)
    client = await stack.enter_async_context(TelegramClient(TOKEN, api.url))
    messenger = TelegramMessenger(client.bot, FakeClock(NOW), INDONESIAN, JAKARTA)
    return Subject(
        messenger,
        Destination(str(CHAT)),
        lambda: "\n".join(message.text for message in api.messages(CHAT)),
        lambda: api.fail_next("sendMessage"),
    )


def _console() -> Subject:
    stream = io.StringIO()
    messenger = ConsoleMessenger(stream, Wording(INDONESIAN), JAKARTA, FakeClock(NOW))
    return Subject(messenger, CONSOLE, stream.getvalue, stream.close)


def _fake() -> Subject:
    fake = FakeMessenger()

    def seen() -> str:
        return "\n".join(str(delivery.content) for delivery, _chat in fake.sent)

    return Subject(fake, CONSOLE, seen, lambda: fake.script(RetryLater("no connection")))


async def test_an_alert_arrives_with_title_source_summary_and_topic(subject: Subject) -> None:
    outcome = await subject.send(an_alert())
    assert isinstance(outcome, Sent)
    for part in ("NATO confirms North Korean troops in Russia", "CBS News", "They are in the Kursk region."):
        assert part in subject.seen()
    assert "Tentara Korea Utara di Rusia" in subject.seen()


async def test_a_review_arrives_with_the_alert_that_it_is_about(subject: Subject) -> None:
    assert isinstance(await subject.send(Review(AlertId("r:@kanal:a:1"), an_alert(), Destination("@kanal"))), Sent)
    for part in ("NATO confirms North Korean troops in Russia", "CBS News", "They are in the Kursk region."):
        assert part in subject.seen()


async def test_a_digest_arrives_with_every_item(subject: Subject) -> None:
    assert isinstance(await subject.send(a_digest(5)), Sent)
    assert all(f"Pasukan Korut {number}" in subject.seen() for number in range(1, 6))


async def test_a_rise_arrives_with_its_figures(subject: Subject) -> None:
    assert isinstance(await subject.send(a_rise("Gempa <b>dan</b> tsunami")), Sent)
    for part in ("Gempa <b>dan</b> tsunami", "14", "2"):
        assert part in subject.seen()


async def test_a_notice_arrives_with_its_values(subject: Subject) -> None:
    assert isinstance(await subject.send(a_notice("feeds-gone", feeds="Harian Contoh", count="1")), Sent)
    assert "Harian Contoh" in subject.seen()


async def test_a_notice_of_an_unknown_code_is_told_all_the_same(subject: Subject) -> None:
    assert isinstance(await subject.send(a_notice("from-a-later-version", what="<b>something</b>")), Sent)
    assert "<b>something</b>" in subject.seen()


async def test_markup_in_foreign_text_arrives_as_text(subject: Subject) -> None:
    title = 'Harga <b>naik</b> & turun "50%" </a><script>alert(1)</script>'
    assert isinstance(await subject.send(an_alert(title)), Sent)
    assert "<b>naik</b>" in subject.seen()


async def test_the_longest_alert_arrives(subject: Subject) -> None:
    reasons = tuple(a_reason(f"Pantauan {number} " + "panjang " * 30) for number in range(40))
    alert = an_alert("Judul 🙂 " * 60, ("Kalimat yang sangat panjang 🙂. " * 300,) * 3, reasons)
    assert isinstance(await subject.send(alert), Sent)
    assert "Judul" in subject.seen()


async def test_an_alert_without_anything_to_spare_arrives(subject: Subject) -> None:
    assert isinstance(await subject.send(an_alert("Judul saja", (), (), None, "", "und")), Sent)
    assert "Judul saja" in subject.seen()


async def test_a_broken_line_is_told_as_a_value_to_try_again(subject: Subject) -> None:
    subject.break_line()
    outcome = await subject.send(an_alert())
    assert isinstance(outcome, RetryLater)
    assert outcome.reason
    assert outcome.after is None or outcome.after > timedelta()
