"""What is watched: topics with their examples and votes, and backtests over the archive."""
