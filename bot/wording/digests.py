"""The texts of digests: the heading, and what is shown beside each story. Plain text without markup."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.model import Digest, DigestItem, Language
from bot.wording.alerts import byline, foreign_language
from bot.wording.wording import Wording


def digest_heading(digest: Digest, wording: Wording) -> str:
    """The line above a digest: the number of alerts, and why they come as a digest."""
    count = len(digest.items)
    match digest.why:
        case "over-budget" if digest.limits is not None:
            hour, day = digest.limits
            return wording.say_many(
                "{n} more alert: this chat gets {hour} an hour and {day} a day one by one, and the rest like this. "
                "Narrower watches bring less: /topics.",
                "{n} more alerts: this chat gets {hour} an hour and {day} a day one by one, and the rest like this. "
                "Narrower watches bring less: /topics.",
                count,
                n=count,
                hour=hour,
                day=day,
            )
        case "over-budget":
            return wording.say_many(
                "{n} more alert, kept back so as not to flood you",
                "{n} more alerts in one message, so as not to flood you",
                count,
                n=count,
            )
        case "quiet":
            return wording.say_many(
                "While it was quiet: {n} article", "While it was quiet: {n} articles", count, n=count
            )
        case "catch-up":
            return wording.say_many(
                "While the sources could not be read: {n} article",
                "While the sources could not be read: {n} articles",
                count,
                n=count,
            )
        case "paused":
            return wording.say_many(
                "While I was paused: {n} article", "While I was paused: {n} articles", count, n=count
            )
        case _:
            return wording.say_many("Your digest: {n} article", "Your digest: {n} articles", count, n=count)


def digest_facts(
    item: DigestItem, wording: Wording, timezone: ZoneInfo, now: datetime, reads: Collection[Language] = ()
) -> tuple[str, ...]:
    """What is shown beside a story in a digest: outlet and time, number of other articles, its other topics."""
    facts = byline(item.source, item.published_at, wording, timezone, now)
    more = wording.say_many("{n} more article", "{n} more articles", len(item.also), n=len(item.also))
    others = ", ".join(item.topic_names[1:])
    said = (
        wording.say("Update") if item.is_update else "",
        facts,
        foreign_language(item.language, wording.language, wording, reads),
        f"+{more}" if item.also else "",
        wording.say("also {watches}", watches=others) if others else "",
    )
    return tuple(part for part in said if part)
