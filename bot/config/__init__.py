"""Settings, feeds and topics from files; every error has file, line and key."""
