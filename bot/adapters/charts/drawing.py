"""Draws the charts with matplotlib, for phones: large text, few lines, colours that colour-blind readers can tell."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from bot.adapters.charts.picture import Bars, Picture, Strip
from bot.adapters.charts.rising import RisePicture

WIDTH, DPI = 7.2, 140
"""Inches, and pixels per inch: the image is 1,008 pixels wide."""

_INK, _FAINT, _LINES, _EMPTY = "#1f2328", "#6a737d", "#e3e6ea", "#eceff2"
_COLOURS: Final = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")
"""The colours of Okabe and Ito, "Color Universal Design" (2008)."""
_REST: Final = "#a9b0b7"
_STRIP: Final = "#0072b2"
_RATE: Final = "#009e73"
_RISE: Final = "#d55e00"
_PAPER: Final = {"facecolor": "white", "alpha": 0.8, "linewidth": 0, "pad": 1.5}

_MARGIN, _FIGURES = 0.38, 0.34
"""Inches, like all heights below. The second is the width of the numbers to the left of the bars."""
_HEAD, _BARS, _DATES, _LEGEND_ROW, _PANEL_HEAD, _STRIP_ROW, _GAP = 0.85, 2.1, 0.46, 0.29, 0.44, 0.41, 0.24
_RISE_BARS = 2.5


def drawn(picture: Picture | RisePicture) -> bytes:
    """The chart as a PNG."""
    figure = _rise(picture) if isinstance(picture, RisePicture) else _stats(picture)
    file = io.BytesIO()
    figure.savefig(file, format="png", pil_kwargs={"optimize": True})
    return file.getvalue()


def _rise(picture: RisePicture) -> Figure:
    height = _MARGIN * 2 + _HEAD + _RISE_BARS + _DATES
    sheet = _Sheet(height)
    top = height - _MARGIN
    width = WIDTH - 2 * _MARGIN
    sheet.write(_MARGIN, top - 0.22, picture.title, size=18, weight="bold", width=width)
    sheet.write(_MARGIN, top - 0.54, picture.subtitle, size=12.5, color=_FAINT, width=width)
    axes = sheet.axes(_MARGIN + _FIGURES, _MARGIN + _DATES, width - _FIGURES, _RISE_BARS)
    _draw_rise(axes, picture)
    return sheet.figure


def _draw_rise(axes: Axes, picture: RisePicture) -> None:
    last, highest = len(picture.bars) - 1, max(*(count or 0 for count in picture.bars), 4)
    colours = [_STRIP] * last + [_RISE]
    axes.bar(range(last + 1), [count or 0 for count in picture.bars], 0.78, color=colours, linewidth=0)
    _frame(axes, last + 1, highest * 1.14, picture.ticks)
    axes.axhline(picture.habit, color=_INK, linewidth=1.2, linestyle=(0, (4, 3)))
    covered = (count or 0 for count in picture.bars[: -(-len(picture.bars) // 4)])
    label_bottom = max(picture.habit, *covered) + highest * 0.03
    axes.text(-0.4, label_bottom, picture.usual, fontsize=12, color=_INK, ha="left", va="bottom", bbox=_PAPER)
    top = (picture.bars[last] or 0) + highest * 0.02
    axes.text(last, top, picture.count, fontsize=14, color=_RISE, fontweight="bold", ha="center", va="bottom")


def _stats(picture: Picture) -> Figure:
    rows = max(len(picture.sources), len(picture.rates), 1)
    legend = _LEGEND_ROW * ((len(picture.bars) + 1) // 2)
    height = _MARGIN * 2 + _HEAD + _BARS + _DATES + legend + _GAP + _PANEL_HEAD + _STRIP_ROW * rows
    sheet = _Sheet(height)
    top = height - _MARGIN
    sheet.write(_MARGIN, top - 0.22, picture.title, size=18, weight="bold")
    sheet.write(_MARGIN, top - 0.54, picture.subtitle, size=12.5, color=_FAINT)
    top -= _HEAD
    _draw_bars(sheet.axes(_MARGIN + _FIGURES, top - _BARS, WIDTH - 2 * _MARGIN - _FIGURES, _BARS), picture)
    top -= _BARS + _DATES
    _draw_legend(sheet, top, picture.bars)
    top -= legend + _GAP
    half = (WIDTH - 3 * _MARGIN) / 2
    _draw_strips(sheet, _MARGIN, top, half, picture.sources_title, picture.sources, _STRIP)
    right = 2 * _MARGIN + half
    _draw_strips(sheet, right, top, half, picture.rates_title, picture.rates, _RATE)
    if not picture.rates:
        sheet.write(right, top - _PANEL_HEAD - 0.14, picture.no_rates, size=12, color=_FAINT, width=half)
    return sheet.figure


class _Sheet:
    """The figure, measured in inches from its lower left corner."""

    def __init__(self, height: float) -> None:
        self.figure = Figure(figsize=(WIDTH, height), dpi=DPI, facecolor="white")
        FigureCanvasAgg(self.figure)
        self._height = height

    def axes(self, left: float, bottom: float, width: float, height: float) -> Axes:
        share = (left / WIDTH, bottom / self._height, width / WIDTH, height / self._height)
        return self.figure.add_axes(share)

    def write(
        self,
        left: float,
        base: float,
        text: str,
        *,
        size: float,
        color: str = _INK,
        weight: str = "normal",
        align: str = "left",
        width: float | None = None,
    ) -> float:
        """Write one line of text, cut to at most `width` inches, and return its width.

        `parse_math=False`, because `$…$` in a name is not a formula (matplotlib documentation, "Writing mathematical
        expressions").
        """
        put = self.figure.text(
            left / WIDTH,
            base / self._height,
            text,
            fontsize=size,
            color=color,
            fontweight=weight,
            ha=align,
            va="baseline",
            parse_math=False,
        )
        while (text_width := put.get_window_extent().width / DPI) > (width or WIDTH) and len(text) > 1:
            text = text[:-1].rstrip()
            put.set_text(f"{text}…")
        return text_width

    def box(self, left: float, bottom: float, width: float, height: float, color: str) -> None:
        from matplotlib.patches import Rectangle  # noqa: PLC0415 -- beside its only use

        corner = (left / WIDTH, bottom / self._height)
        self.figure.add_artist(Rectangle(corner, width / WIDTH, height / self._height, color=color, linewidth=0))


def _draw_bars(axes: Axes, picture: Picture) -> None:
    days = len(picture.bars[0].per_day) if picture.bars else 0
    below = [0] * days
    for number, bars in enumerate(picture.bars):
        axes.bar(range(days), bars.per_day, 0.78, bottom=below, color=_colour(number, bars), linewidth=0)
        below = [so_far + more for so_far, more in zip(below, bars.per_day, strict=True)]
    _frame(axes, days, max(*below, 4) * 1.06 if below else 4, picture.ticks)


def _frame(axes: Axes, days: int, top: float, ticks: Sequence[tuple[int, str]]) -> None:
    """Set up the axes for one bar per day."""
    axes.set_xlim(-0.6, days - 0.4)
    axes.set_ylim(0, top)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.set_axisbelow(True)
    axes.grid(axis="y", color=_LINES, linewidth=1)
    axes.tick_params(axis="both", length=0, labelsize=12, labelcolor=_FAINT, pad=6)
    axes.set_xticks([index for index, _ in ticks], [label for _, label in ticks])
    for side, spine in axes.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(_LINES)
    for label in axes.get_xticklabels()[:1]:  # the label of today would extend beyond the right edge
        label.set_horizontalalignment("right")


def _draw_legend(sheet: _Sheet, top: float, bars: Sequence[Bars]) -> None:
    """The legend, in two columns that are filled from top to bottom."""
    column = (WIDTH - 3 * _MARGIN) / 2
    rows = (len(bars) + 1) // 2
    for number, one in enumerate(bars):
        left = _MARGIN + (column + _MARGIN) * (number // rows)
        base = top - _LEGEND_ROW * (number % rows + 1) + 0.09
        sheet.box(left, base - 0.02, 0.15, 0.15, _colour(number, one))
        right = left + column
        text_width = sheet.write(right, base, one.count, size=11.5, color=_FAINT, align="right")
        sheet.write(left + 0.25, base, one.label, size=11.5, width=column - 0.25 - text_width - 0.12)


def _draw_strips(
    sheet: _Sheet, left: float, top: float, width: float, title: str, strips: Sequence[Strip], color: str
) -> None:
    """Horizontal bars. The names are above the bars, so that each has the whole width."""
    sheet.write(left, top - 0.2, title, size=14, weight="bold", width=width)
    for number, strip in enumerate(strips):
        base = top - _PANEL_HEAD - _STRIP_ROW * number - 0.12
        text_width = sheet.write(left + width, base, strip.value, size=11.5, color=_FAINT, align="right")
        sheet.write(left, base, strip.label, size=11.5, width=width - text_width - 0.12)
        sheet.box(left, base - 0.15, width, 0.08, _EMPTY)
        sheet.box(left, base - 0.15, width * strip.length, 0.08, color)


def _colour(number: int, bars: Bars) -> str:
    return _REST if bars.is_rest else _COLOURS[number % len(_COLOURS)]
