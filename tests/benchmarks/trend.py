"""How often a steady topic is called rising, and how soon a rise is: `python -m tests.benchmarks.trend [YEARS]`.

Made topics, looked at every hour. False alarms are those a topic and year while its habit stays what it is. The delay
is the median time from the moment when the rate becomes so many times the habit, and stays so, until the rise is told,
with the share of rises that are told within a week; "none": fewer than half of them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.alerts.trend import DAYS, FAR, LEAST, Volume, is_rise_over, is_rising

HOURS = 24
YEAR = 365
RISES = (3, 5, 10)
_TRIALS = 200
_WEEK = 7

Rates = Callable[[np.random.Generator, int], NDArray[np.float64]]
"""The expected number of articles of each hour of so many days."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A kind of topic."""

    name: str
    rates: Rates


def steady(a_day: float) -> Rates:
    return lambda _random, days: np.full(days * HOURS, a_day / HOURS)


def by_day_and_night(a_day: float) -> Rates:
    """Nearly everything between 6 and 22 o'clock."""
    shape = np.array([0.1] * 6 + [1.4] * 16 + [0.1] * 2)
    return lambda _random, days: np.tile(shape / shape.sum() * a_day, days)


def bursty(a_day: float, scatter: float) -> Rates:
    """Each day has a rate of its own, gamma-distributed: counts a day are negative binomial."""

    def rates(random: np.random.Generator, days: int) -> NDArray[np.float64]:
        return np.repeat(random.gamma(scatter, a_day / scatter, days), HOURS) / HOURS

    return rates


def weekly(a_day: float) -> Rates:
    """On Saturdays and Sundays a fifth of a working day's."""
    week = np.array([1.0] * 5 + [0.2] * 2)
    week *= 7 / week.sum()
    return lambda _random, days: np.repeat(np.resize(week, days), HOURS) * a_day / HOURS


def growing(a_day: float, doubles_in: float) -> Rates:
    """For half a year; then it is back where it began, as where sources are removed."""

    def rates(_random: np.random.Generator, days: int) -> NDArray[np.float64]:
        day = np.arange(days * HOURS) / HOURS % (YEAR / 2)
        return a_day / HOURS * 2 ** (day / doubles_in)

    return rates


TOPICS = (
    *(Topic(f"Poisson {rate:g} a day", steady(rate)) for rate in (0.1, 0.3, 1, 5, 30)),
    Topic("5 a day, at night few", by_day_and_night(5)),
    *(
        Topic(f"bursty, {rate:g} a day, scatter {scatter:g}", bursty(rate, scatter))
        for rate, scatter in ((1, 1), (5, 1), (5, 3), (30, 3))
    ),
    Topic("weekly rhythm, 5 a day", weekly(5)),
    Topic("weekly rhythm, 30 a day", weekly(30)),
    Topic("growing, 2 a day, doubles in 60 days", growing(2, 60)),
)


def volumes(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Articles in the 24 hours that end with each hour. Shape as `counts`, zero before."""
    total = np.concatenate(([0], counts.cumsum()))
    return total[HOURS:] - total[:-HOURS]


def called(counts: NDArray[np.int64]) -> Iterator[int]:
    """The hours at which a rise is told, of a topic that has been watched for `DAYS` days when the first one begins."""
    today = volumes(counts)
    begin = DAYS * HOURS
    month = np.array([today[at - begin : at : HOURS].mean() for at in range(begin, len(today))])
    looked = begin + np.flatnonzero((today[begin:] >= LEAST) & (today[begin:] >= FAR * month))
    habit: float | None = None
    last = begin
    for at in looked.tolist():
        if habit is not None and any(is_rise_over(_volume(today, hour), habit) for hour in range(last + 1, at + 1)):
            habit = None
        last = at
        counted = _volume(today, at)
        if habit is None and is_rising(counted):
            habit = counted.habit
            yield at


def _volume(today: NDArray[np.int64], at: int) -> Volume:
    return Volume(int(today[at]), tuple(int(count) for count in today[at - DAYS * HOURS : at : HOURS]))


def false_alarms(topic: Topic, years: int, random: np.random.Generator) -> int:
    """How many in so many years."""
    counts = random.poisson(topic.rates(random, YEAR * years + DAYS + 1))
    return sum(1 for _ in called(counts))


def delays(topic: Topic, times: float, random: np.random.Generator) -> list[int | None]:
    """Hours until a rise is told, a trial each."""
    quiet, days = DAYS + 2, DAYS + 2 + _WEEK
    found: list[int | None] = []
    for _ in range(_TRIALS):
        rates = topic.rates(random, days)
        onset = quiet * HOURS + int(random.integers(-HOURS, 1))
        rates[onset:] *= times
        counts = random.poisson(rates)
        hours = [at + HOURS - onset for at in called(counts)]
        found.append(next((hour for hour in hours if hour > 0), None))
    return found


def _delay_text(found: Sequence[int | None]) -> str:
    hours = sorted(hour for hour in found if hour is not None)
    if 2 * len(hours) < len(found):
        return f"none ({100 * len(hours) / len(found):.0f} %)"
    return f"{hours[(len(found) - 1) // 2]} h ({100 * len(hours) / len(found):.0f} %)"


def main() -> None:
    years = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    print(f"{'topic':<38}{'false alarms a year':>22}", *(f"{f'x{rise}':>14}" for rise in RISES), sep="")
    for number, topic in enumerate(TOPICS):
        random = np.random.default_rng(number)
        count = false_alarms(topic, years, random)
        alarms = f"{count / years:.2f} ({count} in {years})"
        told = [_delay_text(delays(topic, rise, random)) for rise in RISES]
        print(f"{topic.name:<38}{alarms:>22}", *(f"{one:>14}" for one in told), sep="", flush=True)


if __name__ == "__main__":
    main()
