"""Pressed buttons: answered in time, once, and nothing that was said about them is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import pytest

from bot.model import Destination, Role, Topic, TopicId
from bot.telegram.buttons import Button, pressing
from bot.telegram.context import ChatContext, OnAnswer, OnCommand, OnPress, Press
from bot.telegram.markup import line
from bot.telegram.render import page
from bot.telegram.speaker import Speaker
from bot.telegram.transport.incoming import Said
from bot.telegram.verbs import ButtonVerb
from tests.fakes.bot_api import FakeMessage
from tests.unit.telegram.conftest import ADMIN, PATIENCE, Bench

GROUP, MEMBER, STRANGER = -1001, 55, 66
GO, EDIT = ButtonVerb.LIST_TOPICS, ButtonVerb.PAUSE_TOPIC
"""Two verbs; the dialogue of this test takes them over."""


@dataclass
class Buttons:
    """A dialogue: `/buttons` shows a message with buttons; what `Go` does is a test's business."""

    speaker: Speaker
    do: Callable[[Press], Awaitable[None]]
    pressed: list[tuple[int, Role, tuple[str, ...]]] = field(default_factory=list)
    answers: Mapping[str, OnAnswer] = field(default_factory=dict)

    @property
    def commands(self) -> Mapping[str, OnCommand]:
        return {"buttons": OnCommand(Role.MEMBER, self._show)}

    @property
    def presses(self) -> Mapping[ButtonVerb, OnPress]:
        return {GO: OnPress(Role.MEMBER, self._go), EDIT: OnPress(Role.EDITOR, self._go)}

    async def _show(self, turn: ChatContext, _said: Said) -> None:
        row = (Button("Go", pressing(GO, 7)), Button("Edit", pressing(EDIT, 7)), Button("Old", "old"))
        await self.speaker.say(turn, page([line("Buttons:")], (row,)))

    async def _go(self, turn: ChatContext, press: Press) -> None:
        self.pressed.append((turn.user_id, turn.role, press.arguments))
        await self.do(press)


async def shown(bench: Bench, do: Callable[[Press], Awaitable[None]], chat: int = ADMIN) -> tuple[Buttons, FakeMessage]:
    """A message with buttons, from a bot that is running."""
    buttons = Buttons(Speaker(bench.client.bot), do)
    bench.more.append(buttons)
    bench.api.user_sends(ADMIN, "/buttons", chat, chat_type="private" if chat == ADMIN else "supergroup")
    async with bench.serving():
        (message,) = await bench.answers(1, chat)
        await bench.handled()
    return buttons, message


async def says_done(press: Press) -> None:
    press.say("Done.")


@pytest.fixture
def bench_of_admin(bench: Bench) -> Bench:
    bench.admins.append(ADMIN)
    bench.topics.append(Topic(TopicId("t"), "Gempa", destinations=(Destination(str(GROUP)),)))
    return bench


async def test_a_press_is_answered_with_what_was_said(bench_of_admin: Bench) -> None:
    bench = bench_of_admin
    buttons, message = await shown(bench, says_done)
    async with bench.serving():
        bench.api.user_presses(ADMIN, message, "Go")
        await bench.handled()
    (toast,) = bench.api.toasts()
    assert (toast.text, toast.is_alert) == ("Done.", False)
    assert toast.seconds < PATIENCE
    assert buttons.pressed == [(ADMIN, Role.ADMIN, ("7",))]
    assert len(bench.api.messages(ADMIN)) == 1


async def test_who_works_long_is_answered_in_time_and_says_it_in_a_message(bench_of_admin: Bench) -> None:
    bench = bench_of_admin
    answered = asyncio.Event()

    async def slow(press: Press) -> None:
        await answered.wait()
        press.say("Done at last.")

    _, message = await shown(bench, slow)
    bench.patience = 0.05
    async with bench.serving():
        bench.api.user_presses(ADMIN, message, "Go")
        await bench.until(lambda: len(bench.api.toasts()) == 1)
        assert len(bench.api.messages(ADMIN)) == 1
        answered.set()
        await bench.handled()
    assert [toast.text for toast in bench.api.toasts()] == [""]
    assert [m.text for m in bench.api.messages(ADMIN)] == ["Buttons:", "Done at last."]


