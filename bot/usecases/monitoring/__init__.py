"""How the bot itself is doing, and the notices about it."""
