"""Why an article matched, in a line: what is said of the example, and what is not said again."""

from __future__ import annotations

import pytest

from bot.model import Evidence, Language, TopicId, TopicReason
from bot.wording.reasons import match_reason
from bot.wording.wording import Wording

EXAMPLE = "Jembatan gantung di Wenara putus diterjang banjir bandang dan puluhan warga terjebak"


def reason(watch: str, evidence: Evidence) -> TopicReason:
    return TopicReason(TopicId("t"), watch, 0.9, evidence)


@pytest.mark.parametrize(
    "watch", [EXAMPLE, EXAMPLE.upper(), f"{EXAMPLE} 2", "Jembatan gantung di Wenara putus…", "Jembatan gantung… 3"]
)
def test_an_example_after_which_the_watch_is_called_is_not_named_again(watch: str) -> None:
    told = match_reason(reason(watch, Evidence(names=("Wenara",), nearest_example=EXAMPLE)), Wording(Language("en")))
    assert told == "both mention Wenara"
    alone = reason(watch, Evidence(nearest_example=EXAMPLE))
    assert match_reason(alone, Wording(Language("id"))) == ""


@pytest.mark.parametrize("watch", ["Wenara", "Jembatan gantung", "…", "Jembatan lain…"])
def test_another_example_is_named(watch: str) -> None:
    evidence = Evidence(names=("Wenara",), nearest_example="Jembatan gantung di Wenara putus")
    told = match_reason(reason(watch, evidence), Wording(Language("id")))
    assert told == "sama-sama menyebut Wenara; mirip contoh “Jembatan gantung di Wenara putus”"
