"""How far Kabar goes: a simulation by events, from measured unit costs: `python -m tests.benchmarks.simulate`."""
