"""The configuration that comes with Kabar, copied for somebody to make their own (`kabar init DIR`)."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from bot.errors import KabarError

_PARTS = ("config", "seeds")


@dataclass(frozen=True, slots=True)
class ShippedCopy:
    """What `copy_shipped` did; paths are in the order of their names."""

    config: Path
    """The configuration directory, for `--config`."""
    data: Path
    """Where `kabar run` will keep its data; not made yet."""
    written: tuple[Path, ...]
    kept: tuple[Path, ...]
    """Files that were there already and were left as they are."""


def shipped_directory() -> Path:
    """The folder with the shipped `config` and `seeds`: inside an installed package, else the checkout."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "shipped", package.parent):
        if (folder / "config" / "kabar.toml").is_file() and (folder / "seeds").is_dir():
            return folder
    raise KabarError("The shipped configuration is missing from this installation. Install kabar again.")


def copy_shipped(directory: Path) -> ShippedCopy:
    """Make `directory/config` and `directory/seeds`. What is there already is never overwritten."""
    source = shipped_directory()
    directory = directory.expanduser().resolve()
    written: list[Path] = []
    kept: list[Path] = []
    try:
        for part in _PARTS:
            for file in sorted(path for path in (source / part).rglob("*") if path.is_file()):
                target = directory / file.relative_to(source)
                if target.exists() or target.is_symlink():
                    kept.append(target)
                    continue
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, target)  # not its mode: a read-only installation would give read-only copies
                written.append(target)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise KabarError(f"{error.filename or directory} cannot be written: {reason}.") from error
    return ShippedCopy(directory / "config", directory / "data", tuple(written), tuple(kept))
