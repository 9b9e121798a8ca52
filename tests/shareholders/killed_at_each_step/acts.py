"""The acts of the product that a test kills, with keywords that JSON holds."""

import base64
import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

from mine_de_soleil.core.models import JournalEntry, User
from shareholders.models import (
    Attachment,
    College,
    CompanyBank,
    Cooperative,
    FundingRound,
    NewbornPanel,
    Payout,
    Shareholder,
    ShareMovement,
    ShareTransfer,
    StatementLine,
    Subscription,
    Withdrawal,
)
from shareholders.services import (
    account_merges,
    certificates,
    company_bank,
    estates,
    forgetting,
    gates,
    instalments,
    joint_accounts,
    majorities,
    newborns,
    orders,
    paper_making,
    payments,
    payouts,
    provider,
    provider_refunds,
    recalls,
    register_decisions,
    rounds,
    statements,
    statutes_adoption,
    subscription_endings,
    subscriptions,
    transfers,
    withdrawals,
)
from shareholders.services.register_import import import_register
from shareholders.services.subscription_starts import start as start_subscription
from tests.factories import JEANNE
from tests.shareholders.instalment_scene import hand_over
from tests.shareholders.joining_scene import ORIGIN
from tests.shareholders.money import open_page

# Joining


def start(round: int) -> None:
    offer = FundingRound.objects.select_related("cooperative").get(pk=round)
    start_subscription(actor=None, offer=offer, language="fr")


def choose_quantity(cooperative: int, key: str) -> None:
    subscriptions.choose_quantity(**_draft(cooperative, key), quantity=3)


def give_email(cooperative: int, key: str) -> None:
    subscriptions.give_email(
        **_draft(cooperative, key), email="jeanne@essai.example", link_to="https://essai.example/{}".format
    )


def give_identity(cooperative: int, key: str) -> None:
    college = College.objects.get(cooperative_id=cooperative, code="citoyens")
    iban = "FR7630006000011234567890189"
    subscriptions.give_identity(
        **_draft(cooperative, key), identity=dict(JEANNE), college=college, refund_iban=iban
    )


def confirm_documents(cooperative: int, key: str) -> None:
    documents = Attachment.objects.filter(cooperative=cooperative, holder=None).order_by("pk")[:2]
    subscriptions.confirm_documents(**_draft(cooperative, key), documents=list(documents))


def ask_code(cooperative: int, key: str) -> None:
    subscriptions.ask_code(**_draft(cooperative, key), place="Lens")


def sign(cooperative: int, key: str, code: str) -> None:
    subscriptions.sign(**_draft(cooperative, key), code=code, origin=ORIGIN)


def decide(subscription: int, actor: int, approved: bool) -> None:
    gates.decide(
        actor=_user(actor),
        subscription=Subscription.objects.get(pk=subscription),
        approved=approved,
        reason="décision du conseil",
    )


def close_round(round: int, actor: int) -> None:
    rounds.close_round(actor=_user(actor), offer=FundingRound.objects.get(pk=round))


def create_round(cooperative: int, actor: int, opens_on: str, closes_on: str) -> None:
    rounds.create_round(
        actor=_user(actor),
        cooperative=Cooperative.objects.get(pk=cooperative),
        slug="ecole",
        name="L’école",
        pitch="Des panneaux.",
        opens_on=dt.date.fromisoformat(opens_on),
        closes_on=dt.date.fromisoformat(closes_on),
        target_shares=10,
        maximum_shares=20,
    )


def forget_ended(now_is: str) -> None:
    forgetting.forget_ended(now=dt.datetime.fromisoformat(now_is))


def end_minorities(now_is: str) -> None:
    majorities.end_minorities(dt.datetime.fromisoformat(now_is))


def make_own_certificate(cooperative: int, now_is: str) -> None:
    found = Cooperative.objects.get(pk=cooperative)
    certificates.certificate_in_use(found, dt.datetime.fromisoformat(now_is))


def expire_subscriptions() -> None:
    subscription_endings.expire_subscriptions()


def make_papers(subscription: int) -> None:
    paper_making.make_missing_papers(subscription)


def _draft(cooperative: int, key: str) -> dict[str, Any]:
    return {"cooperative": Cooperative.objects.get(pk=cooperative), "key": key}


def _user(pk: int) -> User:
    return User.objects.get(pk=pk)


# Money


def open_checkout(subscription: int) -> None:
    open_page(Subscription.objects.select_related("cooperative").get(pk=subscription))


