"""The audit log in sentences: who changed what, one sentence for each change (`/log`).

The code of a change selects a sentence, and its values fill in the placeholders; values without a placeholder follow
the sentence. A change with an unknown code shows its values, so that no entry of the log is hidden.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from bot.model import Change, Language
from bot.text.clean import clean_title
from bot.text.language import language_name
from bot.wording.wording import Wording

_LENGTH = 64

_CLOCK: Final = re.compile(r"\b([01]\d|2[0-3]):([0-5]\d)\b")

_KEYS: Final = frozenset({"press", "review"})
"""Values that only the program needs; they are not shown."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    """`places`: the values that the sentence needs besides the name of the user."""

    places: frozenset[str]
    text: Callable[[Wording, Mapping[str, str]], str]


def change_text(change: Change, wording: Wording, timezone: ZoneInfo, now: datetime) -> str:
    """The sentence for a change: `Sari changed the sensitivity of “Gempa”: strict`."""
    values = {name: _short(value) for name, value in change.values.items()}
    values = {name: value for name, value in values.items() if value and name not in _KEYS}
    what = values.get("what", "")
    by = _short(change.user_name) or wording.say("An anonymous admin")
    for sentence in (*_SENTENCES.get(f"{change.code} {what}", ()), *_SENTENCES.get(change.code, ())):
        if sentence.places <= values.keys():
            places = {name: values[name] for name in sentence.places}
            if "what" in places:
                places["what"] = _aspect(what, wording)
            done = sentence.text(wording, {"by": by, **places})
            rest = {name: value for name, value in values.items() if name not in sentence.places}
            if "until" in rest:
                rest["until"] = _until(rest["until"], wording, timezone, now)
            settings = [_setting(what, value, wording) for value in rest.values()]
            return f"{done}: {', '.join(settings)}" if settings else done
    listed = " · ".join(f"{name}: {value}" for name, value in values.items())
    return " · ".join(part for part in (by, change.code, listed) if part)


def _aspect(what: str, wording: Wording) -> str:
    """The name of the part of a topic, or of a chat's settings, that was changed."""
    known = _ASPECTS.get(what.replace("-", "_"))
    return known(wording) if known else what


def _setting(what: str, value: str, wording: Wording) -> str:
    """The new value of a setting as people write it. `what`: the part that was changed."""
    match what:
        case "language" | "reads":
            names = [language_name(Language(code), wording.language) for code in value.split(", ")]
            return ", ".join(names)
        case "zone":
            return value.rsplit("/", 1)[-1].replace("_", " ")
        case "quiet" | "digest" if _CLOCK.search(value):
            return _CLOCK.sub(lambda clock: wording.clock(time(int(clock[1]), int(clock[2]))), value)
        case "outlets" if value != "off":
            return value
        case "picture":
            known = _PICTURES.get(value)
        case _:
            known = _SETTINGS.get(value)
    return known(wording) if known else value


def _until(moment: str, wording: Wording, timezone: ZoneInfo, now: datetime) -> str:
    try:
        ends = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    return wording.say("until {time}", time=wording.time(ends, timezone, now=now))


def _short(text: str) -> str:
    title = clean_title(text)
    return title if len(title) <= _LENGTH else title[: _LENGTH - 1].rstrip() + "…"


def _sentence(text: Callable[[Wording, Mapping[str, str]], str], *places: str) -> _Sentence:
    return _Sentence(frozenset(places), text)


