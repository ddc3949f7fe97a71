"""Everything that Kabar stores, in one SQLite file: SQLAlchemy Core for the queries, Alembic for migrations.

`Store.read` and `Store.write` open a `UnitOfWork`, which has the queries of every table on one transaction.
"""

from bot.store.articles import ArticleStore, Outline
from bot.store.audit_log import ChangeStore
from bot.store.chats import ChatStore
from bot.store.conversations import ConversationStore
from bot.store.database import Store, UnitOfWork
from bot.store.examples import ExampleStore, StoredFeatures
from bot.store.fanouts import FanoutStore, WrittenFanout, write_fanout
from bot.store.feeds import FeedStore
from bot.store.key_values import KeyValueStore
from bot.store.matches import MatchStore
from bot.store.membership import Member, Membership
from bot.store.mutes import MuteStore
from bot.store.opening import database_path, is_on_server, open_store
from bot.store.outbox.claims import Claim, SentMessage
from bot.store.outbox.deliveries import Outbox
from bot.store.outbox.rows import DecodedContents, is_unreadable
from bot.store.sqlite import FileIdentity, InstanceLock, has_content, lock_note
from bot.store.story_changes import StoryChange, StoryChanges
from bot.store.subscriptions import SubscriptionStore
from bot.store.topics import TopicStore
from bot.store.updates import UpdateStore
from bot.store.vectors import StoredVectors, VectorStore
from bot.store.votes import VoteStore

__all__ = [
    "ArticleStore",
    "ChangeStore",
    "ChatStore",
    "Claim",
    "ConversationStore",
    "DecodedContents",
    "ExampleStore",
    "FanoutStore",
    "FeedStore",
    "FileIdentity",
    "InstanceLock",
    "KeyValueStore",
    "MatchStore",
    "Member",
    "Membership",
    "MuteStore",
    "Outbox",
    "Outline",
    "SentMessage",
    "Store",
    "StoredFeatures",
    "StoredVectors",
    "StoryChange",
    "StoryChanges",
    "SubscriptionStore",
    "TopicStore",
    "UnitOfWork",
    "UpdateStore",
    "VectorStore",
    "VoteStore",
    "WrittenFanout",
    "database_path",
    "has_content",
    "is_on_server",
    "is_unreadable",
    "lock_note",
    "open_store",
    "write_fanout",
]
