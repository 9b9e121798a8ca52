"""Acts on the cooperative's people, shares and money. One act, one transaction, one journal entry."""

from shareholders.services.people import enter_shareholder
from shareholders.services.register import NotEnoughShares, issue_shares, transfer_shares
from shareholders.services.roles import grant_role, revoke_role

__all__ = [
    "NotEnoughShares",
    "enter_shareholder",
    "grant_role",
    "issue_shares",
    "revoke_role",
    "transfer_shares",
]