_SENTENCES: Final[Mapping[str, tuple[_Sentence, ...]]] = {
    "topic-made": (_sentence(lambda w, v: w.say("{by} made the watch “{topic}”", **v), "topic"),),
    "topic-changed example": (
        _sentence(lambda w, v: w.say("{by} added an example to “{topic}”", **v), "topic", "what"),
    ),
    "topic-changed example-removed": (
        _sentence(lambda w, v: w.say("{by} removed an example from “{topic}”", **v), "topic", "what"),
    ),
    "topic-changed": (
        _sentence(lambda w, v: w.say("{by} changed the {what} of “{topic}”", **v), "what", "topic"),
        _sentence(lambda w, v: w.say("{by} changed the watch “{topic}”", **v), "topic"),
    ),
    "topic-removed": (_sentence(lambda w, v: w.say("{by} removed the watch “{topic}”", **v), "topic"),),
    "feed-added": (_sentence(lambda w, v: w.say("{by} added the source {feed}", **v), "feed"),),
    "feed-removed": (_sentence(lambda w, v: w.say("{by} removed the source {feed}", **v), "feed"),),
    "feeds-imported": (_sentence(lambda w, v: w.say("{by} imported sources", **v)),),
    "settings-changed": (
        _sentence(lambda w, v: w.say("{by} changed the {what} of this chat", **v), "what"),
        _sentence(lambda w, v: w.say("{by} changed the settings of this chat", **v)),
    ),
    "chat-let-in": (_sentence(lambda w, v: w.say("{by} let {chat} in", **v), "chat"),),
    "chat-refused": (_sentence(lambda w, v: w.say("{by} refused {chat}", **v), "chat"),),
    "chat-signed-up": (
        _sentence(lambda w, v: w.say("{by} took me into {chat}", **v), "chat"),
        _sentence(lambda w, v: w.say("{by} let themselves in", **v)),
    ),
    "chat-limits-lifted": (_sentence(lambda w, v: w.say("{by} lifted the limits of {chat}", **v), "chat"),),
    "chat-shut-out": (_sentence(lambda w, v: w.say("{by} shut {chat} out", **v), "chat"),),
    "editor-named": (_sentence(lambda w, v: w.say("{by} made {who} an editor", **v), "who"),),
    "editor-first": (_sentence(lambda w, v: w.say("{by} became the editor of this group", **v)),),
    "editor-removed": (_sentence(lambda w, v: w.say("{by} removed {who} as editor", **v), "who"),),
    "story-muted": (_sentence(lambda w, v: w.say("{by} muted the story “{title}”", **v), "title"),),
    "story-unmuted": (_sentence(lambda w, v: w.say("{by} unmuted the story “{title}”", **v), "title"),),
    "voted": (
        _sentence(lambda w, v: w.say("{by} judged “{title}” for “{topic}”", **v), "title", "topic"),
        _sentence(lambda w, v: w.say("{by} judged “{title}”", **v), "title"),
    ),
    "posted": (
        _sentence(lambda w, v: w.say("{by} posted “{title}” to {chat}", **v), "title", "chat"),
        _sentence(lambda w, v: w.say("{by} posted “{title}”", **v), "title"),
    ),
    "skipped": (
        _sentence(lambda w, v: w.say("{by} skipped “{title}” for {chat}", **v), "title", "chat"),
        _sentence(lambda w, v: w.say("{by} skipped “{title}”", **v), "title"),
    ),
    "paused": (
        _sentence(lambda w, v: w.say("{by} paused the watch “{topic}”", **v), "topic"),
        _sentence(lambda w, v: w.say("{by} paused all alerts of this chat", **v)),
    ),
    "resumed": (
        _sentence(lambda w, v: w.say("{by} resumed the watch “{topic}”", **v), "topic"),
        _sentence(lambda w, v: w.say("{by} resumed the alerts of this chat", **v)),
    ),
}
"""By code, or by code and part; of several sentences the first one whose placeholders can all be filled is used."""

_ASPECTS: Final[Mapping[str, Callable[[Wording], str]]] = {
    "name": lambda w: w.say("name"),
    "sensitivity": lambda w: w.say("sensitivity"),
    "examples": lambda w: w.say("examples"),
    "query": lambda w: w.say("query"),
    "require": lambda w: w.say("required words"),
    "exclude": lambda w: w.say("excluded words"),
    "delivery": lambda w: w.say("delivery"),
    "delivering": lambda w: w.say("delivery"),
    "feeds": lambda w: w.say("sources"),
    "destinations": lambda w: w.say("destination"),
    "review": lambda w: w.say("review"),
    "language": lambda w: w.say("language"),
    "languages": lambda w: w.say("languages"),
    "reads": lambda w: w.say("languages"),
    "outlets": lambda w: w.say("preferred outlets"),
    "zone": lambda w: w.say("time zone"),
    "quiet": lambda w: w.say("quiet hours"),
    "digest": lambda w: w.say("digest times"),
    "digest_times": lambda w: w.say("digest times"),
    "weekly": lambda w: w.say("weekly note"),
    "picture": lambda w: w.say("pictures"),
}
"""The names that the dialogues use for the parts."""

_SETTINGS: Final[Mapping[str, Callable[[Wording], str]]] = {
    "strict": lambda w: w.say("strict"),
    "balanced": lambda w: w.say("balanced"),
    "broad": lambda w: w.say("broad"),
    "instant": lambda w: w.say("at once"),
    "digest": lambda w: w.say("in a digest"),
    "urgent": lambda w: w.say("urgent: at once, always"),
    "on": lambda w: w.say("on"),
    "off": lambda w: w.say("off"),
    "good": lambda w: w.say("fits"),
    "bad": lambda w: w.say("does not fit"),
    "undone": lambda w: w.say("taken back"),
}

_PICTURES: Final[Mapping[str, Callable[[Wording], str]]] = {
    "below": lambda w: w.say("large, below the text"),
    "above": lambda w: w.say("large, above the text"),
    "none": lambda w: w.say("no picture"),
}
