"""What an ordeal came to: what is lost, what was told twice and why, what is half-written."""

from __future__ import annotations

import html
import json
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from tests.e2e.ordeal import (
    DIGEST,
    LATE,
    PATIENT,
    PERSON,
    POINTS,
    RANDOM_KILL,
    TERM,
    Life,
    Ordeal,
    lines_told,
)
from tests.e2e.ordeal import FAULTS as TELEGRAM_FAULTS
from tests.fakes.bot_api import Call

HELP: Final = "I read news sources"
"""How the answer to /help begins."""

AFTER: Final = 5.0
"""Seconds after an answer within which a kill may have come before it was noted, on a busy machine."""

_UNEXPLAINED, _NEVER_SENT = "no reason found", "never sent"
_TAG = re.compile(r"<[^>]+>")

_HALVES: Final = {
    "articles that cannot be searched": (
        "SELECT count(*) FROM articles WHERE id NOT IN (SELECT article_id FROM article_index)"
    ),
    "keys of no article": "SELECT count(*) FROM entry_keys WHERE article_id NOT IN (SELECT id FROM articles)",
    "matches that were never queued": (
        "SELECT count(DISTINCT article_id) FROM matches JOIN articles ON articles.id = article_id"
        " WHERE matched AND 'a:' || coalesce(story_id, article_id) NOT IN (SELECT alert_id FROM deliveries)"
    ),
    "deliveries neither sent nor dead": (
        "SELECT count(*) FROM deliveries WHERE state NOT IN ('sent', 'folded', 'superseded')"
    ),
    "watches without a note of who made them": (
        "SELECT abs((SELECT count(*) FROM added_topics) - (SELECT count(*) FROM changes WHERE code = 'topic-made'))"
    ),
    "votes without a note of who cast them": (
        "SELECT abs((SELECT count(*) FROM votes) - (SELECT count(*) FROM changes WHERE code = 'voted'))"
    ),
}


@dataclass(slots=True)
class Reckoning:
    """What was counted. `lost` says each thing that is."""

    tried: Counter[str] = field(default_factory=Counter)
    repeated: Counter[str] = field(default_factory=Counter)
    """Messages that came again, by what explains it."""
    lost_by: Counter[str] = field(default_factory=Counter)
    """Messages that never came, by what last befell them."""
    lost: list[str] = field(default_factory=list)
    disorder: list[str] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)
    sums: dict[str, int] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.disorder or self.unexplained)


def added(found: Sequence[Reckoning]) -> Reckoning:
    """What several ordeals came to together."""
    total = Reckoning()
    for one in found:
        total.tried.update(one.tried)
        total.repeated.update(one.repeated)
        total.lost_by.update(one.lost_by)
        total.lost += one.lost
        total.disorder += one.disorder
        total.unexplained += one.unexplained
        total.sums = {name: total.sums.get(name, 0) + count for name, count in one.sums.items()}
    return total


def reckon(ordeal: Ordeal) -> Reckoning:
    """After `settle`."""
    found = Reckoning(_tried(ordeal))
    told = {chat: ordeal.told(chat) for chat in {chat for chats in ordeal.readers.values() for chat in chats}}
    for topic, chats in ordeal.readers.items():
        published = ordeal.outlets.titles(topic)
        for chat in chats:
            titles = [line for line in told[chat] if line.endswith(f" about {topic}")]
            missing = set(published) - set(titles)
            found.lost += [f"{title}, in chat {chat}" for title in sorted(missing)]
            found.lost_by.update(_last_fault(ordeal, chat, title) for title in missing)
            singly = _told_singly(ordeal, chat, topic)
            if singly != [title for title in _queued(ordeal, chat) if title in singly]:
                found.disorder.append(f"{topic} in chat {chat}: {', '.join(title.split()[1] for title in titles)}")
    if not ordeal.is_short:
        found.lost += [f"the edit of {message}" for message in ordeal.unchanged()]
    _count_repeats(ordeal, told, found)
    _count_answers(ordeal, told[PERSON], found)
    _look_into(ordeal, found)
    found.sums |= {
        "processes": len(ordeal.lives),
        "kills": sum(life.was_killed for life in ordeal.lives),
        "articles": sum(len(ordeal.outlets.titles(topic)) for topic in ordeal.readers),
        "messages": sum(map(len, told.values())),
        "questions": ordeal.person.questions,
        "watches": len(ordeal.person.watches),
        "votes": len(ordeal.person.voted),
        "calls": len(ordeal.api.calls()),
        "edits": len(ordeal.api.calls("editMessageText")),
        "digests": sum(message.text.startswith(DIGEST) for message in ordeal.api.messages(PATIENT)),
        "faults that struck": sum(bool(fault) for method in ordeal.planned for _, fault in ordeal.calls(method)),
        "repeated": sum(found.repeated.values()),
    }
    return found


