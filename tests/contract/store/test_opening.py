"""Opening: new, known, newer, foreign and broken databases; and what goes wrong later, in plain words."""

# ruff: noqa: ASYNC221, ASYNC240 -- in a test nothing else waits for the disk or a process

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import Connection

from bot.errors import StoreError
from bot.store import Store, file_database, migrate, open_store, sqlite
from bot.store.schema import REVISION, metadata
from bot.store.sqlite import connections
from tests.contract.store.samples import NOW, article


def sql(path: Path, *statements: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection, connection:
        return [row for statement in statements for row in connection.execute(statement)]


async def test_a_new_database_is_made_with_its_folder_for_its_owner_only(path: Path) -> None:
    store = await open_store(f"sqlite:///{path}", now=NOW)
    async with store.write() as unit:
        await unit.key_values.set("x", "1")
    await store.close()
    assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(each.name for each in path.parent.iterdir()) == ["kabar.db"]  # nothing to back up, nothing left open
    again = await open_store(f"sqlite+aiosqlite:///{path}", now=NOW)
    async with again.read() as unit:
        assert await unit.key_values.get("x") == "1"
    await again.close()


async def test_opening_a_database_that_is_up_to_date_does_not_load_alembic(path: Path, store: Store) -> None:
    code = (
        "import asyncio, sys; from datetime import UTC, datetime; from bot.store import open_store\n"
        "async def main():\n"
        "    store = await open_store(sys.argv[1], now=datetime.now(UTC)); await store.close()\n"
        "asyncio.run(main()); print(sorted(name for name in sys.modules if name.split('.')[0] in ('alembic', 'mako')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, f"sqlite:///{path}"], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "[]\n"


def test_the_revision_that_is_known_here_is_alembics_head() -> None:
    assert migrate.scripts().get_current_head() == REVISION


async def test_the_migrations_lead_to_the_tables_as_they_are_declared(path: Path, store: Store) -> None:
    def is_declared(name: str | None, kind: str, _parents: object) -> bool:
        """The full-text index and its own tables are no tables that SQLAlchemy knows."""
        return kind != "table" or not str(name).startswith(sqlite.WORD_INDEX)

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"include_name": is_declared})
        return list(compare_metadata(context, metadata))

    engine = sqlite.reading_engine(path)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()
    declared = {
        str(name): str(made) for name, made in sql(path, "SELECT name, sql FROM sqlite_master WHERE type = 'table'")
    }
    assert "WITHOUT ROWID" in declared["entry_keys"]
    assert "AUTOINCREMENT" in declared["deliveries"]
    assert "fts5" in declared[sqlite.WORD_INDEX]


