"""Two witnesses for the ledger: the provider's own list, and the bank's statements as they came."""

import datetime as dt
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django.db.models import Q
from django.utils.translation import gettext as _

from mine_de_soleil.core.figures import euros
from mine_de_soleil.core.journal import record
from mine_de_soleil.core.secrets import opened_bytes
from shareholders import stripe_gateway as gateway
from shareholders.banking.camt053 import Statement, keyed_entries, read_statements
from shareholders.ledger import ZERO, charge_source, of_charge, with_free
from shareholders.models import (
    SIGN,
    BankStatement,
    Checkout,
    Cooperative,
    Payment,
    ProviderAccount,
    StatementLine,
    Subscription,
)
from shareholders.services.company_bank import ibans_of
from shareholders.services.provider import EURO, account_of, settle, settle_picture
from shareholders.services.provider_refunds import ask_late_payouts
from shareholders.stripe_gateway import PaymentPicture, ProviderDown, ProviderRefused

logger = logging.getLogger(__name__)
# Messages are repeated for three days at most; an older change than this window was seen by an earlier night.
WINDOW = dt.timedelta(days=4)


@dataclass(frozen=True, slots=True)
class Difference:
    """One payment on which the provider and we disagree [€]."""

    payment: str
    reference: str
    ours: Decimal
    theirs: Decimal
    sentence: str


@dataclass(frozen=True, slots=True)
class ProviderCheck:
    """What a comparison with the provider's list found; `payments_seen` are ours alone."""

    start: dt.datetime
    end: dt.datetime
    payments_seen: int
    entered: int
    differences: tuple[Difference, ...]


def check_provider(
    *, cooperative: Cooperative, start: dt.datetime, end: dt.datetime, enter_missing: bool = False
) -> ProviderCheck | None:
    """Compare the ledger with every payment the provider touched in the window; None without an account.

    With `enter_missing`, what its messages didn't tell is entered first. Raises ProviderDown.
    """
    account = account_of(cooperative)
    if account is None:
        return None
    ours = [p for p in gateway.payments_between(account, start, end) if p.cooperative == cooperative.slug]
    before = cooperative.payments.count()
    if enter_missing:
        for picture in ours:
            settle_picture(cooperative=cooperative, picture=picture)
        _settle_pending(cooperative)
    found = [difference for picture in ours for difference in _compare(cooperative, picture)]
    entered = cooperative.payments.count() - before
    return ProviderCheck(start, end, len(ours), entered, tuple(found))


def _settle_pending(cooperative: Cooperative) -> None:
    """Debits under way, whatever their age: a message that never came leaves them waiting for ever."""
    pages = Checkout.objects.filter(subscription__cooperative=cooperative, pending_since__isnull=False)
    for session in list(pages.order_by("pk").values_list("session_id", flat=True)):
        try:
            settle(cooperative=cooperative, session_id=session)
        except ProviderRefused as refusal:
            # A page of another account, or of its tests: the others are looked at all the same.
            logger.warning("%s: the provider refused a pending page (%s)", cooperative.slug, refusal.code)


def _compare(cooperative: Cooperative, picture: PaymentPicture) -> Iterator[Difference]:
    if not Subscription.objects.of(cooperative).filter(reference=picture.reference).exists():
        if picture.net_cents:
            theirs = gateway.to_euros(picture.net_cents)
            sentence = _(
                "Le prestataire a reçu de l’argent pour une souscription que nous ne connaissons pas."
            )
            yield Difference(picture.intent, picture.reference, ZERO, theirs, sentence)
        return
    ours = _ledger_of(cooperative, picture)
    theirs = gateway.to_euros(picture.net_cents)
    if picture.currency != EURO:
        sentence = _("Payé en %(currency)s : cette somme n’est pas comptée, rendez-la chez le prestataire.")
        told = sentence % {"currency": picture.currency.upper()}
        yield Difference(picture.intent, picture.reference, ours, theirs, told)
    elif ours != theirs:
        sentence = _("Nos comptes disent %(ours)s, le prestataire %(theirs)s.")
        told = sentence % {"ours": euros(ours, language="fr"), "theirs": euros(theirs, language="fr")}
        yield Difference(picture.intent, picture.reference, ours, theirs, told)


