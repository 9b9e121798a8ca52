"""What people do about shares in the loaded demo: every queue has something in it, and all of it is sound."""

import datetime as dt
from collections import Counter
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.test import TestCase
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from installations.models import RoundPlant
from mine_de_soleil.core.models import JournalEntry
from mine_de_soleil.core.papers.seal import seals_of
from mine_de_soleil.demo import campaign, life
from mine_de_soleil.demo.company import SLUG
from mine_de_soleil.demo.letters import DOMAIN, LETTER
from mine_de_soleil.demo.life import enliven
from mine_de_soleil.demo.loading import load_demo
from mine_de_soleil.demo.movements import register
from mine_de_soleil.demo.rounds import OFFERS, REQUESTS
from shareholders.banking.references import references_in
from shareholders.ledger import net_of, with_free
from shareholders.models import (
    BankStatement,
    Cooperative,
    FundingRound,
    HolderBankAccount,
    InvitationLink,
    NewbornPanel,
    Paper,
    Payment,
    Payout,
    Representative,
    SealingCertificate,
    Shareholder,
    ShareMovement,
    ShareTransfer,
    StatementLine,
    Subscription,
    Withdrawal,
)
from shareholders.register_reports import verified
from shareholders.reports import capital_on, holdings_of

DAY = dt.date(2025, 7, 9)
COUNTED = (
    FundingRound,
    Subscription,
    ShareMovement,
    ShareTransfer,
    Withdrawal,
    NewbornPanel,
    Paper,
    Payment,
    Payout,
    BankStatement,
    StatementLine,
    Shareholder,
    SealingCertificate,
    ProcrastinateJob,
    JournalEntry,
)


def counts() -> list[int]:
    return [model.objects.count() for model in COUNTED]


