"""Pinned scores may only rise."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.benchmarks.data import DEFAULT_FOLDER, DataAbsentError, digest_of
from tests.benchmarks.pins import SMALL, Pinned, Pins, losses, raised, read_pins, scores_of, write_pins
from tests.benchmarks.scores import OURS, Measure, Part, Row, Score
from tests.benchmarks.small import small_part, small_set
from tests.benchmarks.vectors import VectorCache

PRECISION, COST = Measure("MAP"), Measure("Cdet", higher_is_better=False)


def measured(precision: float, cost: float) -> list[Pinned]:
    row = Row("full", OURS, (Score(PRECISION, precision), Score(COST, cost)))
    return scores_of([Part("tracking: how", (Row("full", "BM25", (Score(PRECISION, 0.1),)), row))])


PINNED = {"tracking | full | MAP": 0.9, "tracking | full | Cdet": 0.05}


def test_only_our_own_scores_are_pinned() -> None:
    assert raised(measured(0.9, 0.05), {}, lower=False) == PINNED


@pytest.mark.parametrize(("precision", "cost"), [(0.9, 0.05), (0.95, 0.01), (0.8995, 0.0505)])
def test_what_is_as_good_or_within_rounding_passes(precision: float, cost: float) -> None:
    assert losses(measured(precision, cost), PINNED) == []


def test_what_is_worse_is_told_with_both_values() -> None:
    assert losses(measured(0.89, 0.05), PINNED) == ["tracking | full | MAP: 0.9000 pinned, 0.8900 now"]
    assert losses(measured(0.9, 0.06), PINNED) == ["tracking | full | Cdet: 0.0500 pinned, 0.0600 now"]


def test_a_score_cannot_be_got_rid_of_by_not_measuring_it() -> None:
    gone = losses(measured(0.9, 0.05)[:1], PINNED)
    assert gone == ["tracking | full | Cdet: 0.0500 pinned, not measured any more"]


def test_pins_rise_and_never_fall_by_themselves() -> None:
    assert raised(measured(0.95, 0.0501), PINNED, lower=False) == {**PINNED, "tracking | full | MAP": 0.95}
    assert raised(measured(0.8, 0.04), PINNED, lower=True) == {
        "tracking | full | MAP": 0.8,
        "tracking | full | Cdet": 0.04,
    }


def test_pins_are_kept_as_written(tmp_path: Path) -> None:
    pins = Pins("digest", {SMALL: PINNED, "full": {}}, ("because",))
    write_pins(pins, tmp_path / "pins.json")
    assert read_pins(tmp_path / "pins.json") == pins


def test_absent_data_are_told(tmp_path: Path) -> None:
    with pytest.raises(DataAbsentError, match="--data FOLDER"):
        digest_of(tmp_path)


# --- the real thing, where it takes seconds ---------------------------------------------------


def missing_for_the_small_set(cache: VectorCache) -> str:
    """Why the small set cannot be measured here, or nothing."""
    try:
        digest = digest_of(DEFAULT_FOLDER)
        items: Sequence[object] = [item for item in small_set(DEFAULT_FOLDER).items if not cache.has(item)]
    except DataAbsentError as error:
        return str(error)
    if digest != read_pins().data:
        return "the data are others than those pinned: python -m tests.benchmarks.pins"
    if items:
        return f"{len(items)} articles are not embedded yet: run python -m tests.benchmarks.pins --small"
    return ""


@pytest.mark.benchmark
def test_small_set_is_matched_no_worse_than_pinned() -> None:
    """Summaries, which take a quarter of a minute, are held against their pins by `.ci/run`."""
    cache = VectorCache()
    if missing := missing_for_the_small_set(cache):
        pytest.skip(missing)
    scores = scores_of([small_part(small_set(DEFAULT_FOLDER), cache)])
    pinned = read_pins().values[SMALL]
    assert losses(scores, {name: value for name, value in pinned.items() if not name.startswith("summaries")}) == []