def _ledger_of(cooperative: Cooperative, picture: PaymentPicture) -> Decimal:
    """What our ledger holds of one payment [€]."""
    named = Q(pk=None)
    for charge in picture.charges:
        named |= Q(source=charge_source(charge.id)) | Q(source__endswith=of_charge(charge.id))
    rows = Payment.objects.filter(named, cooperative=cooperative).values_list("kind", "amount")
    return sum((SIGN[Payment.Kind(kind)] * amount for kind, amount in rows), ZERO)


def reconcile_all(*, now: dt.datetime) -> None:
    """Every night, for every cooperative with an account, closed ones too; none stops the others."""
    accounts = ProviderAccount.objects.select_related("cooperative")
    for account in accounts.order_by("pk"):
        cooperative = account.cooperative
        try:
            _reconcile(cooperative, now)
        except (ProviderDown, ProviderRefused) as error:
            logger.warning("reconciliation of %s: %s", cooperative.slug, type(error).__name__)
        except Exception:
            logger.exception("reconciliation of %s", cooperative.slug)


def _reconcile(cooperative: Cooperative, now: dt.datetime) -> None:
    # First, since it needs no answer of the provider.
    ask_late_payouts(cooperative=cooperative, now=now)
    check = check_provider(cooperative=cooperative, start=now - WINDOW, end=now, enter_missing=True)
    if check is not None:
        note(cooperative, check)


def note(cooperative: Cooperative, check: ProviderCheck) -> None:
    """Keep what a night found in the journal, for the treasurer's page."""
    record(
        None,
        "reconcile_payments",
        cooperative,
        scope=cooperative.slug,
        seen=check.payments_seen,
        entered=check.entered,
        differences=[
            {"payment": d.payment, "reference": d.reference, "sentence": d.sentence}
            for d in check.differences
        ],
    )


# The bank


@dataclass(frozen=True, slots=True)
class BankCheck:
    """What the statements, read again from their files, say of our lines and sums [€]."""

    statements: int
    lines: int
    money_in: Decimal
    placed: Decimal
    waiting: Decimal
    faults: tuple[str, ...]


def check_bank(cooperative: Cooperative) -> BankCheck:
    """Read every stored file again: each entry must be a line, and each statement begin where one ended.

    Statements of a former account are read as they were then; each account's balances follow on.
    """
    accounts = ibans_of(cooperative)
    read = [
        (stored.file_name, read_statements(opened_bytes(stored.content), ibans=accounts))
        for stored in BankStatement.objects.filter(cooperative=cooperative).order_by("pk")
    ]
    lines = {line.key: line for line in with_free(StatementLine.objects.of(cooperative))}
    credits = [line for line in lines.values() if line.amount > 0 and line.currency == "EUR"]
    waiting = sum((line.free for line in credits), ZERO)
    money_in = sum((line.amount for line in credits), ZERO)
    faults = [fault for name, statements in read for fault in _missing(name, statements, lines)]
    every = [statement for _name, statements in read for statement in statements]
    for iban in sorted({statement.iban for statement in every}):
        faults += _gaps([statement for statement in every if statement.iban == iban])
    return BankCheck(len(read), len(lines), money_in, money_in - waiting, waiting, tuple(faults))


def _missing(name: str, statements: list[Statement], lines: dict[str, StatementLine]) -> Iterator[str]:
    for key, entry in keyed_entries(statements).items():
        line = lines.get(key)
        if entry.is_counted and (line is None or line.amount != entry.amount):
            yield _("%(file)s, écriture %(n)s : elle manque dans nos comptes, ou n’a pas la même somme.") % {
                "file": name,
                "n": entry.position,
            }


def _gaps(statements: list[Statement]) -> Iterator[str]:
    """Days no statement covers, and balances that don't follow on."""
    ordered = sorted(statements, key=lambda s: (s.opened_on, s.closed_on))
    for before, after in pairwise(ordered):
        if after.opened_on > before.closed_on + dt.timedelta(days=1) and after.opening != before.closing:
            yield _(
                "Il manque un relevé entre le %(first)s et le %(last)s : le solde a changé entre-temps."
            ) % {
                "first": before.closed_on,
                "last": after.opened_on,
            }
        elif after.opened_on == before.closed_on + dt.timedelta(days=1) and after.opening != before.closing:
            yield _("Le solde du %(first)s n’est pas celui par lequel le relevé du %(last)s commence.") % {
                "first": before.closed_on,
                "last": after.opened_on,
            }
