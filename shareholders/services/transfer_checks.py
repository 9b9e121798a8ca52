"""What a transfer must obey: who may act, how many shares, who may receive them. French sentences."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mine_de_soleil.core.models import User
from mine_de_soleil.rules.law import parameter
from mine_de_soleil.rules.statutes import Relation, Statutes
from shareholders.models import MovementKind, Representative, Shareholder, ShareTransfer
from shareholders.persons import age_on
from shareholders.transferable import college_on, held_on, least_in, room_of, room_to_receive

DEAREST = Decimal(1_000_000)


class TransferRefused(Exception):
    """An act that can't be done; `str()` is the sentence for the person who asked."""


def check_may_act(actor: User, holder: Shareholder, today: dt.date) -> None:
    """Raises TransferRefused unless `actor` may act for `holder`: not for the dead, nor a child alone."""
    # As it is now that the cooperative is locked: a death may have been entered since the page was opened.
    holder.refresh_from_db(fields=["died_on", "birth_date", "protection"])
    if holder.died_on:
        raise TransferRefused(_("Ce compte est gelé depuis un décès : la succession passe par le conseil."))
    acted_for = Shareholder.objects.of(actor, holder.cooperative).filter(pk=holder.pk).exists()
    if not acted_for:
        raise TransferRefused(_("Vous ne pouvez pas agir pour cet actionnaire."))
    if needs_a_speaker(holder, today) and not _speaks_for(actor, holder):
        raise TransferRefused(
            _("Cette personne ne signe pas seule : un parent ou un représentant doit le faire.")
        )


def needs_a_speaker(holder: Shareholder, today: dt.date) -> bool:
    """Whether `holder` is a child, or an adult protected by a judge."""
    return bool(holder.protection) or is_child(holder, today)


def is_child(holder: Shareholder, day: dt.date) -> bool:
    """Whether `holder` isn't of age on `day`; without a birth date, an adult."""
    if holder.birth_date is None:
        return False
    return age_on(holder.birth_date, day) < parameter("shares.majority_age_years").value_on(day)


def _speaks_for(actor: User, holder: Shareholder) -> bool:
    return holder.representatives.filter(until=None, user=actor).exists()


def check_hands_over(
    giver: Shareholder,
    quantity: int,
    kind: str,
    price: Decimal,
    today: dt.date,
    statutes: Statutes,
    *,
    besides: ShareTransfer | None = None,
) -> None:
    """Raises TransferRefused unless that many shares are there, free, and priced as their kind wants.

    `besides` is the transfer they are promised to already, when it comes to its end.
    """
    if kind not in (MovementKind.TRANSFER, MovementKind.GIFT):
        raise TransferRefused(_("Choisissez une vente ou un don."))
    if (kind == MovementKind.TRANSFER) != (price > 0) or price > DEAREST:
        raise TransferRefused(_("Une vente a un prix par action ; un don n’en a pas."))
    if quantity < 1:
        raise TransferRefused(_("Indiquez au moins une action."))
    room = room_of(giver, today, statutes, besides=besides)
    if quantity > room.unpromised:
        raise TransferRefused(_more_than_held(room.held, room.promised))
    if quantity > room.free:
        raise TransferRefused(_still_locked(room.free, room.next_free_on))
    college, rest = college_on(giver, today), room.unpromised - quantity
    if college and 0 < rest < least_in(college, statutes):
        raise TransferRefused(
            _(
                "Il vous resterait trop peu d’actions pour votre collège (%(least)d au moins) : "
                "cédez-les toutes."
            )
            % {"least": least_in(college, statutes)}
        )


def _more_than_held(held: int, promised: int) -> str:
    if not promised:
        return ngettext(
            "Vous détenez %(held)d action : vous ne pouvez pas en céder plus.",
            "Vous détenez %(held)d actions : vous ne pouvez pas en céder plus.",
            held,
        ) % {"held": held}
    return _(
        "Vous détenez %(held)d actions, dont %(promised)d déjà promises ailleurs : il n’en reste pas assez."
    ) % {"held": held, "promised": promised}


def _still_locked(free: int, next_free_on: dt.date | None) -> str:
    until = f"{next_free_on:%d/%m/%Y}" if next_free_on else "?"
    return ngettext(
        "Les statuts gardent les actions récentes un temps : vous pouvez céder %(free)d action, "
        "et davantage à partir du %(until)s.",
        "Les statuts gardent les actions récentes un temps : vous pouvez céder %(free)d actions, "
        "et davantage à partir du %(until)s.",
        free,
    ) % {"free": free, "until": until}


def check_receives(
    giver: Shareholder,
    taker: Shareholder | None,
    taker_email: str,
    quantity: int,
    today: dt.date,
    statutes: Statutes,
) -> None:
    """Raises TransferRefused unless somebody else may receive that many shares."""
    if taker is None:
        _check_invited(giver, taker_email)
        return
    if taker.pk == giver.pk:
        raise TransferRefused(_("On ne peut pas se céder des actions à soi-même."))
    if taker.cooperative_id != giver.cooperative_id or taker.died_on or taker.merged_into_id:
        raise TransferRefused(_("Cette personne ne peut pas recevoir d’actions."))
    college = college_on(taker, today)
    if college is None:
        raise TransferRefused(
            _("Cette personne n’est encore dans aucun collège : le conseil doit l’y inscrire.")
        )
    most = room_to_receive(taker, college, today, statutes)
    if most is not None and quantity > most:
        raise TransferRefused(
            _(
                "Les statuts plafonnent ce qu’une personne détient : "
                "celle-ci peut recevoir %(most)d actions au plus."
            )
            % {"most": most}
        )
    least = least_in(college, statutes)
    if held_on(taker, today) + quantity < least:
        raise TransferRefused(
            _("Dans ce collège on détient %(least)d actions au moins : cédez-en davantage.")
            % {"least": least}
        )


