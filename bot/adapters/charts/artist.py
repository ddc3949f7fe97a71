"""Draws charts in a short-lived process. matplotlib needs 70 MB and one second to load, and charts are rare."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

import bot
from bot.adapters.charts.picture import picture_of, to_json
from bot.adapters.charts.rising import rise_picture
from bot.model import Language, Rise, Stats
from bot.wording.wording import Wording

log = structlog.get_logger()

TIME_LIMIT = 20.0
"""Seconds that drawing one chart may take."""

_PNG = b"\x89PNG\r\n\x1a\n"
_SHOWN = 500
"""How many characters of the error output of a failed process are logged."""


class MatplotlibCharts:
    """Implements `bot.ports.Charts`. Draws one chart at a time."""

    def __init__(self, *, seconds: float = TIME_LIMIT) -> None:
        self._seconds = seconds
        self._free = asyncio.Semaphore(1)

    async def draw(self, stats: Stats, language: Language) -> bytes | None:
        return await self._draw(to_json(picture_of(stats, Wording(language))))

    async def draw_rise(self, rise: Rise, language: Language, timezone: ZoneInfo) -> bytes | None:
        return await self._draw(to_json(rise_picture(rise, Wording(language), timezone)))

    async def _draw(self, content: bytes) -> bytes | None:
        async with self._free:
            # matplotlib writes its list of fonts to MPLCONFIGDIR. A folder that is removed afterwards leaves nothing
            # behind; building the list again for each chart takes a tenth of a second.
            with tempfile.TemporaryDirectory(prefix="kabar-chart-", ignore_cleanup_errors=True) as config_folder:
                return await self._run(content, config_folder)

    async def _run(self, content: bytes, config_folder: str) -> bytes | None:
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",  # do not import modules from the current folder (Python documentation, "Command line")
                "-m",
                "bot.adapters.charts",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=_environment(config_folder),
            )
        except OSError as error:
            log.error("picture-failed", reason=str(error))  # noqa: TRY400 -- the reason says it all
            return None
        try:
            async with asyncio.timeout(self._seconds):
                png, stderr = await process.communicate(content)
        except TimeoutError:
            reason = f"it took longer than {self._seconds:g} seconds"
            log.error("picture-failed", reason=reason)  # noqa: TRY400 -- the reason says it all
            return None
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if process.returncode != 0 or not png.startswith(_PNG):
            reason = stderr.decode(errors="replace").strip()[-_SHOWN:] or f"exit code {process.returncode}"
            log.error("picture-failed", reason=reason)
            return None
        return png


def _environment(config_folder: str) -> dict[str, str]:
    """The environment of the process: the same code as here, one thread, and none of our secrets."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR") if name in os.environ}
    project_root = str(Path(bot.__file__).resolve().parents[1])
    inherited = os.environ.get("PYTHONPATH", "")
    path = os.pathsep.join(part for part in (project_root, inherited) if part)
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return {**kept, **threads, "PYTHONPATH": path, "MPLCONFIGDIR": config_folder, "HOME": config_folder}
