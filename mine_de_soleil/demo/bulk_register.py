"""Writing a large invented register by thousands of rows, as an import does.

The database's triggers judge, number and seal each line as they do a line written alone; only the journal
says less: one entry for all of it.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db import connection

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from mine_de_soleil.core.secrets import fingerprint
from mine_de_soleil.demo.movements import Act, Register
from mine_de_soleil.demo.people import Person
from mine_de_soleil.demo.registering import FIELDS, mandate_of, parts_of
from shareholders.banking.iban import check_iban, masked
from shareholders.identity import register_identity
from shareholders.models import (
    College,
    CollegeMembership,
    Cooperative,
    HolderBankAccount,
    HolderPart,
    Representative,
    Shareholder,
    ShareMovement,
)
from shareholders.services.register import locked

CHUNK = 1_000


def write_in_bulk(
    cooperative: Cooperative, colleges: dict[str, College], users: dict[str, User], planned: Register
) -> None:
    """Every act in order of date; people get their order number when their first shares come."""
    book = _Book(locked(cooperative.pk), planned.people, colleges, users)
    for start in range(0, len(planned.acts), CHUNK):
        book.do(planned.acts[start : start + CHUNK])
        if start == 0:
            _tell_planner()
    _bury(book.entered, planned)
    counts = {"holders": len(book.entered), "movements": len(planned.acts)}
    record(None, "load_demo", cooperative, scope=cooperative.slug, **counts)


def _tell_planner() -> None:
    """The trigger's plans were made for empty tables: they are made anew for tables that fill."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE shareholders_sharemovement, shareholders_collegemembership")


class _Book:
    """Who is in the register already, how each is written in it, and which line each act became."""

    def __init__(
        self,
        cooperative: Cooperative,
        people: Sequence[Person],
        colleges: dict[str, College],
        users: dict[str, User],
    ) -> None:
        self._cooperative, self._people = cooperative, people
        self._colleges, self._users = colleges, users
        self.entered: dict[int, Shareholder] = {}
        self._identities: dict[int, str] = {}
        self._lines: dict[int, ShareMovement] = {}
        self._number = 0
        self._nominal: Decimal = cooperative.nominal_value

    def do(self, acts: Sequence[Act]) -> None:
        """Enter those who come in by these acts, then write the lines."""
        first: dict[int, Act] = {}
        for act in acts:
            if act.taker is not None and act.taker not in self.entered:
                first.setdefault(act.taker, act)
        self._enter(first)
        lines: list[ShareMovement] = []
        for act in acts:
            if act.undoes is not None:
                # A reversal needs its line's key: what comes before it is written first.
                ShareMovement.objects.bulk_create(lines)
                lines = []
            line = self._line(act)
            # Acts that are kept in the plan keep their identity: two alike are two lines.
            self._lines[id(act)] = line
            lines.append(line)
        ShareMovement.objects.bulk_create(lines)

    def _line(self, act: Act) -> ShareMovement:
        self._number += 1
        if act.nominal_value is not None:
            self._nominal = act.nominal_value
        return ShareMovement(
            cooperative=self._cooperative,
            number=self._number,
            kind=act.kind,
            dated=act.dated,
            from_shareholder=None if act.giver is None else self.entered[act.giver],
            to_shareholder=None if act.taker is None else self.entered[act.taker],
            giver_identity="" if act.giver is None else self._identities[act.giver],
            taker_identity="" if act.taker is None else self._identities[act.taker],
            quantity=act.quantity,
            nominal_value=self._nominal,
            reason=act.reason,
            reverses=None if act.undoes is None else self._lines[id(act.undoes)],
        )

    def _enter(self, first: dict[int, Act]) -> None:
        """Accounts with all that hangs on them: college, who speaks for them, to whom they belong, bank."""
        count = len(self.entered)
        holders = {
            place: self._holder(self._people[place], number)
            for number, place in enumerate(first, start=count + 1)
        }
        Shareholder.objects.bulk_create(holders.values())
        self.entered |= holders
        CollegeMembership.objects.bulk_create(
            CollegeMembership(
                shareholder=holders[place],
                college=self._colleges[self._people[place].college],
                cooperative=self._cooperative,
                since=act.dated,
            )
            for place, act in first.items()
        )
        Representative.objects.bulk_create(self._speakers(first))
        HolderPart.objects.bulk_create(self._parts(first))
        HolderBankAccount.objects.bulk_create(self._accounts(first))
        self._identities |= {place: register_identity(holder) for place, holder in holders.items()}

    def _holder(self, person: Person, number: int) -> Shareholder:
        return Shareholder(
            cooperative=self._cooperative,
            number=number,
            user=self._users[person.account] if person.account else None,
            **{name: getattr(person, name) for name in FIELDS},
        )

    def _speakers(self, first: dict[int, Act]) -> Iterable[Representative]:
        for place, act in first.items():
            person, holder = self._people[place], self.entered[place]
            if person.speaker:
                yield Representative(
                    holder=holder,
                    quality=person.speaker.quality,
                    first_names=person.speaker.first_names,
                    last_name=person.speaker.last_name,
                    email=person.speaker.email,
                    user=self._users[person.speaker.account] if person.speaker.account else None,
                    mandate=mandate_of(holder, person, act),
                    since=act.dated,
                )

    def _parts(self, first: dict[int, Act]) -> Iterable[HolderPart]:
        for place, act in first.items():
            for part in parts_of(self._people[place]):
                yield HolderPart(account=self.entered[place], since=act.dated, **part)

    def _accounts(self, first: dict[int, Act]) -> Iterable[HolderBankAccount]:
        for place in first:
            iban = self._people[place].iban
            if iban:
                clean, holder = check_iban(iban), self.entered[place]
                yield HolderBankAccount(
                    holder=holder,
                    owner_name=str(holder),
                    iban=clean,
                    iban_fingerprint=fingerprint(clean),
                    iban_masked=masked(clean),
                )


def _bury(entered: dict[int, Shareholder], planned: Register) -> None:
    """Accounts of the dead are frozen; their shares went to the heirs in the years behind us."""
    dead = []
    for place, died_on in planned.deaths:
        holder = entered[place]
        holder.died_on = died_on
        dead.append(holder)
    Shareholder.objects.bulk_update(dead, ["died_on"], batch_size=CHUNK)
