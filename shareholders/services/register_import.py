"""An existing register taken over from a file: all or nothing, and the same file again changes nothing.

Lines are written by thousands, in their order: the database's triggers judge, number and seal each of them as
they do a line written alone. What was imported is known again by the file's fingerprint in the journal, and,
for another file, by holding it against the lines that are there (`register_agreement`).
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import JournalEntry, User
from mine_de_soleil.core.refusals import said
from mine_de_soleil.core.sentences import gettext_noop as _
from mine_de_soleil.core.sentences import worded
from shareholders.identity import register_identity
from shareholders.models import (
    Attachment,
    College,
    CollegeMembership,
    Cooperative,
    Shareholder,
    ShareMovement,
)
from shareholders.register_agreement import (
    Account,
    Accounts,
    Entry,
    NominalValues,
    Written,
    entries_of,
    known_entries,
    newly_held,
    number_newcomers,
    recognise,
)
from shareholders.register_files import Holder, RegisterFile, read_register_file
from shareholders.register_files.detection import is_workbook
from shareholders.register_files.faults import Faults, refuse
from shareholders.reports import Capital, capital_on
from shareholders.services.register import MovementRefused, locked, refusals_in_words

CHUNK = 1_000
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody the file brings into the register, and the shares held at its end."""

    number: int
    name: str
    college: str
    shares: int


@dataclass(frozen=True, slots=True)
class RegisterImport:
    """What an import did, or would do.

    `imported_at`: when these very bytes were imported before. `before` and `after`: the capital of today.
    `remarks`: (line, sentence in the active language). `ignored`: headings of columns that weren't used.
    """

    file_name: str
    sha256: str
    dry_run: bool
    imported_at: dt.datetime | None
    newcomers: tuple[Newcomer, ...]
    holders_known: int
    movements_new: int
    movements_known: int
    before: Capital
    after: Capital
    remarks: tuple[tuple[int, str], ...]
    ignored: tuple[str, ...]

    @property
    def changes_nothing(self) -> bool:
        """The register says all of the file already."""
        return not (self.movements_new or self.newcomers)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a file comes to in this register: whom and what to enter, after the lines it knows."""

    file: RegisterFile
    found: list[Account | None]
    numbers: list[int]
    entries: list[Entry]
    days: list[dt.date]
    nominal_values: list[Decimal]
    known: int
    remarks: tuple[tuple[int, str], ...]

    @property
    def newcomers(self) -> list[int]:
        """Places in the file of those whom the register doesn't know."""
        return [at for at, account in enumerate(self.found) if account is None]


def import_register(
    *,
    actor: User | None,
    cooperative: Cooperative,
    file_name: str,
    content: bytes,
    dry_run: bool = False,
    on: dt.date | None = None,
) -> RegisterImport:
    """Take over the holders and movements of a file (CSV, XLSX). Raises RegisterFileRefused.

    `on`: the day a list of holders without dates speaks of; today unless told. A dry run does all of it, so
    that the database judges each line, and takes it back.
    """
    today = timezone.localdate(timezone=cooperative.zone)
    if on is not None and on > today:
        raise refuse(
            worded(_("le %(on)s n’est pas encore venu"), on=f"{on:%d/%m/%Y}"),
            _("donnez le jour de cet état, déjà passé"),
        )
    colleges = dict(cooperative.colleges.values_list("code", "name"))
    if not colleges:
        raise refuse(
            _("la coopérative n’a encore aucun collège"), _("inscrivez d’abord les collèges des statuts")
        )
    file = read_register_file(file_name, content, colleges, on=on or today)
    with transaction.atomic():
        held = locked(cooperative.pk)
        done = _import(actor, held, file, file_name, content, on or today, dry_run=dry_run)
        if dry_run:
            transaction.set_rollback(True)
    return done


