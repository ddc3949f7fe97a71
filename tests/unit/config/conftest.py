"""A configuration directory that a test fills."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.config import Configuration, load_configuration
from bot.errors import ConfigError

ARTICLE = """Banjir Besar Melanda Kota

Hujan deras membuat sungai meluap dan merendam ratusan rumah di pinggir kota pada hari Senin.
Warga mengungsi ke balai desa dan menunggu bantuan dari pemerintah daerah.
"""


@dataclass(frozen=True)
class Home:
    """`directory` is the folder for --config."""

    directory: Path

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def load(self, environment: Mapping[str, str] | None = None) -> Configuration:
        return load_configuration(self.directory, environment or {})

    def problems(self, environment: Mapping[str, str] | None = None) -> list[str]:
        """Every problem as it is printed."""
        with pytest.raises(ConfigError) as caught:
            self.load(environment)
        return [str(problem) for problem in caught.value.problems]

    def problem(self, environment: Mapping[str, str] | None = None) -> str:
        """The only problem."""
        (problem,) = self.problems(environment)
        return problem


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "config")
    made.write("kabar.toml", "")
    made.write(
        "feeds.toml",
        '[[feeds]]\nid = "antara"\nurl = "https://feeds.example/antara.xml"\ntags = ["id", "world"]\n',
    )
    made.write("../seeds/flood.txt", ARTICLE)
    return made
