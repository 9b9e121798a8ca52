"""What can't be turned into euros, each reason by name, in one French sentence for the page."""

from __future__ import annotations

import datetime as dt

from production.formats.errors import typeset


class RevenueError(ValueError):
    """A contract, a month or a statement nothing may be computed for; `str()` is the French sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__(typeset(sentence))


class InvalidContract(RevenueError):
    """A contract that can't be: no power, an end before its start, a negative price; `field` is at fault."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence)


class NoTariff(RevenueError):
    """No purchase tariff exists for that size on that day."""


class UnknownTariff(RevenueError):
    """A tariff existed, and nobody has read it: the contract itself says it."""


class UnknownRate(RevenueError):
    """A figure of the law without value on `day`."""

    def __init__(self, label: str, day: dt.date) -> None:
        self.label, self.day = label, day
        super().__init__(f"{label} : pas de valeur connue au {day:%d/%m/%Y}.")


class InvalidEnergy(RevenueError):
    """Energy no month can be made of: negative, or the same day counted twice."""


class NotInvoiceable(RevenueError):
    """Months an invoice can't be made of: none, not in a row, or incomplete and not agreed to."""


class NoCoefficient(RevenueError):
    """An indexed contract without coefficient on `day`."""

    def __init__(self, letter: str, day: dt.date) -> None:
        self.letter, self.day = letter, day
        super().__init__(
            f"Le coefficient {letter} du {day:%d/%m/%Y} n’est pas connu : "
            "saisissez-le, il est sur votre contrat."
        )


class NoReference(RevenueError):
    """A month of complement whose reference price nobody has entered."""

    def __init__(self, day: dt.date) -> None:
        self.day = day
        super().__init__(f"Le prix de référence de {day:%m/%Y} manque : saisissez-le.")


class InvalidSharing(RevenueError):
    """Sharing keys or energies no allocation can be made of."""


class UnreadableStatement(RevenueError):
    """A line of a statement that can't be: `line` is its place, from 1."""

    def __init__(self, line: int, sentence: str) -> None:
        self.line = line
        super().__init__(f"Relevé, ligne {line} : {sentence}")
