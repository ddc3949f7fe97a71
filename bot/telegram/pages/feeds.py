"""The sources: a list with their health, and a card for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from bot.feeds.feed_health import Health, has_overrun, health_of
from bot.model import Feed, FeedId, FeedState
from bot.telegram.buttons import Button, in_rows, pressing
from bot.telegram.markup import Line, line, shortened, span
from bot.telegram.pages.pagination import last_page, page_turners
from bot.telegram.render import Reader, Rendered, page
from bot.telegram.verbs import ButtonVerb
from bot.text.urls import host_of
from bot.usecases.feeds.subscribe import name_of
from bot.wording.amounts import ago, number_text, time_span
from bot.wording.feed_errors import feed_error_text
from bot.wording.wording import Wording

PER_PAGE = 10

_NAME = 80
_REASON = 160


@dataclass(frozen=True, slots=True)
class FeedViewer:
    """What somebody may see of feeds."""

    is_admin: bool
    """In their private chat with the bot: everything."""
    chat: str
    may_change: bool
    """Feeds of this chat."""

    def sees_address(self, feed: Feed) -> bool:
        """An address may bear a key: those that other chats added are theirs."""
        return self.is_admin or feed.owner == "file" or feed.owning_chat == self.chat

    def may_remove(self, feed: Feed) -> bool:
        if feed.owner == "file":
            return False
        return self.is_admin or (self.may_change and feed.owning_chat == self.chat)


def by_need(feeds: Sequence[Feed], states: Mapping[FeedId, FeedState]) -> list[Feed]:
    """What needs a look first, then by name."""
    return sorted(feeds, key=lambda feed: (health_of(states.get(feed.id)), name_of(feed).casefold(), feed.id))


def feed_list(
    feeds: Sequence[Feed],
    states: Mapping[FeedId, FeedState],
    number: int,
    reader: Reader,
    beholder: FeedViewer,
    now: datetime,
    read_with: Mapping[FeedId, Feed],
) -> Rendered:
    """A page of the list, from 0; beyond the last one, the last.

    `feeds`: in order; `read_with`: of feeds that are not read by themselves, which one is read for them.
    """
    wording = reader.wording
    number = min(number, last_page(len(feeds), PER_PAGE))
    shown = list(enumerate(feeds, 1))[number * PER_PAGE : (number + 1) * PER_PAGE]
    lines = [line(span(_heading(feeds, states, wording), "bold"))]
    if not feeds:
        lines.append(line(span(wording.say("I read no sources yet. Add one by its address."))))
    for place, feed in shown:
        health = health_text(states.get(feed.id), wording, now, beholder)
        if feed.id in read_with:
            health = wording.say("has moved: read as {feed}", feed=_short_name(read_with[feed.id]))
        missed = missed_text(states.get(feed.id), wording, now)
        name = span(_short_name(feed), "bold")
        lines.append(line(f"{place}. ", name, " — ", span(" · ".join(filter(None, (health, missed))))))
    keyboard = [
        *in_rows([Button(str(place), pressing(ButtonVerb.SHOW_FEED, feed.id, number)) for place, feed in shown], 5),
        *page_turners(number, len(feeds), PER_PAGE, ButtonVerb.LIST_FEEDS),
    ]
    actions = []
    if beholder.may_change:
        actions.append(Button(wording.say("Add"), pressing(ButtonVerb.ASK_FEED_ADDRESS)))
        actions.append(Button(wording.say("Import"), pressing(ButtonVerb.ASK_FEED_LIST)))
    if feeds:
        actions.append(Button(wording.say("Export"), pressing(ButtonVerb.EXPORT_FEEDS)))
    return page(lines, (*keyboard, *((tuple(actions),) if actions else ())))


def _short_name(feed: Feed) -> str:
    return shortened(name_of(feed), _NAME)


def _heading(feeds: Sequence[Feed], states: Mapping[FeedId, FeedState], wording: Wording) -> str:
    sources = wording.say_many("{n} source", "{n} sources", len(feeds), n=len(feeds))
    ill = sum(health_of(states.get(feed.id)) in (Health.FAILING, Health.GONE) for feed in feeds)
    if not ill:
        return sources
    return wording.say("{sources}, {n} of them unreadable now", sources=sources, n=ill)


def health_text(state: FeedState | None, wording: Wording, now: datetime, beholder: FeedViewer) -> str:
    """`read 3 minutes ago`, `failing for 2 hours: …`, in a few words."""
    health = health_of(state)
    if state is None or health is Health.UNREAD:
        return wording.say("not read yet")
    match health:
        case Health.GONE:
            return wording.say("gone for good, says its server (410)")
        case Health.FAILING:
            return _failing_text(state, wording, now, beholder)
        case Health.EMPTY:
            return wording.say("empty for {time}", time=time_span(now - (state.empty_since or now), wording))
        case Health.SILENT:
            return wording.say("nothing new for {time}", time=time_span(now - (state.newest_at or now), wording))
        case _:
            return wording.say("read {ago}", ago=ago(now - (state.succeeded_at or now), wording))


def _failing_text(state: FeedState, wording: Wording, now: datetime, beholder: FeedViewer) -> str:
    reason = shortened(feed_error_text(state.error or "", wording, for_admin=beholder.is_admin), _REASON)
    if state.succeeded_at is None:
        return wording.say("could not be read so far: {reason}", reason=reason)
    failing = time_span(now - state.succeeded_at, wording)
    return wording.say("failing for {time}: {reason}", time=failing, reason=reason)


def missed_text(state: FeedState | None, wording: Wording, now: datetime) -> str:
    """That entries may have been missed; empty where there is no reason to think so."""
    if state is None or state.overrun_at is None or not has_overrun(state, now):
        return ""
    return wording.say("something may have been missed {ago}", ago=ago(now - state.overrun_at, wording))


def feed_card(
    feed: Feed,
    state: FeedState | None,
    articles: int,
    back_to: int,
    reader: Reader,
    beholder: FeedViewer,
    now: datetime,
    *,
    chat_title: str = "",
    read_with: Feed | None = None,
) -> Rendered:
    """One feed. `articles`: of the last seven days; `back_to`: the page of the list; `chat_title`: whose it is;
    `read_with`: the feed that is read for it.
    """
    wording = reader.wording
    lines: list[Line] = [
        line(span(name_of(feed), "bold")),
        line(span(_address(feed, beholder), "code")),
        (),
        line(span(_sentence(health_text(state, wording, now, beholder)))),
    ]
    times = _times(feed, state, reader, now)
    if times:
        lines.append(line(span(times)))
    if read_with is not None:
        moved = wording.say("It has moved to where {feed} is: both are read as one.", feed=_short_name(read_with))
        lines.append(line(span(moved)))
    if missed := missed_text(state, wording, now):
        why = wording.say("between two polls everything changed")
        lines.append(line(span(f"{_sentence(missed)}: {why}")))
    lines.append(
        line(
            span(
                wording.say_many(
                    "{count} article in the last 7 days",
                    "{count} articles in the last 7 days",
                    articles,
                    count=number_text(articles, wording),
                )
            )
        )
    )
    if feed.tags:
        lines.append(line(span(wording.say("Tags: {tags}", tags=", ".join(feed.tags)))))
    lines += [
        (),
        line(span(_owner(feed, wording, beholder, chat_title))),
        line(span(wording.say("Every watch reads it, except those that name their sources."), "italic")),
    ]
    rows = []
    if beholder.may_change:
        rows.append(Button(wording.say("Read now"), pressing(ButtonVerb.READ_FEED_NOW, feed.id, back_to)))
    if beholder.may_remove(feed):
        rows.append(Button(wording.say("Remove"), pressing(ButtonVerb.ASK_FEED_REMOVAL, feed.id, back_to)))
    back = Button(f"« {wording.say('All sources')}", pressing(ButtonVerb.LIST_FEEDS, back_to))
    return page(lines, (*((tuple(rows),) if rows else ()), (back,)))


def _address(feed: Feed, beholder: FeedViewer) -> str:
    """Without a login that stands in it."""
    if feed.url.startswith("file:"):
        return "file:"
    if not beholder.sees_address(feed):
        return host_of(feed.url)
    parts = urlsplit(feed.url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _times(feed: Feed, state: FeedState | None, reader: Reader, now: datetime) -> str:
    wording, said = reader.wording, []
    interval = feed.every or (state.interval if state else None)
    if interval is not None:
        said.append(wording.say("every {time}", time=time_span(interval, wording)))
    if state is not None and state.succeeded_at is not None:
        moment = wording.time(state.succeeded_at, reader.timezone, now=now)
        said.append(wording.say("last read {time}", time=moment))
    return _sentence(" · ".join(said))


def _owner(feed: Feed, wording: Wording, beholder: FeedViewer, chat_title: str) -> str:
    if feed.owner == "file":
        return wording.say("It is set in config/feeds.toml: change it there.")
    if feed.owning_chat is None:
        return wording.say("It was added by a command on the server.")
    if feed.owning_chat == beholder.chat:
        return wording.say("It was added in this chat.")
    if beholder.is_admin:
        return wording.say("It was added in {chat}.", chat=chat_title or feed.owning_chat)
    return wording.say("It was added in another chat.")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def asked_removal(feed: Feed, back_to: int, reader: Reader) -> Rendered:
    """Before a feed is removed."""
    wording = reader.wording
    lines = [
        line(span(wording.say("Remove {feed}?", feed=shortened(name_of(feed), _NAME)), "bold")),
        line(span(wording.say("No watch reads it any more then. What was read so far stays."))),
    ]
    keyboard = (
        (
            Button(wording.say("Remove"), pressing(ButtonVerb.REMOVE_FEED, feed.id, back_to)),
            Button(wording.say("Cancel"), pressing(ButtonVerb.SHOW_FEED, feed.id, back_to)),
        ),
    )
    return page(lines, keyboard)


def removed(name: str, back_to: int, reader: Reader) -> Rendered:
    """After that."""
    wording = reader.wording
    said = line(span(wording.say("Removed: {feed}", feed=shortened(name, _NAME))))
    return page([said], ((Button(f"« {wording.say('All sources')}", pressing(ButtonVerb.LIST_FEEDS, back_to)),),))


def nothing_named(name: str, reader: Reader) -> Rendered:
    """No feed has this name."""
    wording = reader.wording
    return page([line(span(wording.say("I know no source by the name of “{name}”.", name=shortened(name, _NAME))))])


def export_caption(count: int, reader: Reader) -> Rendered:
    """Below the document."""
    wording = reader.wording
    return page([line(span(wording.say_many("{n} source", "{n} sources", count, n=count)))])
