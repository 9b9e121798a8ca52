"""The demo's sign-ins: one a role, all with the password printed in the README."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from mine_de_soleil.core.models import User
from mine_de_soleil.demo.errors import RealDataPresent
from mine_de_soleil.demo.people import Cast
from mine_de_soleil.demo.roofs import COMMUNE_INSEE
from shareholders.models import Cooperative
from shareholders.roles import Role
from shareholders.services import grant_role

PASSWORD = "mine-de-soleil"  # noqa: S105 - public on purpose: these accounts exist in demonstrations only


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Who signs in, and as what."""

    email: str
    full_name: str
    roles: tuple[Role, ...]
    commune_insee: str = ""


ACCOUNTS = (
    DemoAccount("citoyenne@demo.example", "Jeanne Delattre", (Role.SHAREHOLDER,)),
    DemoAccount("mairie@demo.example", "Mairie de Loos-en-Gohelle", (Role.MUNICIPALITY,), COMMUNE_INSEE),
    DemoAccount("operateur@demo.example", "Exploitation Sunelis", (Role.OPERATOR,)),
    DemoAccount("conseil@demo.example", "Bruno Ledru", (Role.BOARD, Role.SHAREHOLDER)),
    DemoAccount("tresorier@demo.example", "Odile Masclet", (Role.TREASURER,)),
    DemoAccount("auditeur@demo.example", "Karim Vasseur", (Role.AUDITOR,)),
    DemoAccount("admin@demo.example", "Claire Lenglet", (Role.ADMINISTRATOR,)),
)


def demo_accounts(request: HttpRequest) -> dict[str, list[tuple[str, str]]]:
    """Template context of the sign-in page: the accounts to try, where the demo was loaded."""
    if request.path != reverse("account_login") or not Cooperative.objects.filter(is_demo=True).exists():
        return {"demo_accounts": []}
    return {"demo_accounts": [(_roles_in_words(account), account.email) for account in ACCOUNTS]}


def _roles_in_words(account: DemoAccount) -> str:
    return ", ".join(str(role.label) for role in account.roles)


def open_accounts(cooperative: Cooperative, cast: Cast) -> dict[str, User]:
    """Open every account with its roles, by e-mail. Raises RealDataPresent if an address is somebody's."""
    accounts = (*ACCOUNTS, *_acting(cast))
    emails = [account.email for account in accounts]
    taken = User.objects.filter(email__in=emails, is_demo=False).order_by("email").first()
    if taken:
        message = _(
            "Un compte réel porte l’adresse %(email)s : la démonstration ne s’installe pas à côté de lui."
        )
        raise RealDataPresent(message % {"email": taken.email})
    # Hashing is slow on purpose: once is enough for seven accounts with one public password.
    encoded, none = make_password(PASSWORD), make_password(None)
    return {
        account.email: _open(account, cooperative, encoded if account in ACCOUNTS else none)
        for account in accounts
    }


def _acting(cast: Cast) -> tuple[DemoAccount, ...]:
    """Citizens who sell, give or leave: they need an account, but nobody is invited to sign in to it."""
    return tuple(
        DemoAccount(person.account, f"{person.first_names} {person.last_name}", (Role.SHAREHOLDER,))
        for person in cast.people
    )


def _open(account: DemoAccount, cooperative: Cooperative, encoded_password: str) -> User:
    user, _is_new = User.objects.get_or_create(
        email=account.email,
        defaults={"full_name": account.full_name, "password": encoded_password, "is_demo": True},
    )
    # allauth lets nobody in whose address isn't verified.
    EmailAddress.objects.get_or_create(
        user=user, email=account.email, defaults={"verified": True, "primary": True}
    )
    for role in account.roles:
        insee = account.commune_insee if role == Role.MUNICIPALITY else ""
        grant_role(actor=None, cooperative=cooperative, user=user, role=role, commune_insee=insee)
    return user
