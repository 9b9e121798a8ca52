"""Acts on people who come into the register otherwise than by subscribing, and on the role they hold."""

import datetime as dt
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from mine_de_soleil.core.accounts import prove_address
from mine_de_soleil.core.models import User
from shareholders.identity import holder_fields
from shareholders.models import College, Cooperative, RoleGrant, Shareholder
from shareholders.persons import Address, NaturalPerson, identity_key
from shareholders.roles import Role
from shareholders.services.invitations import give_link
from shareholders.services.people import enter_shareholder, name_representative, share_account
from shareholders.services.roles import grant_role, revoke_role


def account_of(email: str, full_name: str) -> User:
    """The account of an e-mail address, made if there is none; one signs in by a code sent there."""
    proven = EmailAddress.objects.filter(email__iexact=email, verified=True).select_related("user").first()
    if proven is not None:
        return proven.user  # type: ignore[no-any-return]
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(email, full_name=full_name)
    prove_address(user, email)
    return user


def name_of_speaker(identity: dict[str, Any]) -> str:
    """The name of who acts: the representative of an identity, else its own person."""
    person = identity.get("representative") or identity
    return f"{person.get('first_names', '')} {person.get('last_name', '')}".strip()


def account_in_register(cooperative: Cooperative, identity: dict[str, Any]) -> Shareholder | None:
    """The account that somebody who gives this identity has already; None for somebody new.

    A person by name and birth date, however typed; a company or public body by its number.
    """
    kept = Shareholder.objects.filter(cooperative=cooperative, merged_into=None)
    rows = kept.filter(kind=identity.get("kind", ""))
    if identity.get("siren"):
        return rows.filter(siren=identity["siren"]).order_by("number").first()
    if not identity.get("birth_date"):
        return None
    born = dt.date.fromisoformat(identity["birth_date"])
    key = _key(identity.get("last_name", ""), identity.get("first_names", ""), born)
    same = rows.filter(birth_date=born).select_related("user").order_by("number")
    return next((one for one in same if _key(one.last_name, one.first_names, born) == key), None)


def _key(last_name: str, first_names: str, born: dt.date) -> str:
    return identity_key(NaturalPerson(last_name, first_names, born, "", Address("", "", "", ""), ""))


@transaction.atomic
def enter_newcomer(
    *,
    actor: User | None,
    college: College,
    identity: dict[str, Any],
    email: str,
    since: dt.date,
    user: User | None = None,
) -> Shareholder:
    """Open an account in the register from an identity as `holder_fields` reads it.

    Who acts for it is `user`, else whoever has the address `email`.
    """
    speaker = identity.get("representative")
    if user is None and email:
        user = account_of(email, name_of_speaker(identity))
    parts = identity.get("parts")
    holder = enter_shareholder(
        actor=actor,
        college=college,
        since=since,
        user=None if speaker or parts else user,
        email=email,
        **holder_fields(identity),
    )
    if speaker:
        name_representative(actor=actor, holder=holder, since=since, user=user, **speaker)
    if parts:
        owners = [part | {"user": user if part["is_proxy"] else None} for part in parts]
        share_account(actor=actor, account=holder, since=since, parts=owners)
    give_link(holder=holder)
    return holder


def users_of(holder: Shareholder) -> list[User]:
    """Everybody who acts for `holder` today: its own user, its representatives, the proxy of several."""
    found = User.objects.filter(shareholders=holder) | User.objects.filter(
        pk__in=holder.representatives.filter(until=None).values("user")
    )
    proxies = holder.parts.filter(until=None, is_proxy=True).values("user")
    return list((found | User.objects.filter(pk__in=proxies)).distinct().order_by("pk"))


def open_space(*, actor: User | None, holder: Shareholder) -> None:
    """Let those who act for `holder` into the shareholders' space."""
    for user in users_of(holder):
        grant_role(actor=actor, cooperative=holder.cooperative, user=user, role=Role.SHAREHOLDER)


def close_space(*, actor: User | None, cooperative: Cooperative, user: User) -> None:
    """End the shareholder's role of `user`, unless there is still a living holder to act for."""
    if Shareholder.objects.of(user, cooperative).filter(died_on=None).exists():
        return
    grants = RoleGrant.objects.in_force().filter(cooperative=cooperative, user=user, role=Role.SHAREHOLDER)
    for grant in grants:
        revoke_role(actor=actor, grant=grant)


def close_empty_space(*, actor: User | None, holder: Shareholder) -> None:
    """After an issue was undone: end the role of those who have no share left to act for, in any account."""
    for user in users_of(holder):
        own = Shareholder.objects.of(user, holder.cooperative).filter(died_on=None).order_by()
        # Every line counts, a later one too: who receives shares tomorrow stays.
        if any(account.shares_held for account in own.holding_on(dt.date.max)):
            continue
        grants = RoleGrant.objects.in_force().filter(
            cooperative=holder.cooperative, user=user, role=Role.SHAREHOLDER
        )
        for grant in grants:
            revoke_role(actor=actor, grant=grant)
