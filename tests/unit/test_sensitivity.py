"""What can be written as a topic's sensitivity, wherever it is written."""

from __future__ import annotations

import pytest

from bot.model import NotSensitivity, Sensitivity, SensitivityName, read_sensitivity


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("strict", SensitivityName.STRICT),
        ("broad", SensitivityName.BROAD),
        ("0.25", 0.25),
        (0, 0.0),
        (1, 1.0),
        ("Strict", NotSensitivity.UNKNOWN),
        ("", NotSensitivity.UNKNOWN),
        ("half", NotSensitivity.UNKNOWN),
        ("1.5", NotSensitivity.OUT_OF_RANGE),
        (-0.1, NotSensitivity.OUT_OF_RANGE),
        ("nan", NotSensitivity.OUT_OF_RANGE),
        (float("inf"), NotSensitivity.OUT_OF_RANGE),
        (10**400, NotSensitivity.OUT_OF_RANGE),
    ],
)
def test_a_sensitivity_is_a_name_or_a_number_from_0_to_1(
    written: str | float, read: Sensitivity | NotSensitivity
) -> None:
    assert read_sensitivity(written) == read
