"""Why an article matched a topic, in a line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.model import TopicReason
from bot.text.clean import clean_title
from bot.text.truncate import cut_after_word
from bot.wording.wording import Wording

_NAMED = 4
"""The most names, words or parts of a query that a reason lists."""

_PART_LENGTH = 48
_EXAMPLE_LENGTH = 80
_NUMBER_BEHIND = re.compile(r" \d{1,3}$")
"""What tells two topics of one name apart."""


def reason_lead(wording: Wording, *, first: bool) -> str:
    """What stands before the topic that an article matched, and what before each further one."""
    return wording.say("Why:") if first else wording.say("Also:")


def match_reason(reason: TopicReason, wording: Wording) -> str:
    """Why an article matched a topic: clauses separated by `; `; empty where there is no evidence to show.

    An example after which the topic is named is left out, since that name stands before the reason.
    """
    evidence, clauses = reason.evidence, []
    if evidence.query:
        clauses.append(wording.say("it fits your query {query}", query=listed(evidence.query)))
    if evidence.names:
        clauses.append(wording.say("both mention {names}", names=listed(evidence.names)))
    elif evidence.terms:
        clauses.append(wording.say("the same words: {terms}", terms=listed(evidence.terms)))
    if evidence.numbers and not evidence.names:
        clauses.append(wording.say("the same figures: {numbers}", numbers=listed(evidence.numbers)))
    if evidence.nearest_example and not names_the_watch(evidence.nearest_example, reason.topic_name):
        example = cut_after_word(example_name(evidence.nearest_example), _EXAMPLE_LENGTH)
        clauses.append(wording.say("like your example “{example}”", example=example))
    return "; ".join(clauses)


def example_name(example: str) -> str:
    """The title of an example; of one that has only a path or an address, its last part."""
    name = clean_title(example)
    return name if " " in name else name.rstrip("/").rsplit("/", 1)[-1]


def names_the_watch(example: str, topic_name: str) -> bool:
    """Whether a topic is called by its example, as it is until somebody names it: perhaps cut, or with a number."""
    name, called = clean_title(topic_name).casefold(), clean_title(example).casefold()
    forms = (name, _NUMBER_BEHIND.sub("", name))
    return bool(called) and any(
        called == form or (len(form) > 1 and form.endswith("…") and called.startswith(form[:-1])) for form in forms
    )


def listed(parts: Sequence[str]) -> str:
    """The first of names, words or parts of a query, cleaned and cut."""
    return ", ".join(cut_after_word(clean_title(part), _PART_LENGTH) for part in parts[:_NAMED])
