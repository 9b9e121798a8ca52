"""From a TOML text to an edition: every key is asked for by name, then the whole is held against the law."""

import hashlib
import re
import tomllib
from dataclasses import replace
from decimal import Decimal
from typing import Any, get_args

from mine_de_soleil.rules.statutes.edition import (
    Approval,
    Capital,
    College,
    Inheritance,
    Majority,
    Minors,
    Organ,
    PersonKind,
    PreEmption,
    Provenance,
    Relation,
    Shares,
    Silence,
    Statutes,
    Subscription,
    Transfer,
    Usufruct,
    UsufructVoter,
    Withdrawal,
    WithdrawalValue,
)
from mine_de_soleil.rules.statutes.law_checks import check_against_law
from mine_de_soleil.rules.statutes.table import Fault, Table

# Fifty pages of statutes hold in less; more would be something else.
LONGEST_CHARACTERS = 100_000
MOST_COLLEGES = 30
CONFIDENCES = ("V", "S", "O", "M", "D")
# Nobody is asked to wait longer than this; what the law says comes after.
LONGEST_DAYS, LONGEST_MONTHS, MOST_SHARES = 3_660, 1_200, 1_000_000

_ORGANS: tuple[Organ, ...] = get_args(Organ)
_SILENCES: tuple[Silence, ...] = get_args(Silence)
_KINDS: tuple[PersonKind, ...] = get_args(PersonKind)
_RELATIONS: tuple[Relation, ...] = get_args(Relation)
_VALUES: tuple[WithdrawalValue, ...] = get_args(WithdrawalValue)
_VOTERS: tuple[UsufructVoter, ...] = get_args(UsufructVoter)


