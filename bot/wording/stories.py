"""The texts about a story besides its leading article: what is new in it, and who wrote its summary. No markup."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from bot.model import Update
from bot.text.clean import clean_title
from bot.text.truncate import cut_after_word
from bot.wording.wording import Wording

_LONGEST = 48

NAMED = 3
"""The most outlets, and topics of an update, that are listed by name; the others are counted."""


def update_text(update: Update, wording: Wording) -> str:
    """What is new in a story, in one line: `Update: 56 people, Sri Mulyani; arrests`."""
    facts = ", ".join(cut_after_word(clean_title(text), _LONGEST) for text in (*update.numbers, *update.names))
    clauses = [facts] if facts else []
    if update.phase in _PHASES:
        clauses.append(_PHASES[update.phase](wording))
    if update.topics:
        names = ", ".join(cut_after_word(clean_title(name), _LONGEST) for name in update.topics[:NAMED])
        names += f" (+{len(update.topics) - NAMED})" if len(update.topics) > NAMED else ""
        clauses.append(wording.say("now on “{watch}” too", watch=names))
    if update.lull is not None:
        days = max(1, round(update.lull / timedelta(days=1)))
        clauses.append(wording.say_many("after {n} quiet day", "after {n} quiet days", days, n=days))
    if not clauses:
        return wording.say("Update")
    return wording.say("Update: {news}", news="; ".join(clauses))


def outlet_text(source: str, articles: int, longest: int) -> str:
    """An outlet in the list of those that report a story, with the number of its articles: `Antara (3)`."""
    name = cut_after_word(clean_title(source), longest)
    return f"{name} ({articles})" if articles > 1 else name


def written_text(articles: int, wording: Wording) -> str:
    """The line that marks a summary written by a language model."""
    return wording.say_many(
        "Summary by a language model, from {n} article",
        "Summary by a language model, from {n} articles",
        articles,
        n=articles,
    )


_PHASES: Final[Mapping[str, Callable[[Wording], str]]] = {
    "deaths": lambda wording: wording.say("deaths"),
    "injuries": lambda wording: wording.say("people injured"),
    "arrest": lambda wording: wording.say("an arrest"),
    "charges": lambda wording: wording.say("charges"),
    "verdict": lambda wording: wording.say("a verdict"),
    "resignation": lambda wording: wording.say("a resignation"),
    "ceasefire": lambda wording: wording.say("a ceasefire or peace talks"),
    "agreement": lambda wording: wording.say("an agreement"),
    "attack": lambda wording: wording.say("an attack"),
    "rescue": lambda wording: wording.say("a rescue or a find"),
    "warning": lambda wording: wording.say("a warning"),
    "end": lambda wording: wording.say("an end"),
    "result": lambda wording: wording.say("a result"),
    "denial": lambda wording: wording.say("a denial"),
    "apology": lambda wording: wording.say("an apology"),
    "approval": lambda wording: wording.say("an approval"),
    "cancellation": lambda wording: wording.say("a cancellation or delay"),
    "launch": lambda wording: wording.say("a launch"),
    "investigation": lambda wording: wording.say("an investigation"),
}
"""By the codes of `bot.stories.phases`; a test checks that every code has a text."""
