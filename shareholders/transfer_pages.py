"""What pages of transfers, withdrawals and holders show."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from mine_de_soleil.core.models import User
from mine_de_soleil.rules.statutes import Statutes
from shareholders.deadlines import TransferState, WithdrawalDates
from shareholders.duty import Duty, transfer_duty
from shareholders.instalments import Due
from shareholders.ledger import ZERO
from shareholders.models import (
    TRANSFER_ENDED,
    Attachment,
    CollegeMembership,
    Cooperative,
    HolderPart,
    MovementKind,
    PreEmption,
    Representative,
    Shareholder,
    ShareMovement,
    ShareTransfer,
    Withdrawal,
)
from shareholders.reports import nominal_on
from shareholders.services.majorities import without_anybody
from shareholders.services.orders import order_to_sign
from shareholders.services.pre_emption import may_wish, open_to
from shareholders.services.transfer_checks import needs_a_speaker
from shareholders.services.transfers import clock_of
from shareholders.services.withdrawals import amount_of, dates_for, room_above_floor, unpaid_of
from shareholders.statutes import NoStatutes, statutes_of
from shareholders.transferable import Room, held_on, promised_by, room_of
from shareholders.unpaid import PaidUp, left_on, paid_up

State = ShareTransfer.State


@dataclass(frozen=True, slots=True)
class HolderRoom:
    """An account one acts for, and what may be done with its shares."""

    holder: Shareholder
    room: Room
    dates: WithdrawalDates | None


@dataclass(frozen=True, slots=True)
class TransferPage:
    """One transfer as one side of it sees it: `giver`, `taker`, `member` (may buy first) or `board`.

    `calls`: what is left to pay on the shares [€], which their taker will owe; for those it is told to.
    """

    transfer: ShareTransfer
    side: str
    standing: str
    wish: PreEmption | None
    wishes: tuple[PreEmption, ...]
    duty: Duty | None
    order: str
    calls: tuple[Due, ...] = ()

    @property
    def left_to_pay(self) -> Decimal:
        """All the calls that go with the shares [€]."""
        return sum((call.amount for call in self.calls), ZERO)

    @property
    def awaits_taker(self) -> bool:
        return self.side == "taker" and self.transfer.state == State.PROPOSED

    @property
    def awaits_signature(self) -> bool:
        approved = self.transfer.state == State.APPROVED
        return self.side == "giver" and approved and self.transfer.kind != MovementKind.INHERITANCE

    @property
    def may_cancel(self) -> bool:
        return self.side == "giver" and self.transfer.state not in TRANSFER_ENDED

    @property
    def kinship(self) -> str:
        """What the taker is to the giver, as the giver declared it."""
        words = {
            "spouse": _("mari ou femme"),
            "civil_partner": _("partenaire de pacs"),
            "descendant": _("enfant ou petit-enfant"),
            "ascendant": _("parent ou grand-parent"),
            "sibling": _("frère ou sœur"),
        }
        return words.get(self.transfer.kinship, self.transfer.kinship)

    @property
    def awaits_board(self) -> bool:
        return self.standing in (TransferState.APPROVAL, TransferState.OVERDUE)

    @property
    def awaits_entry(self) -> bool:
        inherited = self.transfer.kind == MovementKind.INHERITANCE
        return inherited and self.transfer.state == State.APPROVED


@dataclass(frozen=True, slots=True)
class MyTransfers:
    """What one may transfer, what is under way, and what others sell."""

    rooms: tuple[HolderRoom, ...]
    under_way: tuple[ShareTransfer, ...]
    ended: tuple[ShareTransfer, ...]
    for_sale: tuple[ShareTransfer, ...]


@dataclass(frozen=True, slots=True)
class Queue:
    """The board's queue of transfers: those to decide first, by deadline."""

    to_decide: tuple[TransferPage, ...]
    waiting: tuple[TransferPage, ...]
    ended: tuple[TransferPage, ...]
    orphans: tuple[Shareholder, ...]


@dataclass(frozen=True, slots=True)
class WithdrawalRow:
    """A withdrawal, and whether its day has come."""

    withdrawal: Withdrawal
    amount: Decimal
    is_due: bool
    needs_value: bool
    money_failed: bool


@dataclass(frozen=True, slots=True)
class WithdrawalQueue:
    """The board's withdrawals, and how many shares may still be given back."""

    rows: tuple[WithdrawalRow, ...]
    above_floor: int