def hear_event(cooperative: int, payload: str, signature: str) -> None:
    """What the address of webhooks does."""
    coop = Cooperative.objects.get(pk=cooperative)
    account = provider.account_of(coop)
    assert account is not None
    now = dt.datetime.now(dt.UTC)
    event = provider.gateway.read_event(account, payload.encode(), signature, now=now)
    provider.keep_event(cooperative=coop, event=event)


def treat_event(event: int) -> None:
    provider.treat(event_id=event)


def refund(payout: int) -> None:
    provider_refunds.refund_by_provider(payout_id=payout)


def import_statement(cooperative: int, content: str) -> None:
    statements.import_statement(
        actor=None,
        cooperative=Cooperative.objects.get(pk=cooperative),
        file_name="mars.xml",
        content=base64.b64decode(content),
    )


def send_payout(payout: int, actor: int) -> None:
    payouts.send_payout(actor=_user(actor), payout=Payout.objects.get(pk=payout))


# After the issue


def propose_gift(giver: int, taker: int) -> None:
    holder = _holder(giver)
    transfers.propose_transfer(
        actor=_user_of(holder), giver=holder, quantity=10, kind="gift", taker=_holder(taker)
    )


def propose_sale(giver: int, email: str) -> None:
    """To somebody whom nobody knows yet."""
    holder = _holder(giver)
    transfers.propose_transfer(
        actor=_user_of(holder),
        giver=holder,
        quantity=10,
        price_per_share=Decimal("50.00"),
        taker_email=email,
    )


def agree(transfer: int) -> None:
    found = _transfer(transfer)
    assert found.taker is not None
    transfers.agree(actor=_user_of(found.taker), transfer=found)


def agree_as_newcomer(transfer: int) -> None:
    found = _transfer(transfer)
    college = College.objects.get(cooperative=found.cooperative, code="citoyens")
    identity = {**JEANNE, "first_names": "Nadia", "last_name": "Benali", "birth_date": "1990-01-02"}
    transfers.agree_as_newcomer(transfer=found, identity=identity, college=college)


def decide_transfer(transfer: int, actor: int) -> None:
    transfers.decide_transfer(actor=_user(actor), transfer=_transfer(transfer), approved=True)


def send_order_code(transfer: int) -> None:
    found = _transfer(transfer)
    orders.send_order_code(actor=_user_of(found.giver), transfer=found)


def sign_order(transfer: int, code: str) -> None:
    found = _transfer(transfer)
    orders.sign_order(actor=_user_of(found.giver), transfer=found, code=code)


def make_transfer_papers(transfer: int) -> None:
    paper_making.make_missing_transfer_papers(transfer)


def ask_withdrawal(holder: int) -> None:
    found = _holder(holder)
    withdrawals.ask_withdrawal(actor=_user_of(found), holder=found, quantity=10)


def enter_withdrawal(withdrawal: int, actor: int) -> None:
    withdrawals.enter_withdrawal(actor=_user(actor), withdrawal=Withdrawal.objects.get(pk=withdrawal))


def enter_death(holder: int, actor: int, deed: int) -> None:
    """Somebody died in June 2025."""
    estates.enter_death(
        actor=_user(actor),
        holder=_holder(holder),
        died_on=dt.date(2025, 6, 1),
        deed=Attachment.objects.get(pk=deed),
    )


def pass_to_child(holder: int, actor: int, deed: int, child: int) -> None:
    heirs = [estates.Heir(40, holder=_holder(child), kinship="descendant")]
    estates.pass_to_heirs(
        actor=_user(actor),
        holder=_holder(holder),
        heirs=heirs,
        deed=Attachment.objects.get(pk=deed),
    )


def _holder(pk: int) -> Shareholder:
    return Shareholder.objects.select_related("user", "cooperative").get(pk=pk)


def _user_of(holder: Shareholder) -> User:
    assert holder.user is not None
    return holder.user


def _transfer(pk: int) -> ShareTransfer:
    return ShareTransfer.objects.select_related("giver__user", "taker__user", "cooperative").get(pk=pk)


# Newborns, and a register taken over


def ask_panel(cooperative: int) -> None:
    newborns.ask_panel(
        actor=None,
        cooperative=Cooperative.objects.get(pk=cooperative),
        child=newborns.Child("Léonie", "Delattre", dt.date(2025, 3, 3), "Loos-en-Gohelle"),
        offered_by="ses grands-parents",
        contact_email="famille@essai.example",
    )


def confirm_panel(panel: int) -> None:
    newborns.confirm_panel(panel=NewbornPanel.objects.get(pk=panel))


