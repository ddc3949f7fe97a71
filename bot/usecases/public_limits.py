"""The limits of a chat: those of everybody, or those of `[public]` where the chat let itself in. Pure."""

from __future__ import annotations

from bot.alerts.policy import AlertBudget
from bot.config import PublicSettings
from bot.model import Chat
from bot.usecases.feeds.subscribe import MOST_OF_CHAT, FeedLimits
from bot.usecases.topics.edit import MOST_TOPICS


def most_topics(chat: Chat, public: PublicSettings) -> int:
    """How many topics the chat may make."""
    return min(MOST_TOPICS, public.watches_per_chat) if chat.preferences.public else MOST_TOPICS


def feed_limits(chat: Chat, public: PublicSettings) -> FeedLimits:
    """How many feeds the chat may add."""
    if not chat.preferences.public:
        return FeedLimits()
    return FeedLimits(min(MOST_OF_CHAT, public.feeds_per_chat), public.feeds)


def alert_budget(chat: Chat | None, alerts_per_hour: int, public: PublicSettings) -> AlertBudget:
    """How many alerts the chat is sent at once. `alerts_per_hour`: `delivery.alerts_per_hour`, for all chats."""
    if chat is None or not chat.preferences.public:
        return AlertBudget(alerts_per_hour)
    return AlertBudget(min(alerts_per_hour, public.alerts_per_hour), public.alerts_per_day, binds_urgent=True)
