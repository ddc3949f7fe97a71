"""Implementations of the Protocols in `bot.ports`: everything that touches the world outside this process.

Network, worker processes, the embedding model, terminal output and logs. The database is in `bot.store`, Telegram in
`bot.telegram`.
"""
