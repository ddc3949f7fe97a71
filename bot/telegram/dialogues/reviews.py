"""Post or skip: what an admin says of an alert for a channel under review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.model import Change, DeliveryId, Review, Role
from bot.store import Store
from bot.telegram.context import ChatContext, OnAnswer, OnCommand, OnPress, Press
from bot.telegram.lookups import review_here
from bot.telegram.pages.alerts import review_keyboard, too_old
from bot.telegram.render import render
from bot.telegram.speaker import Speaker
from bot.telegram.verbs import ButtonVerb
from bot.usecases.delivery.review import POSTED, SKIPPED, Decision, post_review, skip_review


class ReviewDialogue:
    """Implements `Dialogue`."""

    def __init__(self, store: Store, speaker: Speaker) -> None:
        self._store = store
        self._speaker = speaker
        self.commands: Mapping[str, OnCommand] = {}
        self.presses: Mapping[ButtonVerb, OnPress] = {
            ButtonVerb.POST_REVIEWED: OnPress(Role.ADMIN, self._post, under_told=True),
            ButtonVerb.SKIP_REVIEWED: OnPress(Role.ADMIN, self._skip, under_told=True),
        }
        self.answers: Mapping[str, OnAnswer] = {}

    async def _post(self, context: ChatContext, press: Press) -> None:
        found = await self._review(context, press)
        if found is not None:
            delivery, review = found
            decision = await post_review(self._store, review, _written(context, POSTED, review))
            await self._show(context, press, delivery, review, decision)

    async def _skip(self, context: ChatContext, press: Press) -> None:
        found = await self._review(context, press)
        if found is not None:
            delivery, review = found
            decision = await skip_review(self._store, review, _written(context, SKIPPED, review))
            await self._show(context, press, delivery, review, decision)

    async def _review(self, context: ChatContext, press: Press) -> tuple[DeliveryId, Review] | None:
        async with self._store.read() as unit:
            found = await review_here(unit, context, press)
        if found is None:
            press.say(too_old(context.wording))
        return found

    async def _show(
        self, context: ChatContext, press: Press, delivery: DeliveryId, review: Review, decision: Decision
    ) -> None:
        """The alert with what became of it; what was skipped can still be posted."""
        said = _decision_text(context, decision)
        press.say(said)
        keyboard = () if decision.posted else review_keyboard(delivery, context.wording, skipped=True)
        message = render(review, context.reader, context.now, note=said)
        await self._speaker.change(context, replace(message, keyboard=keyboard))


def _written(context: ChatContext, code: str, review: Review) -> Change:
    return context.change(code, title=review.alert.title, chat=str(review.destination), review=review.id)


def _decision_text(context: ChatContext, decision: Decision) -> str:
    wording = context.wording
    if decision.at is None:
        return wording.say("This has been posted already.")
    when = wording.time(decision.at, context.reader.timezone, now=context.now)
    if decision.posted:
        return wording.say("Posted by {who}, {time}.", who=decision.by, time=when)
    return wording.say("Skipped by {who}, {time}.", who=decision.by, time=when)
