"""What the page of tokens shows: who may bring readings by program, for which meters, until when."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from installations.models import Meter
from production.models import MeterToken
from shareholders.models import Cooperative, RoleGrant
from shareholders.roles import Role

ENDS_SOON = dt.timedelta(days=30)
MOST_ENDED = 20


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One token: the meters it still opens, and whether it works."""

    token: MeterToken
    meters: tuple[Meter, ...]
    is_live: bool
    state: str | Promise
    tone: str


@dataclass(frozen=True, slots=True)
class Examples:
    """What a technician copies: the address, one of the meters, an instant of yesterday."""

    url: str
    code: str
    start: str


@dataclass(frozen=True, slots=True)
class TokensPage:
    """Tokens that work, then those that ended lately."""

    live: tuple[TokenRow, ...]
    ended: tuple[TokenRow, ...]
    examples: Examples


def tokens_page(cooperative: Cooperative, *, url: str, now: dt.datetime) -> TokensPage:
    """The page; a number of queries that doesn't grow with the tokens."""
    operators = RoleGrant.objects.in_force().filter(cooperative=cooperative, role=Role.OPERATOR)
    owners = set(operators.values_list("user_id", flat=True))
    rows = [_row(token, owners, now) for token in _with_meters(cooperative)]
    live = tuple(row for row in rows if row.is_live)
    first = Meter.objects.filter(plant__cooperative=cooperative).order_by("code").first()
    codes = [meter.code for row in live for meter in row.meters]
    code = codes[0] if codes else first.code if first else "COMPTEUR"
    ended = tuple(row for row in rows if not row.is_live)[:MOST_ENDED]
    return TokensPage(live, ended, examples(url, code, now))


def examples(url: str, code: str, now: dt.datetime) -> Examples:
    """What to copy for a meter."""
    noon = (now - dt.timedelta(days=1)).astimezone(dt.UTC)
    return Examples(url, code, f"{noon:%Y-%m-%d}T12:00:00Z")


def _with_meters(cooperative: Cooperative) -> Iterable[MeterToken]:
    own = Meter.objects.filter(plant__cooperative=cooperative).select_related("plant").order_by("code")
    tokens = MeterToken.objects.of(cooperative).select_related("owner", "revoked_by").order_by("-pk")
    return tokens.prefetch_related(Prefetch("meters", own, to_attr="shown_meters"))


def _row(token: MeterToken, owners: set[int], now: dt.datetime) -> TokenRow:
    meters = tuple(getattr(token, "shown_meters"))  # noqa: B009 (an attribute that only the prefetch makes)
    works = token.is_in_force(now) and token.owner.is_active and token.owner_id in owners and bool(meters)
    state, tone = _state(token, works, now)
    return TokenRow(token, meters, works, state, tone)


def _state(token: MeterToken, works: bool, now: dt.datetime) -> tuple[str | Promise, str]:
    if token.revoked_at:
        return _("révoqué"), ""
    if now >= token.expires_at:
        return _("échu"), ""
    if not works:
        return _("sans effet : son auteur n’exploite plus ces toits, ou ses compteurs sont partis"), "bad"
    if token.expires_at - now < ENDS_SOON:
        return _("échoit bientôt"), "warn"
    return _("en service"), "good"
