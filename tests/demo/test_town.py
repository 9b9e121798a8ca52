"""The town: a hamlet of it through the same loaders, and the full plan as far as it can be drawn."""

import datetime as dt
from collections import Counter
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from installations.models import Plant, RoundPlant
from mine_de_soleil.core.models import User
from mine_de_soleil.demo import bulk_register
from mine_de_soleil.demo.loading import load_demo
from mine_de_soleil.demo.scales import town_of
from mine_de_soleil.demo.town import COMMUNES, NOMINAL_NOW, TOWN_PLAN, TownPlan
from mine_de_soleil.demo.town_people import crowd_of
from mine_de_soleil.demo.town_register import history_of
from mine_de_soleil.demo.town_requests import OPEN_MINIMUM, campaign_of
from mine_de_soleil.demo.town_roofs import metering_of
from production.models import DailyEnergy, Forecast, Reading
from shareholders.models import (
    Cooperative,
    FundingRound,
    HolderBankAccount,
    HolderPart,
    MovementKind,
    Representative,
    Shareholder,
    ShareMovement,
    Subscription,
)
from shareholders.register_reports import verified
from shareholders.reports import capital_on, nominal_on

HAMLET = TownPlan(
    holders=300,
    lines=900,
    plants=12,
    requests=27,
    first_day=dt.date(2025, 1, 1),
    step=dt.timedelta(hours=1),
)
FIRST, LAST = dt.date(2025, 6, 20), dt.date(2025, 6, 22)


def load_hamlet() -> object:
    return load_demo(scale=town_of(HAMLET), since=FIRST, until=LAST)


class TestHamlet(TestCase):
    """One load, looked at from all sides."""

    @classmethod
    def setUpTestData(cls):
        cls.loaded = load_hamlet()
        cls.cooperative = Cooperative.objects.get(slug="ville-du-soleil")

    def test_it_is_as_large_as_the_plan_says(self):
        assert (self.loaded.shareholders, self.loaded.plants) == (300, 12)
        assert self.loaded.readings_stored == Reading.objects.count() == 12 * 3 * 24

    def test_the_chain_and_the_sums_of_the_register_are_sound(self):
        report = verified(self.cooperative)
        assert report.is_sound, report.findings[:3]
        # What was planned, and the gift between spouses of the day of the load.
        assert report.lines == len(history_of(HAMLET).acts) + 1

    def test_holdings_and_capital_are_those_of_the_plan(self):
        planned = history_of(HAMLET)
        held = sum(planned.holdings())
        capital = capital_on(self.cooperative, timezone.localdate())
        assert (capital.shares, capital.amount) == (held, held * NOMINAL_NOW)

    def test_every_kind_of_line_is_in_it_and_most_people_still_hold_shares(self):
        kinds = set(ShareMovement.objects.order_by().values_list("kind", flat=True).distinct())
        assert kinds == set(MovementKind.values)
        assert capital_on(self.cooperative, timezone.localdate()).members > 250

    def test_a_share_was_worth_40_euros_before_it_was_worth_50(self):
        assert nominal_on(self.cooperative, dt.date(2022, 6, 17)) == Decimal(40)
        assert nominal_on(self.cooperative, dt.date(2022, 6, 18)) == Decimal(50)
        assert self.cooperative.statutes_editions.count() == 2

    def test_people_written_in_bulk_would_pass_every_form(self):
        for holder in Shareholder.objects.order_by("number"):
            holder.full_clean(exclude=["user", "cooperative"])
        for kind, count in ((Shareholder.Kind.PUBLIC, len(COMMUNES)), (Shareholder.Kind.JOINT, 1)):
            assert Shareholder.objects.filter(kind=kind).count() >= count

    def test_who_cannot_act_alone_has_somebody_who_speaks(self):
        silent = Shareholder.objects.filter(kind__in=["legal", "public"], representatives=None)
        assert not silent.exists()
        alone = Shareholder.objects.filter(kind__in=["joint", "split"]).exclude(parts__is_proxy=True)
        assert not alone.exists()
        assert Representative.objects.filter(quality="parent").exists()
        assert HolderPart.objects.filter(quality="usufructuary").exists()
        town = Shareholder.objects.filter(kind="public").order_by("number").first()
        assert town.representatives.get().mandate.kind == "deliberation"

    def test_the_dead_hold_nothing(self):
        dead = Shareholder.objects.exclude(died_on=None).holding_on(timezone.localdate())
        assert {holder.shares_held for holder in dead.order_by("number")} == {0}

    def test_ibans_are_kept_secret_and_read_back(self):
        account = HolderBankAccount.objects.order_by("pk").first()
        assert account.iban.startswith("FR") and "9999" in account.iban
        with connection.cursor() as cursor:
            cursor.execute("SELECT iban FROM shareholders_holderbankaccount WHERE id = %s", [account.pk])
            assert "99999" not in f"{cursor.fetchone()[0]}"

    def test_rounds_that_are_over_paid_every_roof_once(self):
        assert RoundPlant.objects.count() == 12
        over = FundingRound.objects.of(self.cooperative).filter(outcome="succeeded")
        assert over.count() == len(campaign_of(HAMLET).past)

    def test_queues_are_filled(self):
        waiting = Subscription.objects.of(self.cooperative).awaiting_decision()
        assert waiting.count() >= 7
        assert FundingRound.objects.open_on(timezone.localdate()).count() == 1

    def test_days_of_readings_are_complete_and_plants_have_forecasts(self):
        assert DailyEnergy.objects.count() == 12 * 3
        assert Forecast.objects.count() == 12

    def test_loading_again_changes_nothing(self):
        models = (Shareholder, ShareMovement, Reading, Subscription, FundingRound, User)
        before = [model.objects.count() for model in models]
        again = load_hamlet()
        assert (again.is_new, again.files_imported) == (False, 0)
        assert [model.objects.count() for model in models] == before

    def test_pages_make_as_many_queries_for_twelve_roofs_as_for_one(self):
        def queries(path: str) -> int:
            with CaptureQueriesContext(connection) as found:
                assert Client().get(path).status_code == 200
            return len(found)

        path = "/ville-du-soleil/toitures/"
        queries(path)  # fills caches
        many = queries(path)
        kept = Plant.objects.of(self.cooperative).first()
        RoundPlant.objects.all().delete()
        Plant.objects.exclude(pk=kept.pk).update(cooperative=_elsewhere())
        assert queries(path) == many


