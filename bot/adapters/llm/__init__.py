"""Summaries written by a language model behind an OpenAI-compatible server."""

from bot.adapters.llm.endpoint import AWAY_REMEDY, EndpointSummarizer

__all__ = ["AWAY_REMEDY", "EndpointSummarizer"]
