"""What a terminal shows, and that nothing from outside can steer it."""

from __future__ import annotations

import io
import json
import re
from zoneinfo import ZoneInfo

import pytest

from bot.adapters.console import ConsoleMessenger, render_alert
from bot.adapters.jsonlines import JsonLinesMessenger
from bot.model import CONSOLE, Alert, Chat, Content, Evidence, Language
from bot.wording.wording import Wording
from tests.fakes.clock import FakeClock
from tests.fakes.deliveries import NOW, a_delivery, a_digest, a_notice, a_reason, a_rise, an_alert

JAKARTA = ZoneInfo("Asia/Jakarta")
INDONESIAN = Wording(Language("id"))


async def printed(content: Content, *, width: int = 72, colour: bool = False) -> str:
    stream = io.StringIO()
    messenger = ConsoleMessenger(stream, INDONESIAN, JAKARTA, FakeClock(NOW), width=width, colour=colour)
    await messenger.send(a_delivery(content, CONSOLE), Chat("console"))
    return stream.getvalue()


async def test_an_alert_as_it_looks() -> None:
    assert await printed(an_alert()) == (
        "● NATO confirms North Korean troops in Russia\n"
        "  CBS News · hari ini 13.00 WIB · bahasa Inggris\n"
        "\n"
        "  Troops have been sent to Russia. They are in the Kursk region. NATO is\n"
        "  worried.\n"
        "\n"
        "  Alasan: Tentara Korea Utara di Rusia — sama-sama menyebut Korea Utara,\n"
        "  Rusia, NATO; mirip contoh “NATO Ungkap Putin Putus Asa”\n"
        "  https://news.example/nato\n"
        "\n"
    )


async def test_an_earlier_alert_says_so() -> None:
    assert "  Kabar terdahulu, sebelum pantauan ini dimulai\n" in await printed(an_alert(earlier=True))


async def test_a_rise_is_a_sentence_and_a_line_of_bars() -> None:
    assert await printed(a_rise("Gempa \x1b[2J"), width=100) == (
        "“Gempa [2J” sedang ramai diberitakan: 14 artikel dalam 24 jam, biasanya sekitar 2 per hari.\n"
        "  ▂▂▁▃▂▂▂·▃▂▂▁▂▃▂▂▂▁▂▃▄▂▂▂▁▂▃▂█\n"
        "\n"
    )


async def test_a_rise_is_a_line_of_json_for_a_script() -> None:
    stream = io.BytesIO()
    await JsonLinesMessenger(stream).send(a_delivery(a_rise(), CONSOLE), Chat("console"))
    line = json.loads(stream.getvalue())
    assert line["rise"] == "rise:gempa:1"
    assert line["topic"] == {"id": "gempa", "name": "Gempa dan tsunami"}
    assert (line["articles"], line["usual"], len(line["days"])) == (14, 1.8, 28)
    assert (line["until"], line["destination"]) == ("2026-03-02T08:00:00Z", "console")


async def test_a_digest_lists_its_articles() -> None:
    lines = (await printed(a_digest(2))).splitlines()
    assert lines[0] == "2 kabar lagi dalam satu pesan, agar Anda tidak kebanjiran"
    assert lines[1:6] == [
        "",
        "Tentara Korut",
        "• Pasukan Korut 1",
        "  Antara · hari ini 15.00 WIB",
        "  https://news.example/1",
    ]


async def test_a_notice_keeps_its_lines() -> None:
    text = await printed(a_notice("config-error", problems="a.toml:1: kurang tanda petik\nb.toml:9: kunci asing"))
    assert "\na.toml:1: kurang tanda petik\nb.toml:9: kunci asing\n" in text


@pytest.mark.parametrize("colour", [False, True])
async def test_no_control_character_of_an_article_reaches_the_terminal(colour: bool) -> None:
    nasty = "a\x1b]0;owned\x07\x1b[2Jb\x9b31mc\r\nd\u202ee\x00"
    evidence = Evidence(names=(nasty,), query=(nasty,), nearest_example=nasty)
    link = "https://x.example/\x1b[31m"
    alert = an_alert(nasty, (nasty,), (a_reason(nasty, evidence),), link, nasty)
    ours = re.compile(r"\x1b\[[0-2]m") if colour else re.compile("(?!)")
    shown = ours.sub("", await printed(alert, colour=colour))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", shown)
    assert "owned" in shown


async def test_no_line_of_words_is_wider_than_the_terminal() -> None:
    text = await printed(an_alert("Pasukan " * 40, ("Kata " * 200,)), width=50)
    assert max(len(line) for line in text.splitlines()) <= 50


async def test_chinese_is_wrapped_by_columns() -> None:
    text = await printed(an_alert("北约证实朝鲜军队已被派往俄罗斯" * 6), width=40)
    title = [line for line in text.splitlines() if "北" in line or "朝" in line]
    assert len(title) == 5
    assert all(len(line.strip("● ")) * 2 + 2 <= 40 for line in title)


async def test_colours_mark_only_where_they_are_wanted() -> None:
    assert "\x1b[1mNATO confirms" in await printed(an_alert(), colour=True)
    assert "\x1b" not in await printed(an_alert(), colour=False)


async def test_a_stream_that_cannot_say_a_character_is_no_failure() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    messenger = ConsoleMessenger(stream, INDONESIAN, JAKARTA, FakeClock(NOW))
    await messenger.send(a_delivery(an_alert("Gempa di 東京 🙂"), CONSOLE), Chat("console"))
    stream.seek(0)
    assert "Gempa di ?? ?" in stream.read()


def test_rendered_for_a_list_of_alerts() -> None:
    alert: Alert = an_alert()
    shown = render_alert(alert, Wording(Language("en")), JAKARTA, NOW)
    assert shown.startswith("● NATO confirms North Korean troops in Russia\n  CBS News · today 13:00 WIB\n")
    assert shown.endswith("https://news.example/nato")
