"""The acts of a subscriber: each refused with a sentence, each harmless when repeated."""

import datetime as dt
import threading
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import close_old_connections, connection

from shareholders.models import Attachment, Cooperative, Shareholder, Subscription
from shareholders.services import issue_shares
from shareholders.services import subscriptions as steps
from shareholders.services.gates import decide, pass_gates
from shareholders.services.subscription_rules import SubscriptionRefused
from shareholders.services.subscription_starts import Started, offer_gift, start
from tests.factories import JEANNE, ShareholderFactory, UserFactory, demo_statutes
from tests.shareholders.joining_scene import (
    ORIGIN,
    Offer,
    ask_code,
    draft,
    letters,
    make_offer,
    receive,
    set_clock,
    sign,
    signed,
)


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch, db: None) -> Offer:
    return make_offer(set_clock(monkeypatch))


def link(key: str) -> str:
    return f"https://essai.example/{key}/"


def gift(offer: Offer, **told: Any) -> Started:
    told = {
        "giver_name": "Mamie Lucie",
        "giver_email": "lucie@essai.example",
        "recipient_name": "Jeanne",
        "recipient_email": "jeanne@essai.example",
        "quantity": 2,
        "message": "Bon anniversaire",
        "language": "fr",
        "link_to": link,
    } | told
    return offer_gift(offer=offer.round, **told)


def accept(offer: Offer, started: Started) -> Subscription:
    told = {"cooperative": offer.cooperative, "key": started.key}
    steps.give_identity(**told, identity=JEANNE, college=offer.colleges["citoyens"])
    documents = list(Attachment.objects.filter(cooperative=offer.cooperative, holder=None))
    steps.confirm_documents(**told, documents=documents)
    return sign(offer, started)


def test_the_signature_freezes_price_calls_and_text(offer: Offer):
    found = signed(offer, 3)
    assert (found.nominal_value, found.premium, found.first_call) == (50, 0, 150)
    assert found.schedule == []
    lines = {line[0]: line[1] for line in found.evidence["bulletin"]}
    assert lines["Actions souscrites"] == "3 (trois actions)"
    assert lines["Fait à"] == "Lens, le 16 juin 2025"
    assert "150" in lines["Prix à payer"]
    assert "cent cinquante euros" in lines["Prix à payer"]


def test_a_signed_one_waits_for_money_as_long_as_the_statutes_say(offer: Offer):
    assert signed(offer).expires_at == offer.clock.now + dt.timedelta(days=30)


def test_signing_twice_changes_nothing(offer: Offer):
    started = draft(offer)
    code = ask_code(offer, started)
    first = sign(offer, started, code)
    count = len(letters())
    assert sign(offer, started, code).signed_at == first.signed_at
    assert len(letters()) == count


@pytest.mark.parametrize("step", ["quantity", "email", "identity", "documents", "code"])
def test_after_the_signature_no_step_changes_anything(offer: Offer, step: str):
    started = draft(offer)
    sign(offer, started)
    told: dict[str, Any] = {"cooperative": offer.cooperative, "key": started.key}
    acts = {
        "quantity": lambda: steps.choose_quantity(**told, quantity=9),
        "email": lambda: steps.give_email(**told, email="x@essai.example", link_to=link),
        "identity": lambda: steps.give_identity(**told, identity={}, college=offer.colleges["sem"]),
        "documents": lambda: steps.confirm_documents(**told, documents=[]),
        "code": lambda: steps.ask_code(**told, place="Lens"),
    }
    before = Subscription.objects.values().get(pk=started.subscription.pk)
    with pytest.raises(SubscriptionRefused, match="il ne change plus"):
        acts[step]()
    assert Subscription.objects.values().get(pk=started.subscription.pk) == before


def test_the_last_share_goes_to_who_signs_first(offer: Offer):
    first, second = draft(offer, 150), draft(offer, 150)
    codes = ask_code(offer, first), ask_code(offer, second)
    sign(offer, second, codes[1])
    with pytest.raises(SubscriptionRefused, match="Il reste 50 actions"):
        sign(offer, first, codes[0])
    assert not Subscription.objects.get(pk=first.subscription.pk).signed_at


