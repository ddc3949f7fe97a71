"""How the bot itself is doing, and who is told."""