async def test_a_database_of_a_newer_kabar_is_refused_and_left_alone(path: Path, store: Store) -> None:
    await store.close()
    sql(path, "UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"newer Kabar.*9999.*Update Kabar"):
        await open_store(f"sqlite:///{path}", now=NOW)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == ["kabar.db"]


async def test_a_database_of_another_program_is_refused_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    sql(path, "CREATE TABLE recipes (name TEXT)")
    with pytest.raises(StoreError, match="another program"):
        await open_store(f"sqlite:///{path}", now=NOW)
    assert sql(path, "SELECT name FROM sqlite_master") == [("recipes",)]


@pytest.fixture
def older_tables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A program whose migrations have one more step than the database has taken."""
    scripts = tmp_path / "100% migrations"
    real = Path(migrate.__file__).parent / "migrations"
    (scripts / "versions").mkdir(parents=True)
    for script in (real / "env.py", *(real / "versions").glob("r*.py")):
        (scripts / script.relative_to(real)).write_bytes(script.read_bytes())
    step = scripts / "versions" / "r9000_step.py"
    step.write_text(
        f"from alembic import op\nimport sqlalchemy as sa\nrevision = '9000'\ndown_revision = '{REVISION}'\n"
        "def upgrade():\n    op.add_column('settings', sa.Column('note', sa.Text()))\n"
    )
    monkeypatch.setattr(migrate, "_SCRIPTS", scripts)
    for known in (migrate, file_database):
        monkeypatch.setattr(known, "REVISION", "9000")
    return step


async def test_a_copy_is_made_before_a_migration(path: Path, store: Store, older_tables: Path) -> None:
    async with store.write() as unit:
        await unit.articles.add([article("a")])
    await store.close()
    migrated = await open_store(f"sqlite:///{path}", now=NOW)
    async with migrated.read() as unit:
        assert await unit.articles.count() == 1
    await migrated.close()
    assert sql(path, "SELECT version_num FROM alembic_version", "SELECT count(note) FROM settings") == [("9000",), (0,)]
    (copy,) = path.parent.glob("*.bak")
    assert copy.name == f"kabar.db.{REVISION}-20260304T050607Z.bak"
    assert sql(copy, "SELECT version_num FROM alembic_version", "SELECT id FROM articles") == [(REVISION,), ("a",)]


async def test_a_migration_that_fails_half_way_leaves_the_database_as_it_was(
    path: Path, store: Store, older_tables: Path
) -> None:
    await store.close()
    with older_tables.open("a") as step:
        step.write("    op.execute('CREATE TABLE half (a)')\n    raise RuntimeError('half way')\n")
    with pytest.raises(RuntimeError, match="half way"):
        await open_store(f"sqlite:///{path}", now=NOW)
    assert sql(path, "SELECT version_num FROM alembic_version") == [(REVISION,)]
    assert sql(path, "SELECT name FROM sqlite_master WHERE name = 'half'") == []
    assert len(list(path.parent.glob("*.bak"))) == 1


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("postgresql+asyncpg://kabar@db.invalid/kabar", r"db\.invalid:5432/kabar gives no answer"),
        ("postgresql://kabar:geheim@127.0.0.1:1/kabar", r"127\.0\.0\.1:1/kabar gives no answer"),
        ("mysql://db/kabar", "mysql databases are not supported"),
        ("sqlite://", "must be a file"),
        ("sqlite:///:memory:", "must be a file"),
        ("sqlite:////tmp/kabar.db?mode=ro", "must be a file"),
        ("/var/lib/kabar.db", "cannot be read"),
        ("", "cannot be read"),
        ("sqlite:////proc/nowhere/kabar.db", "cannot be opened"),
        ("sqlite:////tmp", "cannot be opened"),
    ],
)
async def test_addresses_that_cannot_work_say_what_would(url: str, message: str) -> None:
    with pytest.raises(StoreError, match=message) as caught:
        await open_store(url, now=NOW)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("content", [b"<html>not a database</html>" * 100, b"SQLite format 3\x00" + b"\xff" * 4096])
async def test_a_file_that_is_not_a_database_is_left_alone(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"damaged or not a database.*kabar restore"):
        await open_store(f"sqlite:///{path}", now=NOW)
    assert path.read_bytes() == content


async def test_a_database_that_another_program_has_locked(
    path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.close()
    monkeypatch.setattr(connections, "BUSY_SECONDS", 0.05)
    impatient = await open_store(f"sqlite:///{path}", now=NOW)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked by another program"):
            async with impatient.write() as unit:
                await unit.key_values.set("x", "1")
        other.execute("ROLLBACK")
    async with impatient.write() as unit:
        await unit.key_values.set("x", "2")
        assert await unit.key_values.get("x") == "2"
    await impatient.close()


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """What a full disk is like: writing beyond this many bytes fails (the signal is ignored by Python)."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_full_disk_loses_nothing_and_is_survived(path: Path, store: Store) -> None:
    async with store.write() as unit:
        await unit.articles.add([article("kept")])
    big = [article(f"{number}" * 50) for number in range(3_000)]
    with files_no_larger_than(path.stat().st_size + 200_000), pytest.raises(StoreError, match=r"disk|full"):
        async with store.write() as unit:
            await unit.articles.add(big)
    async with store.write() as unit:
        assert await unit.articles.count() == 1
        await unit.articles.add(big[:10])
    async with store.read() as unit:
        assert await unit.articles.count() == 11


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
async def test_a_file_that_may_not_be_written(path: Path, store: Store) -> None:
    await store.close()
    path.chmod(0o400)
    with pytest.raises(StoreError, match="cannot be opened"):
        await open_store(f"sqlite:///{path}", now=NOW)
    assert path.exists()


async def test_errors_show_no_contents(store: Store) -> None:
    with pytest.raises(Exception, match="hidden") as caught:
        async with store.write() as unit:
            await unit.articles.add([article("a"), replace(article("b"), title=cast("str", object()))])
    assert "Paragraf" not in str(caught.value)
    assert not isinstance(caught.value, StoreError)
