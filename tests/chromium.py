"""A real Chromium for tests and pictures: found, or installed, or a clear sentence why not.

`python -m tests.chromium` makes sure there is one: Debian's package when root, otherwise Playwright's own.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# Quiet flags: nothing is asked of the network that the page itself doesn't ask.
FLAGS = ["--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update"]


def executable() -> str | None:
    """Path of a Chromium on this machine: the system's, else Playwright's; None when there is none."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found:
        return found
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


@contextmanager
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A headless Chromium, closed at the end."""
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    path = next((path for name in NAMES if (path := shutil.which(name))), None)
    opened = playwright.chromium.launch(executable_path=path, args=flags)
    try:
        yield opened
    finally:
        opened.close()


def install() -> None:
    """Install a Chromium. Raises SystemExit with a sentence when it can't be done."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"stdout": subprocess.DEVNULL, "check": False}
        subprocess.run(["apt-get", "update", "-qq"], **quiet)  # type: ignore[call-overload]
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], **quiet)  # type: ignore[call-overload]
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if executable() is None:
        sys.exit("Il faut Chromium pour les tests : installez le paquet « chromium », puis recommencez.")


if __name__ == "__main__" and executable() is None:
    install()
