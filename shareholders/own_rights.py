"""A shareholder's rights in words, from the statutes in force and the days the shares came."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mine_de_soleil.core import figures
from mine_de_soleil.core.templatetags.page_kit import short_day
from mine_de_soleil.rules.statutes import Statutes
from shareholders.caps import Lot, free_shares, lock_up_end
from shareholders.deadlines import withdrawal_dates
from shareholders.models import College, Cooperative, Shareholder
from shareholders.statutes import NoStatutes, statutes_of
from shareholders.transferable import lots_by_holder


@dataclass(frozen=True, slots=True)
class Right:
    """A right, said to its holder, and where it comes from."""

    title: str
    text: str
    source: str


def rights_of(
    cooperative: Cooperative,
    holders: Sequence[Shareholder],
    day: dt.date,
) -> dict[int, list[Right]]:
    """The rights of each account on `day`; what the statutes would say is left out where there are none."""
    colleges = {college.pk: college for college in College.objects.filter(cooperative=cooperative)}
    try:
        statutes = statutes_of(cooperative, day)
    except NoStatutes:
        statutes = None
    lots_of_each = lots_by_holder(holders, day)
    found = {}
    for holder in holders:
        college = colleges.get(holder.college_id_then or 0)
        rights = [_vote(college)] if college else []
        if statutes:
            lots, given_up = lots_of_each[holder.pk]
            rights += [_transfer(lots, given_up, statutes, day), _agreement(statutes)]
            rights += _withdrawal(lots, statutes, day)
        found[holder.pk] = [*rights, _information(cooperative)]
    return found


def _vote(college: College) -> Right:
    text = _("Vous votez à chaque assemblée, dans le collège « %(college)s ».") % {"college": college.name}
    return Right(_("Voter"), text, "")


def _information(cooperative: Cooperative) -> Right:
    words = {"email": cooperative.contact_email}
    text = _("Les comptes et le registre se demandent à %(email)s.") % words
    source = _("Usage des sociétés par actions : à vérifier dans les statuts.")
    return Right(_("Être informé"), text, source)


def _transfer(lots: list[Lot], given_up: int, statutes: Statutes, day: dt.date) -> Right:
    months = statutes.shares.lock_up_months
    held = sum(lot.quantity for lot in lots) - given_up
    free = free_shares(lots, given_up=given_up, lock_up_months=months, day=day)
    ends = sorted(end for lot in lots if (end := lock_up_end(lot.acquired_on, months)) > day)
    said = []
    if free:
        said.append(
            ngettext(
                "Vous pouvez vendre ou donner %(count)s action dès maintenant.",
                "Vous pouvez vendre ou donner %(count)s actions dès maintenant.",
                free,
            )
            % {"count": figures.number(free)}
        )
    if ends and held > free:
        words = {"count": figures.number(held - free), "day": short_day(ends[-1])}
        said.append(_("%(count)s de vos actions se gardent encore, au plus tard jusqu’au %(day)s.") % words)
    text = " ".join(said) or _("Vous n’avez pas d’actions à vendre ou à donner.")
    return Right(_("Vendre ou donner"), text, _source(statutes, "shares.lock_up_months"))


def _agreement(statutes: Statutes) -> Right:
    rules, said = statutes.transfer, []
    if rules.pre_emption.days:
        said.append(
            _("Les autres actionnaires ont %(days)s jours pour acheter en premier.")
            % {"days": rules.pre_emption.days}
        )
    if rules.approval.is_needed:
        silence = {
            "approval": _("son silence vaut accord"),
            "refusal": _("son silence vaut refus"),
            "nothing": _("son silence ne décide rien"),
        }[rules.approval.silence]
        words = {"days": rules.approval.days, "silence": silence}
        said.append(_("Le conseil a %(days)s jours pour répondre ; %(silence)s.") % words)
    text = " ".join(said) or _("Rien d’autre n’est demandé.")
    return Right(_("Avant une vente"), text, _source(statutes, "transfer.approval_days"))


def _withdrawal(lots: list[Lot], statutes: Statutes, day: dt.date) -> list[Right]:
    if not lots or not statutes.variable_capital:
        return []
    rules = statutes.withdrawal
    dates = withdrawal_dates(
        asked_on=day,
        member_since=min(lot.acquired_on for lot in lots),
        notice_months=rules.notice_months,
        not_before_months=rules.not_before_months,
        reimbursed_within_months=rules.reimbursed_within_months,
    )
    value = (
        _("à la valeur nominale") if rules.value == "nominal" else _("pour leur part des capitaux propres")
    )
    words = {
        "value": value,
        "months": rules.notice_months,
        "day": short_day(dates.effective_on),
        "paid": short_day(dates.reimbursed_by),
    }
    text = _(
        "Vous pouvez rendre vos actions, %(value)s, avec %(months)s mois de préavis. Demandé aujourd’hui, "
        "cela prendrait effet le %(day)s, et vous seriez payé le %(paid)s au plus tard."
    )
    return [Right(_("Se retirer"), text % words, _source(statutes, "withdrawal.notice_months"))]


def _source(statutes: Statutes, path: str) -> str:
    """« Statuts adoptés le 12 juillet 2019. » and how sure that is."""
    words = {"day": short_day(statutes.adopted_on), "origin": statutes.origin_of(path).source}
    return _("Statuts adoptés le %(day)s. %(origin)s") % words
