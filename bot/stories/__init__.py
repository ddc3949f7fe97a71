"""Stories: which articles report the same event, which are duplicates, and what is new in an article. Pure: no I/O."""