class TestLivingDemo(TestCase):
    """One load, looked at from all sides."""

    @classmethod
    def setUpTestData(cls):
        load_demo(since=DAY, until=DAY)
        cls.cooperative = Cooperative.objects.get(slug=SLUG)
        cls.jeanne = Shareholder.objects.get(user__email="citoyenne@demo.example")
        cls.offer = FundingRound.objects.get(slug=OFFERS[0].slug)

    def test_the_register_is_sound(self):
        report = verified(self.cooperative)
        assert report.is_sound
        assert report.shares == 2000
        # What was planned, and the gift between spouses of the day of the load.
        assert ShareMovement.objects.count() == len(register().acts) + 1

    def test_the_register_holds_every_kind_of_line(self):
        kinds = set(ShareMovement.objects.order_by().values_list("kind", flat=True).distinct())
        assert kinds == {
            *("issue", "transfer", "gift", "inheritance"),
            *("withdrawal", "cancellation", "reversal"),
        }

    def test_special_accounts_have_who_speaks_for_them(self):
        speaking = Representative.objects.filter(until=None)
        assert Counter(speaking.values_list("quality", flat=True)) == {"parent": 2, "delegate": 4}
        together = Shareholder.objects.filter(kind__in=["joint", "split"]).order_by("number")
        assert [account.parts.filter(is_proxy=True).count() for account in together] == [1, 1]

    def test_the_town_is_a_public_body_with_its_deliberation(self):
        town = Shareholder.objects.get(kind="public")
        assert town.insee_code == "62528"
        mandate = town.representatives.get().mandate
        assert mandate.kind == "deliberation"
        assert bytes(mandate.content).startswith(b"%PDF")

    def test_the_account_of_the_dead_is_frozen_and_empty(self):
        dead = Shareholder.objects.exclude(died_on=None).holding_on(timezone.localdate()).get()
        assert dead.shares_held == 0
        assert dead.attachments.filter(kind="deed").exists()

    def test_the_founding_round_paid_the_eight_roofs(self):
        assert RoundPlant.objects.filter(round__slug="fondation-2019").count() == 8

    def test_two_rounds_succeeded_one_failed_one_is_open(self):
        outcomes = Counter(FundingRound.objects.order_by().values_list("outcome", flat=True))
        assert outcomes == {"succeeded": 2, "failed": 1, "": 1}
        assert FundingRound.objects.open_on(timezone.localdate()).get() == self.offer
        assert bytes(self.offer.information.content).startswith(b"%PDF")

    def test_subscriptions_stand_in_every_state_before_the_issue(self):
        states = set(Subscription.objects.order_by().values_list("state", flat=True))
        assert states == {
            *("draft", "identified", "read", "signed"),
            *("refused", "expired", "abandoned"),
        }

    def test_the_board_has_something_to_decide(self):
        waiting = Subscription.objects.of(self.cooperative).awaiting_decision()
        assert waiting.filter(paid_at=None).exists()
        assert waiting.exclude(paid_at=None).exists()
        assert ShareTransfer.objects.filter(state="agreed", approval_until__isnull=False).count() == 2

    def test_nothing_is_issued_while_the_round_is_below_its_minimum(self):
        sure = Subscription.objects.filter(decision="approved", paid_at__isnull=False, state="signed")
        assert 0 < sum(one.shares for one in sure) < self.offer.minimum_shares
        assert not Subscription.objects.filter(movement__isnull=False).exists()

    def test_a_child_a_company_and_gifts_are_among_those_who_ask(self):
        asking = Subscription.objects.filter(state="signed")
        qualities = [one.identity.get("representative", {}).get("quality") for one in asking.order_by("pk")]
        assert qualities.count("parent") == 1
        assert qualities.count("delegate") == 1
        assert Counter(Subscription.objects.filter(is_gift=True).values_list("state", flat=True)) == {
            "draft": 1,
            "signed": 1,
        }

    def test_every_signature_was_made_by_the_code_of_a_letter(self):
        signed = Subscription.objects.filter(signed_at__isnull=False)
        assert all(one.evidence["code_used_at"] for one in signed.order_by("pk"))
        assert all(len(one.read_documents) == 2 for one in signed.order_by("pk"))

    def test_the_treasurer_finds_lines_to_place(self):
        lines = with_free(StatementLine.objects.of(self.cooperative).filter(amount__gt=0))
        left = {line.party_name: line.free for line in lines.order_by("pk") if line.free}
        # An income of the company, two unknown payers, one known by name, the rest of one who paid too much.
        assert left == {
            "ACHETEUR ELECTRICITE DEMO": Decimal("4812.36"),
            "M OU MME FLANQUART": Decimal("150.00"),
            "CHORALE DU CORON": Decimal("20.00"),
            "NORA ZIANI": Decimal("250.00"),
            "MARIE-PAULE HOCHART": Decimal("50.00"),
        }

    def test_one_payer_is_known_by_name_alone(self):
        line = StatementLine.objects.get(party_name="NORA ZIANI")
        wanted = Subscription.objects.get(email__startswith="nora.ziani")
        assert not references_in(line.text)
        assert line.amount == wanted.price
        assert line.party_iban != wanted.refund_iban

    def test_one_paid_too_little_and_waits(self):
        short = Subscription.objects.get(email__startswith="lucette")
        assert net_of(short) == Decimal("100.00") < short.price
        assert short.paid_at is None

    def test_two_payouts_are_due_to_those_who_were_refused_or_whose_round_failed(self):
        due = Payout.objects.filter(state="due").order_by("amount")
        assert [(one.subscription.state, one.amount) for one in due] == [
            ("expired", Decimal("250.00")),
            ("refused", Decimal("2000.00")),
        ]
        assert all(one.iban for one in due)

    def test_every_bank_account_is_of_a_bank_that_is_nobodys(self):
        held = [account.iban for account in HolderBankAccount.objects.order_by("pk")]
        told = [one.refund_iban for one in Subscription.objects.order_by("pk") if one.refund_iban]
        payers = [line.party_iban for line in StatementLine.objects.order_by("pk") if line.party_iban]
        assert held and told and payers
        assert {iban[4:9] for iban in [*held, *told, *payers, self.cooperative.iban]} == {"99999"}

    def test_transfers_wait_for_the_board_for_jeanne_and_one_is_done(self):
        assert Counter(ShareTransfer.objects.order_by().values_list("state", flat=True)) == {
            "agreed": 2,
            "proposed": 1,
            "registered": 1,
        }
        assert ShareTransfer.objects.get(state="proposed").taker == self.jeanne
        assert ShareTransfer.objects.get(kind="transfer", state="agreed").pre_emption_until

    def test_a_withdrawal_takes_effect_later(self):
        assert Withdrawal.objects.get().effective_on > timezone.localdate()

    def test_the_town_gave_a_dozen_panels_and_is_asked_for_two(self):
        assert NewbornPanel.objects.filter(state="given").count() == 12
        waiting = NewbornPanel.objects.filter(state="asked", by_municipality=True, commune_insee="62528")
        assert waiting.count() == 2

    def test_jeanne_has_something_of_everything(self):
        accounts = holdings_of(self.jeanne.user, self.cooperative, timezone.localdate())
        assert [(str(one.shareholder), one.stake.shares) for one in accounts] == [
            ("Jeanne Delattre", 4),
            ("Lina Delattre", 2),
        ]
        own = Subscription.objects.get(user=self.jeanne.user)
        assert (own.state, own.paid_at) == ("signed", None)
        link = InvitationLink.objects.get(holder=self.jeanne)
        assert link.visits == campaign.ONLY_LOOKED + 2
        assert Subscription.objects.filter(invited_by=self.jeanne).count() == 2
        assert set(self.jeanne.papers.values_list("kind", flat=True)) == {"certificate", "bulletin"}

    def test_papers_are_sealed_under_the_demos_own_certificate(self):
        assert SealingCertificate.objects.filter(cooperative=self.cooperative).count() == 1
        for paper in Paper.objects.order_by("pk"):
            assert [seal.is_intact for seal in seals_of(bytes(paper.content))] == [True]

    def test_no_letter_goes_to_people_who_dont_exist(self):
        waiting = ProcrastinateJob.objects.filter(task_name=LETTER, args__to__endswith=DOMAIN)
        assert not waiting.exists()

    def test_loading_again_changes_nothing(self):
        before = counts()
        load_demo(since=DAY, until=DAY)
        assert counts() == before

    def test_when_the_round_is_over_the_next_load_opens_another(self):
        movements = ShareMovement.objects.count()
        FundingRound.objects.filter(pk=self.offer.pk).update(closes_on=timezone.localdate() - dt.timedelta(1))
        # A round lasts months; a gift a day is the most one address is written to.
        month_ago = timezone.now() - dt.timedelta(days=30)
        Subscription.objects.filter(is_gift=True).update(created_at=month_ago)
        load_demo(since=DAY, until=DAY)
        found = FundingRound.objects.open_on(timezone.localdate()).get()
        assert found.slug == OFFERS[1].slug
        assert found.subscriptions.count() == len(REQUESTS) + 1
        assert FundingRound.objects.filter(outcome="failed").count() == 1
        assert ShareMovement.objects.count() == movements
        assert capital_on(self.cooperative, timezone.localdate()).shares == 2000

    def test_a_demo_of_an_earlier_version_is_left_as_it_is(self):
        Shareholder.objects.filter(user__email__startswith="joelle.gosselin").update(user=None)
        before, said = counts(), []
        enliven(self.cooperative, timezone.localdate(), said.append)
        assert counts() == before
        assert "version antérieure" in said[0]


@pytest.mark.django_db(transaction=True)
def test_a_load_cut_at_each_step_goes_on_from_there():
    for step in ("write_past_rounds", "open_campaign", "deal", "welcome_newborns", "_print"):
        with patch.object(life, step, side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
            load_demo(since=DAY, until=DAY)
    load_demo(since=DAY, until=DAY)
    cooperative = Cooperative.objects.get(slug=SLUG)
    assert verified(cooperative).is_sound
    assert FundingRound.objects.count() == 4
    assert Subscription.objects.count() == len(REQUESTS) + 2
    assert ShareTransfer.objects.count() == 4
    assert NewbornPanel.objects.count() == 14
    assert Paper.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_campaign_cut_in_the_middle_leaves_nothing_of_itself():
    with patch.object(campaign, "decide", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        load_demo(since=DAY, until=DAY)
    assert not Subscription.objects.exists()
    assert not StatementLine.objects.exists()
    assert not FundingRound.objects.filter(slug=OFFERS[0].slug).exists()
    assert not ProcrastinateJob.objects.filter(task_name=LETTER).exists()
