"""The outbox: deliveries that are queued for chats, which one is sent next, and what became of each."""
