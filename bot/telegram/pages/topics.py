"""/topics: the list of topics, and one-line descriptions of a topic that other pages use as well. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model import Delivering, Destination, Feed, FeedId, FeedState, SensitivityName, Topic
from bot.telegram.buttons import Button, chosen, in_rows, pressing
from bot.telegram.markup import Line, line, shortened, span
from bot.telegram.pages.pagination import last_page, page_turners
from bot.telegram.render import Rendered, page
from bot.telegram.verbs import ButtonVerb
from bot.wording.amounts import ago
from bot.wording.wording import Wording

PAGE = 8
"""Topics per page of the list."""

_NAME_LENGTH = 200
_BUTTON_LENGTH = 30


@dataclass(frozen=True, slots=True)
class TopicListContext:
    """What is needed besides the topics to describe them."""

    wording: Wording
    here: str
    """The current chat."""
    titles: Mapping[str, str] | None
    """Titles of chats by id; None if the user may not see which other chats there are."""
    feeds: Sequence[Feed]
    states: Mapping[FeedId, FeedState]
    now: datetime


def topic_list(topics: Sequence[Topic], list_context: TopicListContext, wanted: int = 0) -> Rendered:
    """A page of the list. A `wanted` page too high means the last one."""
    wording, count = list_context.wording, len(topics)
    if not topics:
        return page([line(span(wording.say("No watch tells this chat anything yet.")))])
    number = min(wanted, last_page(count, PAGE))
    shown = topics[number * PAGE : (number + 1) * PAGE]
    lines: list[Line] = [line(span(wording.say_many("{n} watch", "{n} watches", count, n=count), "bold"))]
    for topic in shown:
        lines += [
            (),
            line("• ", span(shortened(topic.name, _NAME_LENGTH), "bold")),
            line(span(how_of(topic, list_context))),
            line(span(last_read(topic, list_context), "italic")),
        ]
    buttons = [Button(_button_name(topic), pressing(ButtonVerb.SHOW_TOPIC, topic.id)) for topic in shown]
    return page(lines, (*in_rows(buttons, 2), *page_turners(number, count, PAGE, ButtonVerb.LIST_TOPICS)))


def page_of_list(topics: Sequence[Topic], topic: Topic) -> int:
    """The page of the list that contains the topic."""
    return next((place // PAGE for place, one in enumerate(topics) if one.id == topic.id), 0)


def how_of(topic: Topic, list_context: TopicListContext) -> str:
    """The settings of a topic in one line, such as `paused · strict · in a digest · to this chat`."""
    wording = list_context.wording
    parts = [
        sensitivity_name(wording, topic),
        _delivery_text(wording, topic),
        _destinations_text(topic.destinations, list_context),
    ]
    if topic.paused:
        parts.insert(0, wording.say("paused"))
    return " · ".join(parts)


def last_read(topic: Topic, list_context: TopicListContext) -> str:
    """A line such as `last read 3 min ago, 38 sources`, which shows that silence is not a failure."""
    wording, feeds = list_context.wording, feeds_of(topic, list_context.feeds)
    times = [list_context.states[feed.id].succeeded_at for feed in feeds if feed.id in list_context.states]
    last = max((moment for moment in times if moment is not None), default=None)
    sources = wording.say_many("{n} source", "{n} sources", len(feeds), n=len(feeds))
    if last is None:
        return wording.say("not read yet, {sources}", sources=sources)
    return wording.say("last read {ago}, {sources}", ago=ago(list_context.now - last, wording), sources=sources)


def feeds_of(topic: Topic, feeds: Sequence[Feed]) -> list[Feed]:
    """The feeds that the topic reads."""
    wanted = set(topic.feeds)
    return [feed for feed in feeds if not wanted or not wanted.isdisjoint((feed.id, *feed.tags))]


def sensitivity_name(wording: Wording, topic: Topic) -> str:
    """The name of the topic's sensitivity, or its threshold."""
    match topic.sensitivity:
        case SensitivityName():
            return named_sensitivity(wording, topic.sensitivity)
        case threshold:
            return wording.say("from {percent}% certainty", percent=round(threshold * 100))


def named_sensitivity(wording: Wording, name: SensitivityName) -> str:
    """The name of one of the three sensitivities."""
    match name:
        case SensitivityName.STRICT:
            return wording.say("strict")
        case SensitivityName.BALANCED:
            return wording.say("balanced")
        case SensitivityName.BROAD:
            return wording.say("broad")


def sensitivity_buttons(topic: Topic, wording: Wording, verb: ButtonVerb, key: object) -> tuple[Button, ...]:
    """Buttons for the sensitivity, with a check mark at the current one. `key`: the topic in the callback data."""
    return tuple(
        Button(
            chosen(named_sensitivity(wording, one).capitalize(), is_chosen=topic.sensitivity == one),
            pressing(verb, key, one.value),
        )
        for one in SensitivityName
    )


def delivery_buttons(topic: Topic, wording: Wording, verb: ButtonVerb, key: object) -> tuple[Button, ...]:
    """Buttons for the way of delivery, with a check mark at the current one."""
    names = {
        Delivering.INSTANT: wording.say("At once"),
        Delivering.DIGEST: wording.say("Digest"),
        Delivering.URGENT: wording.say("Urgent"),
    }
    return tuple(
        Button(chosen(name, is_chosen=topic.delivering is one), pressing(verb, key, one.value))
        for one, name in names.items()
    )


def chat_name(chat: str, titles: Mapping[str, str]) -> str:
    """The title of a chat, or its id if it has none."""
    return shortened(titles.get(chat) or chat, 60)


def destination_name(to: Destination, titles: Mapping[str, str]) -> str:
    """The title of a destination chat, with the thread."""
    name = chat_name(to.chat, titles)
    return name if to.thread is None else f"{name}/{to.thread}"


def _delivery_text(wording: Wording, topic: Topic) -> str:
    match topic.delivering:
        case Delivering.INSTANT:
            return wording.say("at once")
        case Delivering.DIGEST:
            return wording.say("in a digest")
        case Delivering.URGENT:
            return wording.say("urgent: at once, always")


def _destinations_text(destinations: Sequence[Destination], list_context: TopicListContext) -> str:
    wording, titles = list_context.wording, list_context.titles
    if not destinations:
        return wording.say("to the admins")
    others = [to for to in destinations if to.chat != list_context.here]
    names = [wording.say("this chat")] * (len(others) < len(destinations))
    if titles is not None:
        names += [destination_name(to, titles) for to in others]
    elif others:
        names.append(wording.say_many("{n} other chat", "{n} other chats", len(others), n=len(others)))
    return wording.say("to {chats}", chats=", ".join(names))


def _button_name(topic: Topic) -> str:
    return ("⏸ " if topic.paused else "") + shortened(topic.name, _BUTTON_LENGTH)