def give_panel(panel: int, actor: int) -> None:
    newborns.give_panel(actor=_user(actor), panel=NewbornPanel.objects.get(pk=panel))


def make_newborn_paper(panel: int) -> None:
    paper_making.make_newborn_paper(panel)


def take_register_over(cooperative: int, content: str) -> None:
    import_register(
        actor=None,
        cooperative=Cooperative.objects.get(pk=cooperative),
        file_name="registre.csv",
        content=content.encode(),
    )


# Decisions of the board, and money that goes back or on


def merge(kept: int, dropped: int, actor: int) -> None:
    account_merges.merge_accounts(
        actor=_user(actor), kept=_holder(kept), dropped=_holder(dropped), reason="Inscrite deux fois"
    )


def part(dropped: int, actor: int) -> None:
    account_merges.part_accounts(actor=_user(actor), dropped=_holder(dropped), reason="Deux personnes")


def hand_over_shares(giver: int, taker: int, quantity: int) -> None:
    hand_over(_holder(giver), _holder(taker), quantity)


def recall(line: int, subscription: int) -> None:
    """The treasurer looked at 100 € free to be used, and clicks."""
    recalls.recall_payment(
        actor=None,
        line=StatementLine.objects.get(pk=line),
        subscription=Subscription.objects.get(pk=subscription),
        amount=Decimal(100),
        free_then=Decimal(100),
    )


def undo_issue(subscription: int, actor: int) -> None:
    payments.undo_issue(
        actor=_user(actor), subscription=Subscription.objects.get(pk=subscription), reason="virement repris"
    )


def enter_bank(cooperative: int, actor: int, iban: str) -> None:
    company_bank.enter_bank(
        actor=_user(actor),
        cooperative=Cooperative.objects.get(pk=cooperative),
        account_name="SAS Soleil",
        iban=iban,
        payment_prefix="MDS",
    )


def approve_bank(bank: int, actor: int) -> None:
    company_bank.decide_bank(actor=_user(actor), bank=CompanyBank.objects.get(pk=bank), approved=True)


def correct_line(movement: int, actor: int, dated: str) -> None:
    found = ShareMovement.objects.select_related("cooperative", "from_shareholder", "to_shareholder")
    register_decisions.correct_line(
        actor=_user(actor),
        movement=found.get(pk=movement),
        dated=dt.date.fromisoformat(dated),
        reason="saisie deux fois",
    )


def cancel_shares(holder: int, actor: int, seen: int, dated: str) -> None:
    register_decisions.cancel_by_decision(
        actor=_user(actor),
        holder=_holder(holder),
        quantity=5,
        dated=dt.date.fromisoformat(dated),
        reason="Exclusion",
        seen=seen,
    )


def change_nominal(cooperative: int, actor: int, seen: int, dated: str) -> None:
    day = dt.date.fromisoformat(dated)
    register_decisions.change_nominal_by_decision(
        actor=_user(actor),
        cooperative=Cooperative.objects.get(pk=cooperative),
        nominal_value=Decimal(60),
        dated=day,
        decision="Résolution n° 4",
        decided_on=day,
        seen=seen,
    )


def undo_death(holder: int, actor: int) -> None:
    estates.undo_death(actor=_user(actor), holder=_holder(holder), reason="Homonyme")


def name_proxy(account: int, proxy: str, actor: int, since: str) -> None:
    """One of the owners speaks for all from now on."""
    found = _holder(account)
    owners = [replace(one, is_proxy=one.email == proxy) for one in joint_accounts.owners_of(found)]
    joint_accounts.change_owners(
        actor=_user(actor), account=found, owners=owners, since=dt.date.fromisoformat(since)
    )


def adopt(cooperative: int, actor: int, text: str, voted_on: str, today: str) -> None:
    statutes_adoption.adopt_edition(
        actor=_user(actor),
        cooperative=Cooperative.objects.get(pk=cooperative),
        text=text,
        adopted_on=dt.date.fromisoformat(voted_on),
        effective_on=dt.date.fromisoformat(voted_on),
        today=dt.date.fromisoformat(today),
    )


def remind_calls(now_is: str) -> None:
    instalments.remind_calls(dt.datetime.fromisoformat(now_is))


# What no act of the product may be, to try the killer itself


def name_in_two_halves(cooperative: int) -> None:
    """Two rows of one act, committed one after the other."""
    Cooperative.objects.filter(pk=cooperative).update(short_name="Neuf")
    if not JournalEntry.objects.exists():
        JournalEntry.objects.create(act="rename", scope="essai")


def rewrite_the_register() -> None:
    ShareMovement.objects.update(quantity=1)
