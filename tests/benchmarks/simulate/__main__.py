"""How far Kabar goes: `python -m tests.benchmarks.simulate`. What each piece of work costs is in `costs`.

Percentages are of what there is: of a worker's event loop (one core), its thread that embeds, the lock of all writers,
the lock of all planners, Telegram's 25 messages a second. Delays: median / 95 % / 99 %.
"""

from __future__ import annotations

from dataclasses import replace

import click

from tests.benchmarks.simulate.figures import Figures, simulate
from tests.benchmarks.simulate.workload import Size

_HEAD = (
    f"{'feeds':>8}{'chats':>8}{'topics':>8} {'on':6}{'workers':>7}{'polls/s':>8}{'art./s':>7}{'msg/s':>6}{'cores':>6}"
    f"{'MB each':>8}{'loop':>6}{'embed':>6}{'write':>6}{'plan':>6}{'Tg':>6}{'trips/s':>8}{'late s':>7}"
    f"{'published → message s':>24}{'read → message s':>20}  first"
)


@click.command(help=__doc__)
@click.option("--feeds", type=int, default=100_000)
@click.option("--chats", type=int, default=100_000)
@click.option("--topics", type=int, default=100_000)
@click.option("--workers", type=int, multiple=True, default=(1, 2, 4, 8, 16))
@click.option("--file", "on_file", is_flag=True, help="A database file, and one process.")
@click.option("--alerts", type=float, default=5.0, help="Messages a day of a chat, in the mean.")
@click.option("--big-news", type=int, default=0, help="Chats that one article an hour is for.")
@click.option("--commit", type=float, help="Milliseconds until a commit is on the disk; as measured here by default.")
@click.option("--hours", type=float, default=2.0, help="The first is not counted.")
@click.option("--seed", type=int, default=1)
def main(
    feeds: int,
    chats: int,
    topics: int,
    workers: tuple[int, ...],
    on_file: bool,
    alerts: float,
    big_news: int,
    commit: float | None,
    hours: float,
    seed: int,
) -> None:
    size = Size(
        feeds,
        chats,
        topics,
        on_server=not on_file,
        alerts_a_day=alerts,
        big_news=big_news,
        commit=None if commit is None else commit / 1_000,
        hours=hours,
        seed=seed,
    )
    click.echo(_HEAD)
    for count in (1,) if on_file else workers:
        click.echo(row(simulate(replace(size, workers=count))))


def row(figures: Figures) -> str:
    size, shares = figures.size, figures.shares
    used = "".join(
        f"{shares[name]:>6.0%}" for name in ("event loop", "embedding", "write lock", "planning lock", "Telegram")
    )
    place = "server" if size.on_server else "file"
    return (
        f"{size.feeds:>8,}{size.chats:>8,}{size.topics:>8,} {place:6}{size.workers:>7}{figures.polls:>8.1f}"
        f"{figures.articles:>7.2f}{figures.messages:>6.1f}{figures.cores:>6.2f}{figures.memory / 1e6:>8.0f}{used}"
        f"{figures.statements:>8.0f}{figures.late:>7.0f}"
        f"{_delays(figures.since_published):>24}{_delays(figures.since_read):>20}"
        f"  {figures.first}{'' if figures.keeps_up else ', does not keep up'}"
    )


def _delays(values: tuple[float, float, float]) -> str:
    return " / ".join(f"{value:,.0f}" for value in values)


if __name__ == "__main__":
    main()
