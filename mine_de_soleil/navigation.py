"""The menu: what this person may open in the cooperative at hand."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from installations.permissions import can_follow_commune
from production.permissions import can_see_operation
from shareholders.permissions import Actor, can_see_accounts, can_see_own_shares, can_see_register
from shareholders.roles import NEEDS_SECOND_FACTOR


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the menu."""

    label: str
    url: str


def places_of(actor: Actor) -> list[Place]:
    """The spaces this actor's roles open, most personal first."""
    choices = [
        (can_see_own_shares, _("Mon espace"), "my_space"),
        (can_see_register, _("Conseil"), "board"),
        (can_see_operation, _("Exploitation"), "operation"),
        (can_follow_commune, _("Commune"), "commune"),
        (can_see_accounts, _("Comptes d’accès"), "accounts"),
    ]
    slug = actor.cooperative.slug
    return [Place(label, reverse(name, args=[slug])) for may, label, name in choices if may(actor)]


def menu_of(actor: Actor) -> list[Place]:
    """The whole menu inside one cooperative."""
    slug = actor.cooperative.slug
    public = [
        Place(_("Accueil"), reverse("cooperative", args=[slug])),
        Place(_("Toitures"), reverse("roofs", args=[slug])),
    ]
    return [*public, *places_of(actor)]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Template context: the menu, the cooperative one is in, and whether the demo skips a second factor."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return {"menu": [], "cooperative": None, "actor": None, "skips_second_factor": False}
    skips = bool(actor.user and actor.user.is_demo and actor.roles & NEEDS_SECOND_FACTOR)
    return {
        "menu": menu_of(actor),
        "cooperative": actor.cooperative,
        "actor": actor,
        "skips_second_factor": skips,
    }
