"""From the first click to the shares: killed anywhere, each step is done whole or not at all, and once."""

import datetime as dt

import pytest

from mine_de_soleil.core.papers.seal import seals_of
from shareholders.models import Paper, Payout, ShareMovement, Subscription
from shareholders.services.subscription_starts import Started, start
from tests.factories import UserFactory
from tests.killing import Killer
from tests.shareholders.joining_scene import (
    NOW,
    Offer,
    ask_code,
    draft,
    last_code,
    letters,
    make_offer,
    receive,
    set_clock,
    signed,
)
from tests.shareholders.killed_at_each_step import acts
from tests.shareholders.killed_at_each_step.conftest import Kill, KillWhole
from tests.shareholders.sealed import give_certificate

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Offer:
    return make_offer(set_clock(monkeypatch))


def told(offer: Offer, started: Started) -> dict[str, object]:
    return {"cooperative": offer.cooperative.pk, "key": started.key, "now": NOW}


def subjects() -> list[str]:
    return [letter["subject"] for letter in letters()]


def test_a_draft_is_opened_whole_and_a_lost_click_opens_another(
    offer: Offer, kill_whole: KillWhole, killer: Killer
):
    tables = kill_whole(acts.start, round=offer.round.pk, now=NOW, until=Subscription.objects.exists)
    assert tables == {"shareholders_subscription"}
    assert not killer.run(f"{acts.__name__}:start", round=offer.round.pk, now=NOW).error
    assert list(Subscription.objects.order_by("pk").values_list("number", flat=True)) == [1, 2]


def test_who_subscribes_is_kept_step_by_step(offer: Offer, kill_whole: KillWhole):
    started = start(actor=None, offer=offer.round, language="fr")
    here = told(offer, started)

    def is_identified() -> bool:
        return Subscription.objects.get().state == "identified"

    for step in (acts.choose_quantity, acts.give_email):
        kill_whole(step, **here)
    # The account is sealed anew each time: asked again, the same row isn't the same bytes.
    kill_whole(acts.give_identity, until=is_identified, **here)
    kill_whole(acts.confirm_documents, **here)
    found = Subscription.objects.get()
    assert (found.state, found.quantity, found.email) == ("read", 3, "jeanne@essai.example")
    assert (found.identity["last_name"], len(found.read_documents), len(letters())) == ("Delattre", 2, 1)


def test_a_code_is_sent_with_what_it_signs_or_not_at_all(offer: Offer, kill_whole: KillWhole):
    started = draft(offer)
    before = len(letters())
    tables = kill_whole(acts.ask_code, **told(offer, started), refused_again="Un code vient de partir")
    assert {"shareholders_signingcode", "procrastinate_jobs"} < tables
    assert len(letters()) == before + 1
    kill_whole(acts.sign, **told(offer, started), code=last_code())


def test_a_signature_comes_with_its_letter_and_its_paper_to_make(offer: Offer, kill_whole: KillWhole):
    started = draft(offer)
    code = ask_code(offer, started)
    before = len(letters())
    tables = kill_whole(acts.sign, **told(offer, started), code=code)
    assert tables == {
        "core_journalentry",
        "procrastinate_events",
        "procrastinate_jobs",
        "shareholders_signingcode",
        "shareholders_subscription",
    }
    found = Subscription.objects.get()
    assert (found.state, len(letters()), len(found.bulletin_sha256)) == ("signed", before + 1, 64)


@pytest.mark.parametrize("approved", [True, False], ids=["yes", "no"])
def test_the_boards_word_comes_with_what_follows_from_it(offer: Offer, kill_whole: KillWhole, approved: bool):
    subscription, board = signed(offer), UserFactory()
    receive(subscription, 40)
    before = len(letters())
    kill_whole(acts.decide, subscription=subscription.pk, actor=board.pk, approved=approved, now=NOW)
    subscription.refresh_from_db()
    # Of a refused subscription, the 40 € go back, once.
    expected = ("signed", 0, before) if approved else ("refused", 1, before + 1)
    assert (subscription.state, subscription.payouts.count(), len(letters())) == expected


def test_shares_are_issued_once_with_their_holder_their_space_and_their_letter(
    offer: Offer, kill_whole: KillWhole
):
    subscription, board = signed(offer), UserFactory()
    receive(subscription, 100)
    lines, before = ShareMovement.objects.count(), subjects()
    tables = kill_whole(acts.decide, subscription=subscription.pk, actor=board.pk, approved=True, now=NOW)
    subscription.refresh_from_db()
    assert (subscription.state, ShareMovement.objects.count()) == ("issued", lines + 1)
    assert {"shareholders_shareholder", "shareholders_sharemovement", "core_user"} < tables
    assert len(set(subjects())) == len(subjects()) and len(subjects()) > len(before)


def test_a_round_is_closed_for_everybody_at_once(monkeypatch: pytest.MonkeyPatch, kill_whole: KillWhole):
    offer = make_offer(set_clock(monkeypatch), minimum_shares=50)
    everybody = [signed(offer), signed(offer)]
    for subscription in everybody:
        receive(subscription, 100)
    before = len(letters())
    kill_whole(acts.close_round, round=offer.round.pk, actor=UserFactory().pk, now=NOW)
    assert set(Payout.objects.values_list("subscription", "amount")) == {(one.pk, 100) for one in everybody}
    assert len(letters()) == before + 2


def test_the_night_ends_each_subscription_whole_and_tells_it_once(offer: Offer, kill: Kill):
    everybody = [signed(offer), signed(offer)]
    before = len(letters())
    steps = kill(acts.expire_subscriptions, now=NOW + dt.timedelta(days=40))
    # One after the other: what is cut off is left for the next night.
    assert len(steps) == 2 and steps[0] == steps[1]
    assert {one.state for one in Subscription.objects.all()} == {"expired"}
    assert len(letters()) == before + len(everybody)


def test_a_paper_is_sealed_and_told_whole_or_isnt_there(offer: Offer, kill_whole: KillWhole):
    give_certificate(offer.cooperative)
    subscription, board = signed(offer), UserFactory()
    tables = kill_whole(acts.make_papers, subscription=subscription.pk, now=NOW, stride=8)
    assert "procrastinate_jobs" in tables
    receive(subscription, 100)
    acts.decide(subscription.pk, board.pk, approved=True)
    kill_whole(acts.make_papers, subscription=subscription.pk, now=NOW, stride=8)
    papers = Paper.objects.order_by("pk")
    assert [paper.kind for paper in papers] == ["bulletin", "certificate"]
    assert all(seal.holds for paper in papers for seal in seals_of(bytes(paper.content)))
