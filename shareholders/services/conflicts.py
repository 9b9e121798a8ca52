"""Nobody decides for the board on an account of her own: another member of the board does."""

from django.db.models import Q
from django.utils.translation import gettext as _

from mine_de_soleil.core.models import User
from shareholders.models import Shareholder
from shareholders.services.newcomers import users_of


def conflict_of(actor: User, *holders: Shareholder) -> str:
    """The sentence that refuses where `actor` acts for one of `holders`, or owns a part of it; else empty."""
    own = next((holder for holder in holders if _is_own(actor, holder)), None)
    if own is None:
        return ""
    return _(
        "Le compte n° %(number)d est le vôtre, ou vous agissez pour lui\u202f: "
        "une autre personne du conseil doit faire cet acte."
    ) % {"number": own.number}


def _is_own(actor: User, holder: Shareholder) -> bool:
    """As the board knows people: by their login, or by the e-mail address of the register."""
    mine = Q(user=actor) | Q(email__iexact=actor.email)
    return (
        holder.email.lower() == actor.email.lower()
        or actor in users_of(holder)
        or holder.parts.filter(mine, until=None).exists()
    )
