"""What people do about shares in the demo, step by step: each is done once, wherever a load was cut."""

import datetime as dt
from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from mine_de_soleil.core.models import User
from mine_de_soleil.demo.accounts import ACCOUNTS
from mine_de_soleil.demo.campaign import is_campaign_needed, open_campaign, write_past_rounds
from mine_de_soleil.demo.dealings import deal, welcome_newborns
from mine_de_soleil.demo.letters import nobody_is_written_to
from mine_de_soleil.demo.people import Cast
from mine_de_soleil.demo.scales import SMALL, Scale
from shareholders.models import Cooperative, NewbornPanel, Paper, Shareholder, Subscription
from shareholders.services.paper_making import certificate_on_demand, make_missing_papers, make_newborn_paper
from shareholders.services.register import locked


def enliven(
    cooperative: Cooperative, today: dt.date, say: Callable[[str], None], scale: Scale = SMALL
) -> None:
    """Rounds, subscriptions, payments, transfers, newborns, a few papers. Done already, nothing changes."""
    cast, campaign = scale.cast(), scale.campaign()
    users = _users(cast)
    if not _has_its_people(cooperative, users, cast):
        say(_("Démonstration d’une version antérieure : ses actionnaires restent comme ils sont."))
        return
    write_past_rounds(cooperative, users, campaign)
    if is_campaign_needed(cooperative, today):
        say(_("Levée de fonds, souscriptions et relevés bancaires…"))
        open_campaign(cooperative, users, today, campaign)
    deal(cooperative, users, cast)
    welcome_newborns(cooperative, users, today)
    _print_first_papers(cooperative, users["citoyenne@demo.example"])


def _users(cast: Cast) -> dict[str, User]:
    """The accounts of those who act, by e-mail."""
    emails = [account.email for account in ACCOUNTS] + [person.account for person in cast.people]
    return {user.email: user for user in User.objects.filter(email__in=emails, is_demo=True).order_by("pk")}


def _has_its_people(cooperative: Cooperative, users: dict[str, User], cast: Cast) -> bool:
    """Whether the register is this version's: an earlier one lacks those who act, and was sealed since."""
    acting = [users.get(person.account) for person in cast.people]
    return Shareholder.objects.filter(cooperative=cooperative, user__in=acting).count() == len(acting)


@transaction.atomic
def _print_first_papers(cooperative: Cooperative, jeanne: User) -> None:
    """Jeanne's certificate and bulletin, and one newborn's; the worker makes the others."""
    held = locked(cooperative.pk)
    with nobody_is_written_to():
        _print(held, jeanne)


def _print(cooperative: Cooperative, jeanne: User) -> None:
    printed = set(Paper.objects.filter(cooperative=cooperative).values_list("kind", flat=True))
    if Paper.Kind.CERTIFICATE not in printed:
        holder = Shareholder.objects.select_related("cooperative").get(cooperative=cooperative, user=jeanne)
        certificate_on_demand(actor=jeanne, holder=holder, language="fr")
    signed = Subscription.objects.of(cooperative).filter(user=jeanne, signed_at__isnull=False)
    subscription = signed.order_by("pk").first()
    if subscription and Paper.Kind.BULLETIN not in printed:
        make_missing_papers(subscription.pk)
    given = NewbornPanel.objects.filter(cooperative=cooperative, state=NewbornPanel.State.GIVEN)
    panel = given.order_by("pk").first()
    if panel and Paper.Kind.NEWBORN not in printed:
        make_newborn_paper(panel.pk)
