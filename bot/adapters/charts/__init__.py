"""Charts as PNG images. The only package that imports matplotlib, and it does so in a separate process."""

from bot.adapters.charts.artist import MatplotlibCharts

__all__ = ["MatplotlibCharts"]
