"""Makes the lists of `bot/features/data/background`:
`uv run --with wordfreq==3.1.1 python -m tests.benchmarks.refit_background`.

From the `small` lists of wordfreq (https://github.com/rspeer/wordfreq), words from one in a million on, in its format
cBpack: bucket i has the words of frequency 10^(-i/100). They are folded as `bot.text.tokens` folds the words of
articles; so the lists are to be made again when that changes, and a test says so.

A list is an archive of numpy's: of each token, in order, `shared` (how many characters it begins with as the one before
it), `endings` (what follows these; UTF-8, one a line) and `steps` (the IDF in steps of 1/20); `characters` and `shares`
are single characters with their frequencies, of languages whose tokens are pairs of characters.
"""

from __future__ import annotations

import gzip
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from itertools import pairwise, takewhile
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from bot.features.background import STEPS, idf_of_share
from bot.model import Language
from bot.text.tokens import words

TARGET = Path(__file__).resolve().parents[2] / "bot" / "features" / "data" / "background"

_IN_PAIRS = frozenset(["zh", "ja", "ko"])
_MOST_SHARED = 255


def pack(buckets: Sequence[Sequence[str]], language: Language) -> Mapping[str, NDArray[np.generic]]:
    """The arrays of one list, by name."""
    # Several words of a list may fold to one token, and many share a pair of characters: their frequencies are added.
    summed: defaultdict[str, float] = defaultdict(float)
    characters: defaultdict[str, float] = defaultdict(float)
    for centibels, bucket in enumerate(buckets):
        frequency = 10 ** (-centibels / 100)
        for token in words("\n".join(bucket), language):
            if not token.isdigit():
                summed[token] += frequency
        if language in _IN_PAIRS:
            for character in "".join(bucket):
                characters[character] += frequency
    tokens, total = sorted(summed), sum(characters.values())
    shared = [_shared(before, token) for before, token in pairwise(["", *tokens])]
    endings = "\n".join(token[length:] for token, length in zip(tokens, shared, strict=True))
    return {
        "shared": np.array(shared, np.uint8),
        "endings": np.frombuffer(endings.encode(), np.uint8),
        "steps": np.rint([idf_of_share(summed[token]) * STEPS for token in tokens]).clip(0, 255).astype(np.uint8),
        "characters": np.frombuffer("".join(characters).encode(), np.uint8),
        "shares": np.array([share / total for share in characters.values()], np.float64),
    }


def _shared(before: str, token: str) -> int:
    """How many characters both begin with."""
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(before, token, strict=False))
    return min(_MOST_SHARED, sum(1 for _ in alike))


def read_buckets(path: Path) -> list[list[str]]:
    """What is in a file of wordfreq."""
    import msgpack  # noqa: PLC0415 -- comes with wordfreq

    with gzip.open(path) as packed:
        return list(msgpack.load(packed)[1:])


@click.command()
def main() -> None:
    spec = find_spec("wordfreq")
    if spec is None or not spec.submodule_search_locations:
        sys.exit(
            "wordfreq is not installed here: uv run --with wordfreq==3.1.1 python -m tests.benchmarks.refit_background"
        )
    TARGET.mkdir(exist_ok=True)
    for path in sorted(Path(spec.submodule_search_locations[0], "data").glob("small_*.msgpack.gz")):
        language = path.name.removeprefix("small_").removesuffix(".msgpack.gz")
        into = TARGET / f"{language}.npz"
        np.savez_compressed(into, **pack(read_buckets(path), Language(language)))  # type: ignore[arg-type] # -- a stub that mixes up its keywords
        click.echo(f"{into.name}: {into.stat().st_size} bytes")


if __name__ == "__main__":
    main()
