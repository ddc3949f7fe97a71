"""Changes a topic's profile by the votes of its readers.

Liked and disliked articles become weaker evidence for and against the topic, of which the nearest one counts (relevance
feedback: Rocchio 1971,
https://nlp.stanford.edu/IR-book/html/htmledition/the-rocchio-algorithm-for-relevance-feedback-1.html; single articles
instead of their centroid, so that a liked article on a new turn of the story is not averaged away). The threshold is
shifted by the posterior mode of a logistic model with a normal prior around no shift (Genkin, Lewis and Madigan 2007,
https://doi.org/10.1198/004017007000000245): a vote that the score predicted hardly moves it, one that contradicts it
moves it by at most the prior's variance.

One vote never spoils a topic: a vote that contradicts the examples is probably a mistake, so it is weighted by the
probability that it is none, which grows with the votes that agree with it. A bad vote never raises a score or lowers
the threshold, a good vote never does the opposite; without votes a profile is unchanged.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.matching.packed_side import PackedSide, keys_of, unpack_side
from bot.matching.profile import Criteria, Profile, aligned_rows, criteria_of, packed_sides_of
from bot.matching.resemblance import Array, ResemblanceIndex
from bot.matching.score import NEAR, Groups, Rows, discounts
from bot.model import Example, Topic, Verdict, Vote

VARIANCE = 0.1
"""The variance of the prior of the threshold's shift, in squared log-odds: one vote moves 0.50 to 0.52 at most."""

FURTHEST = 1.5
"""The greatest shift of the threshold in log-odds: 0.50 stays within 0.18 and 0.82."""

GROUP_SHARE = 0.25
"""The weight of a vote in a group: four members who agree count like one reader in a private chat."""

GROUP_REACH = 0.5
"""The greatest effect, in log-odds, of voters with half the weight of a reader on the very article that they vote on:
one member moves it from 62 to 70 percent, two to 82, three to 97."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """An article that was voted on, with the combined weight of its votes."""

    article: Example
    weight: float
    """-2 (many bad votes) to 2 (many good ones); 1 for a single reader, less for a single member of a group."""


def opinions_of(votes: Sequence[Vote]) -> tuple[Opinion, ...]:
    """The combined votes on each article of one topic; contradicting votes cancel each other.

    Each further vote adds less, so that many weigh no more than two. A single member of a group should not change its
    topic, so a vote in a group counts `GROUP_SHARE` of a vote in a private chat. A person who votes in several chats
    has one vote: that in the private chat if there is one, else the newest.
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


def key_with(topic: Topic, opinions: Sequence[Opinion]) -> Hashable:
    """The key of a topic's criteria after the votes."""
    return (criteria_of(topic), tuple(opinions)) if opinions and topic.examples else criteria_of(topic)


def with_votes(
    profile: Profile,
    opinions: Sequence[Opinion],
    vectors: NDArray[np.float32],
    packed_sides: Sequence[PackedSide] | None = None,
) -> Profile:
    """The profile after the votes.

    Args:
        vectors: raw embeddings of the articles, a row for each, or no rows.
        packed_sides: the features of the articles, where they are known already.

    A topic without examples stays as it is: a query is exact.
    """
    criteria = profile.criteria
    if not opinions or not criteria.packed_sides:
        return profile
    articles = [opinion.article for opinion in opinions]
    packed = packed_sides_of(articles) if packed_sides is None else packed_sides
    rows = _as_wide(aligned_rows(vectors, articles), criteria.vectors)
    weights = np.array([opinion.weight for opinion in opinions], np.float64)
    odds = _odds(criteria, packed, rows)
    good, bad = np.flatnonzero(weights > 0).tolist(), np.flatnonzero(weights < 0).tolist()
    kept = criteria.rows.shown
    figures = discounts()
    learned = replace(
        criteria,
        key=key_with(profile.topic, opinions),
        packed_sides=(
            *criteria.packed_sides[:kept],
            *(packed[place] for place in good),
            *criteria.packed_sides[kept:],
            *(packed[place] for place in bad),
        ),
        vectors=np.concatenate([criteria.vectors[:kept], rows[good], criteria.vectors[kept:], rows[bad]]),
        rows=replace(
            criteria.rows,
            favouring=_no_less(
                discounts_of(figures.liked, odds[good], weights[good]),
                [_bound_of_liked(weights[place], odds[place], packed[place], rows[place]) for place in good],
            ),
            opposing=(
                *criteria.rows.opposing,
                *_no_less(
                    discounts_of(figures.disliked, -odds[bad], -weights[bad]),
                    [_bound_of_disliked(-weights[place], packed[place], rows[place]) for place in bad],
                ),
            ),
        ),
        shown=(*criteria.shown, *(articles[place] for place in good)),
        threshold=_shifted(criteria.threshold, odds, weights),
    )
    return replace(profile, criteria=learned)