@dataclass(frozen=True, slots=True)
class HolderPage:
    """Everything the board knows of one holder."""

    holder: Shareholder
    held: int
    to_pass_on: int
    value: Decimal
    movements: tuple[ShareMovement, ...]
    memberships: tuple[CollegeMembership, ...]
    papers: tuple[Attachment, ...]
    transfers: tuple[ShareTransfer, ...]
    iban_masked: str
    needs_speaker: bool
    paid_up: PaidUp | None
    speakers: tuple[Representative, ...]
    parts: tuple[HolderPart, ...]


def statutes_or_none(cooperative: Cooperative, today: dt.date) -> Statutes | None:
    """The statutes in force, None where nobody has entered any yet."""
    try:
        return statutes_of(cooperative, today)
    except NoStatutes:
        return None


def accounts_of(user: User, cooperative: Cooperative) -> list[Shareholder]:
    """The living holders `user` acts for."""
    found = Shareholder.objects.of(user, cooperative).filter(died_on=None)
    return list(found.select_related("cooperative", "user"))


def rooms_of(holders: list[Shareholder], today: dt.date, statutes: Statutes | None) -> tuple[HolderRoom, ...]:
    """What may be done with the shares of each account, and when a withdrawal of all would take effect."""
    if statutes is None:
        return ()
    found = []
    for holder in holders:
        room = room_of(holder, today, statutes)
        dates = dates_for(holder, room.unpromised, today, statutes) if room.unpromised else None
        found.append(HolderRoom(holder, room, dates))
    return tuple(found)


def my_transfers(user: User, cooperative: Cooperative, today: dt.date) -> MyTransfers:
    """The page « Mes transferts »."""
    holders = accounts_of(user, cooperative)
    mine = _with_sides(cooperative).filter(Q(giver__in=holders) | Q(taker__in=holders))
    all_mine = list(mine)
    for_sale = {sale.pk: sale for holder in holders for sale in open_to(holder, today)}
    own = {transfer.pk for transfer in all_mine}
    return MyTransfers(
        rooms=rooms_of(holders, today, statutes_or_none(cooperative, today)),
        under_way=tuple(transfer for transfer in all_mine if transfer.state not in TRANSFER_ENDED),
        ended=tuple(transfer for transfer in all_mine if transfer.state in TRANSFER_ENDED),
        for_sale=tuple(sale for pk, sale in for_sale.items() if pk not in own),
    )


def _with_sides(cooperative: Cooperative) -> QuerySet[ShareTransfer]:
    sides = ("cooperative", "giver", "taker", "movement", "deed")
    return ShareTransfer.objects.of(cooperative).select_related(*sides)


def sides_of(transfer: ShareTransfer, holders: list[Shareholder], today: dt.date) -> dict[str, Shareholder]:
    """The sides of it one is on, with the holder one is it for; none for who has nothing to do with it."""
    own = {holder.pk: holder for holder in holders}
    both = (("giver", transfer.giver_id), ("taker", transfer.taker_id))
    found = {side: own[pk] for side, pk in both if pk is not None and pk in own}
    if found:
        return found
    for holder in holders:
        if may_wish(transfer, holder, today) or transfer.pre_emptions.filter(holder=holder).exists():
            return {"member": holder}
    return {}


def side_to_show(transfer: ShareTransfer, sides: dict[str, Shareholder]) -> tuple[str, Shareholder]:
    """The side the page speaks to: for who is on both, the one that has something to do."""
    order = ("taker", "giver") if transfer.state == State.PROPOSED else ("giver", "taker")
    side = next((one for one in order if one in sides), "member")
    return side, sides[side]


def transfer_page(
    transfer: ShareTransfer, side: str, today: dt.date, holder: Shareholder | None = None
) -> TransferPage:
    """One transfer for one side of it."""
    wishes = tuple(transfer.pre_emptions.select_related("holder").order_by("at"))
    is_sale = transfer.kind == MovementKind.TRANSFER and transfer.price > 0
    day = transfer.movement.dated if transfer.movement else today
    signable = side == "giver" and transfer.state == State.APPROVED
    return TransferPage(
        transfer=transfer,
        side=side,
        standing=_standing(transfer, today),
        wish=next((wish for wish in wishes if holder and wish.holder_id == holder.pk), None),
        wishes=wishes,
        duty=transfer_duty(transfer.price, day) if is_sale else None,
        order=order_to_sign(transfer, today) if signable else str(transfer.evidence.get("text", "")),
        calls=_calls(transfer, side, today),
    )


