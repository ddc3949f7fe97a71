"""Callback data: what a button says comes back as it was, and never too long."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram.buttons import DATA_LIMIT, Button, in_rows, pressing, read_press
from bot.telegram.verbs import ButtonVerb
from tests.unit.telegram.conftest import Bench

TEXTS = st.text(alphabet=st.characters(codec="utf-8", exclude_characters=":"), max_size=10)


@settings(deadline=None)
@given(st.sampled_from(ButtonVerb), st.lists(st.integers() | TEXTS))
def test_what_is_made_is_read_back_or_refused(verb: ButtonVerb, arguments: list[int | str]) -> None:
    try:
        data = pressing(verb, *arguments)
    except ValueError:
        assert len(":".join([verb, *map(str, arguments)]).encode()) > DATA_LIMIT
        return
    assert read_press(data) == (verb, tuple(map(str, arguments)))
    assert len(data.encode()) <= DATA_LIMIT


@settings(deadline=None)
@given(st.text())
def test_anything_can_be_read(data: str) -> None:
    verb, arguments = read_press(data)
    begin = data.partition(":")[0]
    assert verb == (begin if begin in set(ButtonVerb) else None)
    assert ":".join([begin, *arguments]) == data


@pytest.mark.parametrize("arguments", [("a:b",), ("é" * 32,), ("\ud83d",)])
def test_data_that_could_not_come_back_is_refused(arguments: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"no data for a button|surrogates not allowed"):
        pressing(ButtonVerb.LIST_TOPICS, *arguments)


async def test_every_verb_is_handled_exactly_once(bench: Bench) -> None:
    handled = [verb for dialogue in bench.dialogues(bench.view()) for verb in dialogue.presses]
    assert sorted(handled) == sorted(ButtonVerb)


def test_rows() -> None:
    buttons = [Button(str(number), f"n:{number}") for number in range(5)]
    assert [[one.text for one in row] for row in in_rows(buttons, 2)] == [["0", "1"], ["2", "3"], ["4"]]
    assert in_rows([], 3) == ()