def _elsewhere() -> Cooperative:
    other = Cooperative.objects.get(slug="ville-du-soleil")
    other.pk, other.slug = None, "ailleurs"
    other.save(force_insert=True)
    return other


@pytest.mark.django_db
def test_a_load_cut_in_the_middle_of_the_register_leaves_nothing(monkeypatch):
    monkeypatch.setattr(bulk_register, "_bury", _cut)
    with pytest.raises(KeyboardInterrupt):
        load_hamlet()
    assert not Cooperative.objects.exists()
    monkeypatch.undo()
    assert load_hamlet().is_new


def _cut(*_args: object) -> None:
    raise KeyboardInterrupt


def test_the_town_has_ten_thousand_people_and_thirty_thousand_lines():
    planned = history_of(TOWN_PLAN)
    assert len(planned.people) == 10_000
    assert 29_000 < len(planned.acts) < 33_000
    assert min(planned.holdings()) == 0
    counted = Counter(act.kind for act in planned.acts)
    assert counted["nominal_change"] == 1
    assert all(counted[kind] > 50 for kind in set(MovementKind.values) - {"nominal_change"})


def test_nobody_gives_more_than_is_held_on_any_day():
    held: Counter[int] = Counter()
    for act in history_of(TOWN_PLAN).acts:
        if act.giver is not None:
            held[act.giver] -= act.quantity
            assert held[act.giver] >= 0, act
        if act.taker is not None:
            held[act.taker] += act.quantity


def test_lines_come_in_order_of_date():
    days = [act.dated for act in history_of(TOWN_PLAN).acts]
    assert days == sorted(days)


def test_everybody_has_an_address_of_their_own():
    emails = [person.email for person in crowd_of(TOWN_PLAN).people]
    assert len(emails) == len(set(emails))
    assert all(email.endswith("@demo.example") for email in emails)


def test_the_town_has_two_hundred_roofs_each_with_a_name_and_a_meter_of_its_own():
    roofs = metering_of(TOWN_PLAN).roofs
    for name in ("slug", "name", "meter_code"):
        assert len({getattr(roof, name) for roof in roofs}) == 200
    assert all(roof.modules % 3 == 0 and 0 < roof.inverter_power_w <= roof.peak_power_w for roof in roofs)


def test_the_same_plan_gives_the_same_town():
    before = history_of(HAMLET).acts, metering_of(HAMLET).roofs
    for drawn in (history_of, crowd_of, metering_of):
        drawn.cache_clear()
    assert (history_of(HAMLET).acts, metering_of(HAMLET).roofs) == before


def test_paid_shares_stay_below_the_minimum_even_if_the_board_takes_everybody_who_paid():
    asked = campaign_of(TOWN_PLAN).requests
    paid = sum(one.shares for one in asked if one.paid in ("exact", "excess") and one.answer != "refused")
    assert len(asked) == TOWN_PLAN.requests
    assert 0 < paid < OPEN_MINIMUM