def _calls(transfer: ShareTransfer, side: str, today: dt.date) -> tuple[Due, ...]:
    """What is left to pay on the shares, as long as they are the giver's; the board has its own pages."""
    if side == "board" or transfer.state in TRANSFER_ENDED:
        return ()
    return left_on(transfer.giver, transfer.quantity, today)


def _standing(transfer: ShareTransfer, today: dt.date) -> str:
    """Where the clocks stand while it is agreed; its own state before and after."""
    if transfer.state != State.AGREED or transfer.notified_on is None:
        return transfer.state
    return str(clock_of(transfer).state_on(max(today, transfer.notified_on)))


def awaiting_board(cooperative: Cooperative, today: dt.date) -> QuerySet[ShareTransfer]:
    """What the board's queue has to decide or to enter on `today`: others' time to buy first is over."""
    may_answer = Q(pre_emption_until=None) | Q(pre_emption_until__lt=today)
    in_time = Q(approval_until__gte=today) | Q(silence="nothing", approval_until__isnull=False)
    to_decide = Q(state=State.AGREED, notified_on__isnull=False) & may_answer & in_time
    to_enter = Q(state=State.APPROVED, kind=MovementKind.INHERITANCE)
    return ShareTransfer.objects.of(cooperative).filter(to_decide | to_enter)


def queue_of(cooperative: Cooperative, today: dt.date) -> Queue:
    """The board's queue."""
    pages = [transfer_page(transfer, "board", today) for transfer in _with_sides(cooperative)[:300]]
    last = dt.date.max
    open_pages = [page for page in pages if page.transfer.state not in TRANSFER_ENDED]
    open_pages.sort(key=lambda page: (page.transfer.approval_until or last, page.transfer.pk))
    return Queue(
        to_decide=tuple(page for page in open_pages if page.awaits_board or page.awaits_entry),
        waiting=tuple(page for page in open_pages if not (page.awaits_board or page.awaits_entry)),
        ended=tuple(page for page in pages if page.transfer.state in TRANSFER_ENDED)[:50],
        orphans=tuple(without_anybody(cooperative, today)),
    )


def withdrawal_rows(withdrawals: QuerySet[Withdrawal], today: dt.date) -> tuple[WithdrawalRow, ...]:
    """Withdrawals with what they are worth and whether their day has come."""
    found = list(withdrawals.select_related("holder", "movement", "payout"))
    unpaid = unpaid_of(found)
    return tuple(
        WithdrawalRow(
            withdrawal=one,
            amount=amount_of(one, unpaid.get(one.pk, ZERO)),
            is_due=one.state == Withdrawal.State.ASKED and one.effective_on <= today,
            needs_value=one.state == Withdrawal.State.ASKED and not one.value_source,
            money_failed=bool(one.payout and one.payout.state == "failed"),
        )
        for one in found
    )


def withdrawal_queue(cooperative: Cooperative, today: dt.date) -> WithdrawalQueue:
    """Every withdrawal, those asked for first, by day of effect."""
    asked = Q(state=Withdrawal.State.ASKED)
    mine = Withdrawal.objects.filter(cooperative=cooperative)
    first = withdrawal_rows(mine.filter(asked).order_by("effective_on", "pk"), today)
    rest = withdrawal_rows(mine.exclude(asked).order_by("-pk")[:100], today)
    return WithdrawalQueue(first + rest, room_above_floor(cooperative, today))


def holder_page(holder: Shareholder, today: dt.date) -> HolderPage:
    """One holder, for the board."""
    held, nominal = held_on(holder, today), nominal_on(holder.cooperative, today)
    moved = Q(from_shareholder=holder) | Q(to_shareholder=holder)
    movements = ShareMovement.objects.filter(moved).select_related("from_shareholder", "to_shareholder")
    account = holder.bank_accounts.first()
    transfers = _with_sides(holder.cooperative).filter(Q(giver=holder) | Q(taker=holder))
    return HolderPage(
        holder=holder,
        held=held,
        to_pass_on=held - promised_by(holder) if holder.died_on else 0,
        value=held * nominal,
        movements=tuple(movements.order_by("-number")),
        memberships=tuple(holder.memberships.select_related("college").order_by("-since", "-pk")),
        papers=tuple(holder.attachments.defer("content").order_by("-added_at")),
        transfers=tuple(transfers),
        iban_masked=account.iban_masked if account else "",
        needs_speaker=needs_a_speaker(holder, today),
        paid_up=paid_up(holder, held, nominal, today),
        speakers=tuple(holder.representatives.order_by("-since", "-pk")),
        parts=tuple(holder.parts.filter(until=None).order_by("pk")),
    )
