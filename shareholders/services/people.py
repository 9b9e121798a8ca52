"""Acts on people: entering a holder, its college, its bank account, who speaks for it; the statutes."""

import datetime as dt
import hashlib
from typing import Any

from django.db import transaction

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from mine_de_soleil.core.secrets import fingerprint
from mine_de_soleil.rules.statutes import read_statutes
from shareholders.banking.iban import check_iban, masked
from shareholders.models import (
    Attachment,
    College,
    CollegeMembership,
    Cooperative,
    HolderBankAccount,
    HolderPart,
    Representative,
    Shareholder,
    StatutesEdition,
)
from shareholders.services.register import locked


@transaction.atomic
def enter_shareholder(
    *, actor: User | None, college: College, since: dt.date | None = None, **person: Any
) -> Shareholder:
    """Open an account in the register under the next order number, in `college` from `since` on.

    Without `since`, from the foundation: for an existing register whose colleges aren't dated.
    """
    cooperative = locked(college.cooperative_id)
    last = Shareholder.objects.filter(cooperative=cooperative).order_by("-number").first()
    number = last.number + 1 if last else 1
    shareholder = Shareholder(cooperative=cooperative, number=number, **person)
    shareholder.full_clean()
    shareholder.save()
    _join(shareholder, college, since or cooperative.founded_on)
    record(actor, "enter_shareholder", shareholder, scope=cooperative.slug, number=number)
    return shareholder


@transaction.atomic
def change_college(
    *, actor: User | None, shareholder: Shareholder, college: College, since: dt.date
) -> CollegeMembership:
    """From `since` on, `shareholder` belongs to `college`."""
    membership = _join(shareholder, college, since)
    scope = shareholder.cooperative.slug
    record(actor, "change_college", shareholder, scope=scope, college=college.code, since=f"{since}")
    return membership


def _join(shareholder: Shareholder, college: College, since: dt.date) -> CollegeMembership:
    return CollegeMembership.objects.create(
        shareholder=shareholder, college=college, cooperative=shareholder.cooperative, since=since
    )


@transaction.atomic
def change_bank_account(
    *, actor: User | None, holder: Shareholder, iban: str, owner_name: str
) -> HolderBankAccount:
    """Pay `holder` to this account from now on. Raises IbanRefused."""
    clean = check_iban(iban)
    account = HolderBankAccount.objects.create(
        holder=holder,
        owner_name=owner_name,
        iban=clean,
        iban_fingerprint=fingerprint(clean),
        iban_masked=masked(clean),
    )
    record(actor, "change_bank_account", holder, scope=holder.cooperative.slug, iban=account.iban_masked)
    return account


@transaction.atomic
def name_representative(
    *, actor: User | None, holder: Shareholder, quality: str, since: dt.date, **person: Any
) -> Representative:
    """Let somebody act for `holder` from `since` on."""
    representative = Representative(holder=holder, quality=quality, since=since, **person)
    representative.full_clean(exclude=["user", "mandate", "until"])
    representative.save()
    record(actor, "name_representative", holder, scope=holder.cooperative.slug, quality=quality)
    return representative


@transaction.atomic
def end_representation(*, actor: User | None, representative: Representative, until: dt.date) -> None:
    """Somebody no longer acts for a holder, from `until` on; ended already, it is left as it is."""
    if Representative.objects.filter(pk=representative.pk, until=None).update(until=until):
        holder = representative.holder
        record(actor, "end_representation", holder, scope=holder.cooperative.slug, until=f"{until}")


@transaction.atomic
def share_account(
    *, actor: User | None, account: Shareholder, since: dt.date, parts: list[dict[str, Any]]
) -> list[HolderPart]:
    """Say to whom a joint or split account belongs; those named before are no longer.

    An ended entry keeps who spoke for the account then. Changes of an account in use are for
    `joint_accounts.change_owners`, which judges them.
    """
    account.parts.filter(until=None).update(until=since)
    made = [HolderPart(account=account, since=since, **part) for part in parts]
    for part in made:
        part.full_clean(exclude=["account", "user", "until"])
    HolderPart.objects.bulk_create(made)
    record(actor, "share_account", account, scope=account.cooperative.slug, parts=len(made))
    return made


@transaction.atomic
def attach(
    *,
    actor: User | None,
    cooperative: Cooperative,
    kind: str,
    file_name: str,
    content_type: str,
    content: bytes,
    holder: Shareholder | None = None,
    reference: str = "",
    dated: dt.date | None = None,
) -> Attachment:
    """Keep a paper that somebody brought, as it is."""
    attachment = Attachment.objects.create(
        cooperative=cooperative,
        holder=holder,
        kind=kind,
        reference=reference,
        dated=dated,
        file_name=file_name,
        content_type=content_type,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        added_by=actor,
    )
    record(actor, "attach", attachment, scope=cooperative.slug, kind=kind, sha256=attachment.sha256)
    return attachment


@transaction.atomic
def adopt_statutes(
    *, actor: User | None, cooperative: Cooperative, text: str, effective_on: dt.date | None = None
) -> StatutesEdition:
    """Put an edition of the statutes in force from `effective_on`, else from its day of adoption.

    An edition already adopted is left as it is. What the board may enter is for `statutes_adoption` to
    judge. Raises StatutesRefused.
    """
    statutes = read_statutes(text)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    edition, is_new = StatutesEdition.objects.get_or_create(
        cooperative=cooperative,
        sha256=sha256,
        defaults={
            "text": text,
            "adopted_on": statutes.adopted_on,
            "effective_on": effective_on or statutes.adopted_on,
            "capital_floor": statutes.capital.floor_eur,
            "capital_ceiling": statutes.capital.ceiling_eur,
            "entered_by": actor,
        },
    )
    if is_new:
        record(
            actor,
            "adopt_statutes",
            edition,
            scope=cooperative.slug,
            sha256=sha256,
            adopted_on=f"{edition.adopted_on}",
            effective_on=f"{edition.effective_on}",
        )
    return edition
