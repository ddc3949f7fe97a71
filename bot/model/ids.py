"""Ids and languages: what the other words refer to."""

from __future__ import annotations

from typing import NewType

FeedId = NewType("FeedId", str)
ArticleId = NewType("ArticleId", str)
TopicId = NewType("TopicId", str)
StoryId = NewType("StoryId", str)
AlertId = NewType("AlertId", str)
DeliveryId = NewType("DeliveryId", int)
UpdateId = NewType("UpdateId", int)
MessageId = NewType("MessageId", int)
DraftId = NewType("DraftId", int)

Language = NewType("Language", str)
"""A lower-case ISO 639-1 code (`id`, `en`, `zh`); `und` where nobody knows."""

UNDETERMINED = Language("und")

EntryKey = NewType("EntryKey", str)
"""One of the ways a feed's entry is known again: `g:`, `l:` or `c:` and a digest."""
