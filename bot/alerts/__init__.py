"""Alerts: composing them, when they are sent or held for a digest, budgets, pacing, statistics. Pure: no I/O."""
