"""The command `status`."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.adapters.clock import SystemClock
from bot.cli.options import config_option, count, json_option, print_json
from bot.config import data_directory, database_url
from bot.store import Member, lock_note, open_store
from bot.usecases.monitoring.at_work import AtWork, who_is_at_work


@click.command()
@config_option
@json_option
def status(directory: Path, as_json: bool) -> None:
    """Who works on the database: the leader, the other workers, what each is sending, and how late it is."""
    place, members, work = asyncio.run(_look(directory))
    if as_json:
        for one in members:
            print_json(_member_line(one, work))
        print_json(_work_line(place, members, work))
        return
    click.echo(f"{place}: {count(len(members), 'worker')} at work")
    for one in members:
        since = f" since {one.since:%Y-%m-%d %H:%M} UTC" if one.since else ""
        where = f" on {one.address}" if one.address else ""
        leads = ", leads" if one.leads else ""
        click.echo(f"  {one.name}{leads}{where}{since}: {count(work.claims.get(one.name, 0), 'chat')} under way")
    late = work.delivery_lag.total_seconds(), work.polling_lag.total_seconds()
    click.echo(f"{count(work.waiting, 'message')} waiting; sending is {late[0]:.0f} s late, polling {late[1]:.0f} s")


async def _look(directory: Path) -> tuple[str, Sequence[Member], AtWork]:
    store = await open_store(database_url(directory, os.environ), now=datetime.now(UTC))
    try:
        work = await who_is_at_work(store, SystemClock())
        if store.membership.is_shared:
            return store.place, await store.membership.members(), work
    finally:
        await store.close()
    note = lock_note(data_directory(directory, os.environ))
    return store.place, [Member(f"process {note.holder}", leads=True)] if note.is_held else [], work


def _member_line(member: Member, work: AtWork) -> dict[str, object]:
    return {
        "worker": member.name,
        "leads": member.leads,
        "since": member.since.isoformat() if member.since else None,
        "address": member.address or None,
        "chats": work.claims.get(member.name, 0),
    }


def _work_line(place: str, members: Sequence[Member], work: AtWork) -> dict[str, object]:
    return {
        "database": place,
        "workers": len(members),
        "waiting": work.waiting,
        "delivery_lag": work.delivery_lag.total_seconds(),
        "polling_lag": work.polling_lag.total_seconds(),
    }