def _told_singly(ordeal: Ordeal, chat: int, topic: str) -> list[str]:
    """What messages of their own told, in order, each repetition in a row once. Digests are ranked, and left out."""
    told = [lines_told(message.text) for message in ordeal.api.messages(chat)]
    titles = [lines[0] for lines in told if len(lines) == 1 and lines[0].endswith(f" about {topic}")]
    return [title for title, _ in groupby(titles)]


def _queued(ordeal: Ordeal, chat: int) -> list[str]:
    """The titles of the alerts to a chat in the order in which Kabar owed them.

    That is not always the order in which they were published: outlets list the newest first, so of half a document the
    newest article is read before one that came out with it.
    """
    rows = ordeal.home.query(f"SELECT content FROM deliveries WHERE chat = '{chat}' AND kind = 'new' ORDER BY id")
    return [content["title"] for (text,) in rows if (content := json.loads(text))["type"] == "alert"]


def _tried(ordeal: Ordeal) -> Counter[str]:
    tried = Counter(dict.fromkeys((RANDOM_KILL, *(f"SIGKILL at {point}" for point in POINTS), TERM), 0))
    tried.update(life.end for life in ordeal.lives[:-1])
    tried.update(dict.fromkeys(TELEGRAM_FAULTS, 0))
    for planned in ordeal.planned:
        tried.update(fault for _, fault in ordeal.calls(planned) if fault)
    tried.update(ordeal.outlets.failures)
    return tried


def _count_repeats(ordeal: Ordeal, told: dict[int, list[str]], found: Reckoning) -> None:
    """Each message is expected once, an answer to /help once a question; more needs a send that was hit."""
    reasons = _reasons(ordeal)
    for chat, lines in told.items():
        for line, count in Counter(lines).items():
            expected = _expected(ordeal, line)
            why = reasons[chat, line]
            for _ in range(count - expected):
                reason = next((name for name, left in why.items() if left > 0), _UNEXPLAINED)
                why[reason] -= 1
                found.repeated[reason] += 1
                if reason == _UNEXPLAINED:
                    found.unexplained.append(f"{line}, in chat {chat}")


def _expected(ordeal: Ordeal, line: str) -> int:
    """How often at most a message comes if all is well."""
    if line.startswith(HELP):
        return ordeal.person.questions
    if line.startswith("Noted"):  # of a vote whose button could not be answered in time
        return len(ordeal.person.voted)
    return 1


def _last_fault(ordeal: Ordeal, chat: int, line: str) -> str:
    """What befell the last attempt to send a message, or ended the process that made it."""
    for call, fault in reversed(ordeal.calls()):
        if int(call.values["chat_id"]) == chat and line in _lines_of(call):
            return fault or ordeal.lives[_life_of(ordeal.lives, call)].end
    return _NEVER_SENT


def _reasons(ordeal: Ordeal) -> defaultdict[tuple[int, str], Counter[str]]:
    """How often a message may come again, and why: its arrival was not heard of, or heard of and not noted."""
    reasons: defaultdict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    last: dict[tuple[int, int, bool], tuple[Call, str]] = {}
    # A card is an answer that is edited in; where that cannot be noted, all of the answer is given again.
    calls = [*ordeal.calls("sendMessage"), *ordeal.calls("editMessageText")]
    for call, fault in sorted(calls, key=lambda made: made[0].at):
        chat, lines = int(call.values["chat_id"]), _lines_of(call)
        if fault and fault != LATE and TELEGRAM_FAULTS[fault].delivered:
            for line in lines:
                reasons[chat, line][fault] += 1
        life = _life_of(ordeal.lives, call)
        # What came before it in its chat was noted, or it would not have been sent: alerts and answers alike.
        last[life, chat, " about " in lines[0]] = (call, fault)
    for (life, chat, _), (call, fault) in last.items():
        ended = ordeal.lives[life]
        after = AFTER + (TELEGRAM_FAULTS[fault].hang if fault else 0.0)
        if fault in ("", LATE) and ended.was_killed and ended.ended - call.at < after:
            for line in _lines_of(call):
                reasons[chat, line][ended.end] += 1
    return reasons


