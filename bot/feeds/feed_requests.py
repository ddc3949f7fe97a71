"""The request that a poll of a feed makes."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.feeds.poll_schedule import poll_address
from bot.model import Feed, FeedState, FetchRequest


def feed_request(feed: Feed, state: FeedState | None) -> FetchRequest:
    """The request for a feed's document, conditional where its server has given validators (RFC 9110, section 13).

    Private hosts and `file:` are allowed only at the address of a configuration file. The feed's own headers may hold
    secrets: they are not sent to another host to which the feed has moved.
    """
    url = poll_address(feed, state)
    return FetchRequest(
        url=url,
        etag=state.etag if state else None,
        last_modified=state.last_modified if state else None,
        trusted=feed.owner == "file" and url == feed.url,
        user_agent=feed.user_agent,
        headers=feed.headers if is_same_server(feed.url, url) else (),
    )


def is_same_server(url: str, other: str) -> bool:
    """Whether two addresses have the same scheme, host and port; https may replace http."""
    try:
        (scheme, host, port), (new_scheme, new_host, new_port) = (
            (parts.scheme, parts.hostname, parts.port) for parts in (urlsplit(url), urlsplit(other))
        )
    except ValueError:  # a port that is not a number
        return False
    is_upgrade = (scheme, new_scheme) == ("http", "https") and port in (None, 80) and new_port in (None, 443)
    return host == new_host and ((scheme, port) == (new_scheme, new_port) or is_upgrade)
