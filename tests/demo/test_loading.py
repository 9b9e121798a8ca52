"""Loading the demo: through the services, again and again, never beside real data."""

import datetime as dt
import json
from decimal import Decimal
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.test import TestCase
from django.utils import timezone

from installations.models import Plant
from mine_de_soleil.core.models import JournalEntry, User
from mine_de_soleil.demo import tasks
from mine_de_soleil.demo.accounts import ACCOUNTS, PASSWORD
from mine_de_soleil.demo.company import SLUG
from mine_de_soleil.demo.errors import DayOutOfRange, NotBuilt, RealDataPresent
from mine_de_soleil.demo.loading import is_loaded, load_demo
from mine_de_soleil.demo.people import ACTING, citizens
from production.models import DailyEnergy, Forecast, Reading, ReadingImport
from shareholders.banking.iban import check_iban
from shareholders.capital_band import band_on
from shareholders.models import Cooperative, RoleGrant, Shareholder, ShareMovement
from shareholders.reports import capital_on
from shareholders.roles import Role
from tests.factories import college_of

# The silence of Cybercoin is in it, and a load that ends within it.
FIRST, LAST = dt.date(2025, 7, 6), dt.date(2025, 7, 9)


class TestLoadedDemo(TestCase):
    """One load, looked at from all sides."""

    @classmethod
    def setUpTestData(cls):
        cls.loaded = load_demo(since=FIRST, until=LAST)
        cls.cooperative = Cooperative.objects.get(slug=SLUG)

    def test_it_is_marked_as_a_demonstration(self):
        assert self.cooperative.is_demo
        assert not User.objects.filter(is_demo=False).exists()

    def test_four_colleges_and_125_shareholders_and_two_who_were(self):
        colleges = list(self.cooperative.colleges.values_list("code", flat=True))
        assert colleges == ["citoyens", "sem", "exploitant", "communes"]
        assert self.loaded.shareholders == 127
        capital = capital_on(self.cooperative, timezone.localdate())
        assert [college.members for college in capital.colleges] == [122, 1, 1, 1]

    def test_capital_is_a_hundred_thousand_euros(self):
        assert capital_on(self.cooperative, timezone.localdate()).amount == Decimal("100000.00")

    def test_citizens_hold_37_percent_at_the_end(self):
        citizens = capital_on(self.cooperative, timezone.localdate()).colleges[0]
        assert citizens.stake.shares == 740
        assert citizens.stake.fraction == pytest.approx(0.37)

    def test_nobody_has_a_siren_that_could_be_somebody_elses(self):
        numbers = Shareholder.objects.exclude(siren="").values_list("siren", flat=True)
        assert all(number.startswith("0") for number in [*numbers, self.cooperative.siren])

    def test_the_cooperative_says_where_it_is_and_where_to_pay(self):
        found = self.cooperative
        assert (found.seat_postcode, found.trade_register, found.bic) == ("62750", "Arras", "DEMOFRPPXXX")
        assert check_iban(found.iban)[4:9] == "99999"
        assert band_on(found, dt.date(2026, 1, 1)).floor == Decimal("7000.00")

    def test_eight_plants_each_with_meter_and_forecast(self):
        plants = Plant.objects.of(self.cooperative)
        assert sum(plant.peak_power_w for plant in plants) == 450_000
        assert all(plant.meters.count() == 1 for plant in plants)
        assert Forecast.objects.filter(plant__in=plants).count() == 8

    def test_every_reading_knows_its_file_and_line(self):
        assert Reading.objects.count() == self.loaded.readings_stored == 7 * 4 * 144 + 2 * 144
        reading = Reading.objects.filter(energy_wh__gt=0).order_by("start", "meter_id").first()
        line = bytes(reading.source.file.content).decode().splitlines()[reading.line - 1]
        assert line == f"{reading.start:%Y-%m-%dT%H:%M:%SZ};{reading.energy_wh}"

    def test_days_are_complete_save_those_of_the_silence(self):
        assert DailyEnergy.objects.count() == 8 * 4 - 2
        assert all(day.covered_s == day.daylight_s for day in DailyEnergy.objects.order_by("meter_id", "day"))

    def test_imports_were_refused_nothing(self):
        imports = ReadingImport.objects.order_by("pk")
        assert {done.state for done in imports} == {ReadingImport.State.STORED}
        assert {done.rows_refused for done in imports} == {0}

    def test_it_is_known_to_be_whole(self):
        assert is_loaded()
        assert not is_loaded("hameau")
        JournalEntry.objects.filter(act="load_demo").get()

    def test_loading_again_changes_nothing(self):
        before = [model.objects.count() for model in (Reading, ShareMovement, JournalEntry, RoleGrant, User)]
        again = load_demo(since=FIRST, until=LAST)
        assert not again.is_new
        # Cybercoin's missing days are asked for again, and there is still nothing to import.
        assert (again.files_imported, again.readings_stored) == (0, 0)
        after = [model.objects.count() for model in (Reading, ShareMovement, JournalEntry, RoleGrant, User)]
        assert after == before

    def test_a_later_day_appends_only_the_days_since(self):
        kept = set(Reading.objects.values_list("meter_id", "start", "energy_wh", "source_id"))
        later = load_demo(since=FIRST, until=LAST + dt.timedelta(days=3))
        assert later.readings_stored == 7 * 3 * 144 + 144
        assert later.files_imported == 8
        assert kept <= set(Reading.objects.values_list("meter_id", "start", "energy_wh", "source_id"))

    def test_every_account_signs_in_with_the_printed_password(self):
        for account in ACCOUNTS:
            user = authenticate(request=None, email=account.email, password=PASSWORD)
            assert user is not None, account.email
            assert user.is_demo
            assert EmailAddress.objects.filter(user=user, verified=True, primary=True).count() == 1

    def test_roles_are_those_of_the_contract(self):
        granted = RoleGrant.objects.order_by("pk").values_list("user__email", "role")
        acting = {(citizens()[place].account, "shareholder") for place in ACTING}
        named = {(account.email, str(role)) for account in ACCOUNTS for role in account.roles}
        assert set(granted) == named | acting
        assert RoleGrant.objects.get(role=Role.MUNICIPALITY).commune_insee == "62528"

    def test_one_citizen_also_sits_on_the_board(self):
        both = Shareholder.objects.get(user__email="conseil@demo.example")
        assert college_of(both).code == "citoyens"
        assert set(both.user.role_grants.values_list("role", flat=True)) == {"board", "shareholder"}

    def test_jeanne_delattre_holds_four_shares(self):
        today = timezone.localdate()
        jeanne = Shareholder.objects.filter(user__email="citoyenne@demo.example").holding_on(today).get()
        assert str(jeanne) == "Jeanne Delattre"
        assert jeanne.shares_held == 4

    def test_the_command_prints_one_json_document(self):
        out, err = StringIO(), StringIO()
        call_command("demo_load", "--json", until=LAST, stdout=out, stderr=err)
        assert json.loads(out.getvalue())["cooperative"] == SLUG


