"""The texts for the public, where chats may let themselves in; and what the admins hear of that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from bot.text.clean import clean_title
from bot.wording.wording import Wording


def signed_up_text(wording: Wording) -> tuple[str, ...]:
    """What a group is told that has let itself in, in paragraphs."""
    return (
        wording.say("Hello! I watch the news and write here when something new fits a watch of this group."),
        wording.say("Everyone here may see its watches and vote. In a private chat with me you can begin at once."),
    )


def first_editor_text(wording: Wording, who: str) -> str:
    """Who the first editor of a group is, and how they name others."""
    return wording.say(
        "{name} is the editor of this group: they choose what it watches, and make somebody else an editor by "
        "replying to a message of theirs with /editors.",
        name=who,
    )


def no_editor_text(wording: Wording) -> str:
    """How a group that has let itself in gets its first editor."""
    return wording.say(
        "An administrator of this group becomes its editor, and chooses what it watches, by sending /start here "
        "under their own name."
    )


def no_room_text(wording: Wording, why: str) -> str:
    """Why nobody else is let in now: `full` or `later`."""
    if why == "later":
        return wording.say(
            "Very many people have just come, and I am full for now. Please send /start again in an hour."
        )
    return wording.say("I am full: I cannot take more chats at the moment. Please send /start again another day.")


def _signed_up(wording: Wording, values: Mapping[str, str]) -> str:
    who = clean_title(values.get("who", ""))
    editor = first_editor_text(wording, who) if who else no_editor_text(wording)
    return "\n".join((*signed_up_text(wording), editor))


def _first_editor(wording: Wording, values: Mapping[str, str]) -> str:
    return first_editor_text(wording, clean_title(values["who"]))


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
    "first-editor": _first_editor,
    "no-room": _no_room,
    "public-limit": _public_limit,
}
"""The texts of notices, by their codes."""
