"""Which feeds are polled, and how each is doing."""
