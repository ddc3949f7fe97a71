"""Pictures of what was counted. Imports matplotlib, in a process of its own; nobody else does."""

from bot.adapters.charts.artist import MatplotlibCharts

__all__ = ["MatplotlibCharts"]
