"""Buttons of a modified client's own making: any data for any message, by anybody."""

from __future__ import annotations

import pytest

from bot.model import Role as Right
from tests.unit.telegram.conftest import Bench
from tests.unit.telegram.hostile import (
    AS_ADMIN,
    AS_ANONYMOUS,
    AS_EDITOR,
    AS_MEMBER,
    AS_OTHER_EDITOR,
    AS_STRANGER,
    Role,
    Scene,
    scene,
)
from tests.unit.telegram.watching import GROUP, IN_GROUP, OTHER_GROUP

MEMBERS_MAY = frozenset({"ag", "ab", "an"})
"""Vote, where they are."""

FOR_ALL = frozenset({"fn"})
"""Sources are read for all chats: any editor may have one read now."""

NASTY = (
    "",
    ":::::::::::::::::",
    ":-1:-1:-1:-1",
    ":9223372036854775808:9223372036854775808",
    ":٣:²:1e5:0x1",
    ":\x00:\n\r:\u202e\u2066\u200b",
    ":\ud800:\udfff",
    ":😀😀😀:' OR 1=1 --:%",
)
NASTY_CHOICES = (
    "zone:../../../etc/passwd",
    "zone:Asia",
    "zone:\x00",
    "pause:999999",
    "pause:525600",
    "pause:0",
    "digest:+9999",
    "digest:+",
    "digest:-",
    "digest:-0700-0800",
    "digest:0000-2359-+1200",
    "quiet:0000-0000",
    "reads:zzz",
    "reads:",
    "reads:++",
    "outlets:+",
    "outlets:-\u202e",
    "outlets:=BBC",
    "outlets:+0000000000",
    "done:x",
    "card:off",
)


@pytest.fixture
async def here(bench: Bench) -> Scene:
    return await scene(bench)


def verbs(bench: Bench) -> list[str]:
    return sorted({verb for dialogue in bench.dialogues(bench.view()) for verb in dialogue.presses})


async def test_what_members_may_not_press_changes_nothing(here: Scene) -> None:
    before = here.rows()
    for verb in verbs(here.bench):
        if verb in MEMBERS_MAY:
            continue
        for data in here.of_the_group(verb):
            await here.press(AS_MEMBER, data)
        assert here.rows() == before, verb
    assert here.bench.api.unanswered_presses() == 0


async def test_editors_of_another_group_change_their_own_at_most(here: Scene) -> None:
    before = here.rows(without=OTHER_GROUP)
    for verb in verbs(here.bench):
        if verb in FOR_ALL:
            continue
        for data in here.of_the_group(verb):
            await here.press(AS_OTHER_EDITOR, data)
        assert here.rows(without=OTHER_GROUP) == before, verb
    assert here.bench.api.unanswered_presses() == 0


@pytest.mark.parametrize("verb", ["as", "dd", "dk", "dt", "dv", "fa", "fm", "fy", "sc", "td", "tk", "tn", "tp", "tx"])
async def test_the_same_buttons_do_something_for_the_groups_editors(here: Scene, verb: str) -> None:
    """Else the tests above would prove nothing."""
    before = here.rows()
    for data in here.of_the_group(verb):
        await here.press(AS_EDITOR, data)
    assert here.rows() != before


async def test_who_hides_behind_the_group_changes_nothing(here: Scene) -> None:
    before = here.rows()
    for verb in verbs(here.bench):
        for thing in (here.delivery, here.draft, IN_GROUP.id, "tempo"):
            await here.press(AS_ANONYMOUS, f"{verb}:{thing}")
    assert here.rows() == before
    assert here.bench.api.unanswered_presses() == 0


async def test_strangers_learn_nothing_from_any_button(here: Scene) -> None:
    before = here.rows()
    for verb in (*verbs(here.bench), "", "?"):
        for data in (verb, f"{verb}:{here.delivery}"):
            assert await here.press(AS_STRANGER, data) == ""
    assert here.rows() == before
    assert here.bench.api.unanswered_presses() == 0
    assert len(here.bench.api.messages(AS_STRANGER.chat)) == 1


@pytest.mark.parametrize("role", [AS_ADMIN, AS_EDITOR], ids=str)
async def test_whatever_is_pressed_by_those_who_may_is_answered(here: Scene, role: Role) -> None:
    """The worst is left to whom a button is for."""
    theirs = {
        verb
        for one in here.bench.dialogues(here.bench.view())
        for verb, on in one.presses.items()
        if (on.least is Right.ADMIN) == (role is AS_ADMIN)
    }
    for verb in (*verbs(here.bench), "", "?", "\x00", "\ud800"):
        for data in NASTY if verb in theirs else NASTY[:1]:
            await here.press(role, f"{verb}{data}")
    for choice in NASTY_CHOICES:
        for flow in "cwn":
            await here.press(role, f"sc:{flow}:{choice}")
    assert here.bench.api.unanswered_presses() == 0


@pytest.mark.parametrize("role", [AS_MEMBER, AS_EDITOR], ids=str)
async def test_no_button_puts_something_else_in_the_place_of_an_alert(here: Scene, role: Role) -> None:
    text, verbs_of_alerts = here.alert.text, {"ag", "ab", "am", "ao", "ar", "as", "au", "aw", "ax"}
    for verb in verbs(here.bench):
        if verb not in {"sc", *MEMBERS_MAY}:
            things = here.of_the_group(verb)
            for data in things[:-1] if role is AS_EDITOR else things[1:3]:
                await here.press(role, data, here.alert)
    alert = next(one for one in here.bench.api.messages(GROUP) if one.message_id == here.alert.message_id)
    assert alert.text == text
    assert {data.partition(":")[0] for data in alert.buttons.values()} <= verbs_of_alerts
