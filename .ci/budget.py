"""The design's budgets, held against an installed Kabar: `budget.py VENV CONFIG` prints figures, exit 1 beyond them.

Runs `kabar run` with the default configuration until the sample feed's alerts have been told, looks at the resident
memory of all its processes, then stops it.
"""

from __future__ import annotations

import math
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

INSTALLED = 500  # MB
RESIDENT = 350  # MB
FIRST_ALERT = 5.0  # seconds
LONGEST = 120.0  # seconds that a busy machine may take


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
    """Seconds to the first alert, peak resident MB until a while after it, and the alerts told."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder, "told")
        with told.open("wb") as output:
            kabar = subprocess.Popen([venv / "bin/kabar", "run", "--config", config], stdout=output)
        process, started = psutil.Process(kabar.pid), time.monotonic()
        first, peak, end = math.inf, 0.0, started + LONGEST
        try:
            while time.monotonic() < end:
                time.sleep(0.1)
                peak = max(peak, resident(process))
                if first == math.inf and told.stat().st_size:
                    first = time.monotonic() - started
                    end = time.monotonic() + 5
        finally:
            kabar.terminate()
            kabar.wait(20)
        return first, peak, told.read_text().count("https://example.com/")


def main() -> int:
    venv, config = Path(sys.argv[1]), Path(sys.argv[2])
    size = installed(venv)
    first, peak, alerts = run(venv, config)
    print(f"installed               {size:7.1f} MB  (at most {INSTALLED})")
    print(f"resident, all processes {peak:7.1f} MB  (at most {RESIDENT})")
    print(f"to the first alert      {first:7.1f} s   (aimed at {FIRST_ALERT:g} on a free machine; not judged here)")
    print(f"alerts told             {alerts:7d}")
    return 0 if alerts and size <= INSTALLED and peak <= RESIDENT else 1


if __name__ == "__main__":
    sys.exit(main())
