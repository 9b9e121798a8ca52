"""The cooperative, its colleges, its people, the share register, and how shares and money move."""

from shareholders.models.company_bank import (
    CompanyBank,
    CompanyBankDecision,
)
from shareholders.models.cooperatives import (
    RESERVED_SLUGS,
    College,
    Cooperative,
    RoleGrant,
    StatutesEdition,
)
from shareholders.models.holders import (
    Attachment,
    BankChange,
    CollegeMembership,
    FormerAddress,
    HolderBankAccount,
    HolderPart,
    Representative,
    Shareholder,
)
from shareholders.models.instalments import (
    CallReminder,
    CarriedDebt,
)
from shareholders.models.papers import (
    Paper,
    SealingCertificate,
)
from shareholders.models.payments import (
    SIGN,
    BankStatement,
    Checkout,
    LineSetAside,
    Method,
    Payment,
    Payout,
    ProviderAccount,
    ProviderEvent,
    StatementLine,
)
from shareholders.models.register import (
    SIDES,
    MovementKind,
    ShareMovement,
)
from shareholders.models.rounds import (
    FundingRound,
)
from shareholders.models.subscriptions import (
    BEFORE_SIGNATURE,
    ENDED,
    STANDING,
    InvitationLink,
    NewbornPanel,
    SigningCode,
    Subscription,
)
from shareholders.models.transfers import (
    TRANSFER_ENDED,
    PreEmption,
    ShareTransfer,
    Withdrawal,
)

__all__ = [
    "BEFORE_SIGNATURE",
    "ENDED",
    "RESERVED_SLUGS",
    "SIDES",
    "SIGN",
    "STANDING",
    "TRANSFER_ENDED",
    "Attachment",
    "BankChange",
    "BankStatement",
    "CallReminder",
    "CarriedDebt",
    "Checkout",
    "College",
    "CollegeMembership",
    "CompanyBank",
    "CompanyBankDecision",
    "Cooperative",
    "FormerAddress",
    "FundingRound",
    "HolderBankAccount",
    "HolderPart",
    "InvitationLink",
    "LineSetAside",
    "Method",
    "MovementKind",
    "NewbornPanel",
    "Paper",
    "Payment",
    "Payout",
    "PreEmption",
    "ProviderAccount",
    "ProviderEvent",
    "Representative",
    "RoleGrant",
    "SealingCertificate",
    "ShareMovement",
    "ShareTransfer",
    "Shareholder",
    "SigningCode",
    "StatementLine",
    "StatutesEdition",
    "Subscription",
    "Withdrawal",
]
