"""A new edition of the statutes: read and compared first, then adopted by the board, with what follows.

Kept apart from `people.adopt_statutes`, which stores any edition: here stands what the board may enter.
"""

import datetime as dt
import logging
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from mine_de_soleil.core import figures
from mine_de_soleil.core.models import User
from mine_de_soleil.rules.statutes import Change, Statutes, amendment, read_statutes
from shareholders.models import College, Cooperative, StatutesEdition, Subscription
from shareholders.reports import capital_on, nominal_on
from shareholders.services.gates import pass_gates
from shareholders.services.people import adopt_statutes
from shareholders.services.register import locked

log = logging.getLogger(__name__)
# A year typed wrong is not a plan.
FURTHEST = dt.timedelta(days=2 * 366)


class AdoptionRefused(Exception):
    """An edition that can't be adopted so; the sentence says why, and nothing is stored."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(str(sentence))


@dataclass(frozen=True, slots=True)
class Adoption:
    """What adopting a text would change: rule by rule, and what the board has to do besides.

    `before` is None for the first edition. `new_colleges`: names of colleges that would be opened.
    """

    text: str
    statutes: Statutes
    before: StatutesEdition | None
    changes: tuple[Change, ...]
    new_colleges: tuple[str, ...]
    nominal_now: Decimal

    @property
    def sha256(self) -> str:
        return self.statutes.sha256

    @property
    def nominal_differs(self) -> bool:
        """Whether the register still counts shares at another nominal value [€]."""
        return self.statutes.shares.nominal_eur != self.nominal_now


def preview_adoption(*, cooperative: Cooperative, text: str, today: dt.date) -> Adoption:
    """Read a text and hold it against the last edition; nothing is stored.

    Raises StatutesRefused for a text that is none, AdoptionRefused for one that can't follow.
    """
    statutes = read_statutes(text)
    last = _last(cooperative)
    _check_may_follow(cooperative, statutes, last, today)
    known = set(cooperative.colleges.values_list("code", flat=True))
    return Adoption(
        text=text,
        statutes=statutes,
        before=last,
        changes=amendment(last.text, text) if last else (),
        new_colleges=tuple(one.name for one in statutes.colleges if one.code not in known),
        nominal_now=nominal_on(cooperative, today),
    )


@transaction.atomic
def adopt_edition(
    *,
    actor: User,
    cooperative: Cooperative,
    text: str,
    adopted_on: dt.date,
    effective_on: dt.date,
    today: dt.date,
) -> StatutesEdition:
    """Adopt an edition as the assembly of `adopted_on` voted it, in force from `effective_on`.

    Colleges it adds are opened. Subscriptions that waited for a higher ceiling are issued once it rules.
    Raises StatutesRefused, AdoptionRefused.
    """
    held = locked(cooperative.pk)
    adoption = preview_adoption(cooperative=held, text=text, today=today)
    _check_days(adoption, adopted_on, effective_on, today)
    _check_band(held, adoption.statutes, max(effective_on, today))
    edition = adopt_statutes(actor=actor, cooperative=held, text=text, effective_on=effective_on)
    _open_colleges(held, adoption.statutes)
    if effective_on <= today:
        issue_what_waited(actor=actor, cooperative=held)
    return edition


def _last(cooperative: Cooperative) -> StatutesEdition | None:
    """The edition that rules last, one that isn't in force yet included."""
    rows = StatutesEdition.objects.filter(cooperative=cooperative)
    return rows.order_by("-effective_on", "-pk").first()


def _check_may_follow(
    cooperative: Cooperative, statutes: Statutes, last: StatutesEdition | None, today: dt.date
) -> None:
    twin = StatutesEdition.objects.filter(cooperative=cooperative, sha256=statutes.sha256).first()
    if twin is not None:
        raise AdoptionRefused(
            _("Ce texte est déjà enregistré\u202f: statuts adoptés le %(day)s. Rien n’a changé.")
            % {"day": f"{twin.adopted_on:%d/%m/%Y}"}
        )
    if statutes.adopted_on > today:
        raise AdoptionRefused(
            _("Ce texte dit être adopté le %(day)s, un jour qui n’est pas encore venu.")
            % {"day": f"{statutes.adopted_on:%d/%m/%Y}"}
        )
    if last is not None and statutes.adopted_on < last.adopted_on:
        raise AdoptionRefused(
            _(
                "Ce texte est plus ancien (%(day)s) que les derniers statuts enregistrés (%(last)s)\u202f: "
                "les éditions se suivent."
            )
            % {"day": f"{statutes.adopted_on:%d/%m/%Y}", "last": f"{last.adopted_on:%d/%m/%Y}"}
        )
    _check_colleges(cooperative, statutes)


