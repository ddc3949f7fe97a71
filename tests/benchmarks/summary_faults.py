"""How often a summary reads badly: `python -m tests.benchmarks.summary_faults [--data FOLDER] [--show KIND]`.

Counts summaries of whole sets that begin or end as no reader likes it: a dateline that was left, a sentence that was
cut, a beginning with a pronoun, with a connective, with `also`, or in the middle of speech. The patterns are coarser
than those of `bot.text.datelines` and `bot.summaries.sentence`, and share nothing with them: some of what they find is
none (`It is winter`). Nothing is fitted here, but examples of all sets were seen while the rules were written.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from bot.model import Language
from bot.summaries.extract import summarize
from tests.benchmarks.data import DEFAULT_FOLDER, DataAbsentError, Item, read_items
from tests.benchmarks.indosum import Summed, read_bbc, read_indosum

_SITE = r"\w[\w-]*\.(?:com|co|co\.id|id|tv|net|news)"
_DASH = r"\s*(?:--+|[-–—−])\s*"
_ANY_DATELINE = re.compile(
    rf"\W{{0,3}}(?:{_SITE}(?:,\s*[A-Z]|{_DASH})"
    r"|(?-i:[A-Z]{3,}[A-Z ,./]*(?:\s*(?:--+|[–—:])|\s+-|-\s+|-(?=[A-Z][a-z]+ )))"
    rf"|(?-i:(?:[A-Z][\w.'’/]*[ ,]{{1,2}}){{0,4}}\([^()]{{2,40}}\)){_DASH}"
    rf"|(?-i:[A-Z]\w+(?: [A-Z]\w+)?(?:, (?:[A-Z]\w+ ?){{1,3}})?)\s*(?:--+|—)\s*[\"“A-Z]"
    rf"|(?:updated|posted|published)\W.{{0,40}}\d)",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\W*(?:ia|dia|mereka|beliau|itu|ini|hal (?:ini|itu|tersebut|senada|serupa)"
    r"|he|she|they|it|his|her|their|this|that|these|those)\b",
    re.IGNORECASE,
)
_CONNECTIVE = re.compile(
    r"\W*(?:namun|tetapi|tapi|selain itu|sementara(?: itu)?|kemudian|lalu(?! lintas)|meski(?:pun)? (?:demikian|begitu)"
    r"|karena itu|oleh karena|untuk itu|dengan demikian"
    r"|however|but|meanwhile|also|and|so|moreover|besides|then|nevertheless)\b",
    re.IGNORECASE,
)
_ALSO = re.compile(r"\W*(?:\S+\s+){0,4}(?<!yang )(?<!dan )(?<!satu )(?<!ada )(?:juga|also|pun)\b", re.IGNORECASE)
_SPEECH = re.compile(r"[\"“”„«‘](?:[^\"“”„«»]*$|[^\s\"“”„«»]+(?:\s+[^\s\"“”„«»]+){5,})")
KINDS = ("dateline", "cut", "pronoun", "connective", "also", "speech")


@dataclass(frozen=True, slots=True)
class Read:
    """An article of any set."""

    title: str
    text: str
    language: Language


def faults_of(summary: Sequence[str]) -> Iterator[str]:
    """Which of `KINDS` a summary has."""
    if any(_ANY_DATELINE.match(sentence) for sentence in summary):
        yield "dateline"
    if any(sentence.rstrip('"”').endswith("…") for sentence in summary):
        yield "cut"
    for kind, pattern in (("pronoun", _PRONOUN), ("connective", _CONNECTIVE), ("also", _ALSO), ("speech", _SPEECH)):
        if pattern.match(summary[0]):
            yield kind


def read_sets(folder: Path) -> Mapping[str, Sequence[Read]]:
    """Raises DataAbsentError."""
    sets: Mapping[str, Sequence[Summed] | Sequence[Item]] = {
        "IndoSum": read_indosum(folder),
        "Indonews": read_items(folder, "indonews"),
        "BBC": read_bbc(folder),
        "ECB+": read_items(folder, "ecbplus"),
    }
    return {name: [Read(one.title, one.text, one.language) for one in found] for name, found in sets.items()}


@click.command()
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), default=DEFAULT_FOLDER)
@click.option("--show", type=click.Choice(KINDS), help="Print the summaries with this fault.")
def main(data: Path, show: str | None) -> None:
    try:
        sets = read_sets(data)
    except DataAbsentError as error:
        sys.exit(str(error))
    click.echo(f"{'share of summaries, %':22}" + "".join(f"{kind:>12}" for kind in KINDS))
    for name, articles in sets.items():
        told = [summary for one in articles if (summary := summarize(one.title, one.text, one.language))]
        found = [frozenset(faults_of(summary)) for summary in told]
        shares = (100 * sum(kind in faults for faults in found) / len(told) for kind in KINDS)
        click.echo(f"{f'{name} ({len(told)})':22}" + "".join(f"{share:12.1f}" for share in shares))
        for summary, faults in zip(told, found, strict=True):
            if show in faults:
                click.echo("    " + " ¶ ".join(summary))


if __name__ == "__main__":
    main()
