"""Why a feed could not be read, in the reader's language.

The stored error of a feed is a line of English for logs and the command line, with hosts and figures. Known phrases in
it are recognized here and said in the reader's language; an unknown line is shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from bot.wording.wording import Wording

_ANSWERED: Final = re.compile(r" answered (\d{3}):")
_ADDRESS_REFUSED: Final = "network.allow_hosts"
"""Part of the error for a refused private address, which names the address and how to allow it: for admins only."""

_BOT_WALL: Final = "(bot wall)"

_PHRASES: Final[tuple[tuple[re.Pattern[str], Callable[[Wording], str]], ...]] = (
    (re.compile(r"cannot be found"), lambda wording: wording.say("its host cannot be found")),
    (re.compile(r"did not answer"), lambda wording: wording.say("its site does not answer")),
    (
        re.compile(r"cannot be trusted|no secure"),
        lambda wording: wording.say("there is no safe connection to its site"),
    ),
    (re.compile(r"cannot be reached|broke off"), lambda wording: wording.say("its site cannot be reached")),
    (re.compile(r" sent more than "), lambda wording: wording.say("what its site sends is too large")),
    (re.compile(r"redirects (?:more|to)"), lambda wording: wording.say("its address leads on to others without end")),
    (
        re.compile(r"not a feed|no RSS, Atom or RDF|not a JSON Feed|is empty$|damaged beyond"),
        lambda wording: wording.say("what its site sends is no feed"),
    ),
)


def feed_error_text(error: str, wording: Wording, *, for_admin: bool) -> str:
    """A clause without a full stop. `for_admin`: the reader may see which private address a feed leads to."""
    if _ADDRESS_REFUSED in error:
        return error if for_admin else wording.say("its address leads into a private network")
    answered = _ANSWERED.search(error)
    if answered:
        return _status(int(answered[1]), wording, is_bot_wall=_BOT_WALL in error)
    return next((say(wording) for pattern, say in _PHRASES if pattern.search(error)), error)


def _status(status: int, wording: Wording, *, is_bot_wall: bool) -> str:
    match status:
        case 429:
            return wording.say("its bot wall wants it to be read less often ({status})", status=status)
        case _ if is_bot_wall:
            return wording.say("its bot wall keeps programs out ({status})", status=status)
        case 401 | 402 | 403 | 407 | 451:
            return wording.say("its site does not let me in ({status})", status=status)
        case 404 | 410:
            return wording.say("there is nothing at its address any more ({status})", status=status)
        case _ if status >= 500:
            return wording.say("its site has trouble ({status})", status=status)
        case _:
            return wording.say("its site refuses ({status})", status=status)
