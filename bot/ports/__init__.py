"""The Protocols between the verbs (`bot.usecases`) and the outside world (`bot.adapters`).

Expected failures are returned as values; `bot.errors.StoreError` and `MessengerError` end a command.
"""

from bot.ports.archive import (
    ArticleStore,
    FeedStore,
    MatchStore,
    Outline,
    StoredVectors,
    SubscriptionStore,
    VectorStore,
)
from bot.ports.chats import ChangeStore, ChatStore, ConversationStore, SettingStore, UpdateStore
from bot.ports.outside import Charts, Clock, Embedder, FaultPoints, Fetcher, Hubs, Messenger, Summarizer, Workers
from bot.ports.telling import MuteStore, Outbox
from bot.ports.topics import TopicStore, VoteStore
from bot.ports.units import Store, UnitOfWork

__all__ = [
    "ArticleStore",
    "ChangeStore",
    "Charts",
    "ChatStore",
    "Clock",
    "ConversationStore",
    "Embedder",
    "FaultPoints",
    "FeedStore",
    "Fetcher",
    "Hubs",
    "MatchStore",
    "Messenger",
    "MuteStore",
    "Outbox",
    "Outline",
    "SettingStore",
    "Store",
    "StoredVectors",
    "SubscriptionStore",
    "Summarizer",
    "TopicStore",
    "UnitOfWork",
    "UpdateStore",
    "VectorStore",
    "VoteStore",
    "Workers",
]
