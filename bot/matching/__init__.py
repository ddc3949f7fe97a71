"""Whether an article is on a topic, and why. Pure."""
