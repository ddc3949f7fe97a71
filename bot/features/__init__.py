"""Features of articles by which matching and stories compare them: terms, names, numbers, similarity. Pure."""
