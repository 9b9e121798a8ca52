"""The right of the other shareholders to buy first, on the terms notified."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from shareholders.models import PreEmption, Shareholder, ShareTransfer
from shareholders.pre_emption_parts import Wish, parts_by_holding
from shareholders.services.transfer_checks import TransferRefused, check_may_act
from shareholders.services.transfer_mails import tell
from shareholders.services.transfers import locked_transfer
from shareholders.statutes import statutes_of
from shareholders.transferable import college_on, held_on, room_to_receive

State = ShareTransfer.State


@transaction.atomic
def wish_to_buy(
    *, actor: User, transfer: ShareTransfer, holder: Shareholder, quantity: int
) -> PreEmption | None:
    """Say how many shares `holder` would take; said again, the last word counts, and none takes it back.

    Raises TransferRefused.
    """
    found, today = locked_transfer(transfer), timezone.localdate()
    check_may_act(actor, holder, today)
    _check_open(found, holder, today)
    if not 0 <= quantity <= found.quantity:
        raise TransferRefused(_("Indiquez un nombre entre 0 et %(most)d.") % {"most": found.quantity})
    wish = found.pre_emptions.filter(holder=holder).first()
    if wish is not None and wish.quantity == quantity:
        return wish
    found.pre_emptions.filter(holder=holder).delete()
    record(actor, "wish_to_pre_empt", found, scope=found.cooperative.slug, quantity=quantity)
    if not quantity:
        return None
    return PreEmption.objects.create(transfer=found, holder=holder, quantity=quantity, at=timezone.now())


def _check_open(found: ShareTransfer, holder: Shareholder, today: dt.date) -> None:
    until = found.pre_emption_until
    if found.state != State.AGREED or until is None or today > until:
        raise TransferRefused(_("Le délai pour acheter en premier est passé."))
    if holder.pk in (found.giver_id, found.taker_id):
        raise TransferRefused(_("Vous êtes déjà l’une des deux personnes de cette demande."))
    if holder.cooperative_id != found.cooperative_id or held_on(holder, today) < 1:
        raise TransferRefused(_("Il faut détenir une action au moins pour acheter en premier."))


def may_wish(transfer: ShareTransfer, holder: Shareholder, today: dt.date) -> bool:
    """Whether the right is open to `holder` on `today`."""
    try:
        _check_open(transfer, holder, today)
    except TransferRefused:
        return False
    return True


def close_pre_emption(found: ShareTransfer, today: dt.date) -> None:
    """Share out a locked transfer whose period is over: a sale to each, and what is left goes on.

    In proportion to what each holds. The transfer keeps the shares nobody took; none left, it has ended.
    """
    wishes = list(found.pre_emptions.filter(granted=None).select_related("holder").order_by("at", "pk"))
    if not wishes:
        return
    parts = parts_by_holding(
        [_as_wish(wish, today) for wish in wishes if _still_holds(wish, today)], found.quantity
    )
    for wish in wishes:
        wish.granted = parts.get(wish.holder_id, 0)
        if wish.granted:
            wish.sale = _sale(found, wish, wish.granted, today)
        wish.save()
    left = found.quantity - sum(parts.values())
    if left:
        found.quantity = left
    else:
        found.state = State.CANCELLED
        found.decision_reason = _("D’autres actionnaires ont acheté toutes ces actions en premier.")
    found.save()
    record(None, "close_pre_emption", found, scope=found.cooperative.slug, left=left)
    tell(found, "pre_empted")


def _still_holds(wish: PreEmption, today: dt.date) -> bool:
    return not wish.holder.died_on and held_on(wish.holder, today) > 0


def _as_wish(wish: PreEmption, today: dt.date) -> Wish:
    """The wish within what the statutes let its holder receive."""
    college = college_on(wish.holder, today)
    assert college is not None  # whoever holds shares is in one
    statutes = statutes_of(wish.holder.cooperative, today)
    most = room_to_receive(wish.holder, college, today, statutes)
    asked = wish.quantity if most is None else min(wish.quantity, most)
    return Wish(wish.holder_id, asked, held_on(wish.holder, today), wish.at)


def _sale(found: ShareTransfer, wish: PreEmption, quantity: int, today: dt.date) -> ShareTransfer:
    """A sale that needs no approval: the giver agreed to its terms when notified, the buyer by the wish."""
    sale = ShareTransfer.objects.create(
        cooperative=found.cooperative,
        kind=found.kind,
        giver=found.giver,
        taker=wish.holder,
        quantity=quantity,
        price_per_share=found.price_per_share,
        state=State.APPROVED,
        proposed_by=found.proposed_by,
        proposed_at=timezone.now(),
        giver_agreed_at=found.giver_agreed_at,
        taker_agreed_at=wish.at,
        notified_on=today,
    )
    record(None, "sell_to_pre_emptor", sale, scope=found.cooperative.slug, quantity=quantity)
    tell(sale, "approved")
    return sale


def open_to(holder: Shareholder, today: dt.date) -> list[ShareTransfer]:
    """The sales of others that `holder` may buy from first on `today`."""
    running = ShareTransfer.objects.of(holder.cooperative).filter(
        state=State.AGREED, pre_emption_until__gte=today
    )
    others = running.exclude(giver=holder).exclude(taker=holder).select_related("giver", "taker")
    return list(others) if held_on(holder, today) else []
