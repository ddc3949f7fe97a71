"""The types of ids and language codes that the other values refer to."""

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
"""A lower-case ISO 639-1 code (`id`, `en`, `zh`); `und` (ISO 639-2) where the language is not known."""

UNDETERMINED = Language("und")

EntryKey = NewType("EntryKey", str)
"""A key by which an entry is recognized at later polls: `g:` (guid), `l:` (link) or `c:` (content) and a digest."""
