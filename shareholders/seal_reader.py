"""Seals of a file that came from a stranger, read in a process of its own: it may hold anything.

A PDF of a few kilobytes can unfold to gigabytes, or turn in circles. The child has little memory and little
time; when it dies, the file is unreadable, and the site goes on. No Django.
"""

import json
import os
import resource
import subprocess
import sys
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from mine_de_soleil.core.papers.seal import Seal, UnreadablePdf, seals_of

MEMORY_BYTES = 1_024 * 1_024 * 1_024
SECONDS = 3  # of computing: an ordinary paper takes one
WAIT_S = 15  # the child is polite, so a busy machine makes it slow


def guarded_seals_of(pdf: bytes) -> list[Seal]:
    """As `seals_of`, whatever the file does to its reader. Raises UnreadablePdf."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "shareholders.seal_reader"],
            input=pdf,
            capture_output=True,
            timeout=WAIT_S,
            check=True,
        )
        found = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise UnreadablePdf("Ce fichier n’est pas un PDF lisible, ou il a été abîmé.") from error
    if found is None:
        raise UnreadablePdf("Ce fichier n’est pas un PDF lisible, ou il a été abîmé.")
    return [_seal(told) for told in found]


def _seal(told: dict[str, Any]) -> Seal:
    at = told.pop("sealed_at")
    return replace(Seal(**told, sealed_at=None), sealed_at=datetime.fromisoformat(at) if at else None)


def main() -> None:
    """The child: reads a PDF, writes its seals as JSON; `null` for one that can't be read."""
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        told = [asdict(seal) for seal in seals_of(sys.stdin.buffer.read())]
    except UnreadablePdf:
        told = None
    print(json.dumps(told, default=str))


if __name__ == "__main__":
    main()
