"""The demo's sales: about 50,000 € a year, invoices once, a statement that differs for three reasons."""

import datetime as dt
from decimal import Decimal

import pytest

from installations.models import Plant
from mine_de_soleil.demo.roofs import ROOFS
from mine_de_soleil.demo.sales import COEFFICIENTS, sell
from production.models import BuyerStatement, ConsumptionCurve, DailyEnergy, SaleContract, SaleInvoice
from production.revenue.statement import Cause
from production.sales_comparison import compared, statements_of
from production.sales_pages import sales_page
from production.services.sales.invoices import issue_invoice
from production.sharing_rows import shared_energy
from shareholders.models import Cooperative
from tests.factories import CooperativeFactory, MeterFactory, PlantFactory, PVArrayFactory
from tests.production.deliveries import bring, csv_of, paris_day

pytestmark = pytest.mark.django_db
UNTIL = dt.date(2026, 8, 31)


@pytest.fixture
def cooperative() -> Cooperative:
    """The eight roofs, each day of two years and eight months as sunny as the next: 440 MWh a year."""
    cooperative = CooperativeFactory(is_demo=True)
    first, rows = dt.date(2024, 1, 1), []
    days = [first + dt.timedelta(days=n) for n in range((UNTIL - first).days + 1)]
    for roof in ROOFS:
        plant = PlantFactory(
            cooperative=cooperative, slug=roof.slug, name=roof.name, commissioned_on=roof.commissioned_on
        )
        PVArrayFactory(plant=plant, peak_power_w=roof.peak_power_w)
        meter = MeterFactory(plant=plant, code=roof.meter_code)
        daily_wh = 978 * roof.peak_power_w // 365
        rows += [DailyEnergy(meter=meter, day=d, energy_wh=daily_wh, covered_s=1, daylight_s=1) for d in days]
    DailyEnergy.objects.bulk_create(rows)
    return cooperative


def test_the_eight_roofs_earn_about_fifty_thousand_euros(cooperative: Cooperative):
    sell(cooperative, UNTIL, lambda _line: None)
    page = sales_page(cooperative, 2025, UNTIL)
    assert abs(page.total.net - 50_000) < 1_000
    assert {roof.plant.slug for roof in page.roofs} == {roof.slug for roof in ROOFS}
    assert page.total.is_complete


def test_a_load_again_changes_nothing_and_a_later_one_goes_on(cooperative: Cooperative):
    say: list[str] = []
    sell(cooperative, dt.date(2025, 6, 1), say.append)
    assert SaleInvoice.objects.count() == 8 and not BuyerStatement.objects.exists()
    for _ in range(2):
        sell(cooperative, UNTIL, say.append)
    assert (SaleContract.objects.count(), SaleInvoice.objects.count()) == (8, 22)
    assert BuyerStatement.objects.count() == 2
    numbers = SaleInvoice.objects.filter(year=2026).order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, 15))


def test_one_statement_agrees_and_one_differs_for_three_reasons(cooperative: Cooperative):
    sell(cooperative, UNTIL, lambda _line: None)
    found = {one.statement.contract.plant.slug: one for one in compared(statements_of(cooperative), UNTIL)}
    agrees, differs = found["centre-technique-municipal"], found["salle-varet"]
    assert agrees.agrees and agrees.settlement is not None
    causes = {share.cause for line in differs.lines for share in line.comparison.shares}
    assert causes - {Cause.ROUNDING} == {Cause.INDEX, Cause.ENERGY, Cause.MISSING}
    assert differs.awaits and differs.difference < 0


def test_coefficients_are_told_year_by_year(cooperative: Cooperative):
    sell(cooperative, UNTIL, lambda _line: None)
    contract = SaleContract.objects.get(plant=Plant.objects.get(slug="cybercoin"))
    told = {row.since.year: row.value for row in contract.coefficients.order_by("since")}
    assert told[2025] == COEFFICIENTS[2025] == Decimal("1.04790") and 2026 not in told


LATER = dt.date(2026, 11, 29)


def test_a_school_shares_its_roof_with_two_buildings_nearby(cooperative: Cooperative):
    school = Plant.objects.select_related("cooperative").get(slug="ecole-salengro")
    bring(school.meters.get(), csv_of(paris_day(dt.date(2026, 9, 15), 3_000, minutes=60)))
    for _ in range(2):
        sell(cooperative, LATER, lambda _line: None)
    kinds = (
        SaleContract.objects.filter(plant=school).order_by("first_day", "pk").values_list("kind", flat=True)
    )
    assert list(kinds) == ["purchase", "shared", "shared", "shared", "surplus"]
    assert ConsumptionCurve.objects.filter(participant__plant=school).count() == 6
    day = dt.date(2026, 9, 15)
    shared = shared_energy(school, day, day)
    given = [sum(one.energy_wh for one in days) for days in shared.by_participant.values()]
    left = sum(one.energy_wh for one in shared.surplus)
    assert all(given)
    assert sum(given) + left == 24 * 3_000


def test_what_a_visitor_agreed_on_for_that_roof_stays(cooperative: Cooperative):
    sell(cooperative, UNTIL, lambda _line: None)
    contract = SaleContract.objects.get(plant__slug="ecole-salengro")
    first, last = dt.date(2026, 9, 1), dt.date(2026, 9, 30)
    issue_invoice(actor=None, contract=contract, first=first, last=last, today=LATER, incomplete_agreed=True)
    sell(cooperative, LATER, lambda _line: None)
    assert not SaleContract.objects.filter(kind="shared").exists()
    contract.refresh_from_db()
    assert contract.last_day.year == 2040


def test_sharing_waits_for_its_first_curves(cooperative: Cooperative):
    sell(cooperative, UNTIL, lambda _line: None)
    assert not SaleContract.objects.filter(kind="shared").exists()
