"""Whether a locked version has a known vulnerability: `python .ci/audit.py` or, with the internet, `--online`.

Without the internet all that a package registry carries is safety-db, which ends in July 2021: it finds a version that
was known to be bad by then, and no later one. `--online` asks OSV by pip-audit, which knows all; whoever publishes a
release runs that. Exit code 1: a locked version is vulnerable, or OSV could not be asked.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

LOCKED = (Path(".locked/run.txt"), Path(".locked/test.txt"))
DATABASE, AUDITOR = "safety-db==2021.7.17", "pip-audit>=2.9"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if "--online" in sys.argv[1:]:
            return _ask_osv(folder)
        try:
            known = _database(folder)
        except subprocess.CalledProcessError:
            sys.stdout.write(f"not audited: {DATABASE} cannot be had here\n")
            return 0
    versions = {pin for file in LOCKED for pin in _PIN.findall(file.read_text("utf-8"))}
    found = sorted(set(vulnerable(versions, known)))
    sys.stdout.write("".join(f"{line}\n" for line in found))
    sys.stdout.write(f"{len(versions)} locked versions, {len(found)} known as vulnerable ({DATABASE})\n")
    return bool(found)


def vulnerable(versions: set[tuple[str, str]], known: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[str]:
    """A line for each locked version that is in the database."""
    entries = {canonicalize_name(name): listed for name, listed in known.items() if name != "$meta"}
    for package, version in versions:
        for entry in entries.get(canonicalize_name(package), ()):
            if any(SpecifierSet(spec).contains(version, prereleases=True) for spec in entry["specs"]):
                yield f"{package} {version}: {entry.get('cve') or entry['id']}: {str(entry['advisory'])[:160]}"


def _database(folder: Path) -> dict[str, Any]:
    """The data of the package; it cannot be imported, because it looks for them in the folder it is run in."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, "--target", str(folder), DATABASE], check=True)
    found: dict[str, Any] = json.loads((folder / "safety_db" / "insecure_full.json").read_text("utf-8"))
    return found


def _ask_osv(folder: Path) -> int:
    venv.create(folder, with_pip=True)
    bin_ = folder / "bin"
    subprocess.run([bin_ / "pip", "install", "--quiet", "--disable-pip-version-check", AUDITOR], check=True)
    asked = [argument for file in LOCKED for argument in ("-r", str(file))]
    done = subprocess.run([bin_ / "pip-audit", "--disable-pip", "--strict", "-s", "osv", *asked], check=False)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
