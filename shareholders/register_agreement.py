"""A register file held against the register it is to complete: who is known already, which lines are there.

Pure: no Django, no clock. Sentences are those of `register_files`: a fault names its line and its remedy.
"""

import datetime as dt
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mine_de_soleil.core.figures import euros
from mine_de_soleil.core.sentences import Sentence, worded
from mine_de_soleil.core.sentences import gettext_noop as _
from shareholders.capital import Kind
from shareholders.register_files import Holder, Movement, RegisterFile
from shareholders.register_files.faults import Faults
from shareholders.register_files.people import name_key

# Leaves room for those who come after.
LARGEST_NUMBER = 1_000_000_000
TAKEN_OVER = "repris de l’état des actionnaires"
_KINDS = {
    Kind.ISSUE: _("émission"),
    Kind.TRANSFER: _("cession"),
    Kind.GIFT: _("donation"),
    Kind.INHERITANCE: _("succession"),
    Kind.WITHDRAWAL: _("retrait"),
    Kind.CANCELLATION: _("annulation"),
    Kind.NOMINAL_CHANGE: _("changement de la valeur nominale"),
    Kind.REVERSAL: _("contre-passation"),
}

# A line of the register, by whether it has a giver and a taker.
_LINES = {
    (False, False): _("%(what)s de %(quantity)s actions, le %(day)s"),
    (True, False): _("%(what)s de %(quantity)s actions de %(giver)s, le %(day)s"),
    (False, True): _("%(what)s de %(quantity)s actions à %(taker)s, le %(day)s"),
    (True, True): _("%(what)s de %(quantity)s actions de %(giver)s à %(taker)s, le %(day)s"),
}


@dataclass(frozen=True, slots=True)
class Account:
    """A holder of the register, as far as it takes to know it again."""

    id: int
    number: int
    name: str
    siren: str
    birth_date: dt.date | None
    email: str

    @property
    def told(self) -> Sentence:
        return worded(_("%(name)s (n° %(number)s du registre)"), name=self.name, number=self.number)


@dataclass(frozen=True, slots=True)
class Written:
    """A line of the register; `giver` and `taker`: accounts by id."""

    number: int
    kind: str
    dated: dt.date
    giver: int | None
    taker: int | None
    quantity: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A line to be entered; `giver` and `taker`: places in the file's list of holders.

    `dated` is None where the file doesn't say: a list of holders tells what is, not since when.
    """

    line: int
    kind: str
    dated: dt.date | None
    giver: int | None
    taker: int | None
    quantity: int
    nominal_value: Decimal | None
    reason: str


def entries_of(file: RegisterFile) -> list[Entry]:
    """The file's movements in their order; of a list of holders, an issue to each, the undated ones last."""
    if file.movements:
        return [_moved(movement) for movement in file.movements]
    issues = [_issued(at, holder) for at, holder in enumerate(file.holders) if holder.quantity]
    return sorted(issues, key=lambda entry: entry.dated or dt.date.max)


def _moved(movement: Movement) -> Entry:
    return Entry(
        line=movement.line,
        kind=movement.kind,
        dated=movement.dated,
        giver=movement.giver,
        taker=movement.taker,
        quantity=movement.quantity,
        nominal_value=movement.nominal_value,
        reason=movement.reason,
    )


def _issued(at: int, holder: Holder) -> Entry:
    return Entry(
        line=holder.line,
        kind=Kind.ISSUE,
        dated=holder.acquired_on,
        giver=None,
        taker=at,
        quantity=holder.quantity or 0,
        nominal_value=holder.nominal_value,
        reason=TAKEN_OVER,
    )


