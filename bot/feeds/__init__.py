"""Feeds: parsing, identity of entries, poll intervals, WebSub, discovery, OPML. Pure: no network, no database."""
