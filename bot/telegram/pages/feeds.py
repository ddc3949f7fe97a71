"""The list of feeds with their health, and the page of a single feed. Users see feeds as "sources". Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.feeds.feed_health import Health, has_overrun, health_of
from bot.model import Feed, FeedId, FeedState
from bot.telegram.buttons import Button, in_rows, pressing
from bot.telegram.markup import Line, line, shortened, span
from bot.telegram.pages.pagination import last_page, page_turners
from bot.telegram.render import Reader, Rendered, page
from bot.telegram.verbs import ButtonVerb
from bot.text.masked_urls import has_secrets, masked_url
from bot.text.urls import host_of
from bot.usecases.feeds.subscribe import name_of
from bot.wording.amounts import ago, number_text, time_span
from bot.wording.feed_errors import feed_error_text
from bot.wording.wording import Wording

PER_PAGE = 10

_NAME = 80
_REASON = 160
_SAID = 200


@dataclass(frozen=True, slots=True)
class FeedViewer:
    """What a user may see and change of the feeds.

    An address may be the only lock of its feed, so it is for those who may change the feed. What is written into a
    group is seen by all of its members: there it comes as the answer to a press, which only the presser sees.
    """

    is_admin: bool
    """An admin in a private chat, who may see everything."""
    chat: str
    may_change: bool
    """Whether the user may change the feeds of this chat."""
    is_alone: bool
    """Whether nobody else reads along: a private chat."""

    def may_ask_address(self, feed: Feed) -> bool:
        """Whether the user is told the whole address when they ask for it."""
        if feed.url.startswith("file:"):
            return False
        return self.is_admin or (self.may_change and feed.owning_chat == self.chat)

    def exports(self, feed: Feed) -> bool:
        """Whether a list of feeds for this user has the feed, if its address bears no secret."""
        return self.is_admin or feed.owner == "file" or feed.owning_chat == self.chat

    def may_remove(self, feed: Feed) -> bool:
        if feed.owner == "file":
            return False
        return self.is_admin or (self.may_change and feed.owning_chat == self.chat)


def by_need(feeds: Sequence[Feed], states: Mapping[FeedId, FeedState]) -> list[Feed]:
    """The feeds ordered by health, with failing ones first, then by name."""
    return sorted(feeds, key=lambda feed: (health_of(states.get(feed.id)), name_of(feed).casefold(), feed.id))


def feed_list(
    feeds: Sequence[Feed],
    states: Mapping[FeedId, FeedState],
    number: int,
    reader: Reader,
    viewer: FeedViewer,
    now: datetime,
    read_with: Mapping[FeedId, Feed],
) -> Rendered:
    """A page of the list, counted from 0. A `number` too high means the last page.

    `feeds` are in order. `read_with`: for feeds that have moved to the URL of another feed, that other feed.
    """
    wording = reader.wording
    number = min(number, last_page(len(feeds), PER_PAGE))
    shown = list(enumerate(feeds, 1))[number * PER_PAGE : (number + 1) * PER_PAGE]
    lines = [line(span(_heading(feeds, states, wording), "bold"))]
    if not feeds:
        lines.append(line(span(wording.say("I read no sources yet. Add one by its address."))))
    for place, feed in shown:
        health = health_text(states.get(feed.id), wording, now, viewer)
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
    if viewer.may_change:
        actions.append(Button(wording.say("Add"), pressing(ButtonVerb.ASK_FEED_ADDRESS)))
        actions.append(Button(wording.say("Import"), pressing(ButtonVerb.ASK_FEED_LIST)))
    if feeds:
        actions.append(Button(wording.say("Export"), pressing(ButtonVerb.EXPORT_FEEDS)))
    return page(lines, (*keyboard, *((tuple(actions),) if actions else ())))


def _short_name(feed: Feed) -> str:
    return shortened(name_of(feed), _NAME)


def _heading(feeds: Sequence[Feed], states: Mapping[FeedId, FeedState], wording: Wording) -> str:
    sources = wording.say_many("{n} source", "{n} sources", len(feeds), n=len(feeds))
    failing_count = sum(health_of(states.get(feed.id)) in (Health.FAILING, Health.GONE) for feed in feeds)
    if not failing_count:
        return sources
    return wording.say("{sources}, {n} of them unreadable now", sources=sources, n=failing_count)


def health_text(state: FeedState | None, wording: Wording, now: datetime, viewer: FeedViewer) -> str:
    """The health in a few words, such as `read 3 minutes ago` or `failing for 2 hours: …`."""
    health = health_of(state)
    if state is None or health is Health.UNREAD:
        return wording.say("not read yet")
    match health:
        case Health.GONE:
            return wording.say("gone for good, says its server (410)")
        case Health.FAILING:
            return _failing_text(state, wording, now, viewer)
        case Health.EMPTY:
            return wording.say("empty for {time}", time=time_span(now - (state.empty_since or now), wording))
        case Health.SILENT:
            return wording.say("nothing new for {time}", time=time_span(now - (state.newest_at or now), wording))
        case _:
            return wording.say("read {ago}", ago=ago(now - (state.succeeded_at or now), wording))


def _failing_text(state: FeedState, wording: Wording, now: datetime, viewer: FeedViewer) -> str:
    reason = shortened(feed_error_text(state.error or "", wording, for_admin=viewer.is_admin), _REASON)
    if state.succeeded_at is None:
        return wording.say("could not be read so far: {reason}", reason=reason)
    failing = time_span(now - state.succeeded_at, wording)
    return wording.say("failing for {time}: {reason}", time=failing, reason=reason)


def missed_text(state: FeedState | None, wording: Wording, now: datetime) -> str:
    """A warning that entries may have been missed, or an empty text if that is unlikely."""
    if state is None or state.overrun_at is None or not has_overrun(state, now):
        return ""
    return wording.say("something may have been missed {ago}", ago=ago(now - state.overrun_at, wording))


def feed_card(
    feed: Feed,
    state: FeedState | None,
    articles: int,
    back_to: int,
    reader: Reader,
    viewer: FeedViewer,
    now: datetime,
    *,
    chat_title: str = "",
    read_with: Feed | None = None,
    with_secrets: bool = False,
) -> Rendered:
    """The page of one feed.

    `with_secrets`: its viewer has asked for the whole address.

    `articles`: number in the last seven days; `back_to`: the page of the list to return to; `chat_title`: the chat that
    added the feed; `read_with`: the feed that is polled instead, if this one has moved to the same URL.
    """
    wording = reader.wording
    lines: list[Line] = [
        line(span(name_of(feed), "bold")),
        line(span(_address(feed, viewer, with_secrets=with_secrets), "code")),
        (),
        line(span(_sentence(health_text(state, wording, now, viewer)))),
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
        line(span(_owner(feed, wording, viewer, chat_title))),
        line(span(wording.say("Every watch reads it, except those that name their sources."), "italic")),
    ]
    rows = []
    if viewer.may_ask_address(feed) and not with_secrets and (has_secrets(feed.url) or not viewer.is_alone):
        rows.append(Button(wording.say("Show address"), pressing(ButtonVerb.SHOW_FEED_ADDRESS, feed.id, back_to)))
    if viewer.may_change:
        rows.append(Button(wording.say("Read now"), pressing(ButtonVerb.READ_FEED_NOW, feed.id, back_to)))
    if viewer.may_remove(feed):
        rows.append(Button(wording.say("Remove"), pressing(ButtonVerb.ASK_FEED_REMOVAL, feed.id, back_to)))
    back = Button(f"« {wording.say('All sources')}", pressing(ButtonVerb.LIST_FEEDS, back_to))
    return page(lines, (*((tuple(rows),) if rows else ()), (back,)))


def _address(feed: Feed, viewer: FeedViewer, *, with_secrets: bool) -> str:
    """The URL without its secrets, or only the host if not everybody who reads this may see the URL."""
    if feed.url.startswith("file:"):
        return "file:"
    if not (viewer.may_ask_address(feed) and viewer.is_alone):
        return host_of(feed.url)
    return feed.url if with_secrets else masked_url(feed.url)


def address_said(feed: Feed, wording: Wording) -> str:
    """The whole address, as the answer to a press (Bot API, "answerCallbackQuery": 200 characters)."""
    if len(feed.url) <= _SAID:
        return feed.url
    return wording.say("The address is too long to be shown here. Its source can be exported in a private chat.")


def _times(feed: Feed, state: FeedState | None, reader: Reader, now: datetime) -> str:
    wording, parts = reader.wording, []
    interval = feed.every or (state.interval if state else None)
    if interval is not None:
        parts.append(wording.say("every {time}", time=time_span(interval, wording)))
    if state is not None and state.succeeded_at is not None:
        moment = wording.time(state.succeeded_at, reader.timezone, now=now)
        parts.append(wording.say("last read {time}", time=moment))
    return _sentence(" · ".join(parts))


def _owner(feed: Feed, wording: Wording, viewer: FeedViewer, chat_title: str) -> str:
    if feed.owner == "file":
        return wording.say("It is set in config/feeds.toml: change it there.")
    if feed.owning_chat is None:
        return wording.say("It was added by a command on the server.")
    if feed.owning_chat == viewer.chat:
        return wording.say("It was added in this chat.")
    if viewer.is_admin:
        return wording.say("It was added in {chat}.", chat=chat_title or feed.owning_chat)
    return wording.say("It was added in another chat.")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def asked_removal(feed: Feed, back_to: int, reader: Reader) -> Rendered:
    """Asks for confirmation before a feed is removed."""
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
    """Confirms that the feed was removed."""
    wording = reader.wording
    parts = line(span(wording.say("Removed: {feed}", feed=shortened(name, _NAME))))
    return page([parts], ((Button(f"« {wording.say('All sources')}", pressing(ButtonVerb.LIST_FEEDS, back_to)),),))


def nothing_named(name: str, reader: Reader) -> Rendered:
    """The answer if no feed has this name."""
    wording = reader.wording
    return page([line(span(wording.say("I know no source by the name of “{name}”.", name=shortened(name, _NAME))))])