def _as_wide(rows: Array, others: Array) -> Array:
    return rows if rows.shape[1] == others.shape[1] else np.zeros((len(rows), others.shape[1]), np.float32)


def _odds(criteria: Criteria, packed: Sequence[PackedSide], rows: Array) -> NDArray[np.float64]:
    """The log-odds of the articles without any votes."""
    index = ResemblanceIndex(map(keys_of, criteria.packed_sides), criteria.vectors)
    groups, sides = Groups([criteria.rows]), map(unpack_side, packed)
    odds = [groups.log_odds(index.compare(side, row))[0][0] for side, row in zip(sides, rows, strict=True)]
    return np.array(odds, np.float64)


def discounts_of(least: float, foreseen: NDArray[np.float64], weights: NDArray[np.float64]) -> tuple[float, ...]:
    """The discount of each vote: `least`, and more the less the score predicted it, unless further votes agree."""
    doubt = np.logaddexp(0, -foreseen) / max(1.0, float(weights.sum()))
    return tuple((least + doubt - np.log(weights)).tolist())


def _no_less(discounts: Sequence[float], bounds: Sequence[float]) -> tuple[float, ...]:
    return tuple(max(pair) for pair in zip(discounts, bounds, strict=True))


def _bound_of_liked(weight: float, foreseen: float, side: PackedSide, row: Array) -> float:
    """The least discount of a liked article that keeps the rise of its own score within the reach of its voters."""
    return -math.inf if weight >= 1 else _own_odds(side, row) - foreseen - _reach(weight)


def _bound_of_disliked(weight: float, side: PackedSide, row: Array) -> float:
    """The same for a disliked one, of whose own log-odds log(1 + e^(own - discount)) is subtracted."""
    return -math.inf if weight >= 1 else _own_odds(side, row) - math.log(math.expm1(_reach(weight)))


def _reach(weight: float) -> float:
    """The greatest effect in log-odds of voters who weigh less than one reader; unlimited towards a weight of 1."""
    return GROUP_REACH * weight / (1 - weight)


def _own_odds(side: PackedSide, row: Array) -> float:
    """The log-odds of an article to which it is an example itself: the greatest that an example can give."""
    figures = ResemblanceIndex([keys_of(side)], row[np.newaxis]).compare(unpack_side(side), row)
    return float(Groups([Rows(1)]).log_odds(figures)[0][0])


def _shifted(threshold: float, odds: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """The threshold after votes on articles with a score near or above it; others were found by a query."""
    if not 0 < threshold < 1:
        return threshold
    edge = math.log(threshold / (1 - threshold))
    near = odds >= math.log(NEAR * threshold / (1 - NEAR * threshold))
    return 1 / (1 + math.exp(-edge - shift_of(odds[near] - edge, weights[near])))


def shift_of(above: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """The shift of a threshold in log-odds that the votes make most probable.

    Args:
        above: log-odds of the articles minus those of the threshold.
        weights: as in `Opinion`.

    The derivative of the log-posterior decreases with the shift, so bisection finds its zero.
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
