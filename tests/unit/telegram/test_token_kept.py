"""The token is in the address of every call and of every file: none of it may reach a chat, a log or the database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakes.bot_api import TOKEN, BotApi, FakeBotApi
from tests.unit.telegram.conftest import ADMIN, Bench

SECRET = TOKEN.partition(":")[2]


@pytest.fixture
def api(served: FakeBotApi) -> FakeBotApi:
    """Over the network: what is said of connections here is to be true."""
    return served


def _failing_file(status: int) -> Callable[[BotApi], None]:
    return lambda api: api.fail_next_file(status)


TROUBLE: dict[str, Callable[[BotApi], None]] = {
    **{f"file {status}": _failing_file(status) for status in (0, 400, 401, 403, 404, 500)},
    "getFile 400": lambda api: api.fail_next("getFile", 400, f"Bad Request: no /file/bot{TOKEN}/x"),
    "getFile 502": lambda api: api.fail_next("getFile", 502, f"<html>bot{TOKEN}</html>"),
    "getFile breaks off": lambda api: api.fail_next("getFile", 0),
    "sendMessage 400": lambda api: api.fail_next("sendMessage", 400, f"Bad Request: bot{TOKEN}", times=3),
    "sendMessage 403": lambda api: api.fail_next("sendMessage", 403, f"Forbidden: bot{TOKEN}", times=3),
    "editMessageText 400": lambda api: api.fail_next("editMessageText", 400, f"Bad Request: bot{TOKEN}", times=3),
    "getUpdates 400": lambda api: api.fail_next("getUpdates", 400, f"Bad Request: bot{TOKEN}"),
    "getUpdates breaks off": lambda api: api.fail_next("getUpdates", 0),
}


def database(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("kabar.db*"))


@pytest.mark.parametrize("trouble", list(TROUBLE))
@pytest.mark.parametrize("name", ["x.txt", "x.opml"])
async def test_no_trouble_tells_the_token(
    bench: Bench, tmp_path: Path, capfd: pytest.CaptureFixture[str], trouble: str, name: str
) -> None:
    bench.admins.append(ADMIN)
    TROUBLE[trouble](bench.api)
    bench.api.user_sends(ADMIN, "", document=(name, b"Gempa mengguncang Cianjur pada Senin siang."))
    async with bench.serving():
        await bench.handled()
    out, err = capfd.readouterr()
    stored = database(tmp_path)
    told = "".join(f"{message.text} {message.links}" for message in bench.api.messages())
    assert SECRET not in out + err
    assert SECRET not in told
    assert SECRET.encode() not in stored
    if trouble != "sendMessage 403":
        assert told or "sendMessage" in trouble