class StatutesRefused(ValueError):
    """A text that is no edition; `faults` holds each reason with the key it stands at."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))


def read_statutes(text: str) -> Statutes:
    """Read a whole edition. Raises StatutesRefused with every fault found.

    Refused: what is no TOML; a missing, unknown or misspelt key; a value of another kind or out of its
    bounds; rules the law forbids on the day of adoption (floor of the capital, payment, lock-up).
    """
    faults: list[Fault] = []
    top = Table(_parsed(text), "", faults)
    statutes = _edition(top, hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest())
    if not faults:
        faults += check_against_law(statutes)
    if faults:
        raise StatutesRefused(tuple(faults))
    return statutes


def _parsed(text: str) -> dict[str, Any]:
    if len(text) > LONGEST_CHARACTERS:
        raise StatutesRefused((Fault("", f"Ce texte dépasse {LONGEST_CHARACTERS} caractères."),))
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except RecursionError:
        raise StatutesRefused((Fault("", "Ce texte emboîte trop de listes."),)) from None
    # Besides TOMLDecodeError: a day that is in no calendar, a number of thousands of digits.
    except (ValueError, ArithmeticError) as error:
        raise StatutesRefused((Fault("", f"Ce texte n’est pas du TOML lisible{_place(error)}."),)) from None


def _place(error: Exception) -> str:
    """Where reading stopped, when the reader of TOML says it."""
    found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    return f" (ligne {found[1]}, colonne {found[2]})" if found else ""


def _edition(top: Table, sha256: str) -> Statutes:
    origins: list[tuple[str, Provenance]] = []
    sections = {key: top.table(key) for key in _SECTIONS}
    company = sections["company"]
    statutes = Statutes(
        edition=top.text("edition"),
        adopted_on=top.day("adopted_on"),
        legal_form=company.text("legal_form"),
        variable_capital=company.yes_no("variable_capital"),
        capital=_capital(sections["capital"]),
        shares=_shares(sections["shares"]),
        colleges=tuple(_college(table, origins) for table in top.tables("colleges", most=MOST_COLLEGES)),
        subscription=_subscription(sections["subscription"]),
        transfer=_transfer(sections["transfer"]),
        withdrawal=_withdrawal(sections["withdrawal"]),
        inheritance=_inheritance(sections["inheritance"]),
        usufruct=_usufruct(sections["usufruct"]),
        minors=Minors(sections["minors"].text("note"), sections["minors"].text("note_en")),
        origins=(),
        sha256=sha256,
    )
    for key, section in sections.items():
        origins += _origins(section, key)
        section.close()
    top.close()
    return replace(statutes, origins=tuple(origins))


_SECTIONS = (
    *("company", "capital", "shares", "subscription", "transfer"),
    *("withdrawal", "inheritance", "usufruct", "minors"),
)


def _origins(section: Table, path: str) -> list[tuple[str, Provenance]]:
    """The source of a section, and those of single values that have their own."""
    found = [(path, _provenance(section))]
    if not section.has("sources"):
        return found
    own = section.table("sources")
    for key in own.written():
        one = own.table(key)
        if not section.has(key):
            own.refuse(key, "cette clé n’existe pas dans la section")
        found.append((f"{path}.{key}", _provenance(one)))
        one.close()
    return found


def _provenance(table: Table) -> Provenance:
    return Provenance(table.text("source"), table.one_of("confidence", CONFIDENCES))


def _capital(table: Table) -> Capital:
    return Capital(table.euros("stated_eur"), table.euros("floor_eur"), table.euros("ceiling_eur"))


def _shares(table: Table) -> Shares:
    return Shares(
        nominal_eur=table.euros("nominal_eur"),
        minimum_paid=table.fraction("minimum_paid"),
        balance_within_months=table.count("balance_within_months", least=0, most=LONGEST_MONTHS),
        lock_up_months=table.count("lock_up_months", least=0, most=LONGEST_MONTHS),
        cap_fraction=table.optional_fraction("cap_fraction"),
    )


def _college(table: Table, origins: list[tuple[str, Provenance]]) -> College:
    code = table.code("code")
    college = College(
        code=code,
        name=table.text("name"),
        name_en=table.text("name_en"),
        rule=table.text("rule"),
        rule_en=table.text("rule_en"),
        admits=table.some_of("admits", _KINDS, least=1),
        minimum_shares=table.count("minimum_shares", least=1, most=MOST_SHARES),
        territory=table.text("territory") if table.has("territory") else "",
        territory_en=table.text("territory_en") if table.has("territory") else "",
        cap_fraction=table.optional_fraction("cap_fraction"),
    )
    origins += _origins(table, f"colleges.{code}")
    table.close()
    return college


def _approval(table: Table) -> Approval:
    organ = table.one_of("approval", _ORGANS)
    least, most = (0, 0) if organ == "none" else (1, LONGEST_DAYS)
    days = table.count("approval_days", least=least, most=most)
    return Approval(organ, days, table.one_of("silence", _SILENCES))


def _subscription(table: Table) -> Subscription:
    return Subscription(_approval(table), table.count("expires_after_days", least=1, most=LONGEST_DAYS))


def _transfer(table: Table) -> Transfer:
    days = table.count("pre_emption_days", least=0, most=LONGEST_DAYS)
    ranks = [table.text(key, may_be_empty=days == 0) for key in ("pre_emption_rank", "pre_emption_rank_en")]
    return Transfer(
        pre_emption=PreEmption(days, *ranks),
        approval=_approval(table),
        majority=Majority(table.fraction("approval_majority"), table.yes_no("strictly_more")),
        free_between=table.some_of("free_between", _RELATIONS, least=0),
    )


def _withdrawal(table: Table) -> Withdrawal:
    return Withdrawal(
        notice_months=table.count("notice_months", least=0, most=LONGEST_MONTHS),
        not_before_months=table.count("not_before_months", least=0, most=LONGEST_MONTHS),
        value=table.one_of("value", _VALUES),
        reimbursed_within_months=table.count("reimbursed_within_months", least=0, most=LONGEST_MONTHS),
    )


def _inheritance(table: Table) -> Inheritance:
    return Inheritance(table.yes_no("approval"), table.count("heirs_days", least=1, most=LONGEST_DAYS))


def _usufruct(table: Table) -> Usufruct:
    return Usufruct(table.one_of("votes_on_profit", _VOTERS), table.one_of("votes_otherwise", _VOTERS))
