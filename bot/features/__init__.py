"""What matching and stories both judge by: terms, names, numbers, similarity. Pure."""
