"""The key of the embedding endpoint: only from the environment, never shown."""

from __future__ import annotations

from collections.abc import Mapping

from bot.errors import ConfigError, ConfigProblem, Place

KEY_VARIABLE = "KABAR_EMBEDDING_KEY"


def find_embedding_key(environment: Mapping[str, str]) -> str:
    """The key, empty if there is none. Raises ConfigError for one that no header can carry."""
    key = environment.get(KEY_VARIABLE, "").strip()
    if not key.isascii() or any(not character.isprintable() or character == " " for character in key):
        problem = ConfigProblem(
            Place("environment", None, KEY_VARIABLE),
            "a key has no spaces and no characters beyond ASCII.",
            "Copy it again, or unset it.",
        )
        raise ConfigError((problem,))
    return key