def _life_of(lives: list[Life], call: Call) -> int:
    """The process that made the call."""
    return max(number for number, life in enumerate(lives) if life.worker == call.by and life.started <= call.at)


def _lines_of(call: Call) -> list[str]:
    return [line.strip() for line in lines_told(html.unescape(_TAG.sub("", str(call.values["text"]))))] or [""]


def _count_answers(ordeal: Ordeal, told: list[str], found: Reckoning) -> None:
    answers = sum(line.startswith(HELP) for line in told)
    found.lost += ["an answer to /help"] * max(ordeal.person.questions - answers, 0)
    cards = {line.removeprefix("New watch: ") for line in told if line.startswith("New watch: ")}
    shown = cards | {line.partition("“")[2].partition("”")[0] for line in told if line.startswith("Saved: ")}
    found.lost += [f"the card of {watch}" for watch in ordeal.person.watches if watch not in shown]
    if ordeal.person.saved and not any(map(ordeal.is_last, told)):
        found.lost.append("the article that all watches made in the chat wait for")


def _look_into(ordeal: Ordeal, found: Reckoning) -> None:
    """Updates, watches and votes in the database itself, and what was written by halves."""
    ask = ordeal.home.query
    handled = {row[0] for row in ask("SELECT id FROM updates WHERE handled_at IS NOT NULL")}
    found.lost += [f"update {number}" for number in ordeal.person.updates if number not in handled]
    found.sums["updates"] = len(ordeal.person.updates)
    made = Counter(str(json.loads(topic)["query"]) for (topic,) in ask("SELECT topic FROM added_topics"))
    found.lost += [f"the watch {word}" for word in sorted(ordeal.person.saved - made.keys())]
    found.unexplained += [f"the watch {word} was made {count} times" for word, count in made.items() if count > 1]
    reached = (
        "SELECT count(*) FROM matches WHERE matched AND article_id IN"
        " (SELECT id FROM articles WHERE title LIKE 'Story 1 about watched%')"
    )
    ((matched,),) = ask(reached)
    if matched != len(ordeal.person.saved):
        found.lost.append(f"the article that {len(ordeal.person.saved)} watches wait for reached {matched}")
    voted = {str(row[0]) for row in ask("SELECT title FROM votes WHERE verdict = 'good'")}
    found.lost += [f"the vote on {title}" for title in sorted(ordeal.person.voted - voted)]
    for what, question in _HALVES.items():
        ((count,),) = ask(question)
        found.lost += [f"half-written: {count} {what}"] * bool(count)
    if "KABAR_DATABASE_URL" in ordeal.home.environment:  # a server keeps its own files whole
        return
    if ask("PRAGMA integrity_check") != [("ok",)]:
        found.lost.append("the database is damaged")
    if ask("PRAGMA foreign_key_check"):
        found.lost.append("half-written: rows whose other half is missing")


def table(found: Reckoning) -> str:
    """The faults that were tried, how often, and which messages were lost or came again for it; then each thing."""
    names = list(dict.fromkeys([*found.tried, *found.lost_by, *found.repeated]))
    width = max(map(len, names))
    lines = [f"{'fault':<{width}}  times  lost  repeated"]
    lines += [
        f"{name:<{width}}  {found.tried[name]:>5}  {found.lost_by[name]:>4}  {found.repeated[name]:>8}"
        for name in names
    ]
    lines.append(", ".join(f"{count:,} {name}" for name, count in found.sums.items()))
    for title, things in (
        ("lost", found.lost),
        ("out of order", found.disorder),
        ("repeated without a reason", found.unexplained),
    ):
        lines += [f"  {title}: {thing}" for thing in things]
    return "\n".join(lines)
