"""Adopting an edition: what may follow what, and what comes of it."""

import datetime as dt

import pytest

from mine_de_soleil.core.models import JournalEntry
from mine_de_soleil.rules.statutes import StatutesRefused
from shareholders.banking.references import reference_for
from shareholders.capital_band import room_below_ceiling
from shareholders.models import Cooperative, StatutesEdition, Subscription
from shareholders.services.gates import decide
from shareholders.services.rounds import RoundRefused, create_round
from shareholders.services.statutes_adoption import (
    AdoptionRefused,
    adopt_edition,
    issue_everywhere,
    preview_adoption,
)
from shareholders.statutes import statutes_of
from tests.factories import CooperativeFactory, FundingRoundFactory, SubscriptionFactory
from tests.shareholders.bands import edition_of, put_in_force
from tests.shareholders.banking.statements import OUR_IBAN
from tests.shareholders.money import bring, transfer
from tests.shareholders.village import TODAY, Clock, Village, build_village

pytestmark = pytest.mark.django_db
VOTED = dt.date(2025, 6, 10)
NEXT_MONTH = dt.date(2025, 7, 1)


@pytest.fixture
def village(db: None, monkeypatch: pytest.MonkeyPatch) -> Village:
    Clock(monkeypatch)
    return build_village()


def adopt(village: Village, text: str, **days: dt.date) -> StatutesEdition:
    said = {"adopted_on": VOTED, "effective_on": VOTED, "today": TODAY} | days
    return adopt_edition(actor=village.board, cooperative=village.cooperative, text=text, **said)


def raised(ceiling: int = 600_000, *, floor: int = 7_000, on: dt.date = VOTED) -> str:
    return edition_of(floor=floor, ceiling=ceiling, adopted_on=on)


def test_a_preview_stores_nothing_and_says_what_changes(village: Village):
    found = preview_adoption(cooperative=village.cooperative, text=raised(), today=TODAY)
    changed = {change.path: (change.before, change.after) for change in found.changes}
    assert changed["capital.ceiling_eur"] == ("500000", "600000")
    assert found.before is not None
    assert StatutesEdition.objects.count() == 1


def test_an_adopted_edition_rules_from_its_day_and_is_in_the_journal(village: Village):
    edition = adopt(village, raised(), effective_on=NEXT_MONTH)
    assert statutes_of(village.cooperative, TODAY).edition == "2019-07-12"
    assert statutes_of(village.cooperative, NEXT_MONTH).edition == f"{VOTED}"
    assert edition.entered_by == village.board
    told = JournalEntry.objects.filter(act="adopt_statutes").latest("pk")
    assert (told.actor, told.detail["effective_on"]) == (village.board, f"{NEXT_MONTH}")


def test_the_same_text_twice_is_refused(village: Village):
    adopt(village, raised())
    with pytest.raises(AdoptionRefused, match="déjà enregistré"):
        adopt(village, raised())
    assert StatutesEdition.objects.count() == 2


@pytest.mark.parametrize(
    ("text", "days", "why"),
    [
        (raised(on=dt.date(2018, 1, 1)), {"adopted_on": dt.date(2018, 1, 1)}, "plus ancien"),
        (raised(on=dt.date(2025, 6, 17)), {"adopted_on": dt.date(2025, 6, 17)}, "pas encore venu"),
        (raised(), {"adopted_on": dt.date(2025, 6, 9)}, "corrigez l’un ou l’autre"),
        (raised(), {"effective_on": dt.date(2025, 6, 9)}, "le jour de l’assemblée au plus tôt"),
        (raised(), {"effective_on": dt.date(3025, 6, 10)}, "vérifiez l’année"),
        (raised(floor=30_000), {}, "n’est pas entre le plancher"),
        (raised(10_000), {}, "n’est pas entre le plancher"),
        (raised().replace('code = "sem"', 'code = "autres"'), {}, "oublie un collège.*SEM"),
    ],
)
def test_what_cannot_follow_is_refused_with_a_sentence(
    village: Village, text: str, days: dict[str, dt.date], why: str
):
    with pytest.raises(AdoptionRefused, match=why):
        adopt(village, text, **days)
    assert StatutesEdition.objects.count() == 1


