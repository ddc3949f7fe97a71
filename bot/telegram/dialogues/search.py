"""/search: the archive by words or a query."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from bot.errors import QueryError
from bot.model import Role
from bot.ports import Clock
from bot.store import Store
from bot.telegram.context import ChatContext, OnAnswer, OnCommand, OnPress, Press
from bot.telegram.expected_answers import Questions
from bot.telegram.pages import replies
from bot.telegram.pages.queries import query_refused
from bot.telegram.pages.search import PER_PAGE, ask_words, search_page
from bot.telegram.speaker import Speaker
from bot.telegram.transport.incoming import Said
from bot.telegram.verbs import ButtonVerb
from bot.usecases.search import keep_search, kept_search, search, search_results

_ASKED_FOR = timedelta(minutes=30)
_WORDS = "search-words"

_AT_ONCE = 2
"""Searches that run at the same time; others wait for their turn."""


class SearchDialogue:
    """Implements `Dialogue`."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        speaker: Speaker,
        begin_watch: Callable[[ChatContext, str], Awaitable[None]],
    ) -> None:
        """`begin_watch`: shows what a watch with this query would bring."""
        self._store = store
        self._speaker = speaker
        self._clock = clock
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._begin_watch = begin_watch
        self._questions = Questions(store, speaker, _ASKED_FOR)
        on_search = OnCommand(Role.MEMBER, self._asked)
        self.commands: Mapping[str, OnCommand] = {"search": on_search, "cari": on_search}
        self.presses: Mapping[ButtonVerb, OnPress] = {
            ButtonVerb.LIST_FOUND: OnPress(Role.MEMBER, self._leaf),
            ButtonVerb.WATCH_QUERY: OnPress(Role.EDITOR, self._watch),
        }
        self.answers: Mapping[str, OnAnswer] = {_WORDS: OnAnswer(Role.MEMBER, self._answered)}

    async def _asked(self, context: ChatContext, said: Said) -> None:
        if said.material.text:
            await self._search(context, said.material.text)
            return
        await self._questions.ask(context, _WORDS, ask_words(context.reader))

    async def _answered(self, context: ChatContext, said: Said, _about: str) -> None:
        """A query that cannot be read may be mended: the question stands."""
        if await self._search(context, said.material.text):
            await self._questions.forget(context)

    async def _search(self, context: ChatContext, query: str) -> bool:
        """False where the query cannot be read."""
        try:
            async with self._turns:
                result = await search(self._store, self._clock, query)
        except QueryError as error:
            await self._speaker.say(context, query_refused(query, error, context.wording))
            return False
        number = await keep_search(self._store, context.chat.chat, result)
        page = await search_results(self._store, context.chat.chat, number, 0, PER_PAGE)
        articles = () if page is None else page[1]
        await self._speaker.say(context, search_page(result, articles, number, 0, context.reader, context.now))
        return True

    async def _leaf(self, context: ChatContext, press: Press) -> None:
        number, place = press.number(0) or 0, press.number(1) or 0
        found = await search_results(self._store, context.chat.chat, number, place, PER_PAGE)
        if found is None or place >= len(found[0].found):
            press.say(replies.stale_button(context.wording))
            return
        result, articles = found
        await self._speaker.change(context, search_page(result, articles, number, place, context.reader, context.now))

    async def _watch(self, context: ChatContext, press: Press) -> None:
        async with self._store.read() as unit:
            result = await kept_search(unit.key_values, context.chat.chat, press.number(0) or 0)
        if result is None:
            press.say(replies.stale_button(context.wording))
        else:
            await self._begin_watch(context, result.query)
