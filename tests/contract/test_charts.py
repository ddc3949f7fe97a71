"""The contract of `bot.ports.Charts`, on the draughtsman and its fake; and what only the real one does."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from matplotlib import get_data_path
from matplotlib.ft2font import FT2Font

from bot.adapters.charts import MatplotlibCharts
from bot.adapters.charts.drawing import drawn
from bot.adapters.charts.picture import from_json, picture_of, to_json
from bot.adapters.charts.rising import rise_picture
from bot.model import HitRate, Language, Rise, SourceAlerts, Stats, TopicAlerts
from bot.ports import Charts
from bot.text.lettering import is_drawable
from bot.wording.chart_labels import hit_labels, legend, topic_labels
from bot.wording.wording import Wording
from tests.fakes.charts import FakeCharts, some_stats
from tests.fakes.deliveries import a_rise
from tests.speed import slowness

PATIENCE = 180.0
"""Seconds: a picture takes two, on a machine that has nothing else to do."""

ID, EN = Language("id"), Language("en")
JAKARTA = ZoneInfo("Asia/Jakarta")


class DrawnHere:
    """The draughtsman without a process of its own for each picture, which takes a second."""

    async def draw(self, stats: Stats, language: Language) -> bytes | None:
        return drawn(from_json(to_json(picture_of(stats, Wording(language)))))

    async def draw_rise(self, rise: Rise, language: Language, timezone: ZoneInfo) -> bytes | None:
        return drawn(from_json(to_json(rise_picture(rise, Wording(language), timezone))))


@pytest.fixture(params=[DrawnHere, FakeCharts])
def charts(request: pytest.FixtureRequest) -> Charts:
    made: Charts = request.param()
    return made


def size(png: bytes | None) -> tuple[int, int]:
    """Width and height in pixels."""
    assert png is not None
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert png.rstrip(b"\0").endswith(b"IEND\xaeB`\x82")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def hostile() -> Stats:
    """Names that would be formulas, tags, right-to-left, too long, invisible or nothing at all."""
    names = ("$\\frac{1}{$", "<b>&amp;", "اخبار عاجلة", "北朝鮮軍", "x" * 300, "\u202eevil\x00", "_hidden", " ")
    usual = some_stats()
    return replace(
        usual,
        topics=tuple(TopicAlerts(name, (0,) * 29 + (number,)) for number, name in enumerate(names[:6])),
        sources=tuple(SourceAlerts(name, 3) for name in names),
        hits=tuple(HitRate(name, 0, 1) for name in names),
    )


async def test_a_month_becomes_a_picture_for_a_phone(charts: Charts) -> None:
    width, height = size(await charts.draw(some_stats(), ID))
    assert 600 <= width <= 1280
    assert height <= 1.5 * width


async def test_any_names_can_be_drawn(charts: Charts) -> None:
    assert min(size(await charts.draw(hostile(), EN))) >= 600


@pytest.mark.parametrize("name", ["Gempa", "$\\frac{1}{$", "北朝鮮軍", "x" * 300, "\u202eevil\x00", " "])
async def test_a_rise_is_drawn_for_a_phone(charts: Charts, name: str) -> None:
    width, height = size(await charts.draw_rise(a_rise(name), ID, JAKARTA))
    assert width >= 600
    assert 0.4 * width <= height <= width


async def test_a_rise_over_nothing_can_be_drawn(charts: Charts) -> None:
    for days in ((0,) * 28, (None,) * 20 + (0,) * 8, (0,) * 7, (50_000,) * 28):
        assert min(size(await charts.draw_rise(replace(a_rise(), days=days, habit=0.0), EN, JAKARTA))) >= 300


async def test_little_can_be_drawn(charts: Charts) -> None:
    days = some_stats().days
    one = TopicAlerts("Gempa", (0,) * 29 + (1,))
    assert min(size(await charts.draw(Stats(days, (one,), (), 0, ()), ID))) >= 600


# --- the real one ----------------------------------------------------------------------------


async def test_what_its_process_draws_arrives() -> None:
    own, here = MatplotlibCharts(seconds=PATIENCE), DrawnHere()
    assert size(await own.draw(hostile(), EN)) == size(await here.draw(hostile(), EN))
    assert size(await own.draw_rise(a_rise(), ID, JAKARTA)) == size(await here.draw_rise(a_rise(), ID, JAKARTA))


async def test_drawing_takes_no_time_of_ours() -> None:
    charts = MatplotlibCharts(seconds=PATIENCE)
    picture_of(some_stats(), Wording(ID))  # reads the catalogue
    before = time.thread_time()
    size(await charts.draw(some_stats(), ID))
    assert (time.thread_time() - before) / slowness() < 0.1


async def test_what_takes_too_long_is_given_up() -> None:
    assert await MatplotlibCharts(seconds=0.02).draw(some_stats(), ID) is None
    assert "bot.adapters.charts" not in children()


async def test_a_draughtsman_that_cannot_start_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert await MatplotlibCharts().draw(some_stats(), ID) is None
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert await MatplotlibCharts().draw(some_stats(), ID) is None


async def test_nothing_is_written_at_home_and_the_current_folder_is_not_trusted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "matplotlib.py").write_text("raise SystemExit('not this one')")
    home = tmp_path / "home"
    home.mkdir(mode=0o500)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", "/nowhere")
    monkeypatch.setenv("KABAR_TELEGRAM_TOKEN", "secret")
    size(await MatplotlibCharts(seconds=PATIENCE).draw(some_stats(), ID))
    assert list(home.iterdir()) == []


def test_the_main_process_does_not_load_matplotlib() -> None:
    code = "import sys, bot.app.telegram_messenger; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_words_and_figures_arrive_as_they_were() -> None:
    for stats in (some_stats(), hostile()):
        picture = picture_of(stats, Wording(ID))
        assert from_json(to_json(picture)) == picture
    rise = rise_picture(a_rise(), Wording(ID), JAKARTA)
    assert from_json(to_json(rise)) == rise


def test_the_picture_speaks_the_readers_language() -> None:
    indonesian, english = picture_of(some_stats(), Wording(ID)), picture_of(some_stats(), Wording(EN))
    assert (indonesian.title, english.title) == ("Kabar per hari menurut pantauan", "Alerts a day, by watch")
    assert indonesian.subtitle.endswith("kabar · 1 Feb – 2 Mar")
    assert english.ticks[0] == (29, "2 Mar")
    assert indonesian.bars[-1].label == "pantauan lain"


def test_the_plot_of_a_rise_has_the_readers_words_dates_and_time() -> None:
    indonesian, english = (rise_picture(a_rise(), Wording(language), JAKARTA) for language in (ID, EN))
    assert indonesian.subtitle == "Artikel dalam 24 jam, hingga 2 Mar 2026 15.00 WIB"
    assert english.subtitle == "Articles in 24 hours, up to 2 Mar 2026, 15:00 WIB"
    assert (indonesian.title, indonesian.usual, english.count) == ("Gempa dan tsunami", "biasanya 2", "14")
    assert english.bars[-1] == 14
    assert english.bars[7] is None
    assert english.ticks[:2] == ((28, "2 Mar"), (21, "23 Feb"))
    assert rise_picture(a_rise(), Wording(EN), ZoneInfo("Pacific/Kiritimati")).ticks[0] == (28, "2 Mar")
    assert rise_picture(a_rise("北朝鮮軍"), Wording(EN), JAKARTA).title == "Rising"


def test_names_that_cannot_be_drawn_are_numbered_and_explained() -> None:
    stats, wording = hostile(), Wording(ID)
    labels = topic_labels(stats, wording)
    assert labels[2:4] == ("Pantauan 3", "Pantauan 4")
    assert hit_labels(stats, wording)[3] == "Pantauan 4"
    assert ("Pantauan 4", "北朝鮮軍") in legend(stats, wording)
    assert ("Sumber 4", "北朝鮮軍") in legend(stats, wording)
    assert legend(some_stats(), wording) == ()


def test_every_letter_that_is_called_drawable_is_in_the_font() -> None:
    fonts = Path(get_data_path(), "fonts", "ttf")
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"):
        font = FT2Font(str(fonts / name))
        drawable = [code for code in range(0x2FFF) if is_drawable(chr(code))]
        assert [hex(code) for code in drawable if not font.get_char_index(code)] == []
    assert not any(is_drawable(letter) for letter in "北اא🙂\ue000\u0e01")


def children() -> str:
    """The command lines of this process's children."""
    told: list[Any] = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
                if parent == str(os.getpid()):
                    told.append((folder / "cmdline").read_text())
            except OSError:
                continue
    return " ".join(told)
