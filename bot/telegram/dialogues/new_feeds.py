"""Adding sources: from an address or from a list. Nothing is added before somebody says so."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.feeds.discovery import typed_address
from bot.feeds.feed_ids import address_key
from bot.feeds.opml import read_opml
from bot.model import ParseFailed, Role
from bot.telegram.app_api import AppApi, Dependencies
from bot.telegram.context import ChatContext, OnAnswer, OnCommand, OnPress, Press
from bot.telegram.expected_answers import Questions
from bot.telegram.page_budget import PageBudget
from bot.telegram.pages import new_feeds as pages
from bot.telegram.pages import replies
from bot.telegram.pages.new_feeds import Offered
from bot.telegram.provisional_answers import ProvisionalAnswers
from bot.telegram.render import Rendered, one_line
from bot.telegram.speaker import DocumentError, Speaker
from bot.telegram.transport.incoming import Attachment, Said
from bot.telegram.verbs import ButtonVerb
from bot.text.urls import host_of
from bot.usecases.feeds.discover import FoundFeed, UnreadableError, discover_feeds
from bot.usecases.feeds.subscribe import (
    FeedLimits,
    FullError,
    add_found,
    all_feeds,
    import_feeds,
    keep_found,
    keep_list,
    kept_found,
    kept_list,
    name_of,
    owner_of,
    plan_import,
)
from bot.usecases.public_limits import feed_limits
from bot.usecases.sign_up import Exhausted, tell_exhausted

_ASKED_FOR = timedelta(minutes=30)
"""How long the answer to a question is waited for."""

_MOST_OFFERED = 8
_SECONDS = 20.0
"""For looking around a site, after its page has come."""

_KINDS = frozenset({"text/x-opml", "text/x-opml+xml", "application/opml+xml", "text/xml", "application/xml"})
_ADDRESS, _LIST = "feed-address", "feed-list"


class NewFeedsDialogue:
    """Implements `Dialogue`. Its commands are those of /feeds, which hands over here."""

    def __init__(self, dependencies: Dependencies, speaker: Speaker, view: AppApi, budget: PageBudget) -> None:
        self._store = dependencies.store
        self._clock = dependencies.clock
        self._fetcher = dependencies.fetcher
        self._workers = dependencies.workers
        self._speaker = speaker
        self._provisional = ProvisionalAnswers(dependencies.store, speaker)
        self._view = view
        self._budget = budget
        self._questions = Questions(dependencies.store, speaker, _ASKED_FOR)
        self.commands: Mapping[str, OnCommand] = {}
        self.presses: Mapping[ButtonVerb, OnPress] = {
            ButtonVerb.ASK_FEED_ADDRESS: OnPress(Role.EDITOR, self._ask_address_pressed),
            ButtonVerb.ASK_FEED_LIST: OnPress(Role.EDITOR, self._ask_list_pressed),
            ButtonVerb.ADD_FEED: OnPress(Role.EDITOR, self._add),
            ButtonVerb.IMPORT_FEEDS: OnPress(Role.EDITOR, self._import),
            ButtonVerb.CANCEL_ADDING: OnPress(Role.EDITOR, self._cancel),
        }
        self.answers: Mapping[str, OnAnswer] = {
            _ADDRESS: OnAnswer(Role.EDITOR, self._take_address),
            _LIST: OnAnswer(Role.EDITOR, self._take_list),
        }

    # --- an address --------------------------------------------------------------------------

    async def add_or_ask(self, context: ChatContext, said: Said, written: str) -> None:
        """Look for the feeds at an address that was written, linked or replied to; ask for it where there is none."""
        if not await self._may(context):
            return
        replied = said.replied.material.links if said.replied else ()
        address = next(iter((*said.material.links, *(() if written else replied))), written)
        if address:
            await self._look(context, address)
        else:
            await self._questions.ask(context, _ADDRESS, pages.ask_address(context.reader))

    async def _take_address(self, context: ChatContext, said: Said, _about: str) -> None:
        """What is no address may be mended: the question stands."""
        if said.material.document is not None and self.takes(said):
            await self._read_list(context, said.material.document)
        elif not await self._look(context, next(iter(said.material.links), said.material.text)):
            return
        await self._questions.forget(context)

    async def _look(self, context: ChatContext, written: str) -> bool:
        """False where it is no address."""
        address = typed_address(written)
        if address is None:
            await self._speaker.say(context, pages.no_address(written, context.reader))
            return False
        if not self._budget.take(context):
            await self._speaker.say(context, one_line(replies.pages_used_up(context.wording, self._budget.most)))
            return True
        message = await self._provisional.say(context, pages.reading(host_of(address), context.reader))
        try:
            found = await discover_feeds(
                self._fetcher, self._workers, self._clock, address, most=_MOST_OFFERED, seconds=_SECONDS
            )
        except UnreadableError as error:
            said = pages.unreadable(error.failure, context.reader, is_admin=context.sees_all)
        else:
            said = await self._offer(context, found) if found else pages.nothing_found(host_of(address), context.reader)
        await self._provisional.replace(context, said, message)
        return True

    async def _offer(self, context: ChatContext, found: Sequence[FoundFeed]) -> Rendered:
        async with self._store.write() as unit:
            key = await keep_found(unit.key_values, context.chat.chat, found)
        return pages.offer(await self._offered(found), key, context.reader)

    async def _offered(self, found: Sequence[FoundFeed]) -> list[Offered]:
        known = {address_key(feed.url): feed for feed in await all_feeds(self._store, self._view.configured_feeds())}
        return [Offered(one, known.get(address_key(one.url))) for one in found]

    async def _add(self, context: ChatContext, press: Press) -> None:
        key, place = press.number(0) or 0, press.number(1)
        async with self._store.read() as unit:
            found = await kept_found(unit.key_values, context.chat.chat, key)
        if place is None or place >= len(found):
            press.say(replies.stale_button(context.wording))
            return
        try:
            added = await add_found(
                self._store,
                self._clock,
                self._view.configured_feeds(),
                found[place],
                owner_of(context.chat.chat),
                context.change,
                self._limits(context),
            )
        except FullError as error:
            if error.is_of_all:
                await self._tell_full(error.most)
            press.say(pages.full_text(error.most, context.reader, is_of_all=error.is_of_all), urgent=True)
            return
        if len(found) == 1:
            await self._speaker.change(context, pages.added(added.feed, context.reader))
        else:
            press.say(context.wording.say("Added: {feed}", feed=name_of(added.feed)))
            await self._speaker.change(context, pages.offer(await self._offered(found), key, context.reader))

    # --- a list ------------------------------------------------------------------------------

    def takes(self, said: Said) -> bool:
        """Whether a message brings a list of feeds, by the look of its document."""
        return _is_list(said.material.document)

    async def import_document(self, context: ChatContext, said: Said) -> None:
        """Offer the feeds of a message of which `takes` is true."""
        await self.import_or_ask(context, said.material.document)

    def list_in(self, said: Said) -> Attachment | None:
        """The document with a list of feeds that a message brings or replies to."""
        documents = (said.material.document, said.replied.material.document if said.replied else None)
        return next((document for document in documents if _is_list(document)), None)

    async def import_or_ask(self, context: ChatContext, document: Attachment | None) -> None:
        """Offer the feeds of a list; ask for it where there is none."""
        if not await self._may(context):
            return
        if document is None:
            await self._questions.ask(context, _LIST, pages.ask_list(context.reader))
        else:
            await self._read_list(context, document)

    async def _take_list(self, context: ChatContext, said: Said, _about: str) -> None:
        document = said.material.document
        if document is None:
            await self._speaker.say(context, pages.no_list(context.reader))
            return
        await self._read_list(context, document)
        await self._questions.forget(context)

    async def _read_list(self, context: ChatContext, document: Attachment) -> None:
        message = await self._provisional.say(context, pages.reading(document.name or "OPML", context.reader))
        try:
            said = await self._planned(context, await self._speaker.document(document))
        except DocumentError:
            said = pages.no_document(context.reader)
        await self._provisional.replace(context, said, message)

    async def _planned(self, context: ChatContext, body: bytes) -> Rendered:
        listed = await asyncio.to_thread(read_opml, body)
        if isinstance(listed, ParseFailed) or not listed:
            return pages.no_list(context.reader)
        owner = owner_of(context.chat.chat)
        plan = await plan_import(self._store, self._view.configured_feeds(), listed, owner, self._limits(context))
        if plan.beyond and plan.room is not None and plan.room.is_of_all:
            await self._tell_full(plan.room.most)
        async with self._store.write() as unit:
            key = await keep_list(unit.key_values, context.chat.chat, plan.new)
        return pages.import_plan(plan, key, context.reader)

    async def _import(self, context: ChatContext, press: Press) -> None:
        async with self._store.read() as unit:
            feeds = await kept_list(unit.key_values, context.chat.chat, press.number(0) or 0)
        if not feeds:
            press.say(replies.stale_button(context.wording))
            return
        added = await import_feeds(
            self._store,
            self._clock,
            self._view.configured_feeds(),
            feeds,
            owner_of(context.chat.chat),
            context.change,
            self._limits(context),
        )
        await self._speaker.change(context, pages.imported(sum(one.is_new for one in added), context.reader))

    # --- both --------------------------------------------------------------------------------

    async def _ask_address_pressed(self, context: ChatContext, _press: Press) -> None:
        await self._questions.ask(context, _ADDRESS, pages.ask_address(context.reader))

    async def _ask_list_pressed(self, context: ChatContext, _press: Press) -> None:
        await self._questions.ask(context, _LIST, pages.ask_list(context.reader))

    async def _cancel(self, context: ChatContext, _press: Press) -> None:
        await self._speaker.change(context, pages.cancelled(context.reader))

    def _limits(self, context: ChatContext) -> FeedLimits:
        return feed_limits(context.chat, self._view.watchlist().public)

    async def _tell_full(self, most: int) -> None:
        async with self._store.write() as unit:
            admins = {*self._view.admins(), *await unit.chats.admins()}
            await tell_exhausted(unit, Exhausted.FEEDS, most, admins, self._clock.now())

    async def _may(self, context: ChatContext) -> bool:
        if context.role < Role.EDITOR:
            await self._speaker.say(context, replies.not_allowed(context.wording, Role.EDITOR))
        return context.role >= Role.EDITOR


def _is_list(document: Attachment | None) -> bool:
    return document is not None and (document.name.lower().endswith((".opml", ".xml")) or document.kind in _KINDS)
