"""From the outbox to the chats: sending, digests, reviews, mutes."""
