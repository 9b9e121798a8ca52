"""Money the company owes back: told once, on the way it came, sent by the treasurer or by the provider.

What is owed is always recomputed from the ledger, under the cooperative's lock: net received, less what may
be kept, less what is on its way. So whoever asks, and however often, the same euro is owed once.
"""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from mine_de_soleil.core.refusals import said
from mine_de_soleil.core.secrets import fingerprint
from shareholders.banking.iban import IbanRefused, check_iban, masked
from shareholders.banking.references import reference_for
from shareholders.ledger import (
    ON_THEIR_WAY,
    ZERO,
    Source,
    charges_left,
    free_of,
    kept_of,
    lines_left,
    net_of,
    on_its_way,
)
from shareholders.models import Cooperative, Method, Payment, Payout, StatementLine, Subscription
from shareholders.services.money_words import MoneyRefused, refusals_in_words
from shareholders.services.register import locked
from shareholders.tasks import refund_payout

State, Why = Payout.State, Payout.Why
# Behind the prefix of the cooperative: a payout's reference is never taken for a subscription's.
MARK = "R"


@transaction.atomic
def owe_back(*, actor: User | None, subscription: Subscription) -> list[Payout]:
    """Tell what must go back of a subscription's money, if anything; asked again, nothing is told twice.

    The caller holds the subscription's row. Money of the provider goes back through it, at once; money of the
    bank waits for the treasurer. A payout that is no longer owed (the money was taken back meanwhile) is
    withdrawn while nobody has sent it.
    """
    cooperative = locked(subscription.cooperative_id)
    owed = _owed(subscription)
    if owed < 0:
        owed = _withdraw(actor, subscription, owed)
    return [_tell(actor, cooperative, subscription, source) for source in _ways(subscription, owed)]


def _owed(subscription: Subscription) -> Decimal:
    """Euros to tell; below zero, told too much."""
    net, kept = net_of(subscription), kept_of(subscription)
    surplus = ZERO if kept is None else max(net - kept, ZERO)
    return surplus - on_its_way(subscription)


def _withdraw(actor: User | None, subscription: Subscription, owed: Decimal) -> Decimal:
    """Take back the latest payouts nobody sent, until no more is told than owed; gives what is owed then."""
    for payout in subscription.payouts.filter(state=State.DUE).order_by("-pk"):
        if owed >= 0:
            break
        payout.state = State.FAILED
        payout.save(update_fields=["state"])
        record(actor, "withdraw_payout", payout, scope=payout.cooperative.slug, reference=payout.reference)
        owed += payout.amount
    return owed


def _ways(subscription: Subscription, owed: Decimal) -> list[Source]:
    """Where `owed` [€] goes back to, in parts that add up to it: charges first, then bank accounts."""
    ways = []
    for source in [*charges_left(subscription), *lines_left(subscription)] if owed > 0 else []:
        part = min(source.left, owed)
        if part > 0:
            ways.append(Source(part, source.method, source.charge, source.line))
            owed -= part
    if owed > 0:
        # The card or account it came from takes nothing back: by transfer, where the person says.
        ways.append(Source(owed, Method.TRANSFER))
    return ways


def _tell(actor: User | None, cooperative: Cooperative, subscription: Subscription, source: Source) -> Payout:
    rank = subscription.payouts.count() + 1
    beneficiary, iban = _account(subscription, source)
    payout = enter_payout(
        actor=actor,
        payout=Payout(
            cooperative=cooperative,
            why=_why(subscription),
            cause=f"subscription:{subscription.reference}:{rank}",
            subscription=subscription,
            line=source.line,
            amount=source.left,
            method=source.method,
            beneficiary=beneficiary[:160],
            iban=iban,
            provider_charge=source.charge,
        ),
    )
    if payout.method != Method.TRANSFER:
        _ask_provider(payout)
    return payout


def _why(subscription: Subscription) -> str:
    if subscription.has_ended:
        return Why.REFUSED
    granted = subscription.granted
    return Why.ALLOTTED_LESS if granted is not None and granted < subscription.quantity else Why.EXCESS


def _account(subscription: Subscription, source: Source) -> tuple[str, str]:
    """Who is paid and where; without an account, or after one that sent it back, the treasurer asks."""
    beneficiary, iban = _known_account(subscription, source)
    failed = subscription.payouts.filter(state=State.FAILED, sent_at__isnull=False)
    if iban and failed.filter(iban_masked=masked(iban)).exists():
        iban = ""
    return beneficiary, iban