def _import(
    actor: User | None,
    cooperative: Cooperative,
    file: RegisterFile,
    file_name: str,
    content: bytes,
    on: dt.date,
    *,
    dry_run: bool,
) -> RegisterImport:
    """The whole import, in the caller's transaction, with the cooperative's row locked."""
    sha256 = hashlib.sha256(content).hexdigest()
    today = timezone.localdate(timezone=cooperative.zone)
    before = capital_on(cooperative, today)
    earlier = _earlier(cooperative, sha256)
    plan = _plan(cooperative, file, on) if earlier is None else None
    changes = plan is not None and bool(plan.newcomers or plan.entries)
    if plan is not None and changes:
        _enter(cooperative, plan, on)
        kept = _keep(actor, cooperative, file_name, content, sha256)
        record(
            actor,
            "import_register",
            cooperative,
            scope=cooperative.slug,
            file=file_name,
            sha256=sha256,
            holders=len(plan.newcomers),
            movements=len(plan.entries),
            attachment=kept.pk,
        )
    return RegisterImport(
        file_name=file_name,
        sha256=sha256,
        dry_run=dry_run,
        imported_at=earlier.at if earlier else None,
        newcomers=_told(plan, before) if plan else (),
        holders_known=len(file.holders) - (len(plan.newcomers) if plan else 0),
        movements_new=len(plan.entries) if plan else 0,
        movements_known=plan.known if plan else len(entries_of(file)),
        before=before,
        after=capital_on(cooperative, today) if changes else before,
        remarks=plan.remarks if plan else (),
        ignored=file.ignored,
    )


def _earlier(cooperative: Cooperative, sha256: str) -> JournalEntry | None:
    """The journal's entry of the same bytes, imported before."""
    entries = JournalEntry.objects.filter(
        scope=cooperative.slug, act="import_register", detail__sha256=sha256
    )
    return entries.order_by("pk").first()


def _plan(cooperative: Cooperative, file: RegisterFile, on: dt.date) -> _Plan:
    """Hold the file against the register. Raises RegisterFileRefused with every contradiction."""
    faults = Faults()
    accounts = _accounts(cooperative)
    found, remarks = recognise(file.holders, accounts, faults)
    numbers = number_newcomers(file.holders, found, accounts.by_number, faults)
    faults.raise_if_any()
    entries, written = entries_of(file), _written(cooperative)
    names = {account.id: account.told for account in accounts.by_number.values()}
    known = known_entries(entries, found, written, names, faults)
    faults.raise_if_any()
    entries = entries[known:]
    days = [entry.dated or on for entry in entries]
    values = _nominal_values(cooperative, written)
    nominal = [values.enter(entry, day, faults) for entry, day in zip(entries, days, strict=True)]
    faults.raise_if_any()
    told = tuple(sorted((line, said(remark)) for line, remark in [*file.remarks, *remarks]))
    return _Plan(file, found, numbers, entries, days, nominal, known, told)


def _accounts(cooperative: Cooperative) -> Accounts:
    holders = Shareholder.objects.filter(cooperative=cooperative).order_by("number")
    return Accounts(
        Account(holder.pk, holder.number, str(holder), holder.siren, holder.birth_date, holder.email)
        for holder in holders.iterator(chunk_size=CHUNK)
    )


def _written(cooperative: Cooperative) -> list[Written]:
    lines = ShareMovement.objects.filter(cooperative=cooperative).order_by("number")
    columns = ("number", "kind", "dated", "from_shareholder", "to_shareholder", "quantity")
    return [Written(*row) for row in lines.values_list(*columns)]


def _nominal_values(cooperative: Cooperative, written: Sequence[Written]) -> NominalValues:
    changes = ShareMovement.objects.filter(cooperative=cooperative, quantity=0).order_by("dated", "number")
    latest = max((line.dated for line in written), default=None)
    return NominalValues(
        cooperative.nominal_value, changes.values_list("dated", "nominal_value").iterator(), latest
    )


def _enter(cooperative: Cooperative, plan: _Plan, on: dt.date) -> None:
    """Write newcomers, their colleges and the lines, in that order."""
    known = Shareholder.objects.in_bulk([account.id for account in plan.found if account])
    people = [
        known[account.id] if account else _shareholder(cooperative, holder, number)
        for account, holder, number in zip(plan.found, plan.file.holders, plan.numbers, strict=True)
    ]
    _check_people([(plan.file.holders[at], people[at]) for at in plan.newcomers])
    Shareholder.objects.bulk_create([people[at] for at in plan.newcomers], batch_size=CHUNK)
    _join_colleges(cooperative, plan, people, on)
    identities = [register_identity(person) for person in people]
    last = ShareMovement.objects.filter(cooperative=cooperative).order_by("-number").first()
    lines = [
        ShareMovement(
            cooperative=cooperative,
            number=number,
            kind=entry.kind,
            dated=dated,
            from_shareholder=None if entry.giver is None else people[entry.giver],
            to_shareholder=None if entry.taker is None else people[entry.taker],
            giver_identity="" if entry.giver is None else identities[entry.giver],
            taker_identity="" if entry.taker is None else identities[entry.taker],
            quantity=entry.quantity,
            nominal_value=nominal,
            reason=entry.reason,
        )
        for number, (entry, dated, nominal) in enumerate(
            zip(plan.entries, plan.days, plan.nominal_values, strict=True),
            start=last.number + 1 if last else 1,
        )
    ]
    _write(lines, plan.entries)


