"""A round opened, and what time alone brings about: killed anywhere, done whole or not at all, and once."""

import datetime as dt

import pytest

from mine_de_soleil.core.models import JournalEntry
from shareholders.models import FundingRound, RoleGrant, SealingCertificate, Subscription
from shareholders.services.gates import decide
from tests.factories import CooperativeFactory, UserFactory
from tests.shareholders.joining_scene import make_offer, set_clock, signed
from tests.shareholders.killed_at_each_step import acts
from tests.shareholders.killed_at_each_step.conftest import Kill, KillWhole
from tests.shareholders.services.test_majorities import child
from tests.shareholders.village import NOW, Clock, build_village, letters

pytestmark = pytest.mark.django_db(transaction=True)


def acts_told(act: str) -> int:
    return JournalEntry.objects.filter(act=act).count()


def test_a_round_is_opened_with_its_line_in_the_journal(transactional_db: None, kill_whole: KillWhole):
    tables = kill_whole(
        acts.create_round,
        cooperative=CooperativeFactory().pk,
        actor=UserFactory().pk,
        opens_on="2026-01-01",
        closes_on="2026-06-30",
        refused_again="déjà ce nom",
        stride=1,
    )
    assert tables == {"shareholders_fundinground", "core_journalentry"}
    assert (FundingRound.objects.count(), acts_told("create_round")) == (1, 1)


def test_who_never_held_a_share_is_forgotten_one_by_one(monkeypatch: pytest.MonkeyPatch, kill: Kill):
    offer = make_offer(set_clock(monkeypatch))
    for _ in range(2):
        decide(actor=UserFactory(), subscription=signed(offer), approved=False, reason="Doublon")
    later = offer.clock.now + dt.timedelta(days=365 * 5 + 3)
    steps = kill(acts.forget_ended, now_is=later.isoformat())
    # Each is forgotten in one go; who is cut off waits for the next night.
    assert len(steps) == 2 and steps[0] == steps[1]
    assert {(one.email, bool(one.identity)) for one in Subscription.objects.all()} == {("", False)}
    assert acts_told("forget_subscription") == 2


def test_a_child_comes_of_age_with_the_invitation_and_without_the_parents_power(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch, kill_whole: KillWhole
):
    Clock(monkeypatch)
    village = build_village()
    young = child(village, dt.date(2007, 6, 16), "jeune@essai.example")
    kill_whole(acts.end_minorities, now_is=NOW.isoformat(), now=NOW)
    young.refresh_from_db()
    assert young.user is not None
    assert len(letters("jeune@essai.example")) == 1
    mother = young.representatives.get()
    assert mother.until
    assert not RoleGrant.objects.in_force().filter(user=mother.user).exists()


def test_a_demonstration_makes_one_certificate_with_its_line_in_the_journal(
    transactional_db: None, kill_whole: KillWhole
):
    cooperative = CooperativeFactory(is_demo=True)
    tables = kill_whole(
        acts.make_own_certificate, cooperative=cooperative.pk, now_is=NOW.isoformat(), stride=1
    )
    assert tables == {"shareholders_sealingcertificate", "core_journalentry"}
    assert SealingCertificate.objects.filter(cooperative=cooperative).count() == 1