def test_a_round_closed_meanwhile_takes_no_signature(offer: Offer):
    started = draft(offer)
    code = ask_code(offer, started)
    offer.round.closed_at, offer.round.outcome = offer.clock.now, "succeeded"
    offer.round.save()
    with pytest.raises(SubscriptionRefused, match="est close"):
        sign(offer, started, code)


def test_after_its_last_day_a_round_takes_nobody(offer: Offer):
    started = draft(offer)
    offer.clock.now = dt.datetime(2025, 12, 31, 23, 30, tzinfo=dt.UTC)  # 1 January in Paris
    Subscription.objects.update(expires_at=offer.clock.now + dt.timedelta(days=1))
    with pytest.raises(SubscriptionRefused, match="est close"):
        ask_code(offer, started)
    with pytest.raises(SubscriptionRefused, match="est close"):
        start(actor=None, offer=offer.round, language="fr")


def test_before_its_first_day_a_round_takes_nobody(offer: Offer):
    offer.clock.now = dt.datetime(2024, 12, 31, 22, tzinfo=dt.UTC)
    with pytest.raises(SubscriptionRefused, match="pas encore ouverte"):
        start(actor=None, offer=offer.round, language="fr")


def test_a_draft_that_waited_a_month_has_to_be_begun_again(offer: Offer):
    started = draft(offer)
    offer.clock.forward(days=30)
    with pytest.raises(SubscriptionRefused, match="trop longtemps"):
        ask_code(offer, started)


def test_the_limit_of_a_person_counts_what_she_signed_already_under_any_address(
    monkeypatch: pytest.MonkeyPatch, db: None
):
    offer = make_offer(set_clock(monkeypatch), most_each=5)
    signed(offer, 4, first_names="Jeanne")
    with pytest.raises(SubscriptionRefused, match="encore prendre 1 actions au plus"):
        draft(offer, 2, first_names="JEANNE")
    draft(offer, 2, first_names="Lucie")


def test_nobody_passes_the_cap_of_the_statutes(monkeypatch: pytest.MonkeyPatch, db: None):
    offer = make_offer(set_clock(monkeypatch), maximum_shares=1_000)
    # 250 of 1,250 is one fifth; 251 of 1,251 is more.
    draft(offer, 250)
    with pytest.raises(SubscriptionRefused, match="statuts limitent"):
        draft(offer, 251)


def test_the_cap_counts_what_others_issued_since(monkeypatch: pytest.MonkeyPatch, db: None):
    offer = make_offer(set_clock(monkeypatch), maximum_shares=1_000)
    other = ShareholderFactory(college=offer.colleges["sem"], number=2, legal=True)
    issue_shares(actor=None, shareholder=other, quantity=1_000, dated=offer.clock.now.date())
    draft(offer, 500)


PARTLY = (
    demo_statutes()
    .replace('minimum_paid = "1"', 'minimum_paid = "1/4"')
    .replace("balance_within_months = 0", "balance_within_months = 36")
)


def test_partly_paid_shares_freeze_their_calls(monkeypatch: pytest.MonkeyPatch, db: None):
    offer = make_offer(set_clock(monkeypatch), statutes=PARTLY, premium=Decimal("1.00"))
    started = draft(offer, 2)
    steps.choose_quantity(cooperative=offer.cooperative, key=started.key, quantity=2, paid_now=Fraction(1, 4))
    found = sign(offer, started)
    # A quarter of 100 €, and the whole premium of 2 €; 75 € in three yearly parts.
    assert found.first_call == Decimal("27.00")
    assert found.schedule == [
        {"due_on": "2026-06-16", "amount": "25.00"},
        {"due_on": "2027-06-16", "amount": "25.00"},
        {"due_on": "2028-06-16", "amount": "25.00"},
    ]
    assert found.price == 102


def test_less_than_the_statutes_ask_is_raised_to_it(monkeypatch: pytest.MonkeyPatch, db: None):
    offer = make_offer(set_clock(monkeypatch), statutes=PARTLY)
    started = draft(offer, 2)
    steps.choose_quantity(
        cooperative=offer.cooperative, key=started.key, quantity=2, paid_now=Fraction(1, 1000)
    )
    assert sign(offer, started).first_call == 25


