"""The design's budgets, held against an installed Kabar: `budget.py VENV CONFIG` prints figures, exit 1 beyond them.

Runs `kabar run` with the default configuration until the sample feed's alerts have been told, looks at the resident
memory of all its processes, then stops it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

INSTALLED = 500  # MB
RESIDENT = 350  # MB
FIRST_ALERT = 5.0  # seconds


def installed(venv: Path) -> float:
    """MB of everything that was installed, pip and setuptools left out: they are not ours."""
    packages = next(venv.glob("lib/python*/site-packages"))
    ours = (path for path in packages.rglob("*") if path.is_file() and path.relative_to(packages).parts[0] != "pip")
    return sum(path.stat().st_size for path in ours) / 1e6


def resident(process: psutil.Process) -> float:
    """MB of a process and its children."""
    total = 0
    for one in (process, *process.children(recursive=True)):
        try:
            total += one.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total / 1e6


def run(venv: Path, config: Path) -> tuple[float, float, int]:
    """Seconds to the first alert, peak resident MB within a while after it, and the alerts told."""
    with tempfile.TemporaryFile("w+") as output:
        started = time.monotonic()
        command = [venv / "bin/kabar", "run", "--config", config]
        kabar = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        process = psutil.Process(kabar.pid)
        first, peak = float("inf"), 0.0
        try:
            while time.monotonic() < started + 20:
                time.sleep(0.1)
                peak = max(peak, resident(process))
                if (
                    first == float("inf")
                    and Path(f"/proc/self/fd/{output.fileno()}").stat().st_size
                    and _alerts(output)
                ):
                    first = time.monotonic() - started
        finally:
            kabar.terminate()
            kabar.wait(20)
        return first, peak, _alerts(output)


def _alerts(output: object) -> int:
    text = Path(f"/proc/self/fd/{output.fileno()}").read_text()  # type: ignore[attr-defined]
    return text.count("example.com")


def main() -> int:
    venv, config = Path(sys.argv[1]), Path(sys.argv[2])
    size = installed(venv)
    first, peak, alerts = run(venv, config)
    rows = (
        ("installed", size, INSTALLED, "MB"),
        ("resident, all processes", peak, RESIDENT, "MB"),
        ("to the first alert", first, FIRST_ALERT, "s"),
    )
    for name, value, bound, unit in rows:
        print(f"{name:26} {value:8.1f} {unit:2}  (at most {bound:g})")
    print(f"{'alerts told':26} {alerts:8d}")
    return 0 if alerts and all(value <= bound for _, value, bound, _ in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
