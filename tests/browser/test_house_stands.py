"""From an operator's meter file to a citizen's screen, on real files, in a real browser."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from production.models import Reading
from production.services.forecasts import make_forecasts
from shareholders.models import Cooperative
from shareholders.roles import Role
from shareholders.services import issue_shares
from tests.browser.conftest import DESK, PHONE, Visitor
from tests.factories import PASSWORD, CollegeFactory, ShareholderFactory, member, plant_with_meter
from tests.worker import work_off_queue

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cooperative() -> Cooperative:
    """Two roofs without readings, an operator, and a citizen with four shares."""
    huawei = plant_with_meter(name="Toit Huawei", slug="huawei", commissioned_on=dt.date(2025, 1, 1))
    cooperative = huawei.plant.cooperative
    aarhus = plant_with_meter(
        name="Toit Aarhus", slug="aarhus", cooperative=cooperative, commissioned_on=dt.date(2024, 9, 1)
    )
    make_forecasts(actor=None, plants=[huawei.plant, aarhus.plant])
    operator = member(cooperative, Role.OPERATOR, email="exploitant@essai.example", demo=True)
    citizen = member(cooperative, Role.SHAREHOLDER, email="citoyenne@essai.example")
    for user in (operator, citizen):
        user.set_password(PASSWORD)
        user.save()
        user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    college = CollegeFactory(cooperative=cooperative, name="Citoyens")
    holder = ShareholderFactory(college=college, user=citizen)
    issue_shares(actor=None, shareholder=holder, quantity=4, dated=dt.date(2024, 1, 1))
    return cooperative


def upload(operator: Visitor, cooperative: Cooperative, meter: str, file: Path) -> None:
    operator.open(f"/{cooperative.slug}/exploitation/")
    option = operator.page.locator("#id_meter option", has_text=meter).get_attribute("value")
    assert option
    operator.page.select_option("#id_meter", option)
    operator.page.set_input_files("#id_file", file)
    operator.page.get_by_role("button", name="Envoyer le fichier").click()
    operator.page.get_by_text("il s’enregistre").wait_for()
    work_off_queue()
    # htmx asks again each second: the report completes by itself.
    operator.page.get_by_text("et enregistrés").wait_for()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_citizen_sees_the_kilowatt_hours_the_operator_brought(
    size: dict[str, int], cooperative: Cooperative, shared_data: Path, visitor: Callable[..., Visitor]
):
    operator = visitor(size)
    operator.sign_in("exploitant@essai.example", PASSWORD)
    upload(
        operator,
        cooperative,
        "Toit Huawei",
        shared_data / "formats" / "fusionsolar_Inverter_1_2025_03.xlsx",
    )
    assert "3\u202f731,6\u202fkWh" in operator.page.inner_text("h1")
    upload(
        operator,
        cooperative,
        "Toit Aarhus",
        shared_data / "metered" / "aarhus_roof_hourly_2024-09_2025-08.csv",
    )
    assert "40\u202f673,5\u202fkWh" in operator.page.inner_text("h1")

    citizen = visitor(size)
    citizen.sign_in("citoyenne@essai.example", PASSWORD)
    assert "Vous détenez 4 actions" in citizen.page.inner_text("h1")
    citizen.page.get_by_role("link", name="Toit Aarhus").click()
    assert "41\u202fMWh" in citizen.page.inner_text("main")
    citizen.page.get_by_role("link", name="Par jour").click()
    citizen.page.locator(".plot .main-svg").first.wait_for()
    citizen.open(f"/{cooperative.slug}/toitures/aarhus/?pas=mois&periode=2025")
    citizen.page.get_by_text("Voir les chiffres").click()
    assert "6\u202f911,6" in citizen.page.inner_text("figure.chart table")
    citizen.open(f"/{cooperative.slug}/toitures/huawei/?pas=jour&periode=2025-03")
    assert "3\u202f732\u202fkWh" in citizen.page.inner_text("main")


def test_a_refused_file_says_the_line_and_stores_nothing(
    cooperative: Cooperative, tmp_path: Path, visitor: Callable[..., Visitor]
):
    file = tmp_path / "mars.csv"
    file.write_text("horodate_utc;energie_wh\n2025-03-01T00:00:00Z;100\n2025-03-01T01:00:00Z;-90000\n")
    operator = visitor(PHONE)
    operator.sign_in("exploitant@essai.example", PASSWORD)
    operator.open(f"/{cooperative.slug}/exploitation/")
    operator.page.select_option("#id_meter", index=1)
    operator.page.set_input_files("#id_file", file)
    operator.page.get_by_role("button", name="Envoyer le fichier").click()
    operator.page.get_by_text("Rien n’a été enregistré").wait_for()
    assert "ligne 3" in operator.page.inner_text("main")
    assert not Reading.objects.exists()


def test_the_form_works_without_script(
    cooperative: Cooperative, shared_data: Path, visitor: Callable[..., Visitor]
):
    operator = visitor(PHONE, java_script_enabled=False)
    operator.sign_in("exploitant@essai.example", PASSWORD)
    operator.open(f"/{cooperative.slug}/exploitation/")
    operator.page.select_option("#id_meter", index=1)
    operator.page.set_input_files(
        "#id_file", shared_data / "metered" / "aarhus_roof_hourly_2024-09_2025-08.csv"
    )
    operator.page.get_by_role("button", name="Envoyer le fichier").click()
    work_off_queue()
    operator.page.reload()
    assert "40\u202f673,5\u202fkWh" in operator.page.inner_text("h1")