class Accounts:
    """The holders of the register, found again: by number, by SIREN, by birth date or e-mail with the name.

    The name alone is enough only where the file says nothing else, and is told as a remark.
    """

    def __init__(self, accounts: Iterable[Account]) -> None:
        self.by_number: dict[int, Account] = {}
        self._by_mark: dict[tuple[str, object], Account] = {}
        self._by_name: dict[str, list[Account]] = {}
        for account in accounts:
            self.by_number[account.number] = account
            self._by_name.setdefault(name_key(account.name), []).append(account)
            for mark in _marks(account):
                self._by_mark.setdefault(mark, account)

    def find(self, holder: Holder, faults: Faults, remarks: list[tuple[int, Sentence]]) -> Account | None:
        """The account of `holder`, None for a newcomer; a contradiction is a fault."""
        if holder.number is not None and holder.number in self.by_number:
            return self._same(self.by_number[holder.number], holder, faults)
        marks = _marks(holder)
        found = next((self._by_mark[mark] for mark in marks if mark in self._by_mark), None)
        if found is not None and holder.number is not None:
            told = worded(
                _("%(name)s a le n° %(number)s ici et le n° %(found_number)s au registre"),
                name=holder.name,
                number=holder.number,
                found_number=found.number,
            )
            faults.add(holder.line, "", told, _("corrigez le numéro"))
        if found is not None or marks or holder.number is not None:
            return found
        return self._by_name_alone(holder, faults, remarks)

    def _same(self, account: Account, holder: Holder, faults: Faults) -> Account:
        if name_key(account.name) != holder.name_key:
            told = worded(
                _("le n° %(number)s du registre est %(name)s, pas %(holder_name)s"),
                number=account.number,
                name=account.name,
                holder_name=holder.name,
            )
            faults.add(holder.line, "", told, _("corrigez le numéro, ou effacez la colonne des numéros"))
        return account

    def _by_name_alone(
        self, holder: Holder, faults: Faults, remarks: list[tuple[int, Sentence]]
    ) -> Account | None:
        namesakes = self._by_name.get(holder.name_key, [])
        if len(namesakes) > 1:
            told = worded(_("plusieurs actionnaires du registre s’appellent %(name)s"), name=holder.name)
            faults.add(holder.line, "", told, _("donnez son numéro, sa date de naissance ou son SIREN"))
        if not namesakes:
            return None
        told = worded(
            _("%(name)s est reconnu par son seul nom : %(told)s. Vérifiez."),
            name=holder.name,
            told=namesakes[0].told,
        )
        remarks.append((holder.line, told))
        return namesakes[0]


def _marks(person: Account | Holder) -> list[tuple[str, object]]:
    """What tells a person from all others, the surest first."""
    name, marks = name_key(person.name), list[tuple[str, object]]()
    if person.siren:
        marks.append(("siren", person.siren))
    if person.birth_date is not None:
        marks.append(("born", (name, person.birth_date)))
    if person.email:
        marks.append(("email", (name, person.email.casefold())))
    return marks


def recognise(
    holders: Sequence[Holder], accounts: Accounts, faults: Faults
) -> tuple[list[Account | None], list[tuple[int, Sentence]]]:
    """The account of each holder, None for newcomers; and remarks (line, sentence) to be looked at."""
    remarks: list[tuple[int, Sentence]] = []
    found = [accounts.find(holder, faults, remarks) for holder in holders]
    first: dict[int, int] = {}
    for holder, account in zip(holders, found, strict=True):
        if account is None:
            continue
        line = first.setdefault(account.id, holder.line)
        if line != holder.line:
            told = worded(_("c’est aussi la ligne %(line)s : %(told)s"), line=line, told=account.told)
            faults.add(holder.line, "", told, _("réunissez les deux lignes, ou dites qui est qui"))
    return found, remarks


def number_newcomers(
    holders: Sequence[Holder], found: Sequence[Account | None], taken: Iterable[int], faults: Faults
) -> list[int]:
    """The order number of each holder: its account's, the one the file gives, else the next one free."""
    given = [holder.number for holder in holders if holder.number is not None]
    following = max([*taken, *given], default=0)
    numbers = []
    for holder, account in zip(holders, found, strict=True):
        if holder.number is not None and holder.number > LARGEST_NUMBER:
            told = worded(_("le numéro %(number)s est trop grand"), number=holder.number)
            faults.add(holder.line, "", told, _("donnez un numéro plus petit, ou effacez-le"))
        known = account.number if account else holder.number
        if known is None:
            following += 1
        numbers.append(following if known is None else known)
    return numbers


