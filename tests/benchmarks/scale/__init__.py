"""What many chats, feeds and topics cost: `python -m tests.benchmarks.scale`."""
