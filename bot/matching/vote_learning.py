"""What readers' votes change in a topic's profile.

Articles that were liked or disliked become weaker evidence for and against the topic, the nearest one counting
(relevance feedback after Rocchio 1971, with single articles in place of their centroid, so that a liked article of a
new turn of the story is not averaged away). The threshold shifts by the posterior mode of a logistic model with a
normal prior around no shift (as in Genkin, Lewis & Madigan 2007): a vote that the score foresaw moves it by next to
nothing, one that contradicts it by at most the prior's variance.

One click never wrecks a topic: a vote that contradicts the examples is likely a slip, so it counts by the probability
that it is none, the more the more votes agree with it. No bad vote raises a score or lowers the threshold, no good
vote does the opposite; without votes a profile is exactly what it was before.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.matching.profile import Profile, aligned_rows, sides_of
from bot.matching.resemblance import Array, ResemblanceIndex, Side
from bot.matching.score import NEAR, Groups, Rows, discounts
from bot.model import Example, Verdict, Vote

VARIANCE = 0.1
"""Of the prior of the threshold's shift, in squared log-odds: one vote moves a threshold of 0.50 to 0.52 at most."""

FURTHEST = 1.5
"""Of the threshold's shift, in log-odds: 0.50 stays within 0.18 and 0.82."""

GROUP_SHARE = 0.25
"""Of a vote in a group: four members who agree are heard like one reader whose chat it is."""

