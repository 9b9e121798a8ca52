"""What the papers of studies are made of: facts, lines of tables, numbers to be drawn."""

from collections.abc import Iterable

from mine_de_soleil.core.papers import contents


def facts(rows: Iterable[tuple[str, str]]) -> tuple[contents.Fact, ...]:
    """Labels and what they say."""
    return tuple(contents.Fact(label=label, text=text) for label, text in rows)


def line(*cells: str) -> contents.TableLine:
    """One line of a table."""
    return contents.TableLine(cells=cells)


def drawn(numbers: Iterable[float]) -> str:
    """Fractions as a template draws them, none below 0 or above 1."""
    return " ".join(f"{min(max(number, 0.0), 1.0):.4f}" for number in numbers)
