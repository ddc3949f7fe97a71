"""Buttons and commands of a modified client's own making, about what belongs to other chats.

One group, and an admin, have everything that there is: a watch, alerts, a draft, sources, offers, a search, requests,
dead letters, a review. A stranger, a member and an editor of another group press every verb about each of these, and
say every command with its names, as fast as they like. Counted are the rows that change (the other group's own left
out) and the answers that have a word of the first group's: one word is in all of its names, queries and examples.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path
from random import Random
from typing import Final

from bot.telegram import TelegramClient
from tests.benchmarks.durability.context import Context, Outcome
from tests.fakes.bot_api import TOKEN, NearbyBotApi
from tests.fakes.bot_api_requests import Upload
from tests.fakes.near_sqlite import NearDatabases
from tests.unit.telegram.conftest import PATIENCE, Bench, HastyClock
from tests.unit.telegram.hostile import (
    AS_ADMIN,
    AS_EDITOR,
    AS_OTHER_EDITOR,
    AS_STRANGER,
    ASKING,
    EDITOR,
    OTHER_EDITOR,
    Role,
    Scene,
    commands,
    scene,
)
from tests.unit.telegram.watching import GROUP, IN_GROUP, OTHER_GROUP

WORD: Final = "zwanzigtausend"
AS_OTHER_MEMBER: Final = Role(OTHER_EDITOR + 1, OTHER_GROUP)
ROLES: Final = {"stranger": AS_STRANGER, "member": AS_OTHER_MEMBER, "editor": AS_OTHER_EDITOR}
FOR_ALL: Final = frozenset({"fn"})
"""Sources are read for all chats: any editor may have one read now. Members may not."""
OPEN_COMMANDS: Final = frozenset({"start"})
"""What a stranger may say: it becomes a request, once."""
QUICK_SHARE: Final = 0.05
_BOOKKEEPING: Final = frozenset({"updates", "settings", "expectations"})
"""Tables that note who has asked what; rows of the first group in them must stay, new ones may come."""


def run(context: Context) -> Outcome:
    """What changed and what was told."""
    folder = context.folder / "forgery"
    folder.mkdir()
    return asyncio.run(_run(folder, Random(context.seed), quick=context.quick))


async def _run(folder: Path, random: Random, *, quick: bool) -> Outcome:
    tried, changed, told = 0, [], []
    path = folder / "kabar.db"
    async with _opened(path) as here, AsyncExitStack() as stack:
        watch = _Watch(stack.enter_context(closing(sqlite3.connect(path))))
        await here.say(AS_STRANGER.user, "/start", AS_STRANGER.chat)
        for name, role in ROLES.items():
            before, seen = _rows(here), len(here.bench.api.calls())
            watch.is_written()
            for data in _forged(here, name, random, QUICK_SHARE if quick else 1.0):
                if data.startswith("/"):
                    await here.say(role.user, data, role.chat)
                else:
                    await here.press(role, data)
                tried += 1
                if watch.is_written() and (after := _rows(here)) != before:
                    changed.append(f"{name} {data}: {_difference(before, after)}")
                    before = after
                told += [f"{name} {data}: {said[:200]!r}" for said in _answers(here, seen) if WORD in said.casefold()]
                seen = len(here.bench.api.calls())
        unanswered = here.bench.api.unanswered_presses()
        alive = await _is_alive(here)
    lines = (
        f"{tried:,} forged presses and commands by {', '.join(ROLES)}; {unanswered} unanswered",
        *changed[:20],
        *told[:20],
        f"rows changed: {len(changed)}, answers with words of other chats: {len(told)}",
        "the same by those who may: "
        + ("something changes, the word is told" if alive else "NOTHING changes, so this proves nothing"),
    )
    return Outcome(not changed and not told and not unanswered and alive, lines)


class _Watch:
    """Whether the database was written since it was asked last: reading all of it takes longer than a press."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._version = self._ask()

    def is_written(self) -> bool:
        before, self._version = self._version, self._ask()
        return self._version != before

    def _ask(self) -> int:
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        return int(version)


