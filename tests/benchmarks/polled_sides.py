"""The two that `polling` compares, each a process of its own: `python -m tests.benchmarks.polled_sides kabar FOLDER`.

Standard input is the addresses as one line of JSON, then a word a line: each asks every feed once. What came of it is
a line of JSON. Both are as people run them: Kabar as `kabar poll --all` would, with the default limits and no topics,
and reader as its documentation says, on a database file.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

SETTINGS = """\
language = "en"
[telegram]
admins = [1]
[polling]
every = "15m"
at_least = "5m"
at_most = "1h"
"""


def say(**values: object) -> None:
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


async def kabar(folder: Path, urls: Sequence[str]) -> None:
    """Kabar's main job, put together as `kabar poll` does."""
    from bot.app.application import open_kabar  # noqa: PLC0415 -- each side loads its own
    from bot.feeds.poll_order import DuePoll  # noqa: PLC0415
    from bot.usecases.ingest.plan import PollReport  # noqa: PLC0415

    config = folder / "config"
    config.mkdir()
    (config / "kabar.toml").write_text(SETTINGS, "utf-8")
    feeds = "".join(
        f'[[feeds]]\nid = "f{number}"\nurl = "{url}"\nfirst_poll = "all"\n' for number, url in enumerate(urls)
    )
    (config / "feeds.toml").write_text(feeds, "utf-8")
    async with open_kabar(config, {"KABAR_DATA": str(folder / "data")}, sys.stderr) as job:

        async def one(due: DuePoll) -> PollReport:
            async with job.places.taken(due) as turn:
                return await job.runtime.poll(due.feed, turn)

        say(ready=True)
        while await asyncio.to_thread(sys.stdin.readline):
            started = time.monotonic()
            reports = await asyncio.gather(*map(one, await job.runtime.due(every=True)))
            say(
                wall=time.monotonic() - started,
                new=sum(report.new for report in reports),
                failed=sum(report.error is not None for report in reports),
            )


def other(folder: Path, urls: Sequence[str], workers: int) -> None:
    """reader (https://reader.readthedocs.io)."""
    import reader as reading  # noqa: PLC0415 -- each side loads its own

    reader = reading.make_reader(str(folder / "reader.db"))
    for url in urls:
        reader.add_feed(url)
    say(ready=True)
    while sys.stdin.readline():
        before = reader.get_entry_counts().total or 0
        started = time.monotonic()
        failed = new = 0
        for result in reader.update_feeds_iter(workers=workers, scheduled=False):
            failed += isinstance(result.value, reading.ReaderError)
        wall = time.monotonic() - started
        new = (reader.get_entry_counts().total or 0) - before
        say(wall=wall, new=new, failed=failed)
    reader.close()


def main() -> None:
    side, folder = sys.argv[1], Path(sys.argv[2])
    urls = json.loads(sys.stdin.readline())
    if side == "kabar":
        asyncio.run(kabar(folder, urls))
    else:
        other(folder, urls, int(sys.argv[3]))


if __name__ == "__main__":
    main()
