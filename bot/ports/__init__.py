"""The Protocols between the verbs (`bot.usecases`) and the world outside (`bot.adapters`, `bot.telegram`).

Expected failures are returned as values; `bot.errors.StoreError` and `MessengerError` end a command. The store has no
Protocol: the verbs are given the real one (`bot.store`), in tests too.
"""

from bot.ports.outside import Charts, Clock, Embedder, FaultPoints, Fetcher, Hubs, Messenger, Summarizer, Workers

__all__ = ["Charts", "Clock", "Embedder", "FaultPoints", "Fetcher", "Hubs", "Messenger", "Summarizer", "Workers"]
