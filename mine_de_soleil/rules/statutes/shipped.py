"""The editions that come with the product: those of the demonstration."""

from pathlib import Path

EDITIONS_DIR = Path(__file__).parent / "editions"


class UnknownEdition(LookupError):
    """No shipped edition has that name."""


def shipped_editions() -> tuple[str, ...]:
    """Names of the shipped editions, oldest first for one company."""
    return tuple(sorted(path.stem for path in EDITIONS_DIR.glob("*.toml")))


def edition_text(name: str) -> str:
    """The whole text of a shipped edition. Raises UnknownEdition."""
    if name not in shipped_editions():
        raise UnknownEdition(f"no shipped edition is called {name}")
    return (EDITIONS_DIR / f"{name}.toml").read_text(encoding="utf-8")
