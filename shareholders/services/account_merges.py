"""Two accounts of one person become one.

The shares pass by a line of the kind « cession » whose reason says what it is. No other kind fits: a
reversal mirrors one line, as it was, and would undo issues that did take place; a new issue would date the
shares anew. No order of movement stands behind it, so that no clock runs and no duty is due: nothing is
sold. Lock-up goes on from the day the shares were bought (`transferable.lots_of`).

The account that was dropped stays under its number for ever, with its lines, papers and letters.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from shareholders.models import (
    TRANSFER_ENDED,
    Attachment,
    PreEmption,
    Shareholder,
    ShareMovement,
    ShareTransfer,
    Subscription,
    Withdrawal,
)
from shareholders.persons import Address, NaturalPerson, identity_key
from shareholders.services.newcomers import close_space, open_space, users_of
from shareholders.services.people import change_bank_account, end_representation, name_representative
from shareholders.services.register import MovementRefused, locked, refusals_in_words, transfer_shares
from shareholders.services.register_decisions import checked_reason
from shareholders.transferable import held_on

TOGETHER = (Shareholder.Kind.JOINT, Shareholder.Kind.SPLIT)


class MergeRefused(MovementRefused):
    """Two accounts that can't become one; the sentence says why."""


def differences(kept: Shareholder, dropped: Shareholder) -> tuple[str, ...]:
    """In what the identities of two accounts differ; with any, a merger asks for a paper that explains it."""
    found = []
    if _name(kept) != _name(dropped):
        found.append(_("le nom"))
    if kept.birth_date != dropped.birth_date:
        found.append(_("la date de naissance"))
    if kept.siren != dropped.siren:
        found.append("SIREN")
    return tuple(found)


def _name(holder: Shareholder) -> str:
    """However typed: capitals, accents and hyphens aside."""
    nowhere = Address("", "", "", "")
    last = holder.last_name or holder.legal_name
    return identity_key(NaturalPerson(last, holder.first_names, None, "", nowhere, ""))


@transaction.atomic
def merge_accounts(
    *, actor: User, kept: Shareholder, dropped: Shareholder, reason: str, paper: Attachment | None = None
) -> ShareMovement | None:
    """Pass all that `dropped` has to `kept`, the same person. The line of the register; None without shares.

    Merged already, it is left so. Raises MergeRefused, and MovementRefused.
    """
    cooperative = locked(kept.cooperative_id)
    kept, dropped = _locked(kept), _locked(dropped)
    if dropped.merged_into_id == kept.pk:
        return dropped.movements_out.order_by("-number").first()
    said = checked_reason(reason)
    _check(kept, dropped, paper)
    line = _pass_shares(actor, kept, dropped, said)
    _pass_the_rest(actor, kept, dropped)
    with refusals_in_words():
        dropped.merged_into = kept
        dropped.save(update_fields=["merged_into", "user"])
    number = line.number if line else None
    sha256 = paper.sha256 if paper else ""
    scope = cooperative.slug
    record(
        actor,
        "merge_accounts",
        dropped,
        scope=scope,
        kept=kept.number,
        movement=number,
        reason=said,
        paper=sha256,
    )
    return line


def _locked(holder: Shareholder) -> Shareholder:
    rows = Shareholder.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("cooperative", "user").get(pk=holder.pk)


def _check(kept: Shareholder, dropped: Shareholder, paper: Attachment | None) -> None:
    if kept.pk == dropped.pk:
        raise MergeRefused(_("C’est le même compte : donnez le numéro de l’autre."))
    if kept.cooperative_id != dropped.cooperative_id or kept.kind != dropped.kind:
        raise MergeRefused(_("Ces deux comptes ne sont pas de même nature : ce n’est pas la même personne."))
    if kept.kind in TOGETHER:
        raise MergeRefused(
            _("Un compte commun ne se réunit pas à un autre : changez plutôt les personnes du compte.")
        )
    if kept.merged_into_id or dropped.merged_into_id or dropped.merged_accounts.exists():
        raise MergeRefused(
            _("L’un de ces comptes a déjà été réuni à un autre : gardez celui qui est resté ouvert.")
        )
    if kept.died_on != dropped.died_on:
        raise MergeRefused(_("Un décès est inscrit sur un seul des deux comptes : inscrivez-le sur l’autre."))
    _check_same(kept, dropped, paper)
    _check_at_rest(dropped)


