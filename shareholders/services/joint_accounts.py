"""The people of an account that belongs to several: who joins, who leaves, who speaks for all.

Every entry has its first and its last day. Somebody who stays as before keeps the entry; a change of role
ends it and begins another, so that who spoke for the account on a day can always be told.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from mine_de_soleil.rules.law import parameter
from shareholders.models import Attachment, HolderPart, Shareholder
from shareholders.persons import Address, NaturalPerson, age_on, identity_key
from shareholders.services.conflicts import conflict_of
from shareholders.services.newcomers import account_of, close_space, open_space
from shareholders.services.register import locked
from shareholders.services.transfer_checks import TransferRefused

Quality = HolderPart.Quality
TOGETHER = (Shareholder.Kind.JOINT, Shareholder.Kind.SPLIT)
MOST = 12


@dataclass(frozen=True, slots=True)
class Owner:
    """One of the people an account is to belong to; `is_proxy` speaks for all of them."""

    first_names: str
    last_name: str
    quality: str = Quality.JOINT_OWNER.value
    birth_date: dt.date | None = None
    email: str = ""
    address: str = ""
    is_proxy: bool = False

    @property
    def key(self) -> str:
        """The person, however typed, whatever the role."""
        nowhere = Address("", "", "", "")
        return identity_key(NaturalPerson(self.last_name, self.first_names, self.birth_date, "", nowhere, ""))


def owners_of(account: Shareholder) -> list[Owner]:
    """The people of the account today."""
    return [owner_of(part) for part in account.parts.filter(until=None).order_by("pk")]


def owner_of(part: HolderPart) -> Owner:
    """An entry as somebody would give it."""
    return Owner(
        first_names=part.first_names,
        last_name=part.last_name,
        quality=part.quality,
        birth_date=part.birth_date,
        email=part.email,
        address=part.address,
        is_proxy=part.is_proxy,
    )


@transaction.atomic
def change_owners(
    *,
    actor: User,
    account: Shareholder,
    owners: Sequence[Owner],
    since: dt.date,
    paper: Attachment | None = None,
) -> list[HolderPart]:
    """From `since` on the account belongs to `owners`; nothing is written where that is so already.

    Other people than before ask for the deed that says so; another proxy among the same ones doesn't.
    Raises TransferRefused; then nothing changed.
    """
    locked(account.cooperative_id)
    account = Shareholder.objects.select_related("cooperative", "user").get(pk=account.pk)
    now = list(account.parts.filter(until=None).select_related("user").order_by("pk"))
    if account.kind in TOGETHER and {owner_of(part) for part in now} == set(owners):
        return now
    _check_not_own(actor, account, owners)
    _check(account, owners, since)
    _check_day(account, since, now)
    if paper is None and {owner_of(part).key for part in now} != {owner.key for owner in owners}:
        raise TransferRefused(_("Quand les personnes changent, joignez l’acte qui le dit."))
    _enter(actor, account, owners, since, now)
    sha256, scope = (paper.sha256 if paper else ""), account.cooperative.slug
    record(actor, "change_owners", account, scope=scope, since=f"{since}", parts=len(owners), paper=sha256)
    return list(account.parts.filter(until=None).order_by("pk"))


def _check_not_own(actor: User, account: Shareholder, owners: Sequence[Owner]) -> None:
    conflict = conflict_of(actor, account)
    if not conflict and actor.email.lower() in {owner.email.lower() for owner in owners}:
        conflict = _(
            "Vous êtes parmi les personnes nommées\u202f: une autre personne du conseil doit faire cet acte."
        )
    if conflict:
        raise TransferRefused(conflict)


def _enter(
    actor: User, account: Shareholder, owners: Sequence[Owner], since: dt.date, now: list[HolderPart]
) -> None:
    staying = {owner_of(part) for part in now} & set(owners)
    leaving = [part for part in now if owner_of(part) not in staying]
    HolderPart.objects.filter(pk__in=[part.pk for part in leaving]).update(until=since)
    for owner in owners:
        if owner not in staying:
            _begin(account, owner, since)
    open_space(actor=actor, holder=account)
    for part in leaving:
        if part.user is not None:
            close_space(actor=actor, cooperative=account.cooperative, user=part.user)


def _begin(account: Shareholder, owner: Owner, since: dt.date) -> HolderPart:
    user = account_of(owner.email, f"{owner.first_names} {owner.last_name}") if owner.is_proxy else None
    return HolderPart.objects.create(
        account=account,
        quality=owner.quality,
        first_names=owner.first_names,
        last_name=owner.last_name,
        birth_date=owner.birth_date,
        email=owner.email,
        address=owner.address,
        is_proxy=owner.is_proxy,
        user=user,
        since=since,
    )


def _check(account: Shareholder, owners: Sequence[Owner], since: dt.date) -> None:
    if account.kind not in TOGETHER:
        raise TransferRefused(
            _("Ce compte est à une seule personne : ses titulaires ne se changent pas ici.")
        )
    if any(not owner.first_names.strip() or not owner.last_name.strip() for owner in owners):
        raise TransferRefused(_("Chaque personne a un nom et un prénom."))
    if len(owners) < 2:
        raise TransferRefused(
            _(
                "Un compte commun compte deux personnes au moins : s’il n’en reste qu’une, "
                "cédez-lui les actions."
            )
        )
    if len(owners) > MOST:
        raise TransferRefused(_("Un compte commun compte %(most)d personnes au plus.") % {"most": MOST})
    if len({owner.key for owner in owners}) != len(owners):
        raise TransferRefused(_("La même personne est nommée deux fois."))
    _check_qualities(account, owners)
    _check_proxy(owners, since)


def _check_qualities(account: Shareholder, owners: Sequence[Owner]) -> None:
    named = {owner.quality for owner in owners}
    if account.kind == Shareholder.Kind.JOINT and named != {Quality.JOINT_OWNER}:
        raise TransferRefused(_("Dans une indivision, chacun est indivisaire."))
    if account.kind == Shareholder.Kind.SPLIT and named != {Quality.BARE_OWNER, Quality.USUFRUCTUARY}:
        raise TransferRefused(_("Il faut un nu-propriétaire et un usufruitier au moins."))


def _check_proxy(owners: Sequence[Owner], day: dt.date) -> None:
    """One adult with an e-mail address: the account's letters and codes go there."""
    proxies = [owner for owner in owners if owner.is_proxy]
    if len(proxies) != 1:
        raise TransferRefused(_("Choisissez une seule personne qui parle pour tous."))
    (proxy,) = proxies
    majority = int(parameter("shares.majority_age_years").value_on(day))
    if proxy.birth_date is not None and age_on(proxy.birth_date, day) < majority:
        raise TransferRefused(_("Qui parle pour tous doit être majeur."))
    if not proxy.email:
        raise TransferRefused(
            _("Donnez l’e-mail de la personne qui parle pour tous : les codes y sont envoyés.")
        )


def _check_day(account: Shareholder, since: dt.date, now: list[HolderPart]) -> None:
    first = max((part.since for part in now), default=account.cooperative.founded_on)
    if not first <= since <= timezone.localdate():
        raise TransferRefused(
            _("Choisissez un jour entre le %(first)s, dernier changement, et aujourd’hui.")
            % {"first": f"{first:%d/%m/%Y}"}
        )
