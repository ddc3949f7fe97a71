"""Every method of the Bot API as Kabar calls it, and what it makes of the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from telegram import BotCommand
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.model import Chat, Delivery, DeliveryKind, Language, MessageId, RetryLater, Role, SendOutcome, Sent, UpdateId
from bot.telegram import BadTokenError, Speaker, TelegramClient, TelegramMessenger, TokenTakenError, UnreachableError
from bot.telegram.buttons import Button
from bot.telegram.context import ChatContext
from bot.telegram.render import Reader, one_line
from bot.telegram.speaker import AnswerLaterError
from bot.telegram.transport.incoming import Attachment
from tests.fakes.charts import FakeCharts
from tests.fakes.clock import FakeClock
from tests.fakes.deliveries import NOW, a_delivery, a_digest, a_rise, an_alert

CHAT: Final = 123456789

DONE, AGAIN = "done", "tried again"
AGAIN_WHEN_ASKED = "tried again when it was asked to be"
"""What becomes of a call; anything else is said in words: it was given up, or the program ended."""

Call = Callable[[TelegramClient], Awaitable[str]]


async def called(call: Call, client: TelegramClient) -> str:
    """What became of it, an error put into words."""
    try:
        return await call(client)
    except UnreachableError as error:
        return AGAIN if error.retry_after is None else AGAIN_WHEN_ASKED
    except AnswerLaterError as error:
        return AGAIN if error.after is None else AGAIN_WHEN_ASKED
    except (BadTokenError, TokenTakenError) as error:
        return f"ends the program: {error}"
    except Exception as error:  # -- that is what is looked for
        return f"crashes: {error!r}"


def _sends(delivery: Delivery) -> Call:
    async def call(client: TelegramClient) -> str:
        charts = FakeCharts()
        messenger = TelegramMessenger(client.bot, FakeClock(NOW), Language("id"), ZoneInfo("Asia/Jakarta"), charts)
        return _outcome(await messenger.send(delivery, Chat(str(CHAT))))

    return call


def _outcome(outcome: SendOutcome) -> str:
    if isinstance(outcome, RetryLater):
        return AGAIN if outcome.after is None else AGAIN_WHEN_ASKED
    return DONE if isinstance(outcome, Sent) else repr(outcome)


def _says(speak: Callable[[Speaker, ChatContext], Awaitable[object]], nothing: str = "given up") -> Call:
    async def call(client: TelegramClient) -> str:
        return nothing if await speak(Speaker(client.bot), _context()) is None else DONE

    return call


def _context() -> ChatContext:
    chat, number = Chat(str(CHAT), "private"), MessageId(7)
    reader = Reader.of(chat, Language("id"), ZoneInfo("Asia/Jakarta"))
    return ChatContext(chat, None, None, CHAT, "Sari", Role.ADMIN, reader, number, NOW, UpdateId(1))


async def _identity(client: TelegramClient) -> str:
    await client.identity()
    return DONE


async def _updates(client: TelegramClient) -> str:
    await client.updates(None, timedelta(), ("message",))
    return DONE


async def _webhook_state(client: TelegramClient) -> str:
    await client.webhook_state()
    return DONE


async def _set_webhook(client: TelegramClient) -> str:
    await client.set_webhook("https://kabar.example/telegram", "secret", ("message",), 4)
    return DONE


async def _delete_webhook(client: TelegramClient) -> str:
    await client.delete_webhook()
    return DONE


async def _set_commands(client: TelegramClient) -> str:
    """As `bot.telegram.menus` does: what is no BadRequest and not Forbidden is tried at the next start."""
    try:
        await client.bot.set_my_commands([BotCommand("help", "What I can do")])
    except (BadRequest, Forbidden) as error:
        return repr(error)
    except RetryAfter:
        return AGAIN_WHEN_ASKED
    except TelegramError:
        return AGAIN
    return DONE


CALLS: Final[Mapping[str, Mapping[str, Call]]] = {
    "sendMessage": {
        "an alert": _sends(a_delivery(to=str(CHAT))),
        "a digest": _sends(a_delivery(a_digest(), str(CHAT))),
        "an update": _sends(a_delivery(an_alert(), str(CHAT), DeliveryKind.REPLY, MessageId(7))),
        "an answer": _says(lambda speaker, here: speaker.say(here, one_line("Halo"))),
        "a question": _says(lambda speaker, here: speaker.ask(here, one_line("Kata apa?"))),
    },
    "sendPhoto": {"a rise": _sends(a_delivery(a_rise(), str(CHAT), DeliveryKind.NOTICE))},
    "sendDocument": {
        "a file": _says(lambda speaker, here: speaker.send_document(here, "a.opml", b"<opml/>", one_line("OPML")))
    },
    "editMessageText": {
        "an edit": _sends(a_delivery(an_alert("Baru"), str(CHAT), DeliveryKind.EDIT, MessageId(7))),
        "a changed page": _says(lambda speaker, here: speaker.change(here, one_line("Halo"))),
    },
    "editMessageReplyMarkup": {
        "buttons": _says(lambda speaker, here: speaker.change_keyboard(here, ((Button("A", "a:1"),),)), DONE)
    },
    "answerCallbackQuery": {"a toast": _says(lambda speaker, _here: speaker.answer_press("1", "Dicatat"), DONE)},
    "sendChatAction": {"typing": _says(lambda speaker, here: speaker.show_typing(here), DONE)},
    "deleteMessage": {"taken back": _says(lambda speaker, here: speaker.delete(here, MessageId(7)), DONE)},
    "getFile": {"a document": _says(lambda speaker, _here: speaker.document(Attachment("a", "a.txt", "", 3)))},
    "getChatMember": {"an administrator": _says(lambda speaker, here: speaker.administrates(here), DONE)},
    "getMe": {"who I am": _identity},
    "getUpdates": {"polling": _updates},
    "getWebhookInfo": {"the webhook": _webhook_state},
    "setWebhook": {"a webhook": _set_webhook},
    "deleteWebhook": {"no webhook": _delete_webhook},
    "setMyCommands": {"a menu": _set_commands},
}
"""By method; each way in which it is called."""

UNHEARD: Final = frozenset({"answerCallbackQuery", "sendChatAction"})
"""What becomes of these does not matter: nothing is owed any more a few seconds later."""
