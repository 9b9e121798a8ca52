"""The money of shares given back: owed once, on the account the holder gave."""

from decimal import Decimal

from mine_de_soleil.core.models import User
from shareholders.models import Method, Payout, Withdrawal
from shareholders.services.payouts import enter_payout


def owe_withdrawal(actor: User | None, withdrawal: Withdrawal, amount: Decimal) -> Payout | None:
    """Owe `amount` [€] for a withdrawal whose cooperative is locked; None when nothing is due.

    Owed already, that payout is given back; a failed one is replaced. Without a known account the treasurer
    asks for one before sending.
    """
    if amount <= 0:
        return None
    cause = f"withdrawal:{withdrawal.pk}"
    told = Payout.objects.filter(cooperative=withdrawal.cooperative, cause__startswith=cause)
    mine = [one for one in told.order_by("pk") if one.cause == cause or one.cause.startswith(f"{cause}:")]
    standing = [one for one in mine if one.state != Payout.State.FAILED]
    if standing:
        return standing[-1]
    return _payout(actor, withdrawal, amount, f"{cause}:{len(mine) + 1}" if mine else cause)


def _payout(actor: User | None, withdrawal: Withdrawal, amount: Decimal, cause: str) -> Payout:
    account = withdrawal.holder.bank_accounts.first()
    return enter_payout(
        actor=actor,
        payout=Payout(
            cooperative=withdrawal.cooperative,
            why=Payout.Why.WITHDRAWAL,
            cause=cause,
            amount=amount,
            method=Method.TRANSFER,
            beneficiary=(account.owner_name if account else str(withdrawal.holder))[:160],
            iban=account.iban if account else "",
        ),
    )
