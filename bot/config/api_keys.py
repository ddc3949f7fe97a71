"""Keys of the servers that may be asked: only from the environment, never shown."""

from __future__ import annotations

from collections.abc import Mapping

from bot.errors import ConfigError, ConfigProblem, FilePosition

EMBEDDING_KEY = "KABAR_EMBEDDING_KEY"
SUMMARIES_KEY = "KABAR_SUMMARIES_KEY"


def find_embedding_key(environment: Mapping[str, str]) -> str:
    """That of `embedding.url`, empty if there is none. Raises ConfigError for one that no header can carry."""
    return _find(environment, EMBEDDING_KEY)


def find_summaries_key(environment: Mapping[str, str]) -> str:
    """That of `summaries.url`, empty if there is none. Raises ConfigError for one that no header can carry."""
    return _find(environment, SUMMARIES_KEY)


def _find(environment: Mapping[str, str], variable: str) -> str:
    key = environment.get(variable, "").strip()
    if not key.isascii() or any(not character.isprintable() or character == " " for character in key):
        problem = ConfigProblem(
            FilePosition("environment", None, variable),
            "a key has no spaces and no characters beyond ASCII.",
            "Copy it again, or unset it.",
        )
        raise ConfigError((problem,))
    return key
