"""👍 and 👎 under an alert: what readers say of it.

In a private chat a thumb is theirs; in a group it shows how many have pressed it. An update that is handled again after
a crash must not take back what it said: each vote is written down with the press that cast it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.model import Role, Topic, TopicId, Verdict, Vote, voter_in
from bot.telegram.app_api import AppApi, Dependencies
from bot.telegram.context import ChatContext, OnAnswer, OnCommand, OnPress, Press
from bot.telegram.lookups import AlertHere, alert_here, changes_by
from bot.telegram.pages.alerts import Choice, bad_keyboard, too_old, vote_keyboard
from bot.telegram.pages.replies import stale_button
from bot.telegram.speaker import Speaker
from bot.telegram.verbs import ButtonVerb
from bot.usecases.topics.feedback import (
    ArticleGoneError,
    Ballot,
    Cast,
    NoVoteError,
    lesson_of,
    record_votes,
    tally_in,
    votes_on,
)
from bot.wording.alerts import short_lesson
from bot.wording.wording import Wording

LESSON_PATIENCE = 2.5
"""Seconds for finding out what a vote has changed; after that it is noted without."""


@dataclass(frozen=True, slots=True)
class _Voting:
    """An alert that somebody wants to vote on, and what they have said so far."""

    here: AlertHere
    topics: Mapping[int, Topic]
    """Those that are still watched, by their place among the alert's reasons."""
    voter: str
    mine: Mapping[TopicId, Verdict]
    votes: tuple[Vote, ...] = field(repr=False)
    """Of all, on this article for these topics."""
    is_done: bool
    """This very press has been counted before."""

    def ballots(self, topics: Sequence[Topic], verdict: Verdict) -> list[Ballot]:
        """What pressing a thumb comes to: where it is so for all of them already, the opposite of pressing it."""
        wanted = None if all(self.mine.get(topic.id) is verdict for topic in topics) else verdict
        return [Ballot(topic, wanted) for topic in topics if self.mine.get(topic.id) is not wanted]


