"""What is watched: topics, their examples and votes, and looking back over the archive."""
