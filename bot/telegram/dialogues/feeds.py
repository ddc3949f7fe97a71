"""/feeds: what is read, how each source is doing, and a card for each. What is added, `new_feeds` talks about."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

from bot.feeds.discovery import typed_address
from bot.feeds.feed_secrets import shared_feeds
from bot.feeds.moved_feeds import merged_feeds
from bot.feeds.opml import write_opml
from bot.model import Feed, FeedId, FeedState, Role, Scope
from bot.ports import Clock
from bot.store import Store
from bot.telegram.app_api import AppApi
from bot.telegram.context import ChatContext, OnAnswer, OnCommand, OnPress, Press
from bot.telegram.dialogues.new_feeds import NewFeedsDialogue
from bot.telegram.pages.feed_export import export_caption, secret_export_caption
from bot.telegram.pages.feeds import (
    PER_PAGE,
    FeedViewer,
    address_said,
    asked_removal,
    by_need,
    feed_card,
    feed_list,
    nothing_named,
    removed,
)
from bot.telegram.render import Rendered
from bot.telegram.speaker import Speaker
from bot.telegram.transport.incoming import Said
from bot.telegram.verbs import ButtonVerb
from bot.usecases.feeds.subscribe import NotYoursError, all_feeds, name_of, owner_of, poll_soon, remove_feed

EXPORTED, EXPORTED_WITH_SECRETS = "kabar-feeds.opml", "kabar-feeds-with-secrets.opml"

_TITLE_WITH_SECRETS = "Kabar, with secrets"
_WEEK = timedelta(days=7)
_ADD = frozenset({"add", "tambah"})
_IMPORT = frozenset({"import", "impor"})
_EXPORT = frozenset({"export", "ekspor"})


class FeedsDialogue:
    """Implements `Dialogue`."""

    def __init__(self, store: Store, clock: Clock, speaker: Speaker, view: AppApi, new_feeds: NewFeedsDialogue) -> None:
        self._store = store
        self._clock = clock
        self._speaker = speaker
        self._view = view
        self._new_feeds = new_feeds
        on_feeds = OnCommand(Role.MEMBER, self._feeds)
        self.commands: Mapping[str, OnCommand] = {"feeds": on_feeds, "sumber": on_feeds}
        self.presses: Mapping[ButtonVerb, OnPress] = {
            ButtonVerb.LIST_FEEDS: OnPress(Role.MEMBER, self._turn_page),
            ButtonVerb.SHOW_FEED: OnPress(Role.MEMBER, self._open),
            ButtonVerb.SHOW_FEED_ADDRESS: OnPress(Role.EDITOR, self._show_address),
            ButtonVerb.EXPORT_FEEDS: OnPress(Role.MEMBER, self._export_pressed),
            ButtonVerb.EXPORT_FEEDS_WITH_SECRETS: OnPress(Role.ADMIN, self._export_with_secrets),
            ButtonVerb.READ_FEED_NOW: OnPress(Role.EDITOR, self._read_now),
            ButtonVerb.ASK_FEED_REMOVAL: OnPress(Role.EDITOR, self._ask_removal),
            ButtonVerb.REMOVE_FEED: OnPress(Role.EDITOR, self._remove),
        }
        self.answers: Mapping[str, OnAnswer] = {}

    async def _feeds(self, context: ChatContext, said: Said) -> None:
        words = said.material.text.split()
        first = words[0].lower() if words else ""
        document = self._new_feeds.list_in(said)
        if document is not None or first in _IMPORT:
            await self._new_feeds.import_or_ask(context, document)
        elif first in _EXPORT:
            await self._export(context)
        elif first in _ADD or "://" in first or typed_address(said.material.text) is not None:
            rest = " ".join(words[1:]) if first in _ADD else said.material.text
            await self._new_feeds.add_or_ask(context, said, rest)
        elif words:
            await self._find(context, " ".join(words))
        else:
            await self._speaker.say(context, await self._list(context, 0))

    async def _find(self, context: ChatContext, name: str) -> None:
        """The card of the one feed that is called so; the list where several are."""
        folded = name.casefold()
        feeds = await self._all_feeds()
        found = [feed for feed in feeds if folded in {feed.id, name_of(feed).casefold()}]
        found = found or [feed for feed in feeds if folded in feed.id or folded in name_of(feed).casefold()]
        if len(found) == 1:
            await self._speaker.say(context, await self._card(context, found[0], 0))
        elif found:
            await self._speaker.say(context, await self._list(context, 0, found[:PER_PAGE]))
        else:
            await self._speaker.say(context, nothing_named(name, context.reader))

    # --- buttons -----------------------------------------------------------------------------

    async def _turn_page(self, context: ChatContext, press: Press) -> None:
        await self._speaker.change(context, await self._list(context, press.number(0) or 0))

    async def _open(self, context: ChatContext, press: Press) -> None:
        feed, back_to = await self._named(press)
        if feed is None:
            press.say(_gone(context))
            await self._speaker.change(context, await self._list(context, back_to))
            return
        await self._speaker.change(context, await self._card(context, feed, back_to))

    async def _show_address(self, context: ChatContext, press: Press) -> None:
        feed, back_to = await self._named(press)
        viewer = _beholder(context)
        if feed is None:
            press.say(_gone(context))
        elif not viewer.may_ask_address(feed):
            press.say(
                context.wording.say("Its address is shown only to those who may change this source."), urgent=True
            )
        elif viewer.is_alone:
            await self._speaker.change(context, await self._card(context, feed, back_to, with_secrets=True))
        else:
            press.say(address_said(feed, context.wording), urgent=True)

    async def _read_now(self, context: ChatContext, press: Press) -> None:
        feed, _ = await self._named(press)
        if feed is None:
            press.say(_gone(context))
        elif await poll_soon(self._store, self._clock, self._view.configured_feeds(), feed.id):
            press.say(context.wording.say("I read it in a moment."))
        else:
            press.say(context.wording.say("I read it just now. Try again in two minutes."))

    async def _ask_removal(self, context: ChatContext, press: Press) -> None:
        feed, back_to = await self._named(press)
        if feed is None:
            press.say(_gone(context))
        elif not _beholder(context).may_remove(feed):
            press.say(_not_here(context), urgent=True)
        else:
            await self._speaker.change(context, asked_removal(feed, back_to, context.reader))

    async def _remove(self, context: ChatContext, press: Press) -> None:
        feed, back_to = await self._named(press)
        if feed is None:
            press.say(_gone(context))
            await self._speaker.change(context, await self._list(context, back_to))
            return
        owner = None if _beholder(context).is_admin else owner_of(context.chat.chat)
        try:
            configured = self._view.configured_feeds()
            gone = await remove_feed(self._store, configured, feed.id, owner=owner, author=context.change)
        except NotYoursError:
            press.say(_not_here(context), urgent=True)
            return
        await self._speaker.change(context, removed(name_of(gone), back_to, context.reader))

    async def _export_pressed(self, context: ChatContext, _press: Press) -> None:
        await self._export(context)

    # --- what is shown -----------------------------------------------------------------------

    async def _list(self, context: ChatContext, number: int, only: list[Feed] | None = None) -> Rendered:
        feeds = await self._all_feeds() if only is None else only
        states, read_with = await self._standing()
        return feed_list(
            by_need(feeds, states), states, number, context.reader, _beholder(context), context.now, read_with
        )

    async def _standing(self) -> tuple[Mapping[FeedId, FeedState], Mapping[FeedId, Feed]]:
        """How each feed is doing, and by which others some are read: those are doing as these do."""
        every = {feed.id: feed for feed in await self._all_feeds()}
        async with self._store.read() as unit:
            states = await unit.feeds.states()
        merged = merged_feeds(every, states)
        shared = {one: states[kept] for one, kept in merged.items() if kept in states}
        return {**states, **shared}, {one: every[kept] for one, kept in merged.items()}

    async def _card(self, context: ChatContext, feed: Feed, back_to: int, *, with_secrets: bool = False) -> Rendered:
        states, read_with = await self._standing()
        async with self._store.read() as unit:
            week = Scope(context.now - _WEEK, feeds=frozenset({feed.id}))
            articles = await unit.articles.find((), week)
            owner = None if feed.owning_chat is None else await unit.chats.get(feed.owning_chat)
        return feed_card(
            feed,
            states.get(feed.id),
            len(articles),
            back_to,
            context.reader,
            _beholder(context),
            context.now,
            chat_title="" if owner is None else owner.title,
            read_with=read_with.get(feed.id),
            with_secrets=with_secrets,
        )

    async def _export(self, context: ChatContext) -> None:
        viewer = _beholder(context)
        shared = shared_feeds(feed for feed in await self._all_feeds() if viewer.exports(feed) and _is_on_web(feed))
        # The others of this list may not know of these: not even their names go out.
        named = shared.withheld if viewer.is_admin else ()
        document = (await asyncio.to_thread(write_opml, shared.shown, withheld=named)).encode()
        caption = export_caption(len(shared.shown), len(shared.withheld), context.reader, viewer)
        await self._speaker.send_document(context, EXPORTED, document, caption)

    async def _export_with_secrets(self, context: ChatContext, press: Press) -> None:
        if not context.sees_all:
            press.say(context.wording.say("Only in a private chat: everybody here would see the keys."), urgent=True)
            return
        feeds = [feed for feed in await self._all_feeds() if _is_on_web(feed)]
        document = (await asyncio.to_thread(write_opml, feeds, _TITLE_WITH_SECRETS)).encode()
        caption = secret_export_caption(len(feeds), context.reader)
        await self._speaker.send_document(context, EXPORTED_WITH_SECRETS, document, caption)

    async def _all_feeds(self) -> tuple[Feed, ...]:
        return await all_feeds(self._store, self._view.configured_feeds())

    async def _named(self, press: Press) -> tuple[Feed | None, int]:
        """The feed that a button names, if it is there, and the page to go back to."""
        name = press.argument(0)
        feed = next((feed for feed in await self._all_feeds() if feed.id == name), None)
        return feed, press.number(1) or 0


def _beholder(context: ChatContext) -> FeedViewer:
    may_change = context.role >= Role.EDITOR
    return FeedViewer(context.sees_all, context.chat.chat, may_change=may_change, is_alone=context.is_private)


def _is_on_web(feed: Feed) -> bool:
    return not feed.url.startswith("file:")


def _gone(context: ChatContext) -> str:
    return context.wording.say("This source is no longer there.")


def _not_here(context: ChatContext) -> str:
    return context.wording.say("This source can only be removed where it was added.")
