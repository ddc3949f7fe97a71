"""A small text that is kept outside of the database: in a file, and in the memory of tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.adapters.note_file import NoteFile
from bot.ports import Notes
from tests.fakes.notes import TextNote


@pytest.fixture(params=["file", "fake"])
def note(request: pytest.FixtureRequest, tmp_path: Path) -> Notes:
    return NoteFile(tmp_path / "note.json") if request.param == "file" else TextNote()


def test_there_is_nothing_at_first_and_then_what_was_written_last(note: Notes) -> None:
    assert note.read() == ""
    note.write("Kabar ✓")
    note.write("Kabar, sekali lagi")
    assert note.read() == "Kabar, sekali lagi"


def test_only_its_owner_can_read_the_file_and_nothing_else_is_left(tmp_path: Path) -> None:
    NoteFile(tmp_path / "note.json").write("x")
    assert [(file.name, file.stat().st_mode & 0o777) for file in tmp_path.iterdir()] == [("note.json", 0o600)]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"x" * 1_000_000])
def test_a_file_of_somebody_else_is_no_reason_to_fail(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "note.json").write_bytes(content)
    assert len(NoteFile(tmp_path / "note.json").read()) <= 100_000


def test_a_folder_that_is_gone_is_no_reason_to_fail(tmp_path: Path) -> None:
    note = NoteFile(tmp_path / "gone" / "note.json")
    note.write("x")
    assert note.read() == ""
