"""⋯ under an alert: why it was told, no more of its story, more like it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.model import Alert, Mute, Role, Topic
from bot.store import Store
from bot.telegram.app_api import AppApi
from bot.telegram.context import ChatContext, OnAnswer, OnCommand, OnPress, Press
from bot.telegram.lookups import AlertHere, alert_here, may_change
from bot.telegram.markup import shortened
from bot.telegram.pages.alerts import Choice, example_keyboard, menu_keyboard, too_old, why_page
from bot.telegram.pages.replies import stale_button
from bot.telegram.pages.story_articles import story_articles_page
from bot.telegram.render import Rendered
from bot.telegram.speaker import Speaker
from bot.telegram.verbs import ButtonVerb
from bot.usecases.delivery.mute import is_muted, mute_story, unmute_story
from bot.usecases.topics.add_example import (
    Outcome,
    add_alert_example,
    can_do_without,
    has_example,
    remove_alert_example,
)
from bot.wording.wording import Wording

_NAME_LENGTH = 80
"""Of a topic in a line over the chat."""


@dataclass(frozen=True, slots=True)
class _Watched:
    """The topics of an alert that are still there, by their place among its reasons."""

    all: Mapping[int, Topic]
    own: Mapping[int, Topic]
    """Those that may be changed here."""


class AlertDialogue:
    """Implements `Dialogue`."""

    def __init__(self, store: Store, speaker: Speaker, view: AppApi) -> None:
        self._store = store
        self._speaker = speaker
        self._view = view
        self.commands: Mapping[str, OnCommand] = {}
        self.presses: Mapping[ButtonVerb, OnPress] = {
            ButtonVerb.SHOW_ALERT_MENU: OnPress(Role.MEMBER, self._menu, under_told=True),
            ButtonVerb.EXPLAIN_ALERT: OnPress(Role.MEMBER, self._why, under_told=True),
            ButtonVerb.LIST_STORY_ARTICLES: OnPress(Role.MEMBER, self._articles, under_told=True),
            ButtonVerb.TURN_STORY_ARTICLES: OnPress(Role.MEMBER, self._turn_articles),
            ButtonVerb.CLOSE_EXPLANATION: OnPress(Role.MEMBER, self._close),
            ButtonVerb.MUTE_STORY: OnPress(Role.EDITOR, self._mute, under_told=True),
            ButtonVerb.UNMUTE_STORY: OnPress(Role.EDITOR, self._unmute, under_told=True),
            ButtonVerb.USE_ALERT_AS_EXAMPLE: OnPress(Role.EDITOR, self._more, under_told=True),
            ButtonVerb.REMOVE_ALERT_FROM_EXAMPLES: OnPress(Role.EDITOR, self._no_more, under_told=True),
        }
        self.answers: Mapping[str, OnAnswer] = {}

    async def _menu(self, context: ChatContext, press: Press) -> None:
        here = await self._here(context, press)
        if here is not None:
            await self._show_menu(context, here)

    async def _why(self, context: ChatContext, press: Press) -> None:
        """In a group the answer stays: a button that removes it would be everybody's."""
        here = await self._here(context, press)
        if here is None:
            return
        async with self._store.read() as unit:
            judged = [
                (reason, await unit.matches.of(here.alert.article_id, reason.topic_id)) for reason in here.alert.reasons
            ]
        message = why_page(context.wording, judged, can_be_closed=context.is_private)
        await self._speaker.tell(context.chat.chat, here.delivery.destination.thread, message, context.message_id)

    async def _articles(self, context: ChatContext, press: Press) -> None:
        """As `_why`, a message of its own below the alert."""
        here = await self._here(context, press)
        if here is not None:
            message = self._articles_page(context, here, 0)
            await self._speaker.tell(context.chat.chat, here.delivery.destination.thread, message, context.message_id)

    async def _turn_articles(self, context: ChatContext, press: Press) -> None:
        here = await self._here(context, press)
        if here is not None:
            await self._speaker.change(context, self._articles_page(context, here, press.number(1) or 0))

    def _articles_page(self, context: ChatContext, here: AlertHere, number: int) -> Rendered:
        reader = context.reader
        return story_articles_page(
            here.alert, here.delivery.id, number, reader, context.now, can_be_closed=context.is_private
        )

    async def _close(self, context: ChatContext, press: Press) -> None:
        """Messages that the outbox has sent are not to be closed, whoever says so."""
        async with self._store.read() as unit:
            sent = await unit.outbox.of_message(context.chat.chat, context.message_id)
        if context.is_private and sent is None:
            await self._speaker.delete(context, context.message_id)
        else:
            press.say(stale_button(context.wording))

    async def _mute(self, context: ChatContext, press: Press) -> None:
        here = await self._here(context, press)
        if here is None:
            return
        alert, to = here.alert, here.delivery.destination
        mute = Mute(to, alert.article_id, alert.title, context.now)
        await mute_story(self._store, mute, context.change("story-muted", title=alert.title))
        press.say(context.wording.say("Muted: nothing more of this story is told here."))
        await self._show_menu(context, here)

    async def _unmute(self, context: ChatContext, press: Press) -> None:
        here = await self._here(context, press)
        if here is None:
            return
        alert, to = here.alert, here.delivery.destination
        await unmute_story(self._store, to, alert.article_id, context.change("story-unmuted", title=alert.title))
        press.say(context.wording.say("Unmuted: news of this story is told here again."))
        await self._show_menu(context, here)

    async def _more(self, context: ChatContext, press: Press) -> None:
        """The article becomes an example of the topic that was named, or of the only one that there is."""
        here = await self._here(context, press)
        if here is None:
            return
        watched, number = self._watched(here.alert, context), press.number(1)
        if not watched.own:
            press.say(_nowhere(context.wording, watched), urgent=True)
        elif number is None and len(watched.own) > 1:
            await self._choose(context, here, watched)
        else:
            topic = watched.own.get(next(iter(watched.own)) if number is None else number)
            if topic is None:
                press.say(stale_button(context.wording))
                return
            change = context.change("topic-changed", topic=topic.name, what="example", title=here.alert.title)
            outcome = await add_alert_example(self._store, topic.id, here.alert, change)
            done = context.wording.say(
                "“{watch}” looks for more like this now.", watch=shortened(topic.name, _NAME_LENGTH)
            )
            press.say(await self._outcome(context, topic, outcome, done))
            await self._show_examples(context, here)

    async def _no_more(self, context: ChatContext, press: Press) -> None:
        here = await self._here(context, press)
        if here is None:
            return
        number = press.number(1)
        topic = None if number is None else self._watched(here.alert, context).own.get(number)
        if topic is None:
            press.say(stale_button(context.wording))
            return
        change = context.change("topic-changed", topic=topic.name, what="example-removed", title=here.alert.title)
        outcome = await remove_alert_example(self._store, topic.id, here.alert, change)
        done = context.wording.say(
            "This article is no longer an example of “{watch}”.", watch=shortened(topic.name, _NAME_LENGTH)
        )
        press.say(await self._outcome(context, topic, outcome, done))
        await self._show_examples(context, here)

    async def _outcome(self, context: ChatContext, topic: Topic, outcome: Outcome, done: str) -> str:
        """What is said of it; a topic that has changed is watched so from now on."""
        if outcome is Outcome.DONE:
            await self._view.topics_changed()
        return done if outcome in (Outcome.DONE, Outcome.SO_ALREADY) else _why_not(context.wording, outcome, topic)

    async def _show_examples(self, context: ChatContext, here: AlertHere) -> None:
        watched = self._watched(here.alert, context)
        await (self._choose(context, here, watched) if len(watched.own) > 1 else self._show_menu(context, here))

    async def _choose(self, context: ChatContext, here: AlertHere, watched: _Watched) -> None:
        choices = [Choice(number, topic.name, has_example(topic, here.alert)) for number, topic in watched.own.items()]
        keyboard = example_keyboard(here.delivery.id, choices)
        await self._speaker.change_keyboard(context, keyboard)

    async def _show_menu(self, context: ChatContext, here: AlertHere) -> None:
        async with self._store.read() as unit:
            muted = await is_muted(unit, here.delivery.destination, here.alert.article_id, context.now)
        own = self._watched(here.alert, context).own
        added = None
        if len(own) == 1:
            ((number, topic),) = own.items()
            added = number if can_do_without(topic, here.alert) else None
        keyboard = menu_keyboard(
            here.delivery.id, context.wording, muted=muted, added=added, others=len(here.alert.also)
        )
        await self._speaker.change_keyboard(context, keyboard)

    async def _here(self, context: ChatContext, press: Press) -> AlertHere | None:
        """None where the button names no alert of this chat; they have been told then."""
        async with self._store.read() as unit:
            here = await alert_here(unit, context, press)
        if here is None:
            press.say(too_old(context.wording))
        return here

    def _watched(self, alert: Alert, context: ChatContext) -> _Watched:
        known = {topic.id: topic for topic in self._view.topics()}
        topics = {
            number: known[reason.topic_id] for number, reason in enumerate(alert.reasons) if reason.topic_id in known
        }
        return _Watched(topics, {number: topic for number, topic in topics.items() if may_change(topic, context)})


def _nowhere(wording: Wording, watched: _Watched) -> str:
    """Why there is no topic here that could have another example."""
    for topic in watched.all.values():
        if topic.owning_chat is None:
            return wording.say(
                "“{watch}” is set in {file}: add this article's link to its examples there.",
                watch=shortened(topic.name, _NAME_LENGTH),
                file=f"config/topics/{topic.id}.toml",
            )
    if watched.all:
        return wording.say("This watch was made in another chat: give it examples there.")
    return wording.say("The watch that this alert came from is gone, so there is nothing to teach.")


def _why_not(wording: Wording, outcome: Outcome, topic: Topic) -> str:
    match outcome:
        case Outcome.FULL:
            return wording.say("A watch has at most {n} examples. Take one out first.", n=len(topic.examples))
        case Outcome.ONLY_ONE:
            return wording.say("There would be nothing to look for: a watch needs an example or a query.")
        case Outcome.ARTICLE_GONE:
            return wording.say("This article is no longer in the archive, so I cannot learn from it.")
        case _:
            return wording.say("The watch that this alert came from is gone, so there is nothing to teach.")