def _check_colleges(cooperative: Cooperative, statutes: Statutes) -> None:
    """Nobody is left in a college that the statutes no longer know."""
    kept = [college.code for college in statutes.colleges]
    left = cooperative.colleges.exclude(code__in=kept).filter(memberships__isnull=False).distinct()
    if left:
        names = ", ".join(college.name for college in left.order_by("position", "pk"))
        raise AdoptionRefused(
            _(
                "Ce texte oublie un collège qui a ou a eu des membres\u202f: %(names)s. "
                "Gardez-le dans le texte."
            )
            % {"names": names}
        )


def _check_days(adoption: Adoption, adopted_on: dt.date, effective_on: dt.date, today: dt.date) -> None:
    if adopted_on != adoption.statutes.adopted_on:
        raise AdoptionRefused(
            _("Le texte dit une assemblée du %(text)s, et vous du %(you)s\u202f: corrigez l’un ou l’autre.")
            % {"text": f"{adoption.statutes.adopted_on:%d/%m/%Y}", "you": f"{adopted_on:%d/%m/%Y}"}
        )
    if effective_on < adopted_on:
        raise AdoptionRefused(_("Des statuts prennent effet le jour de l’assemblée au plus tôt."))
    if effective_on > today + FURTHEST:
        raise AdoptionRefused(_("Cette prise d’effet est à plus de deux ans\u202f: vérifiez l’année."))
    if adoption.before is not None and effective_on < adoption.before.effective_on:
        raise AdoptionRefused(
            _("Les statuts précédents prennent effet le %(day)s\u202f: ceux-ci viennent ce jour-là ou après.")
            % {"day": f"{adoption.before.effective_on:%d/%m/%Y}"}
        )


def _check_band(cooperative: Cooperative, statutes: Statutes, day: dt.date) -> None:
    """The capital there is lies in the new band; a company without shares yet has none to hold."""
    amount, capital = capital_on(cooperative, day).amount, statutes.capital
    if amount and not capital.floor_eur <= amount <= capital.ceiling_eur:
        raise AdoptionRefused(
            _(
                "Le capital est de %(now)s\u202f: il n’est pas entre le plancher (%(floor)s) et le plafond "
                "(%(ceiling)s) de ce texte."
            )
            % {
                "now": figures.euros(amount),
                "floor": figures.euros(capital.floor_eur),
                "ceiling": figures.euros(capital.ceiling_eur),
            }
        )


def _open_colleges(cooperative: Cooperative, statutes: Statutes) -> None:
    for position, college in enumerate(statutes.colleges):
        College.objects.get_or_create(
            cooperative=cooperative,
            code=college.code,
            defaults={"name": college.name[:80], "position": position},
        )


def issue_everywhere() -> int:
    """Every night, for every cooperative: statutes may have come into force; how many were issued."""
    issued = 0
    for cooperative in Cooperative.objects.order_by("pk"):
        with timezone.override(cooperative.zone):
            issued += issue_what_waited(actor=None, cooperative=cooperative)
    return issued


def issue_what_waited(*, actor: User | None, cooperative: Cooperative) -> int:
    """Look again at subscriptions that are paid and approved and have no shares; how many were issued.

    The ceiling of the capital may have kept them waiting. Done twice, it issues none twice.
    """
    ready = Subscription.objects.of(cooperative).filter(
        state=Subscription.State.SIGNED,
        decision=Subscription.Decision.APPROVED,
        paid_at__isnull=False,
    )
    issued = 0
    for subscription in ready.order_by("signed_at", "number"):
        try:
            with transaction.atomic():
                found = pass_gates(actor=actor, subscription=subscription)
        except Exception:
            # One that fails is told, and keeps none of the others waiting.
            log.exception("subscription %s isn't issued", subscription.reference)
            continue
        issued += found.state == Subscription.State.ISSUED
    return issued