def test_a_new_address_gets_the_link_and_the_same_one_no_second_letter(offer: Offer):
    started = start(actor=None, offer=offer.round, language="fr")
    for _ in range(2):
        steps.give_email(
            cooperative=offer.cooperative, key=started.key, email="jeanne@essai.example", link_to=link
        )
    assert [letter["to"] for letter in letters()] == ["jeanne@essai.example"]
    assert link(started.key) in letters()[0]["body"]


def test_a_gift_writes_to_both_and_tells_the_receiver_no_price(offer: Offer):
    started = gift(offer)
    to_receiver, to_giver = letters()
    assert to_receiver["to"] == "jeanne@essai.example"
    assert "Mamie Lucie vous offre 2 actions" in to_receiver["body"]
    assert link(started.key) in to_receiver["body"]
    assert "IBAN" not in to_receiver["body"]
    assert to_giver["to"] == "lucie@essai.example"
    assert "100" in to_giver["body"]
    assert started.key not in to_giver["body"]


def test_a_gift_paid_before_it_is_signed_opens_the_gate_at_the_signature(offer: Offer):
    started = gift(offer)
    receive(started.subscription, 100)
    pass_gates(actor=None, subscription=started.subscription)
    found = accept(offer, started)
    assert found.paid_at is not None
    assert decide(actor=UserFactory(), subscription=found, approved=True).state == "issued"


def test_the_receiver_of_a_gift_cannot_change_its_number_or_address(offer: Offer):
    started = gift(offer)
    told = {"cooperative": offer.cooperative, "key": started.key}
    steps.choose_quantity(**told, quantity=9)
    steps.give_email(**told, email="autre@essai.example", link_to=link)
    found = Subscription.objects.get(pk=started.subscription.pk)
    assert (found.quantity, found.email) == (2, "jeanne@essai.example")


def test_a_gift_beyond_what_is_left_is_refused_and_nobody_is_written_to(offer: Offer):
    with pytest.raises(SubscriptionRefused, match="Il reste 200 actions"):
        gift(offer, quantity=500)
    assert letters() == []


