"""What the law doesn't let statutes say, on the day they were adopted, and what cannot be true together."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from mine_de_soleil.rules.law import NotInForce, parameter
from mine_de_soleil.rules.statutes.edition import Statutes
from mine_de_soleil.rules.statutes.table import NARROW, Fault

LONGEST_CODE = 30


def check_against_law(statutes: Statutes) -> list[Fault]:
    """Every conflict with the law in force on the day of adoption, or inside the edition."""
    try:
        return [*_capital(statutes), *_payment(statutes), *_lock_up(statutes), *_colleges(statutes)]
    except NotInForce as unknown:
        sentence = f"la loi de ce jour-là n’est pas connue ici{NARROW}: {unknown}"
        return [Fault("adopted_on", sentence)]


def _law(name: str, day: dt.date) -> Decimal:
    return parameter(name).value_on(day)


def _capital(statutes: Statutes) -> Iterator[Fault]:
    capital = statutes.capital
    if not capital.floor_eur <= capital.stated_eur <= capital.ceiling_eur:
        yield Fault("capital", "le plancher, le capital énoncé et le plafond ne sont pas dans cet ordre")
    if capital.stated_eur % statutes.shares.nominal_eur:
        yield Fault("capital.stated_eur", "le capital n’est pas un nombre entier d’actions")
    if not statutes.variable_capital:
        if not capital.floor_eur == capital.stated_eur == capital.ceiling_eur:
            yield Fault("capital", "un capital qui n’est pas variable n’a ni plancher ni plafond à part")
        return
    part = _law("company.variable_capital_floor_fraction", statutes.adopted_on)
    if capital.floor_eur < part * capital.stated_eur:
        sentence = f"le plancher est plus bas que {Fraction(part)} du capital énoncé (L231-5)"
        yield Fault("capital.floor_eur", sentence)


def _payment(statutes: Statutes) -> Iterator[Fault]:
    shares = statutes.shares
    least = Fraction(_law("shares.paid_up_minimum_at_increase_fraction", statutes.adopted_on))
    if shares.minimum_paid < least:
        yield Fault("shares.minimum_paid", f"la loi demande {least} au moins à la souscription (L225-144)")
    if shares.minimum_paid == 1 and shares.balance_within_months:
        yield Fault(
            "shares.balance_within_months",
            f"il ne reste rien à verser{NARROW}: écrivez 0",
        )
    if shares.minimum_paid < 1 and not shares.balance_within_months:
        yield Fault("shares.balance_within_months", "le délai pour verser le reste manque")
    most = _law("shares.balance_maximum_months", statutes.adopted_on)
    if shares.balance_within_months > most:
        yield Fault("shares.balance_within_months", f"la loi donne {most} mois au plus (L225-144)")


def _lock_up(statutes: Statutes) -> Iterator[Fault]:
    most = _law("shares.inalienability_maximum_months", statutes.adopted_on)
    if statutes.shares.lock_up_months > most:
        yield Fault("shares.lock_up_months", f"la loi permet {most} mois au plus (L227-13)")


def _colleges(statutes: Statutes) -> Iterator[Fault]:
    codes = [college.code for college in statutes.colleges]
    for number, code in enumerate(codes, start=1):
        if code in codes[: number - 1]:
            yield Fault(f"colleges[{number}].code", "ce code est déjà celui d’un autre collège")
        if len(code) > LONGEST_CODE:
            yield Fault(f"colleges[{number}].code", f"ce code dépasse {LONGEST_CODE} caractères")
