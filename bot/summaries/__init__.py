"""Summaries: sentences of articles that say what they report, and checks of summaries by a language model. Pure."""