@pytest.mark.django_db(transaction=True)
def test_two_people_sign_for_the_last_share_at_the_same_second(monkeypatch: pytest.MonkeyPatch):
    """Two real connections: one is signed, the other is told that there is no room."""
    offer = make_offer(set_clock(monkeypatch), target_shares=1, maximum_shares=1)
    drafts = [draft(offer, 1), draft(offer, 1)]
    codes = [ask_code(offer, started) for started in drafts]
    ready = threading.Barrier(2)
    outcomes: list[str] = []

    def sign_now(key: str, code: str) -> None:
        try:
            cooperative = Cooperative.objects.get(pk=offer.cooperative.pk)
            ready.wait(10)
            outcomes.append(steps.sign(cooperative=cooperative, key=key, code=code, origin=ORIGIN).state)
        except SubscriptionRefused as refusal:
            outcomes.append(str(refusal))
        finally:
            connection.close()

    threads = [
        threading.Thread(target=sign_now, args=(started.key, code))
        for started, code in zip(drafts, codes, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    close_old_connections()
    refused = [outcome for outcome in outcomes if outcome != "signed"]
    assert len(outcomes) == 2
    assert len(refused) == 1
    assert "Il reste 0 actions" in refused[0]
    assert Subscription.objects.filter(state="signed").count() == 1


def test_the_databases_own_refusal_is_a_sentence(offer: Offer, monkeypatch: pytest.MonkeyPatch):
    """Were the check before it to miss, the trigger would still hold, and speak French."""
    first, second = draft(offer, 150), draft(offer, 150)
    codes = ask_code(offer, first), ask_code(offer, second)
    sign(offer, first, codes[0])
    monkeypatch.setattr(steps, "check_quantity", lambda *_: None)
    with pytest.raises(SubscriptionRefused, match="Rien n’est signé, rien n’est à payer"):
        sign(offer, second, codes[1])


def test_a_child_ends_in_the_register_with_the_parent_who_signed(offer: Offer):
    found = signed(
        offer,
        2,
        first_names="Léo",
        birth_date="2020-05-05",
        representative={"quality": "parent", "first_names": "Paul", "last_name": "Delattre"},
    )
    receive(found, 100)
    decide(actor=UserFactory(), subscription=found, approved=True)
    pass_gates(actor=None, subscription=found)
    holder = Shareholder.objects.get(first_names="Léo")
    assert holder.user is None
    assert holder.representatives.get().quality == "parent"


def known_jeanne(offer: Offer, **fields: Any) -> Shareholder:
    """Jeanne, in the register already."""
    told = {"last_name": "Delattre", "first_names": "Jeanne", "birth_date": dt.date(1956, 3, 3)} | fields
    return ShareholderFactory(college=offer.colleges["citoyens"], number=9, **told)


@pytest.mark.parametrize(
    "typed", [{"first_names": "Jeanne"}, {"first_names": "JEANNE Marie"}, {"first_names": "Jéanne"}]
)
def test_shares_in_the_register_count_for_the_cap_however_the_name_is_typed(
    offer: Offer, typed: dict[str, str]
):
    issue_shares(actor=None, shareholder=known_jeanne(offer), quantity=240, dated=offer.clock.now.date())
    with pytest.raises(SubscriptionRefused, match="10 actions au plus"):
        draft(offer, 20, birth_date="1956-03-03", **typed)


def test_somebody_in_the_register_keeps_one_number_and_nobody_else_gets_in(offer: Offer):
    holder = known_jeanne(offer)
    found = signed(offer, first_names="Jeanne", birth_date="1956-03-03")
    receive(found, 100)
    pass_gates(actor=None, subscription=found)
    found = decide(actor=UserFactory(), subscription=found, approved=True)
    assert (found.state, found.holder) == ("issued", holder)
    # The stranger's address proves nothing of whose account it is.
    holder.refresh_from_db()
    assert holder.user is None


@pytest.mark.parametrize(
    "fields", [{"protection": "guardianship"}, {"birth_date": dt.date(2016, 1, 1)}, {"died_on": "2025-06-01"}]
)
def test_who_cannot_sign_alone_uses_no_account(offer: Offer, fields: dict[str, Any]):
    user = UserFactory()
    holder = known_jeanne(offer, user=user, **fields)
    started = start(actor=user, offer=offer.round, language="fr", is_member=True)
    assert started.subscription.holder is None
    with pytest.raises(SubscriptionRefused):
        steps.use_account(actor=user, cooperative=offer.cooperative, key=started.key, holder_id=holder.pk)


def test_money_that_came_before_the_signature_opens_the_gate(offer: Offer):
    started = draft(offer)
    receive(started.subscription, 100)
    found = sign(offer, started)
    assert found.paid_at
    assert "vous n’avez plus rien à faire" in letters()[-1]["body"]


def test_a_part_paid_before_the_signature_is_not_asked_for_again(offer: Offer):
    started = draft(offer)
    receive(started.subscription, 40)
    sign(offer, started)
    assert "Montant : 60" in letters()[-1]["body"]


def test_one_gift_letter_a_day_goes_to_the_same_address(offer: Offer):
    gift(offer)
    with pytest.raises(SubscriptionRefused, match="aujourd’hui"):
        gift(offer, recipient_email="Jeanne@essai.example")
    offer.clock.forward(days=1, minutes=1)
    assert gift(offer)


def test_of_several_the_proxy_alone_acts_for_the_account(offer: Offer):
    people = [("Jeanne", True), ("Paul", False)]
    parts = [
        {"quality": "joint_owner", "first_names": first, "last_name": "Delattre", "is_proxy": is_proxy}
        for first, is_proxy in people
    ]
    joint = {"kind": "joint", "legal_name": "Indivision Delattre", "parts": parts}
    empty = dict.fromkeys(("first_names", "last_name", "birth_date", "birth_place"), "")
    found = signed(offer, **empty, **joint)
    receive(found, 100)
    pass_gates(actor=None, subscription=found)
    found = decide(actor=UserFactory(), subscription=found, approved=True)
    assert found.holder is not None
    assert found.holder.user is None
    assert found.holder.parts.get(is_proxy=True).user == found.user


def test_an_unproven_sign_up_keeps_no_password_once_the_address_is_proven(offer: Offer):
    found = signed(offer)
    squatter = UserFactory(email=found.email)
    squatter.emailaddress_set.create(email=found.email, verified=False, primary=True)
    receive(found, 100)
    pass_gates(actor=None, subscription=found)
    found = decide(actor=UserFactory(), subscription=found, approved=True)
    squatter.refresh_from_db()
    assert found.user == squatter
    assert not squatter.has_usable_password()
    assert squatter.emailaddress_set.get().verified
