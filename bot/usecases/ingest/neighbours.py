"""Weighs articles near a topic with the archive: what the topic has judged before counts, too.

The rule is `bot.matching.neighbours`; here it is found out which articles those are. An article is only weighed where
a topic's examples bring it near, which a few in a hundred are; queries decide alone. Topics with the same criteria have
judged the same, so one of them is asked for all. An article that somebody has voted against counts no more.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.features.document import Document
from bot.features.similarity import aligned
from bot.matching.index import TopicIndex
from bot.matching.neighbours import (
    COPY,
    LOOKED_AT,
    REMEMBERED,
    Features,
    Near,
    Neighbourhood,
    odds_of,
    probability_of,
)
from bot.matching.packed_side import keys_of, pack_side
from bot.matching.score import NEAR
from bot.matching.sides import side_of
from bot.model import Article, ArticleId, Match, TopicId
from bot.store import Store, UnitOfWork
from bot.usecases.ingest.score_articles import Judged, document_of, vector_digest

MOST_WEIGHED: Final = 10
"""Criteria by which one article is weighed with its neighbours, 2.5 ms each; by those beyond, its own score counts."""

_KEPT: Final = 500
"""Articles whose features are kept in memory, about 20 KB each."""


Known = dict[TopicId, tuple[Near, ...]]
"""What topics have judged, the last first."""


@dataclass(slots=True)
class Neighbours:
    """What topics have judged lately, read from the store; the features of the last articles are kept."""

    store: Store
    model: str
    """The name of the embedder."""
    _features: OrderedDict[ArticleId, Features] = field(default_factory=OrderedDict, init=False)

    async def weigh(self, judged: Sequence[Judged], index: TopicIndex) -> tuple[Judged, ...]:
        """The articles with the scores that they have among their neighbours, in the same order.

        Of what is less than a near miss only the matches that were weighed are left: later articles may need them.
        """
        near = [{match.topic_id for match in _near(item, index).values()} for item in judged]
        known = await self._known(sorted(set().union(*near)))
        weighed = await asyncio.to_thread(weigh_in_order, judged, index, known) if known else judged
        for seen in known.values():
            for one in seen:
                self._keep(one.article_id, one.features)
        while len(self._features) > _KEPT:
            self._features.popitem(last=False)
        return tuple(
            replace(item, matches=tuple(one for one in item.matches if _is_shown(one) or one.topic_id in topics))
            for item, topics in zip(weighed, near, strict=True)
        )

    async def _known(self, topics: Sequence[TopicId]) -> Known:
        if not topics:
            return {}
        async with self.store.read() as unit:
            judged = {topic: await _judged(unit, topic) for topic in topics}
            wanted = {match.article_id for matches in judged.values() for match in matches}
            await self._load(unit, [one for one in wanted if one not in self._features])
        return {
            topic: tuple(
                Near(match.article_id, odds_of(_alone(match)), self._features[match.article_id])
                for match in matches
                if match.article_id in self._features
            )
            for topic, matches in judged.items()
        }

    async def _load(self, unit: UnitOfWork, missing: Sequence[ArticleId]) -> None:
        articles = await unit.articles.get(missing)
        vectors = await unit.vectors.get(self.model, [vector_digest(article) for article in articles])
        for article in articles:
            if (vector := vectors.get(vector_digest(article))) is not None:
                # Off the loop: after a start, fifty articles of each topic are described.
                self._keep(article.id, await asyncio.to_thread(_described, article, vector))

    def _keep(self, article_id: ArticleId, features: Features) -> None:
        self._features[article_id] = features
        self._features.move_to_end(article_id)


def features_of(document: Document, vector: NDArray[np.float32]) -> Features:
    """An article as it is compared with others."""
    side = side_of(document)
    return Features(side, keys_of(pack_side(side)), aligned(vector[None], [document.language])[0])


def _described(article: Article, vector: NDArray[np.float32]) -> Features:
    return features_of(document_of(article), vector)


def weigh_in_order(judged: Sequence[Judged], index: TopicIndex, known: Known) -> tuple[Judged, ...]:
    """Each article with its scores among what was judged before it; then it is itself among what is `known`."""
    weighed = []
    for item in judged:
        near = _near(item, index)
        if not near or item.vector is None:
            weighed.append(item)
            continue
        features = features_of(item.document, item.vector)
        among = {
            key: _among(item, match, features, known.get(match.topic_id, ()), index) for key, match in near.items()
        }
        matches = [
            match if (now := among.get(_key(match, index))) is None else replace(now, topic_id=match.topic_id)
            for match in item.matches
        ]
        weighed.append(replace(item, matches=tuple(matches)))
        for match in near.values():
            if not _copies_example(match):
                before = [one for one in known.get(match.topic_id, ()) if one.article_id != match.article_id]
                own = Near(match.article_id, odds_of(match.score), features)
                known[match.topic_id] = (own, *before)[:REMEMBERED]
    return tuple(weighed)


def _among(item: Judged, match: Match, features: Features, known: Sequence[Near], index: TopicIndex) -> Match | None:
    """A match by the examples alone as it is among neighbours; None where there are none."""
    alike = [one for one in known if len(one.features.vector) == len(features.vector)]
    found = Neighbourhood(alike).weigh(match.article_id, odds_of(match.score), features)
    if found is None:
        return None
    score = probability_of(found.odds)
    evidence = match.evidence
    if not _is_shown(match) and score >= NEAR * match.threshold:
        evidence = index.evidence_of(item.article, item.document, item.vector, match.topic_id)
    evidence = replace(evidence, alone=match.score, neighbours=found.neighbours)
    return replace(match, score=score, matched=score >= match.threshold, evidence=evidence)


def _is_shown(match: Match) -> bool:
    """Whether people may be told of it: a match or a near miss. What is less is only known to later articles."""
    return match.matched or match.score >= NEAR * match.threshold


def _near(item: Judged, index: TopicIndex) -> dict[Hashable, Match]:
    """The matches by examples that are weighed, the nearest first: one of all topics that judge alike."""
    found: dict[Hashable, Match] = {}
    if item.vector is None or not item.vector.any():
        return found
    for match in sorted(item.matches, key=lambda match: -match.score / match.threshold):
        if match.evidence.query or match.score < LOOKED_AT * match.threshold:
            continue
        if (key := _key(match, index)) is not None:
            found.setdefault(key, match)
    return dict(list(found.items())[:MOST_WEIGHED])


def _key(match: Match, index: TopicIndex) -> Hashable | None:
    """What topics that judge alike have in common; None where a topic has no examples."""
    profile = index.profile(match.topic_id)
    return profile.criteria.key if profile is not None and profile.criteria.packed_sides else None


async def _judged(unit: UnitOfWork, topic: TopicId) -> list[Match]:
    """What a topic has judged last and may count for others: no copy of an example, nothing that was voted against."""
    disliked = await unit.votes.disliked(topic)
    return [
        match
        for match in await unit.matches.near(topic, REMEMBERED)
        if match.article_id not in disliked and not match.evidence.query and not _copies_example(match)
    ]


def _copies_example(match: Match) -> bool:
    return (match.evidence.similarity or 0.0) >= COPY


def _alone(match: Match) -> float:
    return match.score if match.evidence.alone is None else match.evidence.alone