def _known_account(subscription: Subscription, source: Source) -> tuple[str, str]:
    if source.charge:
        return payer_name(subscription), ""
    if source.line is not None and source.line.party_iban:
        return source.line.party_name or payer_name(subscription), source.line.party_iban
    if subscription.is_gift:
        # The money is the giver's: the account of the person it was offered to isn't hers.
        return subscription.giver_name, ""
    known = subscription.holder.bank_accounts.first() if subscription.holder else None
    if known is not None:
        return known.owner_name, known.iban
    return payer_name(subscription), subscription.refund_iban


def payer_name(subscription: Subscription) -> str:
    """Who most likely paid, in words."""
    if subscription.is_gift:
        return subscription.giver_name
    told = subscription.identity
    speaker = told.get("representative") or told
    name = f"{speaker.get('first_names', '')} {speaker.get('last_name', '')}".strip()
    holder = str(subscription.holder) if subscription.holder else ""
    return told.get("legal_name") or name or holder or subscription.email


def enter_payout(*, actor: User | None, payout: Payout) -> Payout:
    """Number and store a payout, whatever it answers to; the caller holds the cooperative's row."""
    last = Payout.objects.filter(cooperative=payout.cooperative).order_by("-number").first()
    payout.number = last.number + 1 if last else 1
    payout.reference = reference_for(payout.cooperative.payment_prefix + MARK, payout.number)
    payout.iban_masked = masked(payout.iban) if payout.iban else ""
    payout.asked_by = actor
    payout.save(force_insert=True)
    record(
        actor,
        "owe_back",
        payout,
        scope=payout.cooperative.slug,
        reference=payout.reference,
        amount=str(payout.amount),
    )
    return payout


def _ask_provider(payout: Payout) -> None:
    """Let the worker ask the provider, once this is committed."""
    refund_payout.defer(payout_id=payout.pk)


@transaction.atomic
def return_line(*, actor: User | None, line: StatementLine, free_then: Decimal | None = None) -> Payout:
    """Send what is left of a line back to the account it came from. Raises MoneyRefused.

    `free_then` [€]: what was left when the person looked; if it changed since, nothing is done.
    """
    cooperative = locked(line.cooperative_id)
    free = free_to_use(line, free_then)
    if line.currency != "EUR" or line.amount < 0:
        raise MoneyRefused(_("Seul un virement reçu en euros peut être rendu d’ici."))
    rank = line.payouts.filter(why=Why.UNKNOWN).count() + 1
    return enter_payout(
        actor=actor,
        payout=Payout(
            cooperative=cooperative,
            why=Why.UNKNOWN,
            cause=f"line:{line.pk}:{rank}",
            line=line,
            amount=free,
            method=Method.TRANSFER,
            beneficiary=line.party_name or _("Expéditeur du virement"),
            iban=line.party_iban,
        ),
    )


def free_to_use(line: StatementLine, free_then: Decimal | None) -> Decimal:
    """What is left of a line [€], its cooperative locked. Raises MoneyRefused if none or changed."""
    free = free_of(line)
    if free_then is not None and free != free_then:
        raise MoneyRefused(
            _("Cette ligne vient d’être traitée, ici ou ailleurs. Rien n’est fait en double : relisez-la.")
        )
    if free <= 0:
        raise MoneyRefused(_("Tout l’argent de cette ligne a déjà trouvé sa place."))
    return free


@transaction.atomic
def complete_payout(*, actor: User | None, payout: Payout, beneficiary: str, iban: str) -> Payout:
    """Say to which account a payout goes, while the order isn't given. Raises MoneyRefused."""
    found = locked_payout(payout)
    if found.state != State.DUE or found.method != Method.TRANSFER:
        raise MoneyRefused(_("L’ordre de ce remboursement est déjà donné : son compte ne change plus."))
    try:
        found.iban = check_iban(iban)
    except IbanRefused as refusal:
        raise MoneyRefused(said(refusal.sentence)) from refusal
    found.iban_masked = masked(found.iban)
    found.beneficiary = beneficiary.strip()[:160] or found.beneficiary
    found.save(update_fields=["iban", "iban_masked", "beneficiary"])
    # The fingerprint tells an inquiry whether the account was swapped, without showing it.
    record(
        actor,
        "complete_payout",
        found,
        scope=found.cooperative.slug,
        reference=found.reference,
        account=fingerprint(found.iban)[:16],
    )
    return found


