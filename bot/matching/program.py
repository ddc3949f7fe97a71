"""Which program computes the features of examples: those that another one has computed are not used."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from platform import python_version
from typing import Final

_PACKAGES: Final = ("bot.text", "bot.features")
_MODULES: Final = ("sides.py", "packed_side.py")
"""Of this package."""
_LIBRARIES: Final = ("pystemmer", "numpy")


@cache
def features_name() -> str:
    """A name that changes with every change of the code, data and libraries that features come from (10 ms)."""
    digest = blake2b(digest_size=12)
    digest.update(python_version().encode())
    for library in _LIBRARIES:
        digest.update(f"{library} {version(library)}\n".encode())
    here = files("bot.matching")
    for file in (*(one for name in _PACKAGES for one in _files_below(files(name))), *(here / one for one in _MODULES)):
        digest.update(file.name.encode() + b"\n" + file.read_bytes())
    return digest.hexdigest()


def _files_below(folder: Traversable) -> Iterator[Traversable]:
    """Sources and data, in an order that is always the same; no compiled files, and no notes on the data."""
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _files_below(entry)
        elif not entry.name.endswith(".md"):
            yield entry
