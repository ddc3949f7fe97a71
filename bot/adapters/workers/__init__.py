"""Parsing of feeds and pages in worker processes, so that a hang or crash of a parser loses one document only."""

from bot.adapters.workers.documents import ExtractJob, ParseJob, PebbleWorkers

__all__ = ["ExtractJob", "ParseJob", "PebbleWorkers"]
