"""Statements of the bank: read once, matched with what is owed, and the rest placed by the treasurer.

A file is taken whole or not at all: its lines, the payments they make and the shares those issue are one
transaction. Algorithm of the matching: docs/algorithms/bank-matching.md; the whole way: docs/payments.md.
"""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from mine_de_soleil.core.secrets import closed_bytes, fingerprint
from shareholders.banking.camt053 import Entry, Statement, keyed_entries, read_statements
from shareholders.banking.iban import masked
from shareholders.banking.matching import Credit, DebitKind, Kind, Refund, Verdict, match, match_debits
from shareholders.banking.references import references_in
from shareholders.claims import claims_for, credit_of, searchable, target_of
from shareholders.ledger import ZERO, bank_source, with_free
from shareholders.models import (
    BankStatement,
    CarriedDebt,
    Cooperative,
    LineSetAside,
    Method,
    Payment,
    Payout,
    StatementLine,
    Subscription,
)
from shareholders.services.carried_debts import check_within_debt
from shareholders.services.company_bank import ibans_of
from shareholders.services.gates import locked_subscription, pass_gates
from shareholders.services.money_words import MoneyRefused, refusals_in_words
from shareholders.services.payouts import enter_departure, enter_return, free_to_use, open_transfers
from shareholders.services.register import locked


@dataclass(frozen=True, slots=True)
class StatementReport:
    """What a statement brought. `received` [€] is what was given to subscriptions without anybody's help."""

    file_name: str
    statement_id: int | None
    first_day: dt.date
    last_day: dt.date
    is_known: bool
    is_dry_run: bool
    lines_read: int
    lines_new: int
    exact: int = 0
    partial: int = 0
    excess: int = 0
    several: int = 0
    payouts_done: int = 0
    payouts_returned: int = 0
    to_look_at: int = 0
    received: Decimal = ZERO

    @property
    def lines_known(self) -> int:
        return self.lines_read - self.lines_new


@dataclass
class _Found:
    """What matching did with the new lines of one statement."""

    kinds: Counter[str] = field(default_factory=Counter)
    received: Decimal = ZERO


class _DryRun(Exception):
    """Rolls everything back once the report is made."""


def import_statement(
    *, actor: User | None, cooperative: Cooperative, file_name: str, content: bytes, dry_run: bool = False
) -> StatementReport:
    """Store a CAMT.053 file and place its money. Raises StatementRefused, MoneyRefused; then nothing changed.

    The same file again, or one that overlaps, adds only what is new. A dry run does everything, says what
    came of it, and takes it all back.
    """
    accounts = ibans_of(cooperative)
    if not accounts:
        raise MoneyRefused(
            _(
                "Le compte bancaire de la coopérative n’est pas enregistré : "
                "rien ne dit que ce relevé est le sien."
            )
        )
    statements = read_statements(content, ibans=accounts)
    report: StatementReport | None = None
    try:
        with transaction.atomic():
            report = _store(actor, cooperative, _clean(file_name), content, statements, dry_run=dry_run)
            if dry_run:
                raise _DryRun
    except _DryRun:
        assert report is not None
    return report


def _store(
    actor: User | None,
    cooperative: Cooperative,
    file_name: str,
    content: bytes,
    statements: Sequence[Statement],
    *,
    dry_run: bool,
) -> StatementReport:
    cooperative = locked(cooperative.pk)
    entries = {key: entry for key, entry in keyed_entries(statements).items() if entry.is_counted}
    digest = hashlib.sha256(content).hexdigest()
    known = BankStatement.objects.filter(cooperative=cooperative, sha256=digest).defer("content").first()
    statement = known or BankStatement.objects.create(
        cooperative=cooperative,
        file_name=file_name,
        # It names payers and their accounts: a copy of the database alone must not show them.
        content=closed_bytes(content),
        sha256=digest,
        first_day=min(s.opened_on for s in statements),
        last_day=max(s.closed_on for s in statements),
        imported_by=actor,
    )
    lines = [] if known else _new_lines(statement, entries)
    found = _place(actor, cooperative, lines)
    report = _report(statement, len(entries), lines, found, is_known=bool(known), dry_run=dry_run)
    if not known:
        record(
            actor,
            "import_statement",
            statement,
            scope=cooperative.slug,
            file=file_name,
            lines=len(lines),
            received=str(found.received),
        )
    return report


