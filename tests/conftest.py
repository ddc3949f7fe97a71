"""Options of the whole suite."""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest

TORTURE = "torture"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--torture-seconds",
        type=float,
        default=60.0,
        metavar="N",
        help="how long each test marked `torture` goes on breaking things (run them with -m torture)",
    )


def pytest_xdist_auto_num_workers() -> int:
    """Two more than there are cores: tests from end to end mostly wait for what they have started."""
    return (os.cpu_count() or 1) + 2


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Torture takes minutes: only who asks for it by `-m torture`, or names the test itself, gets it."""
    if TORTURE in (config.option.markexpr or "") or any("::" in str(argument) for argument in config.args):
        return
    tortures = [item for item in items if item.get_closest_marker(TORTURE)]
    items[:] = _without(items, tortures)
    if tortures:
        config.hook.pytest_deselected(items=tortures)


def _without(items: Sequence[pytest.Item], unwanted: Sequence[pytest.Item]) -> list[pytest.Item]:
    return [item for item in items if item not in unwanted]
