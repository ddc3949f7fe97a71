"""Pages of bot walls are named as such; pages of people are not."""

from __future__ import annotations

import pytest

from bot.feeds.bot_walls import no_feed
from bot.model import Fetched, FetchFailed, FetchProblem


def failure(body: bytes) -> FetchFailed:
    return no_feed(Fetched("https://news.example/rss", body, {}), "this is a web page, not a feed")


@pytest.mark.parametrize(
    "page",
    [
        b"<!DOCTYPE html><html><head><title>Just a moment...</title></head>",
        b"<html><script>window._cf_chl_opt={cvId:'3'}</script>",
        b'<html><script src="/_Incapsula_Resource?SWJIYLWA=1"></script>',
        b"<html><script src='https://ct.captcha-delivery.com/c.js'></script>",
        b'<html><div id="px-captcha"></div>',
        b'<html><script id="anubis_challenge" type="application/json">{}</script>',
    ],
)
def test_a_wall_that_answers_200_is_named(page: bytes) -> None:
    failed = failure(page)
    assert failed.problem is FetchProblem.BLOCKED
    assert failed.reason == "news.example answered 200: the site blocks programs (bot wall)"


def test_another_page_is_what_the_parser_says_it_is() -> None:
    page = b'<html><body>Moments <script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script></body></html>'
    failed = failure(page)
    assert (failed.problem, failed.reason) == (FetchProblem.BAD_CONTENT, "this is a web page, not a feed")
