"""The texts for the public, where chats may let themselves in; and what the admins hear of that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from bot.wording.wording import Wording


def signed_up_text(wording: Wording) -> tuple[str, ...]:
    """What a group is told that somebody has taken the bot into, in paragraphs."""
    return (
        wording.say("Hello! I watch the news and write here when something new fits a watch of this group."),
        wording.say(
            "Everyone here may see its watches and vote. An admin of this bot says who may change them: /editors. "
            "In a private chat with me you can begin at once."
        ),
    )


def no_room_text(wording: Wording, why: str) -> str:
    """Why nobody else is let in now: `full` or `later`."""
    if why == "later":
        return wording.say(
            "Very many people have just come, and I am full for now. Please send /start again in an hour."
        )
    return wording.say("I am full: I cannot take more chats at the moment. Please send /start again another day.")


def _signed_up(wording: Wording, _values: Mapping[str, str]) -> str:
    return "\n".join(signed_up_text(wording))


def _no_room(wording: Wording, values: Mapping[str, str]) -> str:
    return no_room_text(wording, values["why"])


def _public_limit(wording: Wording, values: Mapping[str, str]) -> str:
    most = int(values["most"])
    match values["what"]:
        case "chats":
            said = wording.say_many(
                "{n} chat has let itself in, which is as many as public.chats allows. Others are told that I am full.",
                "{n} chats have let themselves in, which is as many as public.chats allows. Others are told that I am "
                "full.",
                most,
            )
        case "chats-per-hour":
            said = wording.say_many(
                "{n} chat has let itself in within an hour, which is as many as public.chats_per_hour allows. Others "
                "are asked to come back later.",
                "{n} chats have let themselves in within an hour, which is as many as public.chats_per_hour allows. "
                "Others are asked to come back later.",
                most,
            )
        case _:
            said = wording.say_many(
                "Chats have added {n} source, which is as many as public.feeds allows. The public adds no more.",
                "Chats have added {n} sources, which is as many as public.feeds allows. The public adds no more.",
                most,
            )
    return f"{said}\n{wording.say('/chats shows who is in. I say this once a day at most.')}"


PUBLIC_WORDS: Final[Mapping[str, Callable[[Wording, Mapping[str, str]], str]]] = {
    "signed-up": _signed_up,
    "no-room": _no_room,
    "public-limit": _public_limit,
}
"""The texts of notices, by their codes."""
