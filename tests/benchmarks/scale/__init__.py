"""What Kabar costs at many chats, feeds and topics: `python -m tests.benchmarks.scale`."""