GROUP_REACH = 0.5
"""Log-odds by which voters who together weigh half a reader move the very article that they vote on, at most: one
member takes it from 62 to 70 percent, two to 82, three to 97."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """An article that was voted on, and what its voters make of it together."""

    article: Example
    weight: float
    """-2 (many found it bad) to 2 (good); 1 for a single voter, less for a single one of a group."""


def opinions_of(votes: Sequence[Vote]) -> tuple[Opinion, ...]:
    """What the votes on one topic say of each article; voters who disagree cancel one another out.

    Further voters add less and less, so that many of them do no more than two. A topic that a group reads is not for
    one of its members to bend: a vote cast in a group counts `GROUP_SHARE` of that of a reader by themselves. Who votes
    in several chats has one vote, that of their own chat if there is one, else the newest.
    """
    articles: dict[str, Example] = {}
    cast: dict[tuple[str, str], Vote] = {}
    for vote in votes:
        articles.setdefault(vote.article_id, vote.article)
        before = cast.get((vote.article_id, vote.person))
        if before is None or before.group is not None or vote.group is None:
            cast[vote.article_id, vote.person] = vote
    balance = dict.fromkeys(articles, 0.0)
    for vote in cast.values():
        share = 1.0 if vote.group is None else GROUP_SHARE
        balance[vote.article_id] += share if vote.verdict is Verdict.GOOD else -share
    return tuple(Opinion(articles[article_id], 2 * net / (1 + abs(net))) for article_id, net in balance.items() if net)


def taught(profile: Profile, opinions: Sequence[Opinion], vectors: NDArray[np.float32]) -> Profile:
    """The profile as readers want it. `vectors`: raw embeddings of the articles, a row each, or none at all.

    A topic without examples stays as it is: a query is exact.
    """
    if not opinions or not profile.sides:
        return profile
    articles = [opinion.article for opinion in opinions]
    sides, rows = sides_of(articles), _as_wide(aligned_rows(vectors, articles), profile.vectors)
    weights = np.array([opinion.weight for opinion in opinions], np.float64)
    odds = _odds(profile, sides, rows)
    good, bad = np.flatnonzero(weights > 0), np.flatnonzero(weights < 0)
    kept = profile.rows.shown
    figures = discounts()
    return replace(
        profile,
        sides=(
            *profile.sides[:kept],
            *(sides[place] for place in good),
            *profile.sides[kept:],
            *(sides[place] for place in bad),
        ),
        vectors=np.concatenate([profile.vectors[:kept], rows[good], profile.vectors[kept:], rows[bad]]),
        rows=replace(
            profile.rows,
            favouring=_no_less(
                discounts_of(figures.liked, odds[good], weights[good]),
                [_bound_of_liked(weights[place], odds[place], sides[place], rows[place]) for place in good],
            ),
            opposing=(
                *profile.rows.opposing,
                *_no_less(
                    discounts_of(figures.disliked, -odds[bad], -weights[bad]),
                    [_bound_of_disliked(-weights[place], sides[place], rows[place]) for place in bad],
                ),
            ),
        ),
        shown=(*profile.shown, *(articles[place] for place in good)),
        threshold=_shifted(profile.threshold, odds, weights),
    )


def _as_wide(rows: Array, others: Array) -> Array:
    return rows if rows.shape[1] == others.shape[1] else np.zeros((len(rows), others.shape[1]), np.float32)


def _odds(profile: Profile, sides: Sequence[Side], rows: Array) -> NDArray[np.float64]:
    """Log-odds of the articles before anybody voted."""
    index, groups = ResemblanceIndex(profile.sides, profile.vectors), Groups([profile.rows])
    odds = [groups.log_odds(index.compare(side, row))[0][0] for side, row in zip(sides, rows, strict=True)]
    return np.array(odds, np.float64)


def discounts_of(least: float, foreseen: NDArray[np.float64], weights: NDArray[np.float64]) -> tuple[float, ...]:
    """Of each vote: what any has, and more the less the score foresaw it, which further votes of its kind make good."""
    doubt = np.logaddexp(0, -foreseen) / max(1.0, float(weights.sum()))
    return tuple((least + doubt - np.log(weights)).tolist())


def _no_less(discounts: Sequence[float], bounds: Sequence[float]) -> tuple[float, ...]:
    return tuple(max(pair) for pair in zip(discounts, bounds, strict=True))


def _bound_of_liked(weight: float, foreseen: float, side: Side, row: Array) -> float:
    """The least discount of a liked article with which its own score rises no further than its few voters reach."""
    return -math.inf if weight >= 1 else _own_odds(side, row) - foreseen - _reach(weight)


def _bound_of_disliked(weight: float, side: Side, row: Array) -> float:
    """The same of a disliked one: what is taken off its own log-odds is log(1 + e^(own - discount))."""
    return -math.inf if weight >= 1 else _own_odds(side, row) - math.log(math.expm1(_reach(weight)))


def _reach(weight: float) -> float:
    """How far, in log-odds, voters who weigh less than one reader move the very article: without end towards 1."""
    return GROUP_REACH * weight / (1 - weight)


def _own_odds(side: Side, row: Array) -> float:
    """Log-odds of an article to which it is an example itself: as much as any can have by it."""
    figures = ResemblanceIndex([side], row[np.newaxis]).compare(side, row)
    return float(Groups([Rows(1)]).log_odds(figures)[0][0])


def _shifted(threshold: float, odds: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """The threshold, moved by the votes on articles that are near it or above: others, a query has found."""
    if not 0 < threshold < 1:
        return threshold
    edge = math.log(threshold / (1 - threshold))
    near = odds >= math.log(NEAR * threshold / (1 - NEAR * threshold))
    return 1 / (1 + math.exp(-edge - shift_of(odds[near] - edge, weights[near])))


def shift_of(above: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """The shift of a threshold, in log-odds, that votes make most likely.

    `above`: log-odds of the articles less those of the threshold; `weights` as in `Opinion`. The derivative of the
    log-posterior falls from its first to its last value as the shift grows, so halving finds where it is 0.
    """
    low, high = -FURTHEST, FURTHEST
    for _ in range(40):
        middle = (low + high) / 2
        surprise = np.abs(weights) / (1 + np.exp(np.sign(weights) * (above - middle)))
        if -float((np.sign(weights) * surprise).sum()) > middle / VARIANCE:
            low = middle
        else:
            high = middle
    return (low + high) / 2