def real_cooperative() -> Cooperative:
    return Cooperative.objects.create(
        slug="vraie",
        short_name="Vraie",
        legal_name="SAS Vraie",
        seat_commune="Lens",
        seat_insee="62498",
        latitude_deg=50.43,
        longitude_deg=2.83,
        founded_on=dt.date(2020, 1, 1),
        nominal_value=100,
        contact_email="bonjour@vraie.example",
    )


@pytest.mark.django_db
def test_it_refuses_to_load_beside_a_real_cooperative():
    real_cooperative()
    with pytest.raises(RealDataPresent, match="Vraie"):
        load_demo(since=FIRST, until=LAST)
    assert not User.objects.exists()


@pytest.mark.django_db
def test_it_refuses_to_take_over_a_real_account():
    User.objects.create_user("citoyenne@demo.example", "un-autre-secret")
    with pytest.raises(RealDataPresent, match=r"citoyenne@demo\.example"):
        load_demo(since=FIRST, until=LAST)
    assert not Cooperative.objects.exists()


@pytest.mark.django_db
def test_the_network_to_come_says_so():
    with pytest.raises(NotBuilt, match="network"):
        load_demo(scale="network", until=LAST)


@pytest.mark.django_db
@pytest.mark.parametrize("until", [dt.date(2023, 10, 31), dt.date(2999, 1, 1)])
def test_days_before_the_start_or_still_to_come_are_refused(until):
    with pytest.raises(DayOutOfRange):
        load_demo(until=until)


@pytest.mark.django_db
def test_the_command_refuses_with_exit_code_one_and_says_why_in_json():
    real_cooperative()
    out = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("demo_load", "--json", stdout=out, stderr=StringIO())
    assert refusal.value.returncode == 1
    assert "Vraie" in json.loads(out.getvalue())["refused"]


@pytest.mark.django_db(transaction=True)  # a job looks after its own connection
def test_the_morning_task_leaves_a_place_without_demo_alone():
    tasks.extend_demo(timestamp=0)
    assert not Cooperative.objects.exists()
