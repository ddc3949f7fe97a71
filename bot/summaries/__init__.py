"""Sentences that say what an article is about. Pure."""