@transaction.atomic
def send_payout(*, actor: User | None, payout: Payout) -> Payout:
    """Note that the order is given at the bank; said twice, it is noted once. Raises MoneyRefused."""
    found = locked_payout(payout)
    if found.state in (State.SENT, State.DONE):
        return found
    if found.state == State.FAILED:
        raise MoneyRefused(
            _("Ce remboursement n’est plus à payer. S’il est encore dû, un autre l’a remplacé.")
        )
    if found.method != Method.TRANSFER:
        raise MoneyRefused(_("Ce remboursement passe par le prestataire de paiement : rien à faire."))
    if not found.iban:
        raise MoneyRefused(_("Indiquez d’abord le compte à créditer."))
    found.state, found.sent_at = State.SENT, timezone.now()
    found.save(update_fields=["state", "sent_at"])
    record(actor, "send_payout", found, scope=found.cooperative.slug, reference=found.reference)
    return found


@transaction.atomic
def enter_departure(*, actor: User | None, payout: Payout, line: StatementLine, source: str) -> None:
    """The bank shows that a payout left the account: write it in the ledger and close it."""
    found = locked_payout(payout)
    _ledger(actor, found, _departed(found), line, source)
    found.state, found.done_at = State.DONE, timezone.now()
    found.sent_at = found.sent_at or found.done_at
    found.save(update_fields=["state", "done_at", "sent_at"])


def _departed(payout: Payout) -> Payment.Kind:
    """A refund; or a loss, when the payer's bank took the money too while the order was on its way.

    The bank's truth is entered whatever it costs: refused, its whole statement could never be imported.
    """
    subscription = payout.subscription
    covered = subscription is None or net_of(subscription) >= payout.amount
    return Payment.Kind.REFUNDED if covered else Payment.Kind.LOST


@transaction.atomic
def enter_return(*, actor: User | None, payout: Payout, line: StatementLine, source: str) -> None:
    """The bank sent a payout back: the money is here again, and still owed, on an account to be asked for."""
    found = locked_payout(payout)
    _ledger(actor, found, Payment.Kind.REFUND_FAILED, line, source)
    _fail(actor, found)


@transaction.atomic
def payout_failed(*, actor: User | None, payout: Payout) -> Payout:
    """A payout that nobody received, and that never left: owed again. Raises MoneyRefused once it left."""
    found = locked_payout(payout)
    if found.state == State.FAILED:
        return found
    if found.state == State.DONE:
        raise MoneyRefused(
            _("Le relevé montre que ce virement est parti. S’il revient, un prochain relevé le dira.")
        )
    _fail(actor, found)
    return found


def _fail(actor: User | None, payout: Payout) -> None:
    """Close a payout as failed, and owe its money again another way. Its account isn't tried twice."""
    payout.state, payout.sent_at = State.FAILED, payout.sent_at or timezone.now()
    payout.save(update_fields=["state", "sent_at"])
    record(actor, "payout_failed", payout, scope=payout.cooperative.slug, reference=payout.reference)
    if payout.subscription is not None:
        owe_back(actor=actor, subscription=payout.subscription)


def _ledger(actor: User | None, payout: Payout, kind: Payment.Kind, line: StatementLine, source: str) -> None:
    with refusals_in_words():
        Payment.objects.create(
            cooperative=payout.cooperative,
            kind=kind,
            method=Method.TRANSFER,
            amount=payout.amount,
            dated=line.booked_on,
            entered_by=actor,
            subscription=payout.subscription,
            line=line,
            payout=payout,
            source=source,
        )


def locked_payout(payout: Payout) -> Payout:
    """The payout as it is now, with its cooperative and subscription held until the transaction ends."""
    cooperative = locked(payout.cooperative_id)
    if payout.subscription_id:
        Subscription.objects.select_for_update(no_key=True).get(pk=payout.subscription_id)
    rows = Payout.objects.select_for_update(of=("self",), no_key=True).select_related("subscription")
    found = rows.get(pk=payout.pk)
    found.cooperative = cooperative
    return found


def open_transfers(cooperative: Cooperative) -> list[Payout]:
    """Payouts that a debit of the bank may be."""
    rows = Payout.objects.filter(cooperative=cooperative, method=Method.TRANSFER, state__in=ON_THEIR_WAY)
    return list(rows.select_related("subscription").order_by("pk"))