def _check_invited(giver: Shareholder, email: str) -> None:
    if not email:
        raise TransferRefused(_("Dites à qui : un numéro d’actionnaire et un nom, ou une adresse e-mail."))
    own = {giver.email.lower(), giver.user.email.lower() if giver.user else ""}
    if email.lower() in own:
        raise TransferRefused(_("On ne peut pas se céder des actions à soi-même."))


def relation_of(transfer: ShareTransfer, today: dt.date, statutes: Statutes) -> Relation | None:
    """The relation that counts: kinship as declared if the statutes exempt it, else a shareholder's.

    Nobody's word alone frees a sale; nor what somebody takes from a person she acts for.
    """
    if takes_from_represented(transfer):
        return None
    is_sale = transfer.kind == MovementKind.TRANSFER
    if not is_sale and transfer.kinship and transfer.kinship in statutes.transfer.free_between:
        return transfer.kinship
    taker = transfer.taker
    return "shareholder" if taker is not None and held_on(taker, today) > 0 else None


def takes_from_represented(transfer: ShareTransfer) -> bool:
    """Whether somebody acts for both sides, other than a giver who gives to a child of her own."""
    if transfer.taker is None or transfer.kind == MovementKind.INHERITANCE:
        return False
    both = _acting_for(transfer.giver) & _acting_for(transfer.taker)
    return bool(both) and not all(gives_to_own_child(transfer, user) for user in both)


def gives_to_own_child(transfer: ShareTransfer, user: int) -> bool:
    """Whether `user` (its key) gives shares of her own to a child she is the parent of."""
    if transfer.kind != MovementKind.GIFT or transfer.giver.user_id != user or transfer.taker is None:
        return False
    parents = transfer.taker.representatives.filter(until=None, quality=Representative.Quality.PARENT)
    return parents.filter(user=user).exists()


def check_accepts(actor: User, transfer: ShareTransfer) -> None:
    """Raises TransferRefused for who would answer for both sides: a ward's money isn't the guardian's."""
    assert transfer.taker is not None
    on_both = {actor.pk} <= _acting_for(transfer.giver) & _acting_for(transfer.taker)
    if on_both and transfer.taker.user_id != actor.pk and not gives_to_own_child(transfer, actor.pk):
        raise TransferRefused(
            _("Vous agissez déjà pour la personne qui cède : un autre représentant doit répondre.")
        )


def _acting_for(holder: Shareholder) -> set[int]:
    """The keys of the accounts that act for `holder`."""
    in_charge = Q(until=None, user__isnull=False)
    found = set(holder.representatives.filter(in_charge).values_list("user", flat=True))
    found |= set(holder.parts.filter(in_charge, is_proxy=True).values_list("user", flat=True))
    return found | ({holder.user_id} if holder.user_id else set())


def known_newcomer(transfer: ShareTransfer, identity: dict[str, Any]) -> Shareholder | None:
    """The account of somebody invited who is in the register already, at the same address.

    Raises TransferRefused for the giver, or somebody the register knows under another address.
    """
    same = Shareholder.objects.filter(
        cooperative=transfer.cooperative,
        merged_into=None,
        first_names__iexact=identity.get("first_names", ""),
        last_name__iexact=identity.get("last_name", ""),
        legal_name__iexact=identity.get("legal_name", ""),
        birth_date=identity.get("birth_date") or None,
        siren=identity.get("siren", ""),
    )
    found = same.select_related("user").order_by("number").first()
    if found is None:
        return None
    if found.pk == transfer.giver_id:
        raise TransferRefused(_("On ne peut pas se céder des actions à soi-même."))
    addresses = {found.email.lower(), found.user.email.lower() if found.user else ""}
    if transfer.taker_email.lower() not in addresses:
        raise TransferRefused(
            _("Cette personne est déjà actionnaire : demandez qu’on lui cède par son numéro et son nom.")
        )
    return found


def holder_named(cooperative_id: int, number: int, name: str) -> Shareholder:
    """The living holder of that number, if the name is right too: a number alone tells nobody's name.

    Raises TransferRefused, with one sentence for a wrong number and a wrong name.
    """
    living = Shareholder.objects.filter(cooperative_id=cooperative_id, died_on=None, merged_into=None)
    # Past what a column holds, no number is anybody's.
    found = living.filter(number=number).first() if 0 < number < 2**31 else None
    names = {_bare(found.last_name), _bare(str(found))} - {""} if found else set()
    if found is None or _bare(name) not in names:
        raise TransferRefused(_("Aucun actionnaire ne porte ce numéro et ce nom. Vérifiez les deux."))
    return found


def _bare(name: str) -> str:
    return " ".join(name.casefold().split())
