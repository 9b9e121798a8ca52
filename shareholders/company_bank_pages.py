"""What the page of the cooperative's bank account shows, to whom in full and to whom masked."""

import datetime as dt
from dataclasses import dataclass

from shareholders.banking.iban import masked
from shareholders.banking.references import formatted
from shareholders.models import CompanyBank
from shareholders.permissions import Actor, can_decide_shares, can_read_company_iban, can_see_money
from shareholders.services.company_bank import in_force, waiting_for


@dataclass(frozen=True, slots=True)
class AccountShown:
    """One account; `iban` in groups of four, or masked, or empty.

    `status`: in_force, waiting, former, refused, or replaced before anybody decided.
    """

    pk: int | None
    account_name: str
    iban: str
    bic: str
    prefix: str
    entered_at: dt.datetime | None = None
    entered_by: str = ""
    decided_at: dt.datetime | None = None
    decided_by: str = ""
    status: str = "in_force"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CompanyBankPage:
    """The account in force, the one that waits for the board, every account entered, latest first."""

    now: AccountShown
    waiting: AccountShown | None
    history: tuple[AccountShown, ...]
    may_decide: bool
    is_own_entry: bool
    is_masked: bool
    may_open_money: bool


def company_bank_page(actor: Actor) -> CompanyBankPage:
    """The page as `actor` may read it."""
    cooperative, in_full = actor.cooperative, can_read_company_iban(actor)
    ruling, waiting = in_force(cooperative), waiting_for(cooperative)
    rows = CompanyBank.objects.filter(cooperative=cooperative).select_related(
        "entered_by", "decision", "decision__by"
    )
    history = [_shown(bank, ruling, waiting, in_full=in_full) for bank in rows.order_by("-pk")]
    is_own = waiting is not None and actor.user is not None and waiting.entered_by_id == actor.user.pk
    return CompanyBankPage(
        now=next((one for one in history if one.status == "in_force"), _set_up(actor, in_full=in_full)),
        waiting=next((one for one in history if one.status == "waiting"), None),
        history=tuple(history),
        may_decide=waiting is not None and can_decide_shares(actor) and not is_own,
        is_own_entry=is_own,
        is_masked=not in_full,
        may_open_money=can_see_money(actor),
    )


def _set_up(actor: Actor, *, in_full: bool) -> AccountShown:
    """What stands without ever having been entered on this page."""
    held = actor.cooperative
    iban = (formatted(held.iban) if in_full else masked(held.iban)) if held.iban else ""
    return AccountShown(None, held.legal_name, iban, held.bic, held.payment_prefix)


def _shown(
    bank: CompanyBank, ruling: CompanyBank | None, waiting: CompanyBank | None, *, in_full: bool
) -> AccountShown:
    decision = getattr(bank, "decision", None)
    return AccountShown(
        pk=bank.pk,
        account_name=bank.account_name,
        iban=formatted(bank.iban) if in_full else bank.iban_masked,
        bic=bank.bic,
        prefix=bank.payment_prefix,
        entered_at=bank.entered_at,
        entered_by=str(bank.entered_by or ""),
        decided_at=decision.decided_at if decision else None,
        decided_by=str(decision.by or "") if decision else "",
        status=_status(bank, ruling, waiting),
        reason=decision.reason if decision else "",
    )


def _status(bank: CompanyBank, ruling: CompanyBank | None, waiting: CompanyBank | None) -> str:
    if bank == ruling:
        return "in_force"
    if bank == waiting:
        return "waiting"
    decision = getattr(bank, "decision", None)
    if decision is None:
        return "replaced"
    return "former" if decision.approved else "refused"
