"""👍 and 👎 under an alert: what is said, what counts, and how it is taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model import (
    Chat,
    DeliveryId,
    Language,
    MessageId,
    Verdict,
)
from bot.telegram.dialogues import votes as votes_dialogue
from tests.fakes.deliveries import NOW
from tests.unit.telegram.conftest import Bench
from tests.unit.telegram.talking import changes, press
from tests.unit.telegram.telling import GROUP, OTHER, QUAKE, QUERY, READER, TOO_OLD, signs, told, votes

# --- votes -----------------------------------------------------------------------------------------


async def test_a_vote_is_cast_says_what_it_changed_and_is_taken_back_by_pressing_again(bench: Bench) -> None:
    message = await told(bench, READER, QUAKE)
    assert signs(message) == ["👍", "👎", "⋯"]
    async with bench.running():
        said = await press(bench, READER, message, "👎")
        assert said.startswith("Dicatat. Artikel ini: ")
        assert "%. Anda dikabari mulai " in said
        assert signs(message) == ["👍", "👎 ✓", "⋯"]
        assert await votes(bench) == [(str(READER), Verdict.BAD)]

        await press(bench, READER, message, "👍")
        assert signs(message) == ["👍 ✓", "👎", "⋯"]
        assert await votes(bench) == [(str(READER), Verdict.GOOD)]

        said = await press(bench, READER, message, "👍 ✓")
        assert said.startswith("Dibatalkan. Artikel ini: ")
        assert signs(message) == ["👍", "👎", "⋯"]
        assert await votes(bench) == []
    assert message.text.startswith("Gempa Palu\n")
    noted = [(one.code, one.values["what"], one.values["topic"], one.user_name) for one in await changes(bench)]
    assert noted == [("voted", what, "Gempa", "Sari") for what in ("undone", "good", "bad")]


async def test_in_english(bench: Bench) -> None:
    message = await told(bench, READER, QUAKE)
    async with bench.store.write() as unit:
        await unit.chats.save(Chat(str(READER), language=Language("en"), approved=True))
    async with bench.running():
        said = await press(bench, READER, message, "👍")
    assert said.startswith("Noted. This article: ")
    assert said.endswith("%. You are told from 49% on.")


async def test_in_a_group_each_member_counts_once_and_pressing_undoes_only_ones_own(bench: Bench) -> None:
    message = await told(bench, GROUP, replace(QUAKE, owner=f"chat:{GROUP}"), thread=7)
    async with bench.running():
        await press(bench, READER, message, "👍")
        await press(bench, OTHER, message, "👍 1")
        assert signs(message) == ["👍 2", "👎", "⋯"]
        assert await votes(bench) == [
            (f"{GROUP}/{READER}", Verdict.GOOD),
            (f"{GROUP}/{OTHER}", Verdict.GOOD),
        ]
        await press(bench, READER, message, "👍 2")
        assert signs(message) == ["👍 1", "👎", "⋯"]
        await press(bench, READER, message, "👎")
        assert signs(message) == ["👍 1", "👎 1", "⋯"]
    assert await votes(bench) == [(f"{GROUP}/{OTHER}", Verdict.GOOD), (f"{GROUP}/{READER}", Verdict.BAD)]


async def test_a_vote_in_a_group_is_not_one_in_private(bench: Bench) -> None:
    group = await told(bench, GROUP, QUAKE)
    private = await told(bench, READER, QUAKE)
    async with bench.running():
        await press(bench, READER, group, "👍")
        assert signs(group)[0] == "👍 1"
        await press(bench, READER, private, "👎")
        assert signs(private)[:2] == ["👍", "👎 ✓"]
        await press(bench, OTHER, group, "👍 1")
    assert signs(group)[:2] == ["👍 2", "👎"]


async def test_a_good_vote_is_for_all_topics_and_a_bad_one_for_those_that_are_named(bench: Bench) -> None:
    message = await told(bench, READER, QUAKE, QUERY)
    async with bench.running():
        assert await press(bench, READER, message, "👍") == "Dicatat untuk 2 pantauan."
        assert [await votes(bench, topic) for topic in (QUAKE, QUERY)] == [[(str(READER), Verdict.GOOD)]] * 2

        assert await press(bench, READER, message, "👎") == "Untuk pantauan mana kabar ini kurang tepat?"
        assert signs(message) == ["Gempa", "Palu", "Semuanya", "✕"]
        said = await press(bench, READER, message, "Palu")
        assert said.startswith("Dicatat. Selain itu tidak ada yang berubah")
        assert signs(message) == ["👍 ✓", "👎 ✓", "⋯"]
        assert await votes(bench, QUERY) == [(str(READER), Verdict.BAD)]

        await press(bench, READER, message, "👎 ✓")
        assert signs(message) == ["Gempa", "Palu ✓", "Semuanya", "✕"]
        assert (await press(bench, READER, message, "Semuanya")).startswith("Dicatat. Artikel ini: ")
        assert await votes(bench) == [(str(READER), Verdict.BAD)]
        await press(bench, READER, message, "👎 ✓")
        assert await press(bench, READER, message, "Semuanya") == "Dibatalkan untuk 2 pantauan."
        await press(bench, READER, message, "👎")
        await press(bench, READER, message, "✕")
    assert signs(message) == ["👍", "👎", "⋯"]
    assert [await votes(bench, topic) for topic in (QUAKE, QUERY)] == [[], []]


async def test_what_was_pressed_in_the_sight_of_a_crash_is_not_taken_back_by_doing_it_again(bench: Bench) -> None:
    message = await told(bench, READER, QUAKE)
    bench.api.too_many_requests("editMessageReplyMarkup", times=2)
    async with bench.serving():
        await press(bench, READER, message, "👍")
    assert await votes(bench) == [(str(READER), Verdict.GOOD)]
    assert signs(message) == ["👍 ✓", "👎", "⋯"]
    assert len(await changes(bench)) == 1


async def test_who_is_anonymous_cannot_vote_and_is_told(bench: Bench) -> None:
    message = await told(bench, GROUP, QUAKE)
    async with bench.running():
        bench.api.user_presses(0, message, "👍", anonymous=True)
        await bench.handled()
    assert await votes(bench) == []
    assert bench.api.toasts()[-1].text == "Penilaian perlu nama. Matikan mode anonim dulu untuk menilai."


async def test_a_topic_that_is_gone_or_paused_is_told_kindly(bench: Bench) -> None:
    message = await told(bench, READER, QUAKE)
    bench.topics[:] = [replace(QUAKE, paused=True)]
    async with bench.running():
        assert (await press(bench, READER, message, "👎")).endswith("Pantauan ini sedang dijeda.")
        bench.topics.clear()
        assert await press(bench, READER, message, "👍") == (
            "Pantauan asal kabar ini sudah dihapus, jadi tidak ada lagi yang bisa diajari."
        )


async def test_an_article_that_is_gone_can_teach_nothing(bench: Bench) -> None:
    message = await told(bench, READER, QUAKE)
    async with bench.store.write() as unit:
        await unit.outbox.mark_sent(DeliveryId(1), MessageId(message.message_id), NOW + timedelta(days=2))
    await bench.store.forget_before(NOW + timedelta(days=1), timedelta())
    async with bench.running():
        said = await press(bench, READER, message, "👍")
        bench.clock.moment += timedelta(days=1)
        await bench.store.forget_before(NOW + timedelta(days=3), timedelta())
        assert await press(bench, READER, message, "👍") == TOO_OLD
    assert said == "Artikel ini sudah tidak ada di arsip, jadi saya tidak bisa belajar darinya."
    assert await votes(bench) == []


async def test_a_vote_whose_effect_takes_long_to_compute_is_noted_all_the_same(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(votes_dialogue, "LESSON_PATIENCE", 0.0)
    message = await told(bench, READER, QUAKE)
    async with bench.running():
        assert await press(bench, READER, message, "👍") == "Dicatat."
    assert await votes(bench) == [(str(READER), Verdict.GOOD)]
