"""A draughtsman without matplotlib, and figures to draw.

`python -m tests.fakes.charts FILE` has them drawn by the real one: the picture in the README.
"""

from __future__ import annotations

import asyncio
import struct
import sys
import zlib
from datetime import date, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from bot.adapters.charts import MatplotlibCharts
from bot.model import HitRate, Language, Rise, SourceAlerts, Stats, TopicAlerts

TODAY = date(2026, 3, 2)


class FakeCharts:
    """Implements `bot.ports.Charts`: a white square, and what was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[Stats, Language]] = []
        self.rises: list[tuple[Rise, Language]] = []
        self.fails = False

    async def draw(self, stats: Stats, language: Language) -> bytes | None:
        self.asked.append((stats, language))
        return None if self.fails else white_png(640, 640)

    async def draw_rise(self, rise: Rise, language: Language, timezone: ZoneInfo) -> bytes | None:
        self.rises.append((rise, language))
        return None if self.fails else white_png(640, 320)


def white_png(width: int, height: int) -> bytes:
    """One grey byte a pixel (PNG, third edition)."""
    rows = (b"\0" + b"\xff" * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, data) for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def some_stats() -> Stats:
    """A month as a newsroom might have it, the same each time."""
    random = Random(7)
    habits = {
        "Tentara Korea Utara di Rusia": 3.1,
        "Gempa dan tsunami": 2.2,
        "Harga minyak goreng": 1.4,
        "Ibu kota Nusantara": 1.1,
        "Persebaya": 0.8,
        "": 0.7,
    }
    topics = tuple(
        TopicAlerts(name, tuple(min(14, int(random.expovariate(1 / (rate + 0.4)))) for _ in range(30)))
        for name, rate in habits.items()
    )
    sources = (
        "Antara",
        "Kompas.com",
        "BBC News Indonesia",
        "Detik",
        "Reuters",
        "Tempo",
        "CNN Indonesia",
        "The Guardian",
    )
    return Stats(
        days=tuple(TODAY - timedelta(days=back) for back in reversed(range(30))),
        topics=topics,
        sources=tuple(SourceAlerts(name, round(58 / (1 + 0.55 * rank))) for rank, name in enumerate(sources)),
        source_count=23,
        hits=(
            HitRate("Tentara Korea Utara di Rusia", 31, 3),
            HitRate("Gempa dan tsunami", 18, 1),
            HitRate("Harga minyak goreng", 9, 5),
            HitRate("Ibu kota Nusantara", 7, 1),
            HitRate("Kebijakan BI dan rupiah", 4, 0),
            HitRate("Persebaya", 1, 2),
        ),
    )


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(asyncio.run(MatplotlibCharts().draw(some_stats(), Language("id"))) or b"")