async def test_presses_in_a_long_queue_are_answered_in_time_each(bench_of_admin: Bench) -> None:
    bench = bench_of_admin
    go_on = asyncio.Event()

    async def slow(press: Press) -> None:
        await go_on.wait()

    buttons, message = await shown(bench, slow)
    bench.patience = 0.05
    async with bench.serving():
        for _ in range(5):
            bench.api.user_presses(ADMIN, message, "Go")
        await bench.until(lambda: len(bench.api.toasts()) == 5 and len(buttons.pressed) == 1)
        go_on.set()
        await bench.handled()
    assert len(buttons.pressed) == len(bench.api.toasts()) == 5
    assert all(toast.seconds < PATIENCE for toast in bench.api.toasts())


async def test_what_failed_first_still_says_what_it_has_to_say(bench_of_admin: Bench) -> None:
    bench = bench_of_admin
    tries: list[int] = []

    async def fails_once(press: Press) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("at first")
        press.say("Done.")

    _, message = await shown(bench, fails_once)
    async with bench.serving():
        bench.api.user_presses(ADMIN, message, "Go")
        await bench.handled()
    assert [toast.text for toast in bench.api.toasts()] == ["Done."]
    assert bench.api.unanswered_presses() == 0


async def test_a_defect_leaves_nobody_with_a_spinner(bench_of_admin: Bench) -> None:
    bench = bench_of_admin

    async def broken(_press: Press) -> None:
        raise ValueError("always")

    _, message = await shown(bench, broken)
    bench.patience = 0.05
    async with bench.serving():
        bench.api.user_presses(ADMIN, message, "Go")
        await bench.handled()
        await bench.until(lambda: bench.api.unanswered_presses() == 0)
    assert [toast.text for toast in bench.api.toasts()] == [""]


async def test_a_press_from_before_a_restart_is_done_though_nobody_waits_for_its_answer(bench_of_admin: Bench) -> None:
    bench = bench_of_admin
    buttons, message = await shown(bench, says_done)
    query = bench.api.user_presses(ADMIN, message, "Go")
    await bench.client.bot.answer_callback_query(query)  # as if it had become too old
    async with bench.serving():
        await bench.handled()
    assert len(buttons.pressed) == 1
    assert len(bench.api.toasts()) == 1


async def test_who_may_press_what(bench_of_admin: Bench) -> None:
    bench = bench_of_admin
    buttons, message = await shown(bench, says_done, GROUP)
    async with bench.serving():
        for button in ("Go", "Edit", "Old"):
            bench.api.user_presses(MEMBER, message, button)
        await bench.handled()
        for data in ("", GO, f"{GO}:7:8", "x" * 64, ":::", f"{GO}\x00"):
            if data:
                bench.api.user_presses(MEMBER, message, data, forged=True)
        await bench.handled()
        bench.topics.clear()
        bench.api.user_presses(STRANGER, message, "Go", language_code="en")
        await bench.handled()
    assert [arguments for _, _, arguments in buttons.pressed] == [("7",), (), ("7", "8")]
    assert {role for _, role, _ in buttons.pressed} == {Role.MEMBER}
    toasts = bench.api.toasts()
    assert toasts[0].text == "Done."
    assert (toasts[1].text.startswith("Hanya editor obrolan ini"), toasts[1].is_alert) == (True, True)
    assert toasts[2].text == "Tombol ini sudah tidak berlaku. Kirim perintahnya sekali lagi."
    assert toasts[-1].text == ""
    assert bench.api.unanswered_presses() == 0


async def test_a_message_that_telegram_no_longer_shows_can_still_be_pressed(bench_of_admin: Bench) -> None:
    bench = bench_of_admin
    buttons, message = await shown(bench, says_done, GROUP)
    async with bench.serving():
        bench.api.user_presses(MEMBER, message, "Go", inaccessible=True)
        await bench.handled()
    assert [arguments for _, _, arguments in buttons.pressed] == [("7",)]
