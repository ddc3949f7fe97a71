"""Matching: whether an article is on a topic, by examples, queries and votes, and the evidence for it. Pure: no I/O."""
