"""What hands out messages to who sends them: our own claims, and PgQueuer (decision 26)."""
