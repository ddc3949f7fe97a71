"""Feeds: parsing, identity of entries, when to poll next, discovery, OPML. Pure."""