def _report(
    statement: BankStatement,
    lines_read: int,
    lines: Sequence[StatementLine],
    found: _Found,
    *,
    is_known: bool,
    dry_run: bool,
) -> StatementReport:
    assert statement.first_day and statement.last_day
    return StatementReport(
        file_name=statement.file_name,
        statement_id=None if dry_run and not is_known else statement.pk,
        first_day=statement.first_day,
        last_day=statement.last_day,
        is_known=is_known,
        is_dry_run=dry_run,
        lines_read=lines_read,
        lines_new=len(lines),
        received=found.received,
        **{name: found.kinds[name] for name in _COUNTED},
    )


_COUNTED = ("exact", "partial", "excess", "several", "payouts_done", "payouts_returned", "to_look_at")


def _clean(file_name: str) -> str:
    """A name fit to be stored and shown."""
    return "".join(c for c in file_name if c.isprintable())[-200:] or _("releve.xml")


def _new_lines(statement: BankStatement, entries: dict[str, Entry]) -> list[StatementLine]:
    """Store the entries no earlier file brought, in the order of the file."""
    own = StatementLine.objects.of(statement.cooperative)
    known = set(own.filter(key__in=entries.keys()).values_list("key", flat=True))
    fresh = [(key, entry) for key, entry in entries.items() if key not in known]
    return StatementLine.objects.bulk_create(
        _line(statement, rank, key, entry) for rank, (key, entry) in enumerate(fresh, start=1)
    )


def _line(statement: BankStatement, rank: int, key: str, entry: Entry) -> StatementLine:
    iban = entry.counterparty_iban
    return StatementLine(
        cooperative=statement.cooperative,
        statement=statement,
        position=entry.position or rank,
        key=key,
        amount=entry.amount,
        currency=entry.currency,
        booked_on=entry.booked_on,
        value_on=entry.value_on,
        party_name=entry.counterparty_name[:160],
        party_iban=iban,
        party_iban_fingerprint=fingerprint(iban) if iban else "",
        party_iban_masked=masked(iban) if iban else "",
        text=entry.text[:1000],
        end_to_end_id=entry.end_to_end_id[:40],
        bank_reference=entry.bank_reference[:40],
        is_return=entry.is_return,
    )


# What is sure


def _place(actor: User | None, cooperative: Cooperative, lines: Sequence[StatementLine]) -> _Found:
    """Give each new line what its reference says, and count what waits for somebody."""
    found = _Found()
    by_id = {credit_of(line).id: line for line in lines}
    money_in = [credit_of(line) for line in lines if line.amount > 0]
    money_out = [credit_of(line) for line in lines if line.amount < 0]
    # Departures first: the same file may hold an order and its return.
    _match_departures(actor, cooperative, money_out, by_id, found)
    _match_earlier_returns(actor, cooperative, lines, found)
    today = timezone.localdate(timezone=cooperative.zone)
    claims = claims_for(cooperative, (credit.text for credit in money_in), today)
    touched: set[int] = set()
    for verdict in match(money_in, claims) if money_in else ():
        line = by_id[verdict.credit]
        if verdict.kind is Kind.RETURN and _enter_return(actor, cooperative, line):
            found.kinds["payouts_returned"] += 1
            continue
        found.kinds[verdict.kind.value if verdict.is_automatic else "waiting"] += 1
        found.kinds["to_look_at"] += verdict.needs_somebody
        touched |= _book(actor, line, verdict)
        found.received += sum((part.amount for part in verdict.parts), ZERO)
    for pk in sorted(touched):
        pass_gates(actor=actor, subscription=Subscription.objects.get(pk=pk))
    return found


def _book(actor: User | None, line: StatementLine, verdict: Verdict) -> set[int]:
    """Write the sure parts of a line; the subscriptions they went to."""
    targets = [(*target_of(part.claim), part.amount) for part in verdict.parts]
    subscriptions = Subscription.objects.in_bulk([pk for pk, _carried, _amount in targets])
    for pk, carried, amount in targets:
        _receive(actor, line, subscriptions[pk], amount, carried=carried)
    return set(subscriptions)


def _receive(
    actor: User | None,
    line: StatementLine,
    subscription: Subscription,
    amount: Decimal,
    *,
    carried: int | None = None,
) -> Payment:
    rank = Payment.objects.filter(line=line, subscription=subscription).count() + 1
    with refusals_in_words():
        return Payment.objects.create(
            cooperative_id=line.cooperative_id,
            kind=Payment.Kind.RECEIVED,
            method=Method.TRANSFER,
            amount=amount,
            dated=line.booked_on,
            entered_by=actor,
            subscription=subscription,
            carried_id=carried,
            line=line,
            source=bank_source(line.key, subscription.reference, rank),
        )


