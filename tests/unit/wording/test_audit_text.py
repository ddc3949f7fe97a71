"""Sentences of /log: every code, what has no place in a sentence, and what nobody has words for."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.model import Change, Language
from bot.telegram.settings.registry import PAUSE, SETTINGS
from bot.wording import audit_text
from bot.wording.wording import Wording

ID, EN = Wording(Language("id")), Wording(Language("en"))
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def change(code: str, by: str = "Sari", **values: str) -> Change:
    return Change(datetime(2026, 3, 2, tzinfo=UTC), "-5", 7, by, code, values)


def change_text(one: Change, wording: Wording) -> str:
    return audit_text.change_text(one, wording, ZoneInfo("Asia/Jakarta"), NOW)


@pytest.mark.parametrize(
    ("code", "values", "indonesian"),
    [
        ("topic-made", {"topic": "Gempa"}, "Sari membuat pantauan “Gempa”"),
        ("topic-changed", {"topic": "Gempa", "what": "query"}, "Sari mengubah kueri “Gempa”"),
        ("topic-changed", {"topic": "Gempa"}, "Sari mengubah pantauan “Gempa”"),
        ("topic-changed", {"topic": "Gempa", "what": "delivery", "to": "digest"},
         "Sari mengubah cara pengiriman “Gempa”: dalam ringkasan"),
        ("topic-removed", {"topic": "Gempa"}, "Sari menghapus pantauan “Gempa”"),
        ("feed-added", {"feed": "antara"}, "Sari menambah sumber antara"),
        ("feed-removed", {"feed": "antara"}, "Sari menghapus sumber antara"),
        ("feeds-imported", {"what": "12"}, "Sari mengimpor sumber: 12"),
        ("topic-changed", {"topic": "Gempa", "what": "example", "title": "Banjir"},
         "Sari menambah contoh “Gempa”: Banjir"),
        ("topic-changed", {"topic": "Gempa", "what": "example-removed", "title": "Banjir"},
         "Sari menghapus contoh “Gempa”: Banjir"),
        ("settings-changed", {"what": "language", "to": "en"}, "Sari mengubah bahasa obrolan ini: Inggris"),
        ("settings-changed", {"what": "reads", "to": "id, ja"},
         "Sari mengubah bahasa bacaan obrolan ini: Indonesia, Jepang"),
        ("settings-changed", {"what": "outlets", "to": "BBC, Antara"},
         "Sari mengubah media yang diutamakan obrolan ini: BBC, Antara"),
        ("settings-changed", {"what": "outlets", "to": "urgent"},
         "Sari mengubah media yang diutamakan obrolan ini: urgent"),
        ("settings-changed", {"what": "outlets", "to": "off"},
         "Sari mengubah media yang diutamakan obrolan ini: nonaktif"),
        ("settings-changed", {"what": "zone", "to": "America/New_York"},
         "Sari mengubah zona waktu obrolan ini: New York"),
        ("settings-changed", {"what": "digest", "to": "07:00, 18:30"},
         "Sari mengubah jam ringkasan obrolan ini: 07.00, 18.30"),
        ("settings-changed", {"what": "weekly", "to": "off"}, "Sari mengubah catatan mingguan obrolan ini: nonaktif"),
        ("settings-changed", {"what": "picture", "to": "above"},
         "Sari mengubah gambar obrolan ini: besar, di atas teks"),
        ("settings-changed", {"what": "picture", "to": "none"}, "Sari mengubah gambar obrolan ini: tanpa gambar"),
        ("settings-changed", {"what": "quiet", "to": "22:00–06:00"},
         "Sari mengubah jam tenang obrolan ini: 22.00–06.00"),
        ("settings-changed", {"what": "warna"}, "Sari mengubah warna obrolan ini"),
        ("settings-changed", {}, "Sari mengubah pengaturan obrolan ini"),
        ("chat-let-in", {"chat": "Redaksi"}, "Sari memberi akses kepada Redaksi"),
        ("chat-refused", {"chat": "Redaksi"}, "Sari menolak Redaksi"),
        ("chat-shut-out", {"chat": "Redaksi"}, "Sari mencabut akses Redaksi"),
        ("editor-named", {"who": "Budi"}, "Sari menjadikan Budi editor"),
        ("editor-removed", {"who": "Budi"}, "Sari mencabut peran editor Budi"),
        ("story-muted", {"title": "Banjir"}, "Sari membisukan berita “Banjir”"),
        ("story-unmuted", {"title": "Banjir"}, "Sari batal membisukan berita “Banjir”"),
        ("voted", {"title": "Banjir", "topic": "Gempa", "what": "bad"},
         "Sari menilai “Banjir” untuk “Gempa”: tidak cocok"),
        ("voted", {"title": "Banjir", "topic": "Gempa", "what": "undone"},
         "Sari menilai “Banjir” untuk “Gempa”: dibatalkan"),
        ("voted", {"title": "Banjir"}, "Sari menilai “Banjir”"),
        ("posted", {"title": "Banjir", "chat": "@kanal"}, "Sari menerbitkan “Banjir” di @kanal"),
        ("posted", {"title": "Banjir"}, "Sari menerbitkan “Banjir”"),
        ("skipped", {"title": "Banjir", "chat": "@kanal"}, "Sari melewatkan “Banjir” untuk @kanal"),
        ("skipped", {"title": "Banjir"}, "Sari melewatkan “Banjir”"),
        ("paused", {"topic": "Gempa"}, "Sari menjeda pantauan “Gempa”"),
        ("paused", {"until": "2026-03-03T00:00:00+00:00"},
         "Sari menjeda semua kabar obrolan ini: sampai besok 07.00 WIB"),
        ("paused", {"until": ""}, "Sari menjeda semua kabar obrolan ini"),
        ("paused", {}, "Sari menjeda semua kabar obrolan ini"),
        ("resumed", {"topic": "Gempa"}, "Sari melanjutkan pantauan “Gempa”"),
        ("resumed", {}, "Sari melanjutkan kabar obrolan ini"),
    ],
)  # fmt: skip
def test_each_change_is_a_sentence(code: str, values: dict[str, str], indonesian: str) -> None:
    assert change_text(change(code, **values), ID) == indonesian
    assert f" · {code}" not in change_text(change(code, **values), EN)


def test_english_too() -> None:
    told = change_text(change("topic-changed", topic="Quakes", what="sensitivity", to="strict"), EN)
    assert told == "Sari changed the sensitivity of “Quakes”: strict"


def test_what_nobody_has_words_for_is_shown_as_it_is() -> None:
    assert change_text(change("moon-landed", crew="3", by_whom="NASA"), ID) == (
        "Sari · moon-landed · crew: 3 · by_whom: NASA"
    )
    assert change_text(change("topic-made", name="Gempa"), EN) == "Sari · topic-made · name: Gempa"
    assert change_text(change("moon-landed"), EN) == "Sari · moon-landed"


def test_anonymous_admins_have_no_name() -> None:
    assert change_text(change("paused", by=""), ID) == "Admin anonim menjeda semua kabar obrolan ini"


def test_names_from_outside_do_no_harm() -> None:
    told = change_text(change("topic-made", by="{topic} %s\u202e", topic="{by}\n" + "x" * 500), EN)
    assert told.startswith("{topic} %s made the watch “{by} xxx")
    assert len(told) < 120
    assert "\n" not in told


@pytest.mark.parametrize("name", [setting.name for setting in SETTINGS if setting is not PAUSE])
def test_every_setting_of_a_chat_has_a_name_there(name: str) -> None:
    assert name not in change_text(change("settings-changed", what=name, to="x"), ID)
