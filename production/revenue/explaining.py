"""A comparison told in French, one sentence a cause, for the treasurer who writes to the buyer."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from mine_de_soleil.core import figures
from production.formats.errors import typeset
from production.revenue.lines import PART_NAMES
from production.revenue.months import days_words
from production.revenue.statement import Cause, Comparison, Share
from production.revenue.worth import worth_of


def sentences(comparison: Comparison) -> list[str]:
    """Why the buyer's amount isn't ours; one sentence if it is."""
    if not comparison.shares:
        return [f"{_what(comparison)} : le relevé et notre calcul sont égaux au centime."]
    told = [typeset(f"{_what(comparison)} : {_told(comparison, share)}") for share in comparison.shares]
    causes = {share.cause for share in comparison.shares}
    if comparison.days_missing and causes & {Cause.ENERGY, Cause.UNEXPECTED}:
        told.append(
            typeset(
                f"Attention : {days_words(comparison.days_missing)} dans nos relevés de cette période. "
                "Complétez-les avant de réclamer."
            )
        )
    return told


def _what(comparison: Comparison) -> str:
    period = f"{comparison.first:%d/%m/%Y}–{comparison.last:%d/%m/%Y}"
    return typeset(f"{PART_NAMES[comparison.part]}, {period}")


def _told(comparison: Comparison, share: Share) -> str:
    return _SENTENCES[share.cause](comparison) + f", soit {_signed(share.amount)}."


def _signed(amount: Decimal) -> str:
    return f"{figures.number(amount, 2, sign=True)}{figures.NARROW}€"


def _energy(comparison: Comparison) -> str:
    ours = sum(line.energy_wh for line in comparison.ours)
    stated = comparison.received
    assert stated is not None and stated.energy_wh is not None  # else no energy could differ
    theirs = figures.exact_energy(stated.energy_wh)
    return f"l’acheteur compte {theirs}, nous {figures.exact_energy(ours)}"


def _price(comparison: Comparison) -> str:
    stated, mine = comparison.received, worth_of(comparison.ours)
    assert stated is not None  # else no price could differ
    told = []
    if stated.price is not None and stated.price != mine.price:
        told.append(f"le prix du relevé est {_plain(stated.price)}, celui du contrat {_plain(mine.price)}")
    if stated.reference is not None and stated.reference != mine.reference:
        ours = _plain(mine.reference)
        told.append(f"le prix de référence du relevé est {_plain(stated.reference)}, le nôtre {ours}")
    return ", et ".join(told) + f"{figures.NARROW}{mine.unit}"


def _index(comparison: Comparison) -> str:
    stated, mine = comparison.received, worth_of(comparison.ours)
    assert stated is not None and stated.coefficient is not None  # else no index could differ
    theirs, ours = _plain(stated.coefficient), _plain(mine.coefficient)
    return f"le coefficient du relevé est {theirs}, celui du contrat {ours}"


def _unexplained(comparison: Comparison) -> str:
    stated = comparison.received
    assert stated is not None  # else nothing would be left to explain
    told = (stated.energy_wh, stated.price, stated.coefficient, stated.reference)
    if all(figure is None for figure in told):
        return "le relevé ne donne que le montant : demandez le détail"
    return "le montant du relevé ne se retrouve pas avec ses propres chiffres"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}".replace(".", ",")


def _always(sentence: str) -> Callable[[Comparison], str]:
    return lambda _: sentence


_SENTENCES: dict[Cause, Callable[[Comparison], str]] = {
    Cause.ENERGY: _energy,
    Cause.PRICE: _price,
    Cause.INDEX: _index,
    Cause.ROUNDING: _always("des arrondis"),
    Cause.MISSING: _always("cette ligne manque dans le relevé reçu"),
    Cause.UNEXPECTED: _always("le relevé a une ligne que nous n’attendions pas"),
    Cause.TWICE: _always("cette ligne figure deux fois dans le relevé"),
    Cause.SEVERAL_PRICES: _always("plusieurs prix se suivent dans cette période : demandez le détail"),
    Cause.UNEXPLAINED: _unexplained,
}