def known_entries(
    entries: Sequence[Entry],
    found: Sequence[Account | None],
    written: Sequence[Written],
    names: dict[int, Sentence],
    faults: Faults,
) -> int:
    """How many of `entries`, from the first, are lines of the register already.

    One of both must begin as the other: else the file tells another story, and that is a fault.
    """
    for entry, line in zip(entries, written, strict=False):
        sides = _account_id(entry.giver, found), _account_id(entry.taker, found)
        day = line.dated if entry.dated is None else entry.dated
        said = (entry.kind, day, *sides, entry.quantity)
        if said != (line.kind, line.dated, line.giver, line.taker, line.quantity):
            told = worded(
                _("le registre dit autre chose à sa ligne %(number)s : %(line)s"),
                number=line.number,
                line=_told(line, names),
            )
            remedy = _(
                "un fichier ne complète le registre que s’il en reprend chaque ligne ; corrigez le fichier, "
                "ou inscrivez un à un les mouvements qui manquent"
            )
            faults.add(entry.line, "", told, remedy)
            return 0
    return min(len(entries), len(written))


def _account_id(place: int | None, found: Sequence[Account | None]) -> int | None:
    """None where nobody is meant; 0, which is nobody's, for a newcomer."""
    if place is None:
        return None
    account = found[place]
    return account.id if account else 0


def _told(line: Written, names: dict[int, Sentence]) -> Sentence:
    sides = bool(line.giver), bool(line.taker)
    return worded(
        _LINES[sides],
        what=worded(_KINDS[Kind(line.kind)]),
        quantity=line.quantity,
        giver=names[line.giver] if line.giver else "",
        taker=names[line.taker] if line.taker else "",
        day=f"{line.dated:%d/%m/%Y}",
    )


class NominalValues:
    """What one share is worth on a day, as the register knows it while lines are entered.

    `latest`: the last day of a line entered so far; a change can only be dated after it, or that day.
    """

    def __init__(
        self, founding: Decimal, changes: Iterable[tuple[dt.date, Decimal]], latest: dt.date | None
    ) -> None:
        self._days, self._values = [dt.date.min], [founding]
        for day, value in changes:
            self._change(day, value)
        self._latest = latest or dt.date.min

    def _change(self, day: dt.date, value: Decimal) -> None:
        self._days.append(day)
        self._values.append(value)

    def enter(self, entry: Entry, dated: dt.date, faults: Faults) -> Decimal:
        """The nominal value of the line [€]; what the file says otherwise is a fault."""
        if entry.kind == Kind.NOMINAL_CHANGE and entry.nominal_value is not None:
            if dated < self._latest:
                told = worded(
                    _("la valeur nominale change le %(dated)s, avant des mouvements déjà inscrits"),
                    dated=f"{dated:%d/%m/%Y}",
                )
                faults.add(entry.line, "", told, _("remettez les lignes dans l’ordre des jours"))
                return entry.nominal_value
            self._change(dated, entry.nominal_value)
        value = self._values[bisect_right(self._days, dated) - 1]
        if entry.nominal_value is not None and entry.nominal_value != value:
            told = worded(
                _("la valeur nominale est %(told)s, au registre %(value)s ce jour-là"),
                told=euros(entry.nominal_value),
                value=euros(value),
            )
            remedy = _("corrigez-la, ou celle de la fondation dans les réglages de la coopérative")
            faults.add(entry.line, "", told, remedy)
        self._latest = max(self._latest, dated)
        return value


def newly_held(entries: Iterable[Entry]) -> Counter[int]:
    """Shares that `entries` bring to each holder, by place in the file; what is given away counts less."""
    moved: Counter[int] = Counter()
    for entry in entries:
        for place, sign in ((entry.giver, -1), (entry.taker, 1)):
            if place is not None:
                moved[place] += sign * entry.quantity
    return moved
