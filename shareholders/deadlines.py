"""When a period ends, and where a transfer or a withdrawal stands on a day. No Django, no clock.

Periods are counted as in French civil procedure (code de procédure civile, art. 641, from memory, to be
checked): the day that starts a period isn't counted; a period in months ends on the day of the same number,
or on the month's last day where there is none. The last day belongs to the period. A last day that is a
Sunday or a holiday isn't put off: that (art. 642) is for acts of procedure, and the earlier day is safer.
"""

import calendar
import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from mine_de_soleil.rules.law import parameter
from mine_de_soleil.rules.statutes import Relation, Silence, Statutes


def add_months(day: dt.date, months: int) -> dt.date:
    """The day of the same number `months` later (earlier if negative), or that month's last day.

    Raises OverflowError past the calendar's end.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        raise OverflowError(f"{months} months from {day} is out of the calendar")
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def add_days(day: dt.date, days: int) -> dt.date:
    """The last day of a period of `days` that starts on `day`, which isn't counted."""
    return day + dt.timedelta(days=days)


class TransferState(StrEnum):
    """Where a request to transfer shares stands."""

    NOT_ASKED = "not_asked"
    PRE_EMPTION = "pre_emption"
    PRE_EMPTED = "pre_empted"
    APPROVAL = "approval"
    APPROVED = "approved"
    APPROVED_BY_SILENCE = "approved_by_silence"
    REFUSED = "refused"
    REFUSED_BY_SILENCE = "refused_by_silence"
    OVERDUE = "overdue"
    FREE = "free"


_BY_SILENCE = {
    "approval": TransferState.APPROVED_BY_SILENCE,
    "refusal": TransferState.REFUSED_BY_SILENCE,
    "nothing": TransferState.OVERDUE,
}


@dataclass(frozen=True, slots=True)
class TransferClock:
    """The periods of one transfer, and what has happened so far.

    `pre_emption_days` is 0 where the others have no right to buy first; `approval_days` is None where
    nobody has to agree. `pre_emption_closed_on` ends that period early, when all have answered;
    `pre_empted_on` is the day others took the shares. `decided_on` with `approved` is the board's answer.
    """

    asked_on: dt.date
    pre_emption_days: int
    approval_days: int | None
    silence: Silence
    pre_emption_closed_on: dt.date | None = None
    pre_empted_on: dt.date | None = None
    decided_on: dt.date | None = None
    approved: bool = False

    def __post_init__(self) -> None:
        later = (self.pre_emption_closed_on, self.pre_empted_on, self.decided_on)
        if any(day is not None and day < self.asked_on for day in later):
            raise ValueError(f"something happened before the request of {self.asked_on}")

    @classmethod
    def under(
        cls, statutes: Statutes, asked_on: dt.date, *, relation: Relation | None = None
    ) -> "TransferClock":
        """The clock those statutes start; free where they exempt the `relation` of seller and buyer."""
        rules = statutes.transfer
        if relation is not None and relation in rules.free_between:
            return cls(asked_on, 0, None, "nothing")
        days = rules.approval.days if rules.approval.is_needed else None
        return cls(asked_on, rules.pre_emption.days, days, rules.approval.silence)

    @property
    def pre_emption_ends_on(self) -> dt.date | None:
        """Last day on which the others may buy first; None where they have no such right."""
        if not self.pre_emption_days:
            return None
        end = add_days(self.asked_on, self.pre_emption_days)
        return end if self.pre_emption_closed_on is None else min(end, self.pre_emption_closed_on)

    @property
    def approval_starts_on(self) -> dt.date:
        """The day, itself not counted, that starts the board's time."""
        return self.pre_emption_ends_on or self.asked_on

    @property
    def approval_ends_on(self) -> dt.date | None:
        """Last day for the board to answer; None where nobody has to."""
        return None if self.approval_days is None else add_days(self.approval_starts_on, self.approval_days)

    def state_on(self, day: dt.date) -> TransferState:
        """Where the transfer stands by the close of `day`; what happens later isn't known yet."""
        if day < self.asked_on:
            return TransferState.NOT_ASKED
        if self._is_pre_empted_by(day):
            return TransferState.PRE_EMPTED
        ends_on = self.pre_emption_ends_on
        if ends_on is not None and self._pre_emption_runs_on(day, ends_on):
            return TransferState.PRE_EMPTION
        return TransferState.FREE if self.approval_days is None else self._approval_on(day)

    def _is_pre_empted_by(self, day: dt.date) -> bool:
        """Whether others have bought; what is offered after the period counts for nothing."""
        bought, ends_on = self.pre_empted_on, self.pre_emption_ends_on
        return bought is not None and ends_on is not None and bought <= min(day, ends_on)

    def _pre_emption_runs_on(self, day: dt.date, ends_on: dt.date) -> bool:
        closed = self.pre_emption_closed_on
        if closed is not None and closed <= ends_on:
            return day < closed
        return day <= ends_on

    def _approval_on(self, day: dt.date) -> TransferState:
        decision = self.decided_on
        ends_on = self.approval_ends_on
        assert ends_on is not None  # asked only where somebody has to agree
        # Once silence has decided, a late answer changes nothing; where it decides nothing, it still counts.
        in_time = decision is not None and (decision <= ends_on or self.silence == "nothing")
        if decision is not None and decision <= day and in_time:
            return TransferState.APPROVED if self.approved else TransferState.REFUSED
        return _BY_SILENCE[self.silence] if day > ends_on else TransferState.APPROVAL


@dataclass(frozen=True, slots=True)
class WithdrawalDates:
    """What leaving means in days: effect, and money back at the latest."""

    effective_on: dt.date
    reimbursed_by: dt.date


def withdrawal_dates(
    *,
    asked_on: dt.date,
    member_since: dt.date,
    notice_months: int,
    not_before_months: int,
    reimbursed_within_months: int,
) -> WithdrawalDates:
    """The days of a withdrawal: its notice over, and the shares held long enough, whichever comes last."""
    effective_on = max(add_months(asked_on, notice_months), add_months(member_since, not_before_months))
    return WithdrawalDates(
        effective_on=effective_on,
        reimbursed_by=add_months(effective_on, reimbursed_within_months),
    )


def liable_until(effective_on: dt.date) -> dt.date:
    """How long a leaver stays liable for what the company owed before (code de commerce, L231-6)."""
    months = parameter("shares.leaver_liability_months").value_on(effective_on)
    return add_months(effective_on, int(months))
