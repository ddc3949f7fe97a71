"""The Protocols of the outside world: what the use cases (`bot.usecases`) need and an adapter provides.

They are implemented in `bot.adapters` and `bot.telegram`. Expected failures are returned as values;
`bot.errors.StoreError` and `MessengerError` end a command. The store has no Protocol: the use cases are given the real
one (`bot.store`), in tests too.
"""

from bot.ports.outside import Charts, Clock, Embedder, FaultPoints, Fetcher, Hubs, Messenger, Notes, Summarizer, Workers

__all__ = [
    "Charts",
    "Clock",
    "Embedder",
    "FaultPoints",
    "Fetcher",
    "Hubs",
    "Messenger",
    "Notes",
    "Summarizer",
    "Workers",
]
