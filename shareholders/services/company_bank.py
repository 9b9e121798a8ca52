"""The cooperative's bank account: the treasurer enters it, the board looks again, and only then it rules.

Nothing is overwritten. A former account stays known, so that its statements can still be read.
"""

import re

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from mine_de_soleil.core.post import post
from mine_de_soleil.core.refusals import told_as
from mine_de_soleil.core.secrets import fingerprint
from shareholders.banking.iban import check_iban, masked
from shareholders.models import CompanyBank, CompanyBankDecision, Cooperative, RoleGrant
from shareholders.roles import Role
from shareholders.services.carried_debts import MARK as DEBT_MARK
from shareholders.services.payouts import MARK as PAYOUT_MARK
from shareholders.services.register import locked

# ISO 9362: bank, country, place, and a branch of three that may be left out.
BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?", re.ASCII)
PREFIX = re.compile(r"[A-Z]{2,6}", re.ASCII)
MARKS = (PAYOUT_MARK, DEBT_MARK)
LONGEST_NAME = 70
FOLDER = "shareholders/mail/"
# The database counts the eyes: who entered the account doesn't approve it.
_SENTENCES = {
    "second_look_by_another": gettext_lazy(
        "Vous avez saisi ce compte\u202f: une autre personne du conseil doit le relire."
    )
}


class BankRefused(Exception):
    """Details that can't be entered or decided so; the sentence says why, and that nothing changed."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(str(sentence))


def waiting_for(cooperative: Cooperative) -> CompanyBank | None:
    """What was entered last, if nobody decided on it yet. What it replaces is no longer to be decided."""
    last = CompanyBank.objects.filter(cooperative=cooperative).select_related("decision", "entered_by").last()
    return last if last is not None and not hasattr(last, "decision") else None


def in_force(cooperative: Cooperative) -> CompanyBank | None:
    """The details approved last; None where they were never entered here."""
    return CompanyBank.objects.filter(cooperative=cooperative).approved().last()


def account_name_of(cooperative: Cooperative) -> str:
    """Whom a transfer is made out to: the name the bank knows, which the payer's bank compares."""
    found = in_force(cooperative)
    return found.account_name if found else cooperative.legal_name


def ibans_of(cooperative: Cooperative) -> frozenset[str]:
    """The accounts a statement may be about: today's and the former ones."""
    known = {bank.iban for bank in CompanyBank.objects.filter(cooperative=cooperative).approved()}
    return frozenset(known | {cooperative.iban}) - {""}


@transaction.atomic
def enter_bank(
    *,
    actor: User,
    cooperative: Cooperative,
    account_name: str,
    iban: str,
    bic: str = "",
    payment_prefix: str,
) -> CompanyBank:
    """Propose the account to be paid on; the board is told. The same again is the one that waits.

    Raises IbanRefused, BankRefused.
    """
    held = locked(cooperative.pk)
    clean = check_iban(iban)
    told = (_name(account_name), clean, _bic(bic, clean), _prefix(held, payment_prefix))
    _check_changes(held, told)
    waiting = waiting_for(held)
    if waiting is not None and _told(waiting) == told:
        return waiting
    _keep_what_stood(held)
    made = _store(held, told, actor)
    record(actor, "enter_company_bank", made, scope=held.slug, iban=made.iban_masked, prefix=told[3])
    _tell_the_board(made)
    return made


Told = tuple[str, str, str, str]


def _told(bank: CompanyBank) -> Told:
    return bank.account_name, bank.iban, bank.bic, bank.payment_prefix


def _check_changes(cooperative: Cooperative, told: Told) -> None:
    ruling = in_force(cooperative)
    if ruling is not None and _told(ruling) == told:
        raise BankRefused(_("Ces coordonnées sont déjà en vigueur\u202f: rien n’a changé."))


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BankRefused(_("Indiquez le titulaire tel que la banque l’écrit, en 70 caractères au plus."))
    return name


def _bic(text: str, iban: str) -> str:
    bic = "".join(text.split()).upper()
    if bic and not BIC.fullmatch(bic):
        raise BankRefused(
            _("Un BIC a 8 ou 11 lettres et chiffres, comme AGRIFRPP. Vous pouvez aussi le laisser vide.")
        )
    if bic and bic[4:6] != iban[:2]:
        raise BankRefused(_("Le BIC et l’IBAN ne sont pas du même pays\u202f: relisez le relevé d’identité."))
    return bic


