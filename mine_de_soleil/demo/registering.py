"""Writing the invented register through the services: people when their first shares come, then each act."""

import datetime as dt

from mine_de_soleil.core.models import User
from mine_de_soleil.demo import papers
from mine_de_soleil.demo.movements import Act, Register
from mine_de_soleil.demo.people import DECEASED, LEGAL_PERSONS, Person
from shareholders.models import (
    Attachment,
    College,
    Cooperative,
    MovementKind,
    Shareholder,
    ShareMovement,
)
from shareholders.services import enter_shareholder, issue_shares, transfer_shares
from shareholders.services.estates import enter_death
from shareholders.services.people import attach, change_bank_account, name_representative, share_account
from shareholders.services.register import cancel_shares, reverse_movement, withdraw_shares

DELIBERATED_BEFORE = dt.timedelta(days=9)
# What an account takes of a person as it is.
FIELDS = (
    "kind",
    "first_names",
    "last_name",
    "legal_name",
    "legal_form",
    "siren",
    "insee_code",
    "birth_date",
    "birth_place",
    "email",
    "address",
    "postcode",
    "commune",
    "tax_residence",
)


def write_register(
    cooperative: Cooperative, colleges: dict[str, College], users: dict[str, User], planned: Register
) -> None:
    """Every act in order of date; people get their order number when their first shares come."""
    book = _Book(planned.people, colleges, users)
    for act in planned.acts:
        book.do(act)
    place = len(LEGAL_PERSONS) + DECEASED
    _enter_death(cooperative, users["conseil@demo.example"], book.entered[place], planned.people[place])


class _Book:
    """Who is in the register already, and which line each act became."""

    def __init__(
        self, people: tuple[Person, ...], colleges: dict[str, College], users: dict[str, User]
    ) -> None:
        self._people, self._colleges, self._users = people, colleges, users
        self.entered: dict[int, Shareholder] = {}
        self._lines: dict[Act, ShareMovement] = {}

    def do(self, act: Act) -> None:
        if act.taker is not None and act.taker not in self.entered:
            self.entered[act.taker] = self._enter(self._people[act.taker], act)
        self._lines[act] = self._write(act)

    def _write(self, act: Act) -> ShareMovement:
        when, quantity = act.dated, act.quantity
        taker = None if act.taker is None else self.entered[act.taker]
        giver = None if act.giver is None else self.entered[act.giver]
        if act.undoes is not None:
            line = self._lines[act.undoes]
            return reverse_movement(actor=None, movement=line, dated=when, reason=act.reason)
        if giver is None:
            assert taker is not None, "a change of the nominal value is for registers written in bulk"
            return issue_shares(actor=None, shareholder=taker, quantity=quantity, dated=when)
        if taker is not None:
            kind = MovementKind(act.kind)
            return transfer_shares(
                actor=None, seller=giver, buyer=taker, quantity=quantity, dated=when, kind=kind
            )
        if act.kind == "withdrawal":
            return withdraw_shares(actor=None, shareholder=giver, quantity=quantity, dated=when)
        return cancel_shares(actor=None, shareholder=giver, quantity=quantity, dated=when, reason=act.reason)

    def _enter(self, person: Person, first: Act) -> Shareholder:
        since = first.dated
        holder = enter_shareholder(
            actor=None,
            college=self._colleges[person.college],
            since=since,
            user=self._users[person.account] if person.account else None,
            **{name: getattr(person, name) for name in FIELDS},
        )
        if person.speaker:
            self._name_speaker(holder, person, first)
        if person.parts:
            share_account(actor=None, account=holder, since=since, parts=parts_of(person))
        if person.iban:
            change_bank_account(actor=None, holder=holder, iban=person.iban, owner_name=str(holder))
        return holder

    def _name_speaker(self, holder: Shareholder, person: Person, first: Act) -> None:
        speaker = person.speaker
        assert speaker is not None
        name_representative(
            actor=None,
            holder=holder,
            quality=speaker.quality,
            since=first.dated,
            first_names=speaker.first_names,
            last_name=speaker.last_name,
            email=speaker.email,
            user=self._users[speaker.account] if speaker.account else None,
            mandate=mandate_of(holder, person, first),
        )


def parts_of(person: Person) -> list[dict[str, object]]:
    return [
        {
            "quality": part.quality,
            "first_names": part.first_names,
            "last_name": part.last_name,
            "birth_date": part.birth_date,
            "is_proxy": part.is_proxy,
            "email": person.email if part.is_proxy else "",
        }
        for part in person.parts
    ]


def mandate_of(holder: Shareholder, person: Person, first: Act) -> Attachment | None:
    """A council's decision to take its first shares; None for who isn't a public body."""
    if holder.kind != Shareholder.Kind.PUBLIC or person.speaker is None:
        return None
    decided = papers.Deliberation(
        commune=person.commune,
        company=holder.cooperative.legal_name,
        on=first.dated - DELIBERATED_BEFORE,
        shares=first.quantity,
        nominal_eur=int(holder.cooperative.nominal_value),
        delegate=f"{person.speaker.first_names} {person.speaker.last_name}",
    )
    return attach(
        actor=None,
        cooperative=holder.cooperative,
        holder=holder,
        kind=Attachment.Kind.DELIBERATION,
        reference=f"{decided.on}",
        dated=decided.on,
        file_name=f"deliberation-{decided.on}.pdf",
        content_type="application/pdf",
        content=papers.deliberation(decided).as_pdf(),
    )


def _enter_death(cooperative: Cooperative, board: User, holder: Shareholder, person: Person) -> None:
    """The account is frozen; its shares went to the heirs in the years behind us, line by line."""
    assert person.died_on is not None
    deed = attach(
        actor=board,
        cooperative=cooperative,
        holder=holder,
        kind=Attachment.Kind.DEED,
        dated=person.died_on,
        file_name="attestation-de-devolution.pdf",
        content_type="application/pdf",
        content=papers.deed().as_pdf(),
    )
    enter_death(actor=board, holder=holder, died_on=person.died_on, deed=deed)