class VoteDialogue:
    """Implements `Dialogue`."""

    def __init__(self, dependencies: Dependencies, speaker: Speaker, view: AppApi) -> None:
        self._store = dependencies.store
        self._clock = dependencies.clock
        self._embedder = dependencies.embedder
        self._speaker = speaker
        self._view = view
        self.commands: Mapping[str, OnCommand] = {}
        self.presses: Mapping[ButtonVerb, OnPress] = {
            ButtonVerb.ALERT_IS_GOOD: OnPress(Role.MEMBER, self._good, under_told=True),
            ButtonVerb.ALERT_IS_BAD: OnPress(Role.MEMBER, self._bad, under_told=True),
            ButtonVerb.ALERT_IS_BAD_FOR_TOPIC: OnPress(Role.MEMBER, self._bad_for, under_told=True),
            ButtonVerb.SHOW_VOTES: OnPress(Role.MEMBER, self._back, under_told=True),
        }
        self.answers: Mapping[str, OnAnswer] = {}

    async def _good(self, context: ChatContext, press: Press) -> None:
        voting = await self._open(context, press)
        if voting is not None:
            await self._settle(context, press, voting, voting.ballots(tuple(voting.topics.values()), Verdict.GOOD))

    async def _bad(self, context: ChatContext, press: Press) -> None:
        """An alert on several topics may be right for one of them."""
        voting = await self._open(context, press)
        if voting is None:
            return
        topics = tuple(voting.topics.values())
        if len(topics) == 1:
            await self._settle(context, press, voting, voting.ballots(topics, Verdict.BAD))
            return
        choices = [
            Choice(number, topic.name, context.is_private and voting.mine.get(topic.id) is Verdict.BAD)
            for number, topic in voting.topics.items()
        ]
        press.say(context.wording.say("For which watch is this not right?"))
        await self._speaker.change_keyboard(context, bad_keyboard(voting.here.delivery.id, context.wording, choices))

    async def _bad_for(self, context: ChatContext, press: Press) -> None:
        voting = await self._open(context, press)
        if voting is None:
            return
        number = press.number(1)
        if press.arguments[1:] == ("all",):
            topics = tuple(voting.topics.values())
        elif number is not None and number in voting.topics:
            topics = (voting.topics[number],)
        else:
            press.say(stale_button(context.wording))
            return
        await self._settle(context, press, voting, voting.ballots(topics, Verdict.BAD))

    async def _back(self, context: ChatContext, press: Press) -> None:
        async with self._store.read() as unit:
            here = await alert_here(unit, context, press)
        if here is None:
            press.say(too_old(context.wording))
        else:
            await self._show(context, here)

    async def _open(self, context: ChatContext, press: Press) -> _Voting | None:
        """None where there is nothing to vote on, or nobody who could; they have been told then."""
        async with self._store.read() as unit:
            here = await alert_here(unit, context, press)
            if here is None:
                press.say(too_old(context.wording))
                return None
            watched = {topic.id: topic for topic in self._view.topics()}
            topics = {
                number: watched[reason.topic_id]
                for number, reason in enumerate(here.alert.reasons)
                if reason.topic_id in watched
            }
            votes = await votes_on(unit, here.alert)
            is_done = bool(await changes_by(unit, context, press))
        if not context.user_id:
            press.say(context.wording.say("Your vote needs a name. Stop posting anonymously to vote."), urgent=True)
            return None
        if not topics:
            press.say(context.wording.say("The watch that this alert came from is gone, so there is nothing to teach."))
            return None
        voter = voter_in(context.chat.chat, context.user_id, alone=context.is_private)
        mine = {vote.topic_id: vote.verdict for vote in votes if vote.voter == voter}
        return _Voting(here, topics, voter, mine, votes, is_done)

    async def _settle(self, context: ChatContext, press: Press, voting: _Voting, ballots: Sequence[Ballot]) -> None:
        alert = voting.here.alert
        if voting.is_done:
            press.say(context.wording.say("Noted."))
        else:
            changes = [
                context.change(
                    "voted",
                    topic=ballot.topic.name,
                    title=alert.title,
                    what="undone" if ballot.verdict is None else ballot.verdict.value,
                    press=press.query_id,
                )
                for ballot in ballots
            ]
            try:
                cast = await record_votes(self._store, self._clock, ballots, alert.article_id, voting.voter, changes)
            except ArticleGoneError:
                press.say(context.wording.say("This article is no longer in the archive, so I cannot learn from it."))
                return
            except NoVoteError:  # taken back in the meantime
                cast = ()
            press.say(await self._said(context.wording, cast))
        await self._show(context, voting.here)

    async def _said(self, wording: Wording, cast: Sequence[Cast]) -> str:
        if len(cast) != 1:
            undone = bool(cast) and cast[0].ballot.verdict is None
            if undone:
                return wording.say_many("Taken back for {n} watch.", "Taken back for {n} watches.", len(cast))
            return wording.say_many("Noted for {n} watch.", "Noted for {n} watches.", len(cast))
        topic = cast[0].ballot.topic
        try:
            async with asyncio.timeout(LESSON_PATIENCE):
                lesson = await lesson_of(self._store, self._embedder, self._clock, cast[0])
            text = short_lesson(lesson, wording)
        except TimeoutError:
            text = wording.say("Noted.")
        return f"{text} {wording.say('This watch is paused.')}" if topic.paused else text

    async def _show(self, context: ChatContext, here: AlertHere) -> None:
        """The thumbs, and what has been said by now."""
        async with self._store.read() as unit:
            votes = await votes_on(unit, here.alert)
        keyboard = vote_keyboard(here.delivery.id, tally_in(context.chat.chat, votes), alone=context.is_private)
        await self._speaker.change_keyboard(context, keyboard)
