"""The outside world: network, processes, model, database, messengers."""
