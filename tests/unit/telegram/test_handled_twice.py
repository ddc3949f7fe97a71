"""A killed process leaves an update that it has dealt with: the next one handles it again, and no harm comes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.telegram.conftest import Bench
from tests.unit.telegram.hostile import AS_ADMIN, AS_EDITOR, Role, Scene, scene


_LAST = ("dk", "dx", "fy", "rp", "tk", "xout")
"""After these, others have nothing left to do."""

BEGIN_ANEW = frozenset({"lw"})
"""What they begin is begun a second time, and that is all."""


@pytest.fixture
async def here(bench: Bench, tmp_path: Path) -> Scene:
    return await scene(bench, tmp_path / "kabar.db")


def verbs(bench: Bench) -> list[str]:
    found = sorted({verb for dialogue in bench.dialogues(bench.view()) for verb in dialogue.presses})
    return sorted(found, key=_LAST.__contains__)


@pytest.mark.parametrize("role", [AS_ADMIN, AS_EDITOR], ids=str)
async def test_a_press_that_is_handled_again_changes_nothing_more(here: Scene, role: Role) -> None:
    choices = ["reads:+en", "reads:-en", "reads:en", "digest:+0700", "digest:-0700", "quiet:2200-0600", "pause:60"]
    wrong = []
    for verb in verbs(here.bench):
        more = [f"sc:{flow}:{choice}" for choice in choices for flow in "cw"] if verb == "sc" else []
        for data in (*here.of_the_group(verb), *more):
            await here.press(role, data)
            before = here.rows()
            here.restart()
            await here.handle_newest()
            after = here.rows()
            if after != before and verb not in BEGIN_ANEW:
                wrong.append((data, [(t, set(before[t]) ^ set(after[t])) for t in before if before[t]!=after[t]]))
    assert not wrong
