"""What dialogues show: pure, from values to messages with their buttons."""