def _shareholder(cooperative: Cooperative, holder: Holder, number: int) -> Shareholder:
    return Shareholder(
        cooperative=cooperative,
        number=number,
        kind=holder.kind,
        first_names=holder.first_names,
        last_name=holder.last_name,
        legal_name=holder.legal_name,
        siren=holder.siren,
        birth_date=holder.birth_date if holder.kind == Shareholder.Kind.NATURAL else None,
        birth_place=holder.birth_place,
        email=holder.email,
        address=holder.address,
        postcode=holder.postcode,
        commune=holder.commune,
    )


def _check_people(people: Sequence[tuple[Holder, Shareholder]]) -> None:
    """What a form would refuse of a person, by line. Raises RegisterFileRefused."""
    faults = Faults()
    for holder, person in people:
        try:
            # Keys would each be a query, and are the database's to judge.
            person.clean_fields(exclude={"cooperative", "user"})
        except ValidationError as error:
            for field, sentences in error.message_dict.items():
                name = str(getattr(Shareholder._meta.get_field(field), "verbose_name", field))
                faults.add(holder.line, name, " ".join(sentences).rstrip("."), _("corrigez cette cellule"))
    faults.raise_if_any()


def _join_colleges(cooperative: Cooperative, plan: _Plan, people: Sequence[Shareholder], on: dt.date) -> None:
    """A newcomer is of the college the file names since the first line that names the newcomer."""
    colleges = {college.code: college for college in College.objects.filter(cooperative=cooperative)}
    since: dict[int, dt.date] = {}
    for entry, day in zip(plan.entries, plan.days, strict=True):
        for place in (entry.giver, entry.taker):
            if place is not None:
                since[place] = min(day, since.get(place, day))
    CollegeMembership.objects.bulk_create(
        [
            CollegeMembership(
                shareholder=people[at],
                college=colleges[plan.file.holders[at].college],
                cooperative=cooperative,
                since=since.get(at, on),
            )
            for at in plan.newcomers
        ],
        batch_size=CHUNK,
    )


def _write(lines: Sequence[ShareMovement], entries: Sequence[Entry]) -> None:
    """Write the lines by thousands; of a thousand refused, find the one. Raises RegisterFileRefused."""
    for start in range(0, len(lines), CHUNK):
        chunk = lines[start : start + CHUNK]
        try:
            with refusals_in_words():
                ShareMovement.objects.bulk_create(chunk)
        except MovementRefused:
            _write_singly(chunk, entries[start : start + CHUNK])


def _write_singly(lines: Sequence[ShareMovement], entries: Sequence[Entry]) -> None:
    for line, entry in zip(lines, entries, strict=True):
        try:
            with refusals_in_words():
                line.save(force_insert=True)
        except MovementRefused as refusal:
            told = str(refusal).rstrip(".")
            raise refuse(
                told[:1].lower() + told[1:], _("corrigez cette ligne, ou ce qui la précède"), line=entry.line
            ) from refusal


def _keep(
    actor: User | None, cooperative: Cooperative, file_name: str, content: bytes, sha256: str
) -> Attachment:
    """The file stays with the register: each line can be traced to it."""
    return Attachment.objects.create(
        cooperative=cooperative,
        kind=Attachment.Kind.OTHER,
        reference="import_register",
        file_name=file_name[-200:],
        content_type=_XLSX if is_workbook(content) else "text/csv",
        content=content,
        sha256=sha256,
        added_by=actor,
    )


def _told(plan: _Plan, capital: Capital) -> tuple[Newcomer, ...]:
    shares, holders = newly_held(plan.entries), plan.file.holders
    colleges = {share.college.code: share.college.name for share in capital.colleges}
    return tuple(
        Newcomer(plan.numbers[at], holders[at].name, colleges[holders[at].college], shares[at])
        for at in plan.newcomers
    )
