"""What of a topic takes more than one press: examples, queries, its name, languages, sources, chats to tell."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final, get_args

from bot.errors import QueryError
from bot.matching.editing import (
    Edit,
    QueryPart,
    Refusal,
    with_all_feeds,
    with_destination,
    with_example,
    with_feeds,
    with_languages,
    with_name,
    with_query,
    with_review,
    without_example,
)
from bot.matching.query import Query
from bot.model import Chat, Destination, Role, Topic
from bot.ports import Clock
from bot.telegram.attachments import ShownReader
from bot.telegram.buttons import mark
from bot.telegram.context import ChatContext, OnAnswer, OnCommand, OnPress, Press
from bot.telegram.dialogues.topic_service import TopicDesk, may_address
from bot.telegram.expected_answers import Questions
from bot.telegram.intent import TextShown, WordsShown, shown_by
from bot.telegram.lookups import may_change
from bot.telegram.pages import topic_parts as pages
from bot.telegram.pages.watching import reading, too_broad
from bot.telegram.render import Rendered, one_line
from bot.telegram.transport.incoming import Said
from bot.telegram.verbs import ButtonVerb
from bot.usecases.topics.breadth import TOO_BROAD, breadth
from bot.usecases.topics.edit import BadQuery, change_query, change_topic
from bot.usecases.topics.example_sources import Unreadable

ANSWER_WITHIN: Final = timedelta(minutes=15)
"""Later, a message is no longer the answer to what was asked."""

_NOTHING: Final = frozenset("-–—")
"""What is sent to do without a query, and what keyboards make of it."""

_SHORTEST: Final = 40
"""Characters of an example: less is a remark."""

_SHARED: Final = ("group", "supergroup", "channel")

_PARTS: Final[tuple[QueryPart, ...]] = get_args(QueryPart)


class TopicPartsDialogue:
    """Implements `Dialogue`."""

    def __init__(self, desk: TopicDesk, clock: Clock, reader: ShownReader) -> None:
        self._desk = desk
        self._clock = clock
        self._reader = reader
        self._questions = Questions(desk.store, desk.speaker, ANSWER_WITHIN)
        self.commands: Mapping[str, OnCommand] = {}
        self.presses: Mapping[ButtonVerb, OnPress] = {
            ButtonVerb.LIST_TOPIC_EXAMPLES: OnPress(Role.EDITOR, self._show_examples),
            ButtonVerb.REMOVE_TOPIC_EXAMPLE: OnPress(Role.EDITOR, self._take_example_out),
            ButtonVerb.ASK_TOPIC_EXAMPLE: OnPress(Role.EDITOR, self._ask_example),
            ButtonVerb.ASK_TOPIC_QUERY: OnPress(Role.EDITOR, self._ask_query),
            ButtonVerb.ASK_TOPIC_NAME: OnPress(Role.EDITOR, self._ask_name),
            ButtonVerb.SET_TOPIC_LANGUAGES: OnPress(Role.EDITOR, self._languages),
            ButtonVerb.LIST_TOPIC_FEEDS: OnPress(Role.EDITOR, self._show_feeds),
            ButtonVerb.SWITCH_TOPIC_FEED: OnPress(Role.EDITOR, self._switch_feed),
            ButtonVerb.LIST_TOPIC_DESTINATIONS: OnPress(Role.ADMIN, self._show_destinations),
            ButtonVerb.SWITCH_TOPIC_DESTINATION: OnPress(Role.ADMIN, self._switch_destination),
            ButtonVerb.SET_TOPIC_REVIEW: OnPress(Role.ADMIN, self._set_review),
        }
        self.answers: Mapping[str, OnAnswer] = {
            "topic-example": OnAnswer(Role.EDITOR, self._take_example),
            "topic-name": OnAnswer(Role.EDITOR, self._take_name),
            **{f"topic-{part}": OnAnswer(Role.EDITOR, self._taking_query(part)) for part in _PARTS},
        }

    # --- examples ----------------------------------------------------------------------------

    async def _show_examples(self, context: ChatContext, press: Press) -> None:
        if (topic := await self._desk.changeable(context, press)) is not None:
            await self._desk.speaker.change(context, pages.examples_page(topic, context.wording))

    async def _take_example_out(self, context: ChatContext, press: Press) -> None:
        if (topic := await self._desk.changeable(context, press)) is None:
            return
        meant = press.argument(1)
        example = next((one for one in topic.examples if pages.mark_of_example(one) == meant), None)
        if example is not None:
            changed = await self._desk.edit(context, press, topic, "examples", without_example(example))
            topic = changed or topic
        await self._desk.speaker.change(context, pages.examples_page(topic, context.wording))

    async def _ask_example(self, context: ChatContext, press: Press) -> None:
        if (topic := await self._desk.changeable(context, press)) is not None:
            await self._ask(context, "topic-example", topic, pages.example_question(topic, context.wording))

    async def _take_example(self, context: ChatContext, said: Said, about: str) -> None:
        if (topic := await self._theirs(context, about)) is None:
            return
        shown = shown_by(said.material)
        if shown is None or (isinstance(shown, WordsShown) and len(shown.query) < _SHORTEST):
            await self._ask(context, "topic-example", topic, pages.example_question(topic, context.wording))
            return
        await self._desk.speaker.say(context, reading(context.wording))
        meant = TextShown(said.material.text) if isinstance(shown, WordsShown) else shown
        example = await self._reader.read(context, meant)
        if isinstance(example, Unreadable):
            await self._ask(context, "topic-example", topic, pages.unread_example(example, context.wording))
        else:
            await self._take(context, topic, "examples", with_example(example))

    # --- queries and the name ----------------------------------------------------------------

    async def _ask_query(self, context: ChatContext, press: Press) -> None:
        topic, part = await self._desk.changeable(context, press), press.argument(1)
        if topic is not None and part in _PARTS:
            await self._ask(context, f"topic-{part}", topic, pages.query_question(topic, part, context.wording))

    def _taking_query(self, part: QueryPart) -> Callable[[ChatContext, Said, str], Awaitable[None]]:
        async def take(context: ChatContext, said: Said, about: str) -> None:
            if (topic := await self._theirs(context, about)) is not None:
                await self._take_query(context, topic, part, said.material.text)

        return take

    async def _take_query(self, context: ChatContext, topic: Topic, part: QueryPart, text: str) -> None:
        if not text:
            await self._ask(context, f"topic-{part}", topic, pages.query_question(topic, part, context.wording))
            return
        written = "" if text in _NOTHING else text
        if await self._is_too_broad(context, topic, part, written):
            await self._ask(context, f"topic-{part}", topic, one_line(too_broad(context.wording)))
            return
        change = context.change("topic-changed", what=part)
        outcome = await change_query(self._desk.store, topic.id, part, written, change)
        match outcome:
            case BadQuery():
                await self._ask(context, f"topic-{part}", topic, pages.bad_query(outcome, context.wording))
            case Refusal():
                await self._refuse(context, f"topic-{part}", topic, outcome)
            case taken:
                await self._done(context, taken.topic, taken.query)

    async def _is_too_broad(self, context: ChatContext, topic: Topic, part: QueryPart, written: str) -> bool:
        """A chat of the public may not watch most of the news. A query that cannot be read is another matter."""
        changed = with_query(part, written)(topic)
        if not context.chat.preferences.public or isinstance(changed, Refusal):
            return False
        try:
            return await breadth(self._desk.store, self._clock, changed) > TOO_BROAD
        except QueryError:
            return False

    async def _ask_name(self, context: ChatContext, press: Press) -> None:
        if (topic := await self._desk.changeable(context, press)) is not None:
            await self._ask(context, "topic-name", topic, pages.name_question(topic, context.wording))

    async def _take_name(self, context: ChatContext, said: Said, about: str) -> None:
        if (topic := await self._theirs(context, about)) is not None:
            await self._take(context, topic, "name", with_name(said.material.text))

    # --- languages and sources ---------------------------------------------------------------

    async def _languages(self, context: ChatContext, press: Press) -> None:
        if (topic := await self._desk.changeable(context, press)) is None:
            return
        reads, meant = context.chat.preferences.reads, press.argument(1)
        if meant == "any" or (meant == "reads" and reads):
            edit = with_languages(reads if meant == "reads" else ())
            topic = await self._desk.edit(context, press, topic, "languages", edit) or topic
        await self._desk.speaker.change(context, pages.languages_page(topic, reads, context.wording))

    async def _show_feeds(self, context: ChatContext, press: Press) -> None:
        if (topic := await self._desk.changeable(context, press)) is not None:
            await self._change_to_feeds(context, topic, press.number(1) or 0)

    async def _switch_feed(self, context: ChatContext, press: Press) -> None:
        if (topic := await self._desk.changeable(context, press)) is None:
            return
        meant = press.argument(1)
        choices = pages.feed_choices(topic, self._desk.view.feeds())
        selector = next((one for one in choices if mark(one) == meant), None)
        edit: Edit | None = None
        if meant == pages.ALL:
            edit = with_all_feeds
        elif selector is not None:
            edit = with_feeds(selector, wanted=press.argument(2) == "1")
        if edit is not None:
            topic = await self._desk.edit(context, press, topic, "feeds", edit) or topic
        await self._change_to_feeds(context, topic, press.number(3) or 0)

    async def _change_to_feeds(self, context: ChatContext, topic: Topic, wanted: int) -> None:
        page = pages.feeds_page(topic, self._desk.view.feeds(), context.wording, wanted)
        await self._desk.speaker.change(context, page)

    # --- chats to tell -----------------------------------------------------------------------

    async def _show_destinations(self, context: ChatContext, press: Press) -> None:
        if (topic := await self._addressable(context, press)) is not None:
            await self._change_to_destinations(context, topic, press.number(1) or 0)

    async def _switch_destination(self, context: ChatContext, press: Press) -> None:
        if (topic := await self._addressable(context, press)) is None:
            return
        meant = press.argument(1)
        choices = self._choices(topic, await self._chats(), context)
        if (to := next((one for one in choices if mark(str(one)) == meant), None)) is not None:
            edit = with_destination(to, wanted=press.argument(2) == "1")
            topic = await self._desk.edit(context, press, topic, "destinations", edit) or topic
        await self._change_to_destinations(context, topic, press.number(3) or 0)

    async def _set_review(self, context: ChatContext, press: Press) -> None:
        if (topic := await self._addressable(context, press)) is None:
            return
        edit = with_review(review=press.argument(1) == "1")
        topic = await self._desk.edit(context, press, topic, "review", edit) or topic
        await self._change_to_destinations(context, topic, 0)

    async def _addressable(self, context: ChatContext, press: Press) -> Topic | None:
        """In a group, the buttons would tell everybody which other chats there are."""
        topic = await self._desk.changeable(context, press)
        if topic is None or may_address(topic, context):
            return topic
        press.say(context.wording.say("Admins choose that in a private chat with me."), urgent=True)
        return None

    async def _change_to_destinations(self, context: ChatContext, topic: Topic, wanted: int) -> None:
        chats = await self._chats()
        titles = {chat.chat: chat.title for chat in chats}
        channels = {chat.chat for chat in chats if chat.kind == "channel"}
        to_channel = any(to.chat in channels or to.chat.startswith("@") for to in topic.destinations)
        page = pages.destinations_page(
            topic,
            self._choices(topic, chats, context),
            titles,
            context.chat.chat,
            context.wording,
            wanted,
            to_channel=to_channel,
        )
        await self._desk.speaker.change(context, page)

    def _choices(self, topic: Topic, chats: Sequence[Chat], context: ChatContext) -> tuple[Destination, ...]:
        """Whom a topic may tell: this chat, whom it tells now, groups and channels that files name or were let in."""
        named = [
            to for known in self._desk.view.topics() for to in known.destinations if to.chat.startswith(("-", "@"))
        ]
        let_in = [Destination(chat.chat) for chat in chats if chat.approved and chat.kind in _SHARED]
        return tuple(dict.fromkeys((context.here, *topic.destinations, *named, *let_in)))

    async def _chats(self) -> tuple[Chat, ...]:
        async with self._desk.store.read() as unit:
            return await unit.chats.all()

    # --- asking ------------------------------------------------------------------------------

    async def _ask(self, context: ChatContext, what: str, topic: Topic, question: Rendered) -> None:
        await self._questions.ask(context, what, question, topic.id)

    async def _theirs(self, context: ChatContext, about: str) -> Topic | None:
        """The topic that was asked about, if it is still there and theirs to change."""
        topic = await self._desk.find(context, about)
        if topic is not None and may_change(topic, context):
            return topic
        await self._questions.forget(context)
        await self._desk.speaker.say(context, one_line(pages.gone_text(context.wording)))
        return None

    async def _take(self, context: ChatContext, topic: Topic, what: str, edit: Edit) -> None:
        outcome = await change_topic(self._desk.store, topic.id, edit, context.change("topic-changed", what=what))
        if isinstance(outcome, Refusal):
            await self._refuse(context, "topic-name" if what == "name" else "topic-example", topic, outcome)
        else:
            await self._done(context, outcome)

    async def _refuse(self, context: ChatContext, what: str, topic: Topic, refusal: Refusal) -> None:
        """A name can be sent once more; nothing else makes the rest right."""
        said = one_line(pages.refusal_text(refusal, context.wording))
        if refusal is Refusal.BAD_NAME:
            await self._ask(context, what, topic, said)
            return
        await self._questions.forget(context)
        await self._desk.speaker.say(context, said)

    async def _done(self, context: ChatContext, topic: Topic, query: Query | None = None) -> None:
        """It is watched in any case, even where Telegram cannot be told."""
        try:
            if query is not None and (note := pages.query_note(query, context.wording)) is not None:
                await self._desk.speaker.say(context, note)
            await self._desk.speaker.say(context, await self._desk.card(context, topic))
            await self._questions.forget(context)
        finally:
            await self._desk.view.topics_changed()
