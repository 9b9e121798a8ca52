"""Shares that change hands on the day of the load: a sale, gifts, somebody who leaves. And newborns."""

import datetime as dt
from decimal import Decimal

from django.db import transaction

from mine_de_soleil.core.models import User
from mine_de_soleil.demo.letters import code_sent_to, nobody_is_written_to
from mine_de_soleil.demo.movements import NOMINAL_VALUE
from mine_de_soleil.demo.people import Cast, Person, email_of
from mine_de_soleil.demo.roofs import COMMUNE, COMMUNE_INSEE
from shareholders.models import Cooperative, MovementKind, NewbornPanel, Shareholder, ShareTransfer
from shareholders.services.newborns import Child, ask_panel, offer_panel
from shareholders.services.orders import send_order_code, sign_order
from shareholders.services.register import locked
from shareholders.services.transfers import agree, propose_transfer
from shareholders.services.withdrawals import ask_withdrawal

# First and last names of newborns; how many days before the load each was born.
GIVEN = (
    ("Léonie", "Bocquillon", 96),
    ("Gabin", "Delcroix", 131),
    ("Yasmine", "Ouali", 158),
    ("Marceau", "Dubrulle", 190),
    ("Apolline", "Vaillant", 221),
    ("Ilyes", "Mansour", 254),
    ("Capucine", "Hochedez", 287),
    ("Noam", "Wilczek", 320),
    ("Rose", "Fouquart", 352),
    ("Augustin", "Barbier", 384),
    ("Maëlle", "Thorel", 417),
    ("Sacha", "Perrin", 449),
)
ASKED = (("Romy", "Lecoustre", 24), ("Éliott", "Caudron", 41))


@transaction.atomic
def deal(cooperative: Cooperative, users: dict[str, User], cast: Cast) -> bool:
    """A sale others may take first, a gift for the board, an offer to Jeanne, a gift done, a withdrawal.

    Whether this was the first time: later, nothing changes.
    """
    held = locked(cooperative.pk)
    if ShareTransfer.objects.of(held).exists():
        return False
    with nobody_is_written_to():
        _Dealers(held, users, cast).deal()
    return True


class _Dealers:
    """Those who act, by their part in the play."""

    def __init__(self, cooperative: Cooperative, users: dict[str, User], cast: Cast) -> None:
        self._cooperative, self._users, self._cast = cooperative, users, cast

    def deal(self) -> None:
        cast = self._cast
        sale = self._propose(self._holder_of(cast.seller), self._holder_of(cast.buyer), 3)
        agree(actor=self._user(sale.taker), transfer=sale)
        gift = self._propose(
            self._holder_of(cast.seller), self._holder_of(cast.friend), 2, kind=MovementKind.GIFT
        )
        agree(actor=self._user(gift.taker), transfer=gift)
        self._propose(self._holder("conseil@demo.example"), self._holder("citoyenne@demo.example"), 2)
        self._give_to_spouse()
        leaver = self._holder_of(cast.retiring)
        ask_withdrawal(actor=self._user(leaver), holder=leaver, quantity=2)

    def _give_to_spouse(self) -> None:
        """The statutes leave it free: approved at once, signed, entered."""
        giver = self._holder_of(self._cast.spouse)
        gift = self._propose(
            giver, self._holder_of(self._cast.other_spouse), 1, kind=MovementKind.GIFT, kinship="spouse"
        )
        agree(actor=self._user(gift.taker), transfer=gift)
        actor = self._user(giver)
        send_order_code(actor=actor, transfer=gift)
        sign_order(actor=actor, transfer=gift, code=code_sent_to(actor.email))

    def _propose(
        self,
        giver: Shareholder,
        taker: Shareholder,
        quantity: int,
        *,
        kind: MovementKind = MovementKind.TRANSFER,
        kinship: str = "",
    ) -> ShareTransfer:
        return propose_transfer(
            actor=self._user(giver),
            giver=giver,
            taker=taker,
            quantity=quantity,
            kind=kind,
            kinship=kinship,
            # A sale at what the share is worth; a gift has no price.
            price_per_share=NOMINAL_VALUE if kind == MovementKind.TRANSFER else Decimal(0),
        )

    def _holder_of(self, person: Person) -> Shareholder:
        return self._holder(person.account)

    def _holder(self, email: str) -> Shareholder:
        return Shareholder.objects.get(cooperative=self._cooperative, user=self._users[email])

    def _user(self, holder: Shareholder | None) -> User:
        assert holder is not None and holder.user is not None
        return self._users[holder.user.email]


@transaction.atomic
def welcome_newborns(cooperative: Cooperative, users: dict[str, User], today: dt.date) -> bool:
    """Panels the town gave, and two it is asked for. Whether this was the first time."""
    held = locked(cooperative.pk)
    if NewbornPanel.objects.filter(cooperative=held).exists():
        return False
    town = users["mairie@demo.example"]
    with nobody_is_written_to():
        # In the order of their births, as the numbers of the panels go.
        for first, last, days in reversed(GIVEN):
            offer_panel(
                actor=town,
                cooperative=held,
                child=_child(first, last, today, days),
                offered_by=f"Commune de {COMMUNE}",
                contact_email=email_of("famille", last),
            )
        for first, last, days in ASKED:
            ask_panel(
                actor=None,
                cooperative=held,
                child=_child(first, last, today, days),
                offered_by=f"Commune de {COMMUNE}",
                contact_email=email_of("famille", last),
                by_municipality=True,
            )
    return True


def _child(first: str, last: str, today: dt.date, days: int) -> Child:
    return Child(first, last, today - dt.timedelta(days=days), COMMUNE, COMMUNE_INSEE)