def _prefix(cooperative: Cooperative, text: str) -> str:
    prefix = text.strip().upper()
    if not PREFIX.fullmatch(prefix):
        raise BankRefused(_("Le préfixe a de 2 à 6 lettres sans accent, par exemple MDS."))
    rows = CompanyBank.objects.filter(cooperative=cooperative).values_list("payment_prefix", flat=True)
    for used in {*rows, cooperative.payment_prefix} - {prefix}:
        if _may_be_confused(prefix, used):
            raise BankRefused(
                _(
                    "Ce préfixe se confondrait avec celui des remboursements ou des versements restants. "
                    "Choisissez d’autres lettres."
                )
            )
    return prefix


def _may_be_confused(one: str, other: str) -> bool:
    """Payouts and carried debts put a mark behind the prefix: no reference of one may be one of the other."""
    endings = ("", *MARKS)
    return not {one + end for end in endings}.isdisjoint(other + end for end in endings)


def _keep_what_stood(cooperative: Cooperative) -> None:
    """Before the first change: what was set up without this page is history too."""
    if not cooperative.iban or CompanyBank.objects.filter(cooperative=cooperative).exists():
        return
    name = cooperative.legal_name[:LONGEST_NAME]
    told = (name, cooperative.iban, cooperative.bic, cooperative.payment_prefix)
    stood = _store(cooperative, told, None)
    CompanyBankDecision.objects.create(bank=stood, approved=True)


def _store(cooperative: Cooperative, told: Told, actor: User | None) -> CompanyBank:
    name, iban, bic, prefix = told
    return CompanyBank.objects.create(
        cooperative=cooperative,
        account_name=name,
        iban=iban,
        iban_fingerprint=fingerprint(iban),
        iban_masked=masked(iban),
        bic=bic,
        payment_prefix=prefix,
        entered_by=actor,
    )


@transaction.atomic
def decide_bank(*, actor: User, bank: CompanyBank, approved: bool, reason: str = "") -> CompanyBankDecision:
    """The board's second look. The same word twice is one. Raises BankRefused.

    Approved, the account is printed on every request for payment from now on; those sent before keep the
    former one, whose statements are still read.
    """
    cooperative, reason = locked(bank.cooperative_id), reason.strip()[:300]
    known = CompanyBankDecision.objects.filter(bank=bank).first()
    if known is not None and known.approved == approved:
        return known
    _check_decidable(cooperative, bank, known, approved=approved, reason=reason)
    with told_as(BankRefused, _SENTENCES):
        made = CompanyBankDecision.objects.create(bank=bank, approved=approved, reason=reason, by=actor)
    if approved:
        record(actor, "approve_company_bank", bank, scope=cooperative.slug, iban=bank.iban_masked)
        _put_in_force(cooperative, bank)
    else:
        record(actor, "refuse_company_bank", bank, scope=cooperative.slug, iban=bank.iban_masked)
    return made


def _check_decidable(
    cooperative: Cooperative,
    bank: CompanyBank,
    known: CompanyBankDecision | None,
    *,
    approved: bool,
    reason: str,
) -> None:
    if known is not None:
        raise BankRefused(_("Le conseil a déjà répondu sur ce compte\u202f: saisissez-le de nouveau."))
    if bank != waiting_for(cooperative):
        raise BankRefused(_("Un autre compte a été saisi depuis\u202f: relisez celui-là."))
    if not approved and not reason:
        raise BankRefused(_("Dites pourquoi ce compte est refusé."))


def _put_in_force(cooperative: Cooperative, bank: CompanyBank) -> None:
    cooperative.iban, cooperative.bic = bank.iban, bank.bic
    cooperative.payment_prefix = bank.payment_prefix
    cooperative.save(update_fields=["iban", "bic", "payment_prefix"])
    _tell(cooperative, (Role.TREASURER, Role.BOARD), "company_bank_changed.txt", bank)


def _tell_the_board(bank: CompanyBank) -> None:
    _tell(bank.cooperative, (Role.BOARD,), "company_bank_to_check.txt", bank)


def _tell(cooperative: Cooperative, roles: tuple[Role, ...], template: str, bank: CompanyBank) -> None:
    grants = RoleGrant.objects.in_force().filter(cooperative=cooperative, role__in=roles)
    emails = grants.order_by("user__email").values_list("user__email", flat=True).distinct()
    for email in emails:
        post(to=email, template=FOLDER + template, context={"cooperative": cooperative, "bank": bank})