def _match_departures(
    actor: User | None,
    cooperative: Cooperative,
    debits: Sequence[Credit],
    by_id: dict[str, StatementLine],
    found: _Found,
) -> None:
    """Close the payouts whose reference and amount stand on a debit."""
    payouts = {str(payout.pk): payout for payout in open_transfers(cooperative)} if debits else {}
    expected = [Refund(key, payout.reference, payout.amount) for key, payout in payouts.items()]
    for verdict in match_debits(debits, expected):
        if verdict.kind is DebitKind.DONE and verdict.refund:
            line, payout = by_id[verdict.debit], payouts[verdict.refund]
            enter_departure(
                actor=actor, payout=payout, line=line, source=f"bank:{line.key}:{payout.reference}"
            )
            found.kinds["payouts_done"] += 1
        found.kinds["to_look_at"] += verdict.kind is DebitKind.WRONG_AMOUNT


def _match_earlier_returns(
    actor: User | None, cooperative: Cooperative, lines: Sequence[StatementLine], found: _Found
) -> None:
    """Look again at returns stored before the departure they answer to: files may come out of order."""
    if not found.kinds["payouts_done"]:
        return
    returns = StatementLine.objects.of(cooperative).filter(is_return=True, amount__gt=0)
    whole = with_free(returns.exclude(pk__in=[line.pk for line in lines])).filter(free=F("amount"))
    for line in whole.order_by("booked_on", "pk"):
        found.kinds["payouts_returned"] += _enter_return(actor, cooperative, line)


def _enter_return(actor: User | None, cooperative: Cooperative, line: StatementLine) -> bool:
    """Whether a credit is one of our own payouts sent back by the other bank; then it is owed again."""
    gone = Payout.objects.filter(
        cooperative=cooperative,
        method=Method.TRANSFER,
        state=Payout.State.DONE,
        amount=line.amount,
        reference__in=references_in(searchable(line)),
    )
    payout = gone.first() if line.currency == "EUR" else None
    if payout is None:
        return False
    enter_return(actor=actor, payout=payout, line=line, source=f"bank:{line.key}:{payout.reference}")
    return True


# What the treasurer decides


@transaction.atomic
def assign_line(
    *,
    actor: User | None,
    line: StatementLine,
    subscription: Subscription,
    amount: Decimal,
    free_then: Decimal | None = None,
    carried: CarriedDebt | None = None,
) -> Payment:
    """Give (a part of) a line to a subscription, and look at its gates again. Raises MoneyRefused.

    `amount` [€]. `free_then` [€]: what was left of the line when the person looked; if that changed since
    (a second click, a colleague), nothing is done. `carried`: what went with shares that changed hands.
    """
    locked(line.cooperative_id)
    free = free_to_use(line, free_then)
    if subscription.cooperative_id != line.cooperative_id:
        raise MoneyRefused(_("Cette souscription est d’une autre coopérative."))
    if line.amount < 0 or line.currency != "EUR" or line.is_return:
        raise MoneyRefused(_("Seul un virement reçu en euros peut payer une souscription."))
    if amount <= 0 or amount != amount.quantize(ZERO) or amount > free:
        raise MoneyRefused(
            _("Le montant est entre 0,01 € et ce qui reste de la ligne : %(left)s €.")
            % {"left": str(free).replace(".", ",")}
        )
    found = locked_subscription(subscription)
    check_within_debt(found, carried, amount)
    payment = _receive(actor, line, found, amount, carried=carried.pk if carried else None)
    record(
        actor,
        "assign_line",
        payment,
        scope=line.cooperative.slug,
        reference=carried.reference if carried else subscription.reference,
        amount=str(amount),
    )
    pass_gates(actor=actor, subscription=subscription)
    return payment


@transaction.atomic
def set_line_aside(
    *,
    actor: User | None,
    line: StatementLine,
    why: str,
    note: str = "",
    free_then: Decimal | None = None,
) -> LineSetAside:
    """Say that what is left of a line isn't a subscription's money. Once a line. Raises MoneyRefused."""
    locked(line.cooperative_id)
    free = free_to_use(line, free_then)
    if why not in LineSetAside.Why.values or why == LineSetAside.Why.TO_RETURN:
        raise MoneyRefused(_("Dites pourquoi cette ligne est mise de côté."))
    if LineSetAside.objects.filter(line=line).exists():
        raise MoneyRefused(_("Cette ligne a déjà été mise de côté. Donnez le reste à une souscription."))
    aside = LineSetAside.objects.create(line=line, why=why, note=note.strip()[:300], amount=free, by=actor)
    record(actor, "set_line_aside", aside, scope=line.cooperative.slug, why=why, amount=str(free))
    return aside
