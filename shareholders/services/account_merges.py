"""Two accounts of one person become one.

The shares pass by a line of the kind « cession » whose reason says what it is. No other kind fits: a
reversal mirrors one line, as it was, and would undo issues that did take place; a new issue would date the
shares anew. No order of movement stands behind it, so that no clock runs and no duty is due: nothing is
sold. Lock-up goes on from the day the shares were bought (`transferable.lots_of`).

The account that was dropped stays under its number for ever, with its lines, papers and letters. The
journal keeps what was passed, so that a merger done by mistake can be undone whole (`part_accounts`).
"""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from mine_de_soleil.core.post import post
from shareholders.models import (
    Attachment,
    Representative,
    Shareholder,
    ShareMovement,
    Subscription,
)
from shareholders.persons import Address, NaturalPerson, identity_key
from shareholders.services.languages import language_of
from shareholders.services.newcomers import close_space, open_space, users_of
from shareholders.services.partings import check_at_rest, merger_of, part
from shareholders.services.people import end_representation, name_representative
from shareholders.services.register import MovementRefused, locked, refusals_in_words, transfer_shares
from shareholders.services.register_decisions import check_not_own, check_seen, checked_reason, correct_line
from shareholders.services.transfer_mails import letters_to
from shareholders.statutes import NoStatutes, statutes_of
from shareholders.transferable import college_on, held_on, room_to_receive

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
    *,
    actor: User,
    kept: Shareholder,
    dropped: Shareholder,
    reason: str,
    paper: Attachment | None = None,
    seen: int | None = None,
) -> ShareMovement | None:
    """Pass all that `dropped` has to `kept`, the same person. The line of the register; None without shares.

    The people of both accounts are written to. Merged already, it is left so. Raises MergeRefused, and
    MovementRefused where the register moved since line `seen`, or where `actor` acts for one of them.
    """
    cooperative = locked(kept.cooperative_id)
    kept, dropped = _locked(kept), _locked(dropped)
    if dropped.merged_into_id == kept.pk:
        return dropped.movements_out.order_by("-number").first()
    said = checked_reason(reason)
    check_seen(cooperative, seen)
    check_not_own(actor, kept, dropped)
    _check(kept, dropped, paper)
    readers = [(address, side) for side in (kept, dropped) for address in letters_to(side)]
    line = _pass_shares(actor, kept, dropped, said)
    passed = _pass_the_rest(actor, kept, dropped)
    with refusals_in_words():
        dropped.merged_into = kept
        dropped.save(update_fields=["merged_into", "user"])
    told = {"kept": kept.number, "movement": line.number if line else None, "reason": said}
    sha256, scope = (paper.sha256 if paper else ""), cooperative.slug
    record(actor, "merge_accounts", dropped, scope=scope, paper=sha256, **told, **passed)
    _tell(kept, dropped, readers)
    return line


def _tell(kept: Shareholder, dropped: Shareholder, readers: list[tuple[str, Shareholder]]) -> None:
    """Once an address: whose account is closed by mistake hears of it at once."""
    context = {"cooperative": kept.cooperative, "kept": kept, "dropped": dropped}
    template = "shareholders/mail/accounts_merged.txt"
    for address, holder in dict(readers).items():
        post(to=address, template=template, context=context, language=language_of(address, holder))


@transaction.atomic
def part_accounts(*, actor: User, dropped: Shareholder, reason: str, seen: int | None = None) -> None:
    """Undo the merger that closed this account, with its line if it has one. Raises MovementRefused.

    Two already, they are left so.
    """
    cooperative, said = locked(dropped.cooperative_id), checked_reason(reason)
    dropped = _locked(dropped)
    entry, kept = merger_of(dropped), dropped.merged_into
    if kept is None:
        return
    check_seen(cooperative, seen)
    check_not_own(actor, kept, dropped)
    number = entry.detail.get("movement") if entry else None
    if number is None:
        part(actor, dropped, said)
        return
    line = ShareMovement.objects.select_related("cooperative", "from_shareholder", "to_shareholder").get(
        cooperative=cooperative, number=number
    )
    correct_line(actor=actor, movement=line, dated=timezone.localdate(), reason=said)


def _locked(holder: Shareholder) -> Shareholder:
    rows = Shareholder.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("cooperative", "user", "merged_into__cooperative").get(pk=holder.pk)


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
    check_at_rest(dropped)
    _check_cap(kept, dropped)


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


def _check_cap(kept: Shareholder, dropped: Shareholder) -> None:
    """One person holds no more in one account than the statutes let her."""
    today = timezone.localdate()
    college, quantity = college_on(kept, today), held_on(dropped, today)
    try:
        statutes = statutes_of(kept.cooperative, today)
    except NoStatutes:
        return
    most = room_to_receive(kept, college, today, statutes) if college else None
    if quantity and most is not None and quantity > most:
        raise MergeRefused(
            _(
                "Réunis, ces comptes dépasseraient ce que les statuts laissent à une personne\u202f: "
                "%(most)d actions au plus peuvent encore passer, sur %(held)d."
            )
            % {"most": most, "held": quantity}
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


def _pass_the_rest(actor: User, kept: Shareholder, dropped: Shareholder) -> dict[str, Any]:
    """Subscriptions and what is due on them, who acts, the way into the space; keys, for the journal.

    Not the bank account: were the two accounts not one person's, money would go to the wrong one.
    """
    passed: dict[str, Any] = {"user": dropped.user_id, "user_given": False}
    passed |= _pass_subscriptions(kept, dropped)
    before = users_of(dropped)
    passed |= _pass_speakers(actor, kept, dropped)
    if kept.user is None and dropped.user is not None:
        kept.user, passed["user_given"] = dropped.user, True
        kept.save(update_fields=["user"])
    dropped.user = None
    dropped.save(update_fields=["user"])
    if not kept.died_on:
        open_space(actor=actor, holder=kept)
    for user in before:
        close_space(actor=actor, cooperative=kept.cooperative, user=user)
    return passed


def _pass_subscriptions(kept: Shareholder, dropped: Shareholder) -> dict[str, list[int]]:
    own, invited = (
        Subscription.objects.filter(holder=dropped),
        Subscription.objects.filter(invited_by=dropped),
    )
    passed = {
        "subscriptions": list(own.order_by("pk").values_list("pk", flat=True)),
        "invitations": list(invited.order_by("pk").values_list("pk", flat=True)),
    }
    own.update(holder=kept)
    invited.update(invited_by=kept)
    return passed


def _pass_speakers(actor: User, kept: Shareholder, dropped: Shareholder) -> dict[str, list[int]]:
    """Who acts for the dropped account acts for the other, unless the same e-mail does so already."""
    today = timezone.localdate()
    known = {speaker.email.lower() for speaker in kept.representatives.filter(until=None)}
    made, ended = [], []
    for speaker in dropped.representatives.filter(until=None).order_by("pk"):
        if speaker.email.lower() not in known:
            made.append(_name_again(actor, kept, speaker, max(today, speaker.since)).pk)
        end_representation(actor=actor, representative=speaker, until=max(today, speaker.since))
        ended.append(speaker.pk)
    return {"powers_made": made, "powers_ended": ended}


def _name_again(actor: User, kept: Shareholder, speaker: Representative, since: dt.date) -> Representative:
    return name_representative(
        actor=actor,
        holder=kept,
        quality=speaker.quality,
        since=since,
        first_names=speaker.first_names,
        last_name=speaker.last_name,
        email=speaker.email,
        user=speaker.user,
        mandate=speaker.mandate,
    )
