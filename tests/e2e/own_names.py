"""Names of its own for a Kabar that is started fresh: they lead to loopback, hang, or change between two look-ups.

The name server of the machine cannot be made to hang for one process, so what stands in is socket.getaddrinfo itself,
in a `sitecustomize` (Python documentation, module `site`) that the process finds on its path.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.e2e.nursery import CHECKOUT

_CODE = """\
import json, pathlib, socket, threading
_known = json.loads(pathlib.Path(__file__).with_name("names.json").read_text())
_real, _lock, _asked = socket.getaddrinfo, threading.Lock(), {}

def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
    name = (host.decode() if isinstance(host, bytes) else host or "").rstrip(".").lower()
    if name.endswith(".hang"):
        threading.Event().wait(600)
    for suffix, answers in _known.items():
        if name == suffix or (suffix.startswith(".") and name.endswith(suffix)):
            with _lock:
                number = _asked[name] = _asked.get(name, -1) + 1
            host = answers[min(number, len(answers) - 1)]
            break
    else:
        if not name.replace(".", "").isdigit() and ":" not in name and name != "localhost" and any(
            c not in "0123456789abcdefx." for c in name
        ):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return _real(host, port, family, type, proto, flags)

socket.getaddrinfo = getaddrinfo
"""


def own_names(folder: Path, names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """What to add to the environment. `names`: the addresses of a name, or of all that end in `.suffix`, one a look-up.

    The last is given again and again. Names in `.hang` are never answered, numbers are what they are, and all others
    are unknown.
    """
    place = folder / "names"
    place.mkdir(parents=True, exist_ok=True)
    (place / "sitecustomize.py").write_text(_CODE, "utf-8")
    (place / "names.json").write_text(json.dumps(names), "utf-8")
    return {"PYTHONPATH": os.pathsep.join([str(place), str(CHECKOUT)])}
