"""What the readers of a chat have said of an alert: what its thumbs show, also when its message is changed."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Alert, Tally, Verdict, Vote
from bot.store import UnitOfWork


async def votes_on(unit: UnitOfWork, alert: Alert) -> tuple[Vote, ...]:
    """Of all voters, on the alert's article for its topics."""
    return tuple(
        [
            vote
            for reason in alert.reasons
            for vote in await unit.votes.of(reason.topic_id)
            if vote.article_id == alert.article_id
        ]
    )


def tally_in(chat: str, votes: Sequence[Vote]) -> Tally:
    """Each voter of the chat once; of a private chat, whose id is its owner's, there is one at most."""
    ours = [vote for vote in votes if chat in (vote.group, vote.voter)]
    good, bad = ({vote.voter for vote in ours if vote.verdict is verdict} for verdict in (Verdict.GOOD, Verdict.BAD))
    return Tally(len(good), len(bad))
