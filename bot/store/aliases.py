"""The ids that chats had before.

Everything is stored under a chat's id of today: what is written passes through `resolve`, and a new alias
moves what was there. Aliases always lead to the id of today in one step.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, Table, and_, case, delete, exists, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.batches import batched
from bot.store.schema import (
    access_requests,
    added_feeds,
    added_topics,
    changes,
    chat_aliases,
    chats,
    deliveries,
    drafts,
    editors,
    expectations,
    introductions,
    mutes,
    settings,
    votes,
)
from bot.store.sqlite import insert


async def resolve(connection: AsyncConnection, chat_ids: Collection[str]) -> Mapping[str, str]:
    """Each of these ids to that of today."""
    today = {chat: chat for chat in chat_ids}
    for batch in batched(chat_ids):
        rows = await connection.execute(select(chat_aliases).where(chat_aliases.c.old.in_(batch)))
        today.update({row.old: row.new for row in rows})
    return today


def current_id(chat: str) -> ColumnElement[str]:
    """The same for one, inside the statement that needs it: a question less for every press and message."""
    known = select(chat_aliases.c.new).where(chat_aliases.c.old == chat).scalar_subquery()
    return func.coalesce(known, literal(chat))


async def add_alias(connection: AsyncConnection, old: str, new: str) -> None:
    """From now on `old` is another id of the chat `new`. What says otherwise is older, and goes."""
    today = (await resolve(connection, (new,)))[new]
    if today == old:  # they changed places: the newest word counts
        await connection.execute(delete(chat_aliases).where(chat_aliases.c.old == new))
        today = new
    if today == old:
        return
    statement = insert(chat_aliases).values(old=old, new=today)
    await connection.execute(statement.on_conflict_do_update(index_elements=["old"], set_={"new": today}))
    await connection.execute(update(chat_aliases).where(chat_aliases.c.new == old).values(new=today))
    await _move_chat(connection, old, today)
    await _move_introductions(connection, old, today)
    await _move_talk(connection, old, today)
    await _move_votes(connection, old, today)
    await _move_settings(connection, old, today)
    await move_deliveries(connection, old, today)


async def move_deliveries(connection: AsyncConnection, old: str, new: str) -> None:
    """Re-address all deliveries of a chat, sent ones too: they tell what it was told already.

    Their messages stay behind: in the new chat the same numbers are those of other messages, which no edit must hit.
    A number below zero says so (see `delivery.delivery_of`).
    """
    if old == new:
        return
    there = deliveries.alias("there")
    same = [there.c[name] == deliveries.c[name] for name in ("thread", "alert_id", "kind", "revision")]
    await connection.execute(
        delete(deliveries).where(deliveries.c.chat == old, exists().where(and_(there.c.chat == new, *same)))
    )
    left = -func.abs(deliveries.c.message_id)
    await connection.execute(update(deliveries).where(deliveries.c.chat == old).values(chat=new, message_id=left))


async def _move_chat(connection: AsyncConnection, old: str, new: str) -> None:
    """What was set for the chat goes with it, unless the new id has its own."""
    before = (await connection.execute(select(chats).where(chats.c.chat == old))).one_or_none()
    if before is None:
        return
    there = await connection.scalar(select(exists().where(chats.c.chat == new)))
    if not there:
        await connection.execute(update(chats).where(chats.c.chat == old).values(chat=new))
        return
    await connection.execute(
        update(chats)
        .where(chats.c.chat == new)
        .values(
            approved=chats.c.approved | before.approved,
            language=func.coalesce(chats.c.language, before.language),
            timezone=func.coalesce(chats.c.timezone, before.timezone),
            preferences=func.coalesce(chats.c.preferences, before.preferences),
            paused_until=func.coalesce(chats.c.paused_until, literal(before.paused_until, chats.c.paused_until.type)),
        )
    )
    await connection.execute(delete(chats).where(chats.c.chat == old))


async def _move_talk(connection: AsyncConnection, old: str, new: str) -> None:
    """Topics, feeds, rights, requests, drafts and mutes go with the chat; what the new id has already, stays."""
    keyed: tuple[tuple[Table, tuple[str, ...]], ...] = (
        (access_requests, ()),
        (editors, ("user_id",)),
        (expectations, ("user_id",)),
        (mutes, ("thread", "article_id")),
    )
    for table, keys in keyed:
        there = table.alias("there")
        same = [there.c[name] == table.c[name] for name in keys]
        clash = exists().where(and_(there.c.chat == new, *same))
        await connection.execute(delete(table).where(table.c.chat == old, clash))
    for table in (added_topics, drafts, changes, *(table for table, _ in keyed)):
        await connection.execute(update(table).where(table.c.chat == old).values(chat=new))
    feeds = added_feeds.c
    await connection.execute(update(added_feeds).where(feeds.owner == f"chat:{old}").values(owner=f"chat:{new}"))


async def _move_votes(connection: AsyncConnection, old: str, new: str) -> None:
    """Votes of a group bear its id; a member who has voted under both has voted under the new one."""
    place = len(old) + 1
    here = func.substr(votes.c.voter, 1, place) == f"{old}/"
    moved = literal(new).concat(func.substr(votes.c.voter, place))
    there = votes.alias("there")
    same = [there.c[name] == votes.c[name] for name in ("topic_id", "article_id")]
    await connection.execute(delete(votes).where(here, exists().where(and_(there.c.voter == moved, *same))))
    await connection.execute(update(votes).where(here).values(voter=moved))


async def _move_settings(connection: AsyncConnection, old: str, new: str) -> None:
    """Small facts about a chat, or a thread of it, bear its id behind a colon: `…:-100`, `…:-100/42`."""
    name = settings.c.name
    similar = await connection.scalars(select(name).where(name.contains(f":{old}", autoescape=True)))
    rows = [row for row in similar if row.endswith(f":{old}") or f":{old}/" in row]
    names = {row: row.replace(f":{old}", f":{new}", 1) for row in rows}
    there = set(await connection.scalars(select(name).where(name.in_(names.values()))))
    for before, after in names.items():
        if after in there:
            await connection.execute(delete(settings).where(name == before))
        else:
            await connection.execute(update(settings).where(name == before).values(name=after))


async def _move_introductions(connection: AsyncConnection, old: str, new: str) -> None:
    """A topic stays known to its chat; the earlier of two introductions counts."""
    columns = introductions.c
    moved = select(columns.topic_id, literal(new), columns.thread, columns.introduced_at).where(columns.chat == old)
    statement = insert(introductions).from_select(["topic_id", "chat", "thread", "introduced_at"], moved)
    other = statement.excluded.introduced_at
    earlier = case((columns.introduced_at < other, columns.introduced_at), else_=other)
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["topic_id", "chat", "thread"], set_={"introduced_at": earlier})
    )
    await connection.execute(delete(introductions).where(columns.chat == old))
