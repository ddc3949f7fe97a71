"""The notices about the database: what is wrong with it, and what to do on the server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from bot.wording.wording import Wording

RESTORE: Final = "kabar restore"
REPAIR: Final = "kabar doctor --repair"


def _damaged(wording: Wording, values: Mapping[str, str]) -> str:
    return "\n".join(
        (
            wording.say("My database is damaged. I have stopped: nothing is read or sent until it is mended."),
            wording.say(
                "On the server: stop Kabar. “{restore}” puts the newest copy in its place, and “{repair}” saves what "
                "can still be read. Then start Kabar again.",
                restore=RESTORE,
                repair=REPAIR,
            ),
            wording.say("What was found: {reason}", reason=values["reason"]),
        )
    )


def _gone(wording: Wording, values: Mapping[str, str]) -> str:
    return "\n".join(
        (
            wording.say("My database was removed while I was running. I have stopped: nothing is read or sent."),
            *_saved(wording, values),
            wording.say(
                "On the server: stop Kabar, put the folder back (or the newest copy: “{restore}”), and start it again.",
                restore=RESTORE,
            ),
        )
    )


def _replaced(wording: Wording, values: Mapping[str, str]) -> str:
    return "\n".join(
        (
            wording.say("Another database is in the place of mine. I have stopped: nothing is read or sent."),
            *_saved(wording, values),
            wording.say(
                "On the server: stop Kabar. To go on with mine, “{restore} FILE”; to go on with the other one, just "
                "start Kabar again. What it does not know of will be told once more.",
                restore=RESTORE,
            ),
        )
    )


def _saved(wording: Wording, values: Mapping[str, str]) -> list[str]:
    return [wording.say("What I had is in {path}.", path=values["saved"])] if values["saved"] else []


def _rescued(wording: Wording, values: Mapping[str, str]) -> str:
    return wording.say(
        "My database was removed while I was running. I have written it back, with all that was in it: {path}\n"
        "I go on as before. Please find out who or what removes it.",
        path=values["path"],
    )


def _other(wording: Wording, _values: Mapping[str, str]) -> str:
    return wording.say(
        "My database is another file than when I ran last: a copy that was put back, or it was moved. I go on with it. "
        "What it does not know of will be told once more."
    )


def _full(wording: Wording, _values: Mapping[str, str]) -> str:
    return wording.say(
        "The disk of my database is full: I cannot store anything new. Please free some space. Nothing is lost, and I "
        "go on by myself as soon as there is room."
    )


def _read_only(wording: Wording, values: Mapping[str, str]) -> str:
    return _waiting(wording, values, wording.say("My database may not be written any more."))


def _locked(wording: Wording, values: Mapping[str, str]) -> str:
    return _waiting(wording, values, wording.say("Another program keeps my database locked."))


def _failing(wording: Wording, values: Mapping[str, str]) -> str:
    return _waiting(wording, values, wording.say("The disk of my database reports errors."))


def _unreachable(wording: Wording, values: Mapping[str, str]) -> str:
    return _waiting(wording, values, wording.say("The server of my database gives no answer."))


def _waiting(wording: Wording, values: Mapping[str, str], what: str) -> str:
    return "\n".join(
        (
            what,
            wording.say("Until that is over I cannot store anything new. Then I go on by myself."),
            wording.say("What was found: {reason}", reason=values["reason"]),
        )
    )


def _well(wording: Wording, _values: Mapping[str, str]) -> str:
    return wording.say("My database works again. I go on where I was.")


def _no_backup(wording: Wording, values: Mapping[str, str]) -> str:
    return wording.say(
        "I could not make today’s copy of the database: {reason}\nI try again every hour. “{command}” says more.",
        reason=values["reason"],
        command="kabar doctor",
    )


def _unreadable(wording: Wording, values: Mapping[str, str]) -> str:
    return "\n".join(
        (
            wording.say("I had a message for this chat, but what is stored of it can no longer be read."),
            wording.say("Delivery {id}: {reason}", id=values["id"], reason=values["reason"]),
        )
    )


STORAGE_WORDS: Final[Mapping[str, Callable[[Wording, Mapping[str, str]], str]]] = {
    "storage-damaged": _damaged,
    "storage-gone": _gone,
    "storage-replaced": _replaced,
    "storage-rescued": _rescued,
    "storage-other": _other,
    "storage-full": _full,
    "storage-read-only": _read_only,
    "storage-locked": _locked,
    "storage-failing": _failing,
    "storage-unreachable": _unreachable,
    "storage-well": _well,
    "backup-failed": _no_backup,
    "unreadable": _unreadable,
}
