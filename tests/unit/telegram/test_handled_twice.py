"""A killed process leaves an update that it has dealt with: the next one handles it again, and no harm comes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.model import Draft, DraftId, Expectation
from bot.telegram.buttons import mark
from bot.telegram.speaker import AnswerLaterError
from tests.unit.telegram.conftest import Bench
from tests.unit.telegram.hostile import AS_ADMIN, AS_EDITOR, EDITOR, Role, Scene, scene
from tests.unit.telegram.watching import GROUP

_LAST = ("dk", "dx", "fy", "rp", "tk", "xout")
"""After these, others have nothing left to do."""

BEGIN_ANEW = frozenset({"lw"})
"""What they begin is begun a second time, and that is all."""


@pytest.fixture
async def here(bench: Bench) -> Scene:
    return await scene(bench)


def verbs(bench: Bench) -> list[str]:
    found = sorted({verb for dialogue in bench.dialogues(bench.view()) for verb in dialogue.presses})
    return sorted(found, key=_LAST.__contains__)


@pytest.mark.parametrize("role", [AS_ADMIN, AS_EDITOR], ids=str)
async def test_a_press_that_is_handled_again_changes_nothing_more(here: Scene, role: Role) -> None:
    choices = ["reads:+en", "reads:-en", "reads:en", "digest:+0700", "digest:-0700", "quiet:2200-0600", "pause:60"]
    wrong = []
    after = here.rows()
    for verb in verbs(here.bench):
        more = [f"sc:{flow}:{choice}" for choice in choices for flow in "cw"] if verb == "sc" else []
        things = here.of_the_group(verb)
        elsewhere = role is AS_ADMIN and verb[0] in "adf"  # buttons of the group's, pressed in another chat
        for data in (*(things[:2] if elsewhere else things), *more):
            untouched = after
            await here.press(role, data)
            before = after = here.rows()
            if before == untouched:
                continue  # what has nothing to do the first time has nothing the second
            here.restart()
            await here.handle_newest()
            after = here.rows()
            if after != before and verb not in BEGIN_ANEW:
                wrong.append((data, [(t, set(before[t]) ^ set(after[t])) for t in before if before[t] != after[t]]))
    assert not wrong


# --- Telegram is away in the middle ----------------------------------------------------------------


async def fails_once(here: Scene, method: str) -> None:
    """What came last is handled while Telegram refuses a method, and again when it is back."""
    here.bench.api.fail_next(method, 502, "Bad Gateway")
    with pytest.raises(AnswerLaterError):
        await here.handle_newest()
    here.restart()
    await here.handle_newest()


async def draft_of(here: Scene) -> Draft | None:
    async with here.bench.store.read() as unit:
        return await unit.conversations.draft(DraftId(here.draft))


async def expect(here: Scene, what: str, about: str = "") -> None:
    until = here.bench.clock.now() + timedelta(hours=1)
    async with here.bench.store.write() as unit:
        await unit.conversations.expect(Expectation(str(GROUP), EDITOR, what, about, until))


async def expected(here: Scene) -> Expectation | None:
    async with here.bench.store.read() as unit:
        return await unit.conversations.expected(str(GROUP), EDITOR, here.bench.clock.now())


def forge(here: Scene, data: str) -> None:
    here.bench.api.user_presses(EDITOR, here.shown[GROUP], data, forged=True)


def answer(here: Scene, text: str) -> None:
    here.bench.api.user_sends(EDITOR, text, GROUP, replies_to=here.shown[GROUP])


async def test_a_saved_watch_is_watched_and_said_to_be_saved_though_telegram_was_away(here: Scene) -> None:
    forge(here, f"dk:{here.draft}")
    await fails_once(here, "editMessageText")
    assert here.bench.topic_changes == 1
    assert "Banjir grup 2" in [topic.name for topic in here.bench.topics]
    assert here.shown[GROUP].text.startswith("Tersimpan: saya memantau “Banjir grup 2” untuk Anda.")
    assert here.bench.api.toasts()[-1].text == ""
    assert await here.press(AS_EDITOR, f"dk:{here.draft}") == "Draf ini sudah tidak ada. Mulai lagi dengan /pantau."


@pytest.mark.parametrize(
    ("data", "chosen"), [(f"{mark('id')}:1", ("id",)), (f"{mark('id')}:0", ()), ("all", ()), ("zz:1", ())]
)
async def test_sources_that_were_chosen_once_are_chosen_once(here: Scene, data: str, chosen: tuple[str, ...]) -> None:
    forge(here, f"dt:{here.draft}:{data}")
    await fails_once(here, "editMessageReplyMarkup")
    draft = await draft_of(here)
    assert draft is not None
    assert draft.topic.feeds == chosen


async def test_a_name_that_was_sent_while_telegram_was_away_is_taken(here: Scene) -> None:
    await expect(here, "draft-name", str(here.draft))
    answer(here, "Bandang")
    await fails_once(here, "sendMessage")
    draft = await draft_of(here)
    assert draft is not None
    assert draft.topic.name == "Bandang"
    assert await expected(here) is None


async def test_an_example_that_was_sent_while_telegram_was_away_is_taken_once(here: Scene) -> None:
    await expect(here, "draft-first", str(here.draft))
    answer(here, "Sungai meluap dan merendam dua desa di Kudus pada Senin malam, kata warga setempat.")
    await fails_once(here, "sendMessage")
    await expect(here, "draft-first", str(here.draft))  # as if the process had been killed before it was done
    await here.handle_newest()
    draft = await draft_of(here)
    assert draft is not None
    assert len(draft.topic.examples) == 2
    assert await expected(here) is None


async def test_an_answer_that_was_sent_while_telegram_was_away_begins_a_watch(here: Scene) -> None:
    await expect(here, "draft-first")
    answer(here, "gempa AND Cianjur")
    await fails_once(here, "sendMessage")
    assert here.bench.api.messages(GROUP)[-1].text.startswith("Pantauan baru: gempa AND Cianjur")
    assert await expected(here) is None


async def test_what_cannot_be_read_asks_for_its_text_though_telegram_was_away(here: Scene) -> None:
    await expect(here, "draft-first")
    answer(here, "https://nowhere.example/x")
    await fails_once(here, "editMessageText")
    found = await expected(here)
    assert found is not None
    assert found.what == "draft-paste"


async def test_a_draft_is_dropped_though_telegram_was_away(here: Scene) -> None:
    forge(here, f"dx:{here.draft}")
    await fails_once(here, "editMessageText")
    assert await draft_of(here) is None
    assert here.shown[GROUP].text == "Baik, itu tidak saya pantau."


async def test_that_it_takes_a_while_is_said_once_though_kabar_was_killed_meanwhile(here: Scene) -> None:
    before = len(here.bench.api.messages(GROUP))
    await expect(here, "draft-first")
    answer(here, "https://nowhere.example/x")
    here.bench.api.fail_next("editMessageText", 502, "Bad Gateway")
    with pytest.raises(AnswerLaterError):
        await here.handle_newest()
    here.restart()
    await here.handle_newest()
    await here.handle_newest()  # killed after the answer, before that was noted
    said = [message.text for message in here.bench.api.messages(GROUP)[before:]]
    assert len(said) == 1
    assert not said[0].startswith("Sedang membaca")
