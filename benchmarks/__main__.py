"""`make bench`: every case against its peer in one run; a table on screen and var/bench.json."""

import importlib
import json
import os
import pkgutil
import platform
import sys
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mine_de_soleil.settings")
os.environ.setdefault("MDS_AS_OWNER", "1")  # each case makes its own database
django.setup()

from django.conf import settings  # noqa: E402 - after django.setup()


def cases() -> list[str]:
    """The modules of this package that have a `run`."""
    folder = str(Path(__file__).parent)
    return sorted(module.name for module in pkgutil.iter_modules([folder]) if not module.name.startswith("_"))


def main() -> None:
    """Run all cases, or those named on the command line; `--word` tells them more: `run(word=True)`."""
    results: list[dict[str, Any]] = []
    words = {word.removeprefix("--"): True for word in sys.argv[1:] if word.startswith("--")}
    for name in [name for name in sys.argv[1:] if not name.startswith("--")] or cases():
        found = importlib.import_module(f"benchmarks.{name}").run(**words)
        # What is slow to load serves several cases.
        for result in found if isinstance(found, list) else [found]:
            results.append(result)
            _say(result)
    machine = {"python": platform.python_version(), "machine": platform.machine(), "cores": os.cpu_count()}
    target = Path(settings.VAR_DIR) / "bench.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({"machine": machine, "cases": results}, indent=2), encoding="utf-8")


def _say(result: dict[str, Any]) -> None:
    if "text" in result:  # a case of truth, not of speed
        print(result["text"], flush=True)
        return
    print(
        f"{result['case']}: ours {result['ours_s']:.3f} s, peer {result['peer_s']:.3f} s, "
        f"ratio {result['ratio']:.2f} ({result['target']})\n  {result['done']}\n  peer: {result['peer']}",
        flush=True,
    )


if __name__ == "__main__":
    main()
