"""Messages for adding feeds: what was found at a URL or in an OPML list, and what could not be read. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.model import Feed, FetchFailed, FetchProblem
from bot.telegram.buttons import Button, Keyboard, pressing
from bot.telegram.markup import Line, line, shortened, span
from bot.telegram.render import Reader, Rendered, one_line, page
from bot.telegram.verbs import ButtonVerb
from bot.text.language import language_name
from bot.text.masked_urls import masked_text, masked_url, masked_words
from bot.text.urls import host_of
from bot.usecases.feeds.discover import FoundFeed
from bot.usecases.feeds.subscribe import MOST_OF_CHAT, ImportPlan, name_of
from bot.wording.wording import Wording

_NAME = 80
_ON_BUTTON = 40
_NEWEST = 160


@dataclass(frozen=True, slots=True)
class Offered:
    """A feed that was found, and the feed that already has this URL, if there is one."""

    found: FoundFeed
    known: Feed | None

    @property
    def name(self) -> str:
        return self.found.title or host_of(self.found.url)


def ask_address(reader: Reader) -> Rendered:
    """Asks for the URL of a feed or site."""
    return one_line(reader.wording.say("Send me the address of a feed, or of a news site: I look for its feeds."))


def ask_list(reader: Reader) -> Rendered:
    """Asks for an OPML list."""
    return one_line(
        reader.wording.say("Send me a list of feeds as a document: the OPML file that any feed reader exports.")
    )


def reading(what: str, reader: Reader) -> Rendered:
    """Shown while something is being read."""
    return one_line(reader.wording.say("Reading {what}…", what=shortened(what, _NAME)))


def no_address(written: str, reader: Reader) -> Rendered:
    """The answer to a text that is not a URL."""
    return one_line(
        reader.wording.say(
            "“{text}” is not a web address. One looks like https://…", text=shortened(masked_words(written), _NAME)
        )
    )


def nothing_found(host: str, reader: Reader) -> Rendered:
    """The answer if the page names no feed."""
    return one_line(
        reader.wording.say(
            "I found no feed at {host}. If you know the address of one, send it to me: /feeds add ADDRESS", host=host
        )
    )


def unreadable(failure: FetchFailed, reader: Reader, *, is_admin: bool) -> Rendered:
    """Why a URL could not be read. How to allow private addresses is explained to admins only."""
    wording = reader.wording
    lines = [line(span(_problem_text(failure, wording)))]
    if failure.problem is FetchProblem.REFUSED_ADDRESS and is_admin:
        place = _place(failure.url)
        lines.append(
            line(
                span(
                    wording.say(
                        "If it may be read, write “{place}” into network.allow_hosts in kabar.toml.", place=place
                    )
                )
            )
        )
    return page(lines)


def _problem_text(failure: FetchFailed, wording: Wording) -> str:  # noqa: PLR0911 -- one line a kind of failure
    host = host_of(failure.url) or shortened(masked_url(failure.url), _NAME)
    match failure.problem:
        case FetchProblem.REFUSED_ADDRESS:
            return wording.say("{host} is not a public address, so I do not open it.", host=host)
        case FetchProblem.UNREACHABLE:
            return wording.say("I cannot reach {host}. Is the address right?", host=host)
        case FetchProblem.TIMEOUT:
            return wording.say("{host} takes too long to answer. Try again later.", host=host)
        case FetchProblem.BLOCKED:
            return wording.say("{host} does not let programs read this address.", host=host)
        case FetchProblem.RATE_LIMITED:
            return wording.say("{host} asks to be left alone for a while. Try again later.", host=host)
        case FetchProblem.GONE | FetchProblem.HTTP_ERROR if failure.status is not None and failure.status < 500:
            return wording.say("{host} has nothing at this address.", host=host)
        case FetchProblem.HTTP_ERROR | FetchProblem.GONE:
            return wording.say("{host} has trouble of its own. Try again later.", host=host)
        case _:
            return wording.say("I cannot read what {host} sends there.", host=host)


def _place(url: str) -> str:
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{host}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


def offer(offered: Sequence[Offered], key: int, reader: Reader) -> Rendered:
    """The feeds that were found, with buttons to add them. `key`: the number of this offer in the chat."""
    if len(offered) == 1:
        return _single(offered[0], key, reader)
    wording = reader.wording
    lines = [
        line(span(wording.say_many("I found {n} feed.", "I found {n} feeds. Which ones shall I read?", len(offered)))),
        (),
    ]
    for number, one in enumerate(offered, 1):
        about = wording.say("is read") if one.known else _about(one.found, wording)
        name = span(shortened(one.name, _NAME), "bold")
        lines.append(line(f"{number}. ", name, *((" — ", span(about)) if about else ())))
    rows = [
        (Button(f"{number}. {shortened(one.name, _ON_BUTTON)}", pressing(ButtonVerb.ADD_FEED, key, number - 1)),)
        for number, one in enumerate(offered, 1)
        if one.known is None
    ]
    return page(lines, (*rows, (Button(wording.say("Done"), pressing(ButtonVerb.LIST_FEEDS, 0)),)))


def _single(one: Offered, key: int, reader: Reader) -> Rendered:
    wording = reader.wording
    if one.known is not None:
        text = wording.say(
            "I read this source already: {feed}", feed=shortened(masked_text(one.known.title) or one.name, _NAME)
        )
        return page([line(span(text))], _to_card(one.known, wording))
    lines: list[Line] = [line(span(shortened(one.name, _NAME), "bold"))]
    if about := _about(one.found, wording):
        lines.append(line(span(about)))
    if one.found.newest:
        lines.append(line(span(wording.say("Newest: {title}", title=shortened(one.found.newest, _NEWEST)))))
    lines += [(), line(span(_shared(wording), "italic"))]
    keyboard = (
        (
            Button(wording.say("Add"), pressing(ButtonVerb.ADD_FEED, key, 0)),
            Button(wording.say("Cancel"), pressing(ButtonVerb.CANCEL_ADDING)),
        ),
    )
    return page(lines, keyboard)


def added(feed: Feed, reader: Reader) -> Rendered:
    """Confirms that the feed was added."""
    wording = reader.wording
    name = shortened(name_of(feed), _NAME)
    lines = [
        line(span(wording.say("Added: {feed}", feed=name), "bold")),
        line(span(wording.say("I read it within a minute, and then whenever it may have news."))),
        line(span(_shared(wording), "italic")),
    ]
    return page(lines, _to_card(feed, wording))


def _to_card(feed: Feed, wording: Wording) -> Keyboard:
    card = Button(wording.say("Show"), pressing(ButtonVerb.SHOW_FEED, feed.id, 0))
    return ((card, Button(wording.say("All sources"), pressing(ButtonVerb.LIST_FEEDS, 0))),)


def _about(found: FoundFeed, wording: Wording) -> str:
    entries = wording.say_many("{n} entry", "{n} entries", found.entries)
    language = "" if found.language is None else language_name(found.language, wording.language)
    return " · ".join(part for part in (language, entries) if part)


def _shared(wording: Wording) -> str:
    return wording.say(
        "Sources are shared: every watch of every chat reads them, except those that name their sources."
    )


def full_text(most: int, reader: Reader, *, is_of_all: bool) -> str:
    """The answer if the chat, or all chats together (`is_of_all`), have added as many feeds as they may."""
    if not most:
        return reader.wording.say("Here only the bot's admins add sources.")
    if is_of_all:
        return reader.wording.say(
            "All chats together have added {n} sources, which is as many as I can read for them. "
            "Try again another day.",
            n=most,
        )
    return reader.wording.say("This chat has added {n} sources, which is as many as it may. Remove one first.", n=most)


def cancelled(reader: Reader) -> Rendered:
    """Confirms that nothing was added."""
    return one_line(reader.wording.say("Nothing was added."))


def no_list(reader: Reader) -> Rendered:
    """The answer to a document that is not an OPML list."""
    return one_line(reader.wording.say("This is no OPML list of feeds that I could read."))


def no_document(reader: Reader) -> Rendered:
    """The answer if the document could not be downloaded."""
    return one_line(reader.wording.say("I could not load this document. It may have 5 MB at most."))


def import_plan(plan: ImportPlan, key: int, reader: Reader) -> Rendered:
    """What importing a list would do, with buttons to confirm or cancel."""
    wording = reader.wording
    new = len(plan.new)
    lines = [line(span(wording.say_many("{n} new source", "{n} new sources", new, n=new), "bold"))]
    if plan.known:
        lines.append(line(span(wording.say("{n} that I read already", n=plan.known))))
    if plan.beyond:
        most = MOST_OF_CHAT if plan.room is None else plan.room.most
        text = wording.say("{n} too many: a chat may add {most}", n=plan.beyond, most=most)
        if plan.room is not None and plan.room.is_of_all:
            text = wording.say("{n} too many: all chats together may add {most}", n=plan.beyond, most=most)
        lines.append(line(span(text)))
    if not plan.new:
        return page(lines)
    names = ", ".join(shortened(name_of(feed), _ON_BUTTON) for feed in plan.new[:5])
    lines.append(line(span(names + (", …" if new > 5 else ""), "italic")))
    lines += [(), line(span(_shared(wording), "italic"))]
    keyboard = (
        (
            Button(wording.say("Import"), pressing(ButtonVerb.IMPORT_FEEDS, key)),
            Button(wording.say("Cancel"), pressing(ButtonVerb.CANCEL_ADDING)),
        ),
    )
    return page(lines, keyboard)


def imported(count: int, reader: Reader) -> Rendered:
    """Confirms the import."""
    wording = reader.wording
    text = wording.say_many("{n} source added.", "{n} sources added.", count, n=count)
    return page([line(span(text))], ((Button(wording.say("All sources"), pressing(ButtonVerb.LIST_FEEDS, 0)),),))
