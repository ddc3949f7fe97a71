"""What the commands answer: pure, in the words of the chat's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.adapters.telegram.incoming import Said
from bot.adapters.telegram.markup import Line, line, shortened, span
from bot.adapters.telegram.pages.menus import menu
from bot.adapters.telegram.render import Rendered, page
from bot.model import Delivering, Destination, Feed, FeedId, FeedState, Role, SensitivityName, Topic
from bot.text.wording import Wording


def greeting(wording: Wording, topics: int) -> Rendered:
    """The answer to /start for somebody who has been let in."""
    return page(
        [
            line(span(wording.say("Hello! I watch the news and write here when something new fits a watch."))),
            line(
                span(
                    wording.say_many(
                        "Right now {n} watch tells you what it finds.",
                        "Right now {n} watches tell you what they find.",
                        topics,
                        n=topics,
                    )
                )
            ),
            (),
            *_commands(wording),
        ]
    )


def help_text(wording: Wording) -> Rendered:
    """The answer to /help."""
    return page(
        [
            line(span(wording.say("I read news sources and compare each article with your watches."), "bold")),
            line(
                span(
                    wording.say(
                        "A watch is made of example articles, a query, or both. Each alert says which watch it "
                        "belongs to and why; the same article is told once."
                    )
                )
            ),
            (),
            *_commands(wording),
            (),
            line(span(wording.say("Watches are files in config/topics/; changes count within 30 seconds."))),
        ]
    )


def hint(wording: Wording) -> Rendered:
    """The answer to what was not understood."""
    return page([line(span(wording.say("I did not understand that. /help shows what I can do.")))])


NOTHING = ""
"""What a stranger learns from a button."""


def too_fast(wording: Wording) -> Rendered:
    """For somebody who asks for more than anybody reads."""
    return page([line(span(too_fast_text(wording)))])


def too_fast_text(wording: Wording) -> str:
    """The same in a line over the chat."""
    return wording.say("That was a lot at once. Please wait a minute.")


def not_allowed(wording: Wording, least: Role) -> Rendered:
    """For somebody whose role does not reach."""
    return page([line(span(right_needed(wording, least)))])


def right_needed(wording: Wording, least: Role) -> str:
    """The same in a line over the chat."""
    if least is Role.ADMIN:
        return wording.say("Only the bot's admins may do that.")
    return wording.say("Only editors of this chat may do that. An admin of the bot can make you one: /editors.")


def stale_button(wording: Wording) -> str:
    """For a button of a message from another time."""
    return wording.say("This button no longer does anything. Send the command again.")


def stranger(wording: Wording, said: Said, *, stale_link: bool = False) -> Rendered:
    """All that somebody learns who has not been let in: their ids."""
    lines: list[Line] = []
    if stale_link:
        lines.append(line(span(wording.say("This link was already used, or is older than 15 minutes."))))
    lines.append(line(span(wording.say("This bot is private. Its admin can let you in with these numbers:"))))
    if said.user_id is not None:
        lines.append(line(f"{wording.say('You:')} ", span(str(said.user_id), "code")))
    if str(said.user_id) != said.chat.chat:
        lines.append(line(f"{wording.say('This chat:')} ", span(said.chat.chat, "code")))
    return page(lines)


def topic_list(
    wording: Wording,
    topics: Sequence[Topic],
    here: str,
    feeds: Sequence[Feed],
    states: Mapping[FeedId, FeedState],
    now: datetime,
) -> Rendered:
    """The answer to /topics. `here`: the chat that asks."""
    if not topics:
        return page([line(span(wording.say("No watch tells this chat anything yet.")))])
    count = len(topics)
    lines: list[Line] = [line(span(wording.say_many("{n} watch", "{n} watches", count, n=count), "bold"))]
    for topic in topics:
        lines += [(), *_topic_lines(wording, topic, here, _feeds_of(topic, feeds), states, now)]
    return page(lines)


def _topic_lines(
    wording: Wording,
    topic: Topic,
    here: str,
    feeds: Sequence[Feed],
    states: Mapping[FeedId, FeedState],
    now: datetime,
) -> list[Line]:
    how = [_sensitivity(wording, topic), _delivering(wording, topic), _whereto(wording, topic.destinations, here)]
    if topic.paused:
        how.insert(0, wording.say("paused"))
    return [
        line("• ", span(shortened(topic.name, 200), "bold")),
        line(span(" · ".join(part for part in how if part))),
        line(span(_last_read(wording, feeds, states, now), "italic")),
    ]


def _last_read(wording: Wording, feeds: Sequence[Feed], states: Mapping[FeedId, FeedState], now: datetime) -> str:
    """`last read 3 min ago, 38 sources`: that silence is not failure."""
    times = [states[feed.id].succeeded_at for feed in feeds if feed.id in states]
    last = max((moment for moment in times if moment is not None), default=None)
    sources = wording.say_many("{n} source", "{n} sources", len(feeds), n=len(feeds))
    if last is None:
        return wording.say("not read yet, {sources}", sources=sources)
    return wording.say("last read {ago}, {sources}", ago=_ago(wording, now - last), sources=sources)


def _ago(wording: Wording, age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 1:
        return wording.say("just now")
    if minutes < 60:
        return wording.say_many("{n} minute ago", "{n} minutes ago", minutes, n=minutes)
    hours = minutes // 60
    if hours < 48:
        return wording.say_many("{n} hour ago", "{n} hours ago", hours, n=hours)
    return wording.say_many("{n} day ago", "{n} days ago", hours // 24, n=hours // 24)


def _sensitivity(wording: Wording, topic: Topic) -> str:
    match topic.sensitivity:
        case SensitivityName.STRICT:
            return wording.say("strict")
        case SensitivityName.BALANCED:
            return wording.say("balanced")
        case SensitivityName.BROAD:
            return wording.say("broad")
        case threshold:
            return wording.say("from {percent} % certainty", percent=round(float(threshold) * 100))


def _delivering(wording: Wording, topic: Topic) -> str:
    match topic.delivering:
        case Delivering.INSTANT:
            return wording.say("at once")
        case Delivering.DIGEST:
            return wording.say("in a digest")
        case Delivering.URGENT:
            return wording.say("urgent: at once, always")


def _whereto(wording: Wording, destinations: Sequence[Destination], here: str) -> str:
    if not destinations:
        return wording.say("to the admins")
    names = [wording.say("this chat") if to.chat == here else str(to) for to in destinations]
    return wording.say("to {chats}", chats=", ".join(names))


def _feeds_of(topic: Topic, feeds: Sequence[Feed]) -> list[Feed]:
    wanted = set(topic.feeds)
    return [feed for feed in feeds if not wanted or not wanted.isdisjoint((feed.id, *feed.tags))]


def _commands(wording: Wording) -> list[Line]:
    return [line(f"/{name} — {what}") for name, what in menu(wording, "private")]
