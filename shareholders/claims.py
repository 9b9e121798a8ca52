"""What subscriptions still owe, and credits of the bank, as the matching reads them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db.models import Q, Sum

from shareholders.banking.matching import Claim, Credit
from shareholders.banking.references import references_in
from shareholders.ledger import ZERO
from shareholders.models import (
    BEFORE_SIGNATURE,
    SIGN,
    CarriedDebt,
    Cooperative,
    HolderBankAccount,
    Payment,
    StatementLine,
    Subscription,
)
from shareholders.reports import nominal_on
from shareholders.unpaid import Debt, debts_in

State = Subscription.State


def searchable(line: StatementLine) -> str:
    """The text where a reference may stand."""
    return f"{line.text}\n{line.end_to_end_id}"


def credit_of(line: StatementLine, *, amount: Decimal | None = None) -> Credit:
    """A line as the matching reads it; `amount` [€] when only a part of it is left.

    What its reference says of a line was done when it came: for the rest, names and accounts speak.
    """
    return Credit(
        id=f"{line.pk:012d}",
        amount=line.amount if amount is None else amount,
        booked_on=line.booked_on,
        text=searchable(line) if amount in (None, line.amount) else "",
        payer_name=line.party_name,
        payer_iban=line.party_iban_fingerprint,
        currency=line.currency,
        is_return=line.is_return,
    )


def claims_for(cooperative: Cooperative, texts: Iterable[str], today: dt.date) -> list[Claim]:
    """Every subscription that may still be paid, and those named in `texts` though nothing is due."""
    named = {reference for text in texts for reference in references_in(text)}
    # Issued ones still owe when partly paid, or when their money was taken back.
    awaited = Q(state__in=[*BEFORE_SIGNATURE, State.SIGNED, State.ISSUED])
    rows = Subscription.objects.of(cooperative).filter(awaited | Q(reference__in=named))
    subscriptions = list(rows.select_related("round", "holder").order_by("pk"))
    net = _net_by_subscription(cooperative)
    nominal = nominal_on(cooperative, today)
    due = {s.pk: max(price_of(s, nominal) - net[s.pk], ZERO) for s in subscriptions}
    debts = debts_in(cooperative)
    # Of issued ones paid in several times, part may have gone with shares that changed hands.
    due |= {s.pk: ZERO for s in subscriptions if s.state == State.ISSUED and s.schedule}
    due |= {debt.subscription.pk: debt.amount for debt in debts if debt.carried is None}
    useful = [s for s in subscriptions if due[s.pk] > 0 or s.reference in named]
    accounts = _accounts(useful)
    claims = [Claim(str(s.pk), s.reference, due[s.pk], names_of(s), accounts[s.pk]) for s in useful]
    return claims + _carried(cooperative, debts, named)


# A debt carried by shares is paid to its subscription: its claim names both.
_BOTH = ":"


def target_of(claim: str) -> tuple[int, int | None]:
    """The subscription that a claim is of, and the carried debt if it is one's."""
    subscription, _mark, carried = claim.partition(_BOTH)
    return int(subscription), int(carried) if carried else None


def _carried(cooperative: Cooperative, debts: Sequence[Debt], named: set[str]) -> list[Claim]:
    """What went with shares: still owed, or named though it is paid."""
    owed = {debt.carried.pk: debt.amount for debt in debts if debt.carried}
    rows = CarriedDebt.objects.of(cooperative).exclude(holder=None)
    found = rows.filter(Q(pk__in=owed) | Q(reference__in=named))
    return [
        Claim(f"{row.subscription_id}{_BOTH}{row.pk}", row.reference, owed.get(row.pk, ZERO))
        for row in found.order_by("pk")
    ]


def price_of(subscription: Subscription, nominal: Decimal) -> Decimal:
    """What it costs in all [€]: as signed, before the signature at today's price, nothing once ended."""
    if subscription.has_ended:
        return ZERO
    if subscription.signed_at:
        return subscription.price
    return subscription.shares * (nominal + subscription.round.premium)


def names_of(subscription: Subscription) -> tuple[str, ...]:
    """Everybody whose name may stand on the transfer."""
    told = subscription.identity
    people = [told, told.get("representative") or {}, *(told.get("parts") or ())]
    names = [f"{one.get('first_names', '')} {one.get('last_name', '')}".strip() for one in people]
    if subscription.holder is not None:
        names.append(str(subscription.holder))
    return tuple(name for name in [*names, told.get("legal_name", ""), subscription.giver_name] if name)


def _net_by_subscription(cooperative: Cooperative) -> dict[int, Decimal]:
    net: dict[int, Decimal] = defaultdict(lambda: ZERO)
    rows = Payment.objects.filter(cooperative=cooperative, subscription__isnull=False)
    sums = rows.order_by().values("subscription", "kind").annotate(total=Sum("amount"))
    for row in sums:
        net[row["subscription"]] += SIGN[Payment.Kind(row["kind"])] * row["total"]
    return net


def _accounts(subscriptions: Sequence[Subscription]) -> dict[int, frozenset[str]]:
    """Fingerprints of the accounts each may pay from."""
    found: dict[int, set[str]] = {s.pk: {s.refund_iban_fingerprint} - {""} for s in subscriptions}
    holders = defaultdict(list)
    for s in subscriptions:
        if s.holder_id:
            holders[s.holder_id].append(s.pk)
    rows = HolderBankAccount.objects.filter(holder__in=holders)
    for holder, fingerprint in rows.values_list("holder_id", "iban_fingerprint"):
        for pk in holders[holder]:
            found[pk].add(fingerprint)
    return {pk: frozenset(fingerprints) for pk, fingerprints in found.items()}