def _check_same(kept: Shareholder, dropped: Shareholder, paper: Attachment | None) -> None:
    if kept.siren and dropped.siren and kept.siren != dropped.siren:
        raise MergeRefused(_("Deux numéros SIREN différents sont deux sociétés : rien n’est réuni."))
    if paper is None and differences(kept, dropped):
        raise MergeRefused(
            _(
                "Les deux identités diffèrent (%(what)s) : joignez la pièce qui montre "
                "que c’est une seule personne."
            )
            % {"what": ", ".join(differences(kept, dropped))}
        )


def _check_at_rest(dropped: Shareholder) -> None:
    """What is under way names the account: it comes to its end first."""
    open_ones = ShareTransfer.objects.exclude(state__in=TRANSFER_ENDED)
    busy = (
        open_ones.filter(giver=dropped).exists()
        or open_ones.filter(taker=dropped).exists()
        or PreEmption.objects.filter(holder=dropped).exclude(transfer__state__in=TRANSFER_ENDED).exists()
        or Withdrawal.objects.filter(holder=dropped, state=Withdrawal.State.ASKED).exists()
    )
    if busy:
        raise MergeRefused(
            _("Une cession ou un retrait est en cours sur le compte n° %(number)d : terminez-le d’abord.")
            % {"number": dropped.number}
        )


def _pass_shares(actor: User, kept: Shareholder, dropped: Shareholder, said: str) -> ShareMovement | None:
    today = timezone.localdate()
    quantity = held_on(dropped, today)
    if not quantity:
        return None
    # The register is kept in French, whoever happens to write in it.
    reason = f"Réunion de deux comptes d’une même personne, n° {dropped.number} au n° {kept.number} : {said}"
    return transfer_shares(
        actor=actor, seller=dropped, buyer=kept, quantity=quantity, dated=today, reason=reason
    )


def _pass_the_rest(actor: User, kept: Shareholder, dropped: Shareholder) -> None:
    """Subscriptions and what is still due on them, who acts, the bank account, the way into the space."""
    Subscription.objects.filter(holder=dropped).update(holder=kept)
    Subscription.objects.filter(invited_by=dropped).update(invited_by=kept)
    before = users_of(dropped)
    _pass_speakers(actor, kept, dropped)
    account = dropped.bank_accounts.first()
    if account is not None and not kept.bank_accounts.exists():
        change_bank_account(actor=actor, holder=kept, iban=account.iban, owner_name=account.owner_name)
    if kept.user is None and dropped.user is not None:
        kept.user = dropped.user
        kept.save(update_fields=["user"])
    dropped.user = None
    dropped.save(update_fields=["user"])
    if not kept.died_on:
        open_space(actor=actor, holder=kept)
    for user in before:
        close_space(actor=actor, cooperative=kept.cooperative, user=user)


def _pass_speakers(actor: User, kept: Shareholder, dropped: Shareholder) -> None:
    """Who acts for the dropped account acts for the other, unless the same e-mail does so already."""
    today = timezone.localdate()
    known = {speaker.email.lower() for speaker in kept.representatives.filter(until=None)}
    for speaker in dropped.representatives.filter(until=None).order_by("pk"):
        if speaker.email.lower() not in known:
            name_representative(
                actor=actor,
                holder=kept,
                quality=speaker.quality,
                since=max(today, speaker.since),
                first_names=speaker.first_names,
                last_name=speaker.last_name,
                email=speaker.email,
                user=speaker.user,
                mandate=speaker.mandate,
            )
        end_representation(actor=actor, representative=speaker, until=max(today, speaker.since))