def test_an_edition_does_not_rule_before_the_one_it_follows(village: Village):
    adopt(village, raised(), effective_on=NEXT_MONTH)
    with pytest.raises(AdoptionRefused, match="prennent effet le 01/07/2025"):
        adopt(village, raised(700_000), effective_on=VOTED)


@pytest.mark.parametrize("text", ["", "a = ", "\0", "x" * 200_000, 'edition = "2025"'])
def test_what_is_no_statutes_is_told_by_the_reader(village: Village, text: str):
    with pytest.raises(StatutesRefused):
        adopt(village, text)
    assert StatutesEdition.objects.count() == 1


def test_a_college_the_text_adds_is_opened(village: Village):
    before = set(village.cooperative.colleges.values_list("code", flat=True))
    adopt(village, raised())
    after = set(village.cooperative.colleges.values_list("code", flat=True))
    assert before == {"citoyens", "sem"}
    assert after > before


def waiting_subscription(village: Village, shares: int) -> Subscription:
    """Paid and approved, but the ceiling keeps its shares waiting."""
    coop = village.cooperative
    Cooperative.objects.filter(pk=coop.pk).update(iban=OUR_IBAN)
    coop.refresh_from_db()
    found = SubscriptionFactory(
        round=FundingRoundFactory(cooperative=coop),
        signed=True,
        college=village.citizens,
        quantity=shares,
        holder=village.jeanne,
        number=77,
        reference=reference_for("MDS", 77),
    )
    bring(coop, [transfer("100.00", 77)])
    return decide(actor=village.board, subscription=found, approved=True)


def test_money_that_comes_above_the_ceiling_waits_for_the_assembly(village: Village):
    put_in_force(village.cooperative, floor=7_000, ceiling=20_050, adopted_on=dt.date(2025, 6, 1))
    found = waiting_subscription(village, 2)
    assert found.state == Subscription.State.SIGNED
    assert found.paid_at is not None
    adopt(village, raised())
    found.refresh_from_db()
    assert found.state == Subscription.State.ISSUED


def test_statutes_that_come_into_force_at_night_issue_what_waited(village: Village):
    put_in_force(village.cooperative, floor=7_000, ceiling=20_050, adopted_on=dt.date(2025, 6, 1))
    found = waiting_subscription(village, 2)
    assert issue_everywhere() == 0
    put_in_force(village.cooperative, floor=7_000, ceiling=600_000, adopted_on=VOTED)
    assert issue_everywhere() == 1
    assert issue_everywhere() == 0
    found.refresh_from_db()
    assert found.movement is not None


def test_a_round_is_not_offered_above_the_ceiling(village: Village):
    assert room_below_ceiling(village.cooperative, TODAY) == 9_600
    fields = {
        "name": "Trop grande",
        "opens_on": TODAY,
        "closes_on": NEXT_MONTH,
        "target_shares": 9_601,
        "maximum_shares": 9_601,
    }
    with pytest.raises(RoundRefused, match=r"9.600 actions au plus"):
        create_round(actor=village.board, cooperative=village.cooperative, slug="trop", **fields)
    create_round(
        actor=village.board,
        cooperative=village.cooperative,
        slug="juste",
        **(fields | {"target_shares": 9_600, "maximum_shares": 9_600}),
    )


def test_an_edition_of_another_cooperative_says_nothing_here(village: Village):
    put_in_force(CooperativeFactory(), floor=7_000, ceiling=600_000, adopted_on=VOTED)
    adopt(village, raised())
    assert StatutesEdition.objects.filter(cooperative=village.cooperative).count() == 2