@asynccontextmanager
async def _opened(path: Path) -> AsyncIterator[Scene]:
    api = NearbyBotApi()
    async with TelegramClient(TOKEN, api.url, patience=PATIENCE, transport=api.transport) as client:
        store = await NearDatabases().new(path)
        try:
            yield await scene(Bench(api, client, store, path, HastyClock()), WORD)
        finally:
            await store.close()


def _forged(here: Scene, role: str, random: Random, share: float) -> Iterator[str]:
    """Data of buttons and commands: every verb and command at least once, of the rest this share."""
    dialogues = here.bench.dialogues(here.bench.view())
    verbs = sorted({str(verb) for dialogue in dialogues for verb in dialogue.presses})
    things = _things(here)
    for verb in verbs:
        if verb in FOR_ALL and role == "editor":
            continue
        own = here.of_the_group(verb)
        others = [f"{verb}:{one}" for one in things]
        yield from (data for data in dict.fromkeys((*own, *others)) if random.random() < share or data == own[0])
    for command in commands(here.bench):
        if role == "stranger" and command in OPEN_COMMANDS:
            continue
        written = ["", *_names(here)]
        yield from (f"/{command} {one}".strip() for one in written if random.random() < share or one == written[0])


def _things(here: Scene) -> list[str]:
    """What a button may be about: everything of the first group and of the admin."""
    ids = [here.delivery, here.review, here.dead, here.draft, IN_GROUP.id, "tempo", ASKING, GROUP, EDITOR, "-1003"]
    pages = [f"{one}:{more}" for one in ids for more in (0, 1)]
    return [*map(str, ids), *pages, "1:0", "1:1", "0", "1", "query", "zone", f"{GROUP}:{EDITOR}", f"{IN_GROUP.id}:1:1"]


def _names(here: Scene) -> list[str]:
    """What a command may be about."""
    topic = f"Banjir grup{WORD}".removesuffix(WORD)
    return [
        str(here.delivery), str(here.draft), str(IN_GROUP.id), topic, "Redaksi", "tempo", str(GROUP), str(EDITOR),
        str(ASKING), "export", "remove grup", "add", "off", "query",
    ]  # fmt: skip


def _rows(here: Scene) -> dict[str, list[str]]:
    """Everything that is stored, without what is the other group's own and without new rows of bookkeeping."""
    rows = here.rows(without=OTHER_GROUP)
    kept = {name: [row for row in rows[name] if str(GROUP) in row] for name in _BOOKKEEPING & rows.keys()}
    return {**rows, **kept}


def _difference(before: Mapping[str, list[str]], after: Mapping[str, list[str]]) -> str:
    gone = {name: sorted(set(before[name]) - set(after[name]))[:1] for name in before}
    come = {name: sorted(set(after[name]) - set(before[name]))[:1] for name in before}
    return "; ".join(f"{name}: -{gone[name]} +{come[name]}" for name in before if gone[name] or come[name])[:400]


def _answers(here: Scene, since: int) -> Iterator[str]:
    """What was said after this many calls, to whomever."""
    for call in here.bench.api.calls()[since:]:
        for value in call.values.values():
            yield value.content.decode("latin-1") if isinstance(value, Upload) else str(value)


async def _is_alive(here: Scene) -> bool:
    """Whether those who may change something by the same buttons, and are told the word."""
    seen, before = len(here.bench.api.calls()), here.rows()
    for role, data in ((AS_EDITOR, f"t:{IN_GROUP.id}"), (AS_EDITOR, f"tp:{IN_GROUP.id}:1"), (AS_ADMIN, "xch:0")):
        await here.press(role, data)
    return any(WORD in said for said in _answers(here, seen)) and here.rows() != before
