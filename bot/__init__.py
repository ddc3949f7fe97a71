"""Kabar watches the world's news for the stories you care about and tells your Telegram chat."""
