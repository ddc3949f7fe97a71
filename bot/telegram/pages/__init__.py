"""The messages of the dialogues, with their buttons. Pure: each function builds a message from values."""
