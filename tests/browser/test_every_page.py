"""Every page, small and wide, light and dark: axe finds nothing, nothing overflows, no policy is broken."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any

import brotli
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from production.services.imports import Delivery, import_at_once
from shareholders.models import Cooperative
from shareholders.roles import Role
from shareholders.services import issue_shares
from tests.browser.conftest import DESK, PHONE, Visitor
from tests.factories import (
    PASSWORD,
    CollegeFactory,
    ShareholderFactory,
    an_alert,
    flat_forecast,
    frozen_study,
    hourly_csv,
    member,
    plant_with_meter,
    shares_examples,
    token_for,
)
from tests.production.heat_networks import frozen_heat_study, heat_plant
from tests.production.sales.scenes import sales_examples
from tests.production.weather_files import weather_examples
from tests.rights import ROWS

pytestmark = pytest.mark.django_db(transaction=True)

FILES_AND_MACHINES = {
    "cooperative_csv",
    "open_data_package",
    "open_data_file",
    "colours",
    "plant_csv",
    "plant_steps_csv",
    "import_file",
    "health",
    "api_schema",
    "api_docs",
    "register_csv",
    "register_xlsx",
    "capital_csv",
    "paper",
    "paper_by_key",
    "read_paper",
    "join_document",
    "subscription_paper",
    "weather_csv",
    "balance_csv",
    "weather_original",
    "sheet_catalogue",
    "statutes_text",
    "study_xlsx",
    "study_json",
    "study_csv",
    "round_csv",
    "heat_study_xlsx",
    "heat_study_json",
    "quality_days",
    "sales_csv",
    "sale_invoice_csv",
    "sale_statement_csv",
}
PAGES = [
    row for row in ROWS if row.method == "GET" and not row.is_api and row.route not in FILES_AND_MACHINES
]
ACCOUNT_PAGES = ("/connexion/", "/compte/inscription/", "/compte/code/", "/compte/mot-de-passe/oublie/")
# WCAG 2.2 A and AA, and axe's own good practices.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
FIRST_VISIT_BYTES = 600_000


@pytest.fixture
def names() -> dict[str, object]:
    """A small cooperative with a person in every role, and a year of readings."""
    meter = plant_with_meter(name="École Lamendin", commissioned_on=dt.date(2024, 1, 1))
    cooperative = meter.plant.cooperative
    other = plant_with_meter(name="Salle Varet", cooperative=cooperative, latitude_deg=50.459)
    flat_forecast(meter.plant)
    flat_forecast(other.plant)
    now = timezone.now()
    start = now.replace(minute=0, second=0, microsecond=0) - dt.timedelta(days=400)
    delivery = Delivery("un.csv", hourly_csv(start, [4_000] * 24 * 399))
    done = import_at_once(actor=None, meter=meter, delivery=delivery, now=now)
    _everybody(cooperative)
    network = heat_plant(cooperative=cooperative)
    return {
        "coop": cooperative.slug,
        "plant": meter.plant.slug,
        "meter": meter.code,
        "meter_pk": meter.pk,
        "import": done.pk,
        "meter_token": token_for(meter)[0].pk,
        "study": frozen_study(meter.plant).pk,
        "network": network.slug,
        "heat_study": frozen_heat_study(network).pk,
        "alert": an_alert(meter.plant).pk,
        **weather_examples(meter.plant),
        **sales_examples(meter.plant),
        **shares_examples(cooperative),
    }


def _everybody(cooperative: Cooperative) -> None:
    user = member(cooperative, *Role, email="tout@essai.example", demo=True)
    user.set_password(PASSWORD)
    user.save()
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    holder = ShareholderFactory(college=CollegeFactory(cooperative=cooperative, name="Citoyens"), user=user)
    issue_shares(actor=None, shareholder=holder, quantity=4, dated=dt.date(2024, 1, 1))


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> Iterator[str]:
    yield request.param


def faults_of(page: Any) -> list[str]:
    found = [
        f"{violation['id']}: {node['target']} {node.get('failureSummary', '')[:200]}"
        for violation in Axe().run(page, options=RULES).response["violations"]
        for node in violation["nodes"]
    ]
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*found, *([f"overflows by {overflow} px"] if overflow > 0 else [])]


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing_and_nothing_overflows(
    size: dict[str, int], theme: str, names: dict[str, object], visitor: Callable[..., Visitor]
):
    someone = visitor(size, color_scheme=theme)
    faults: dict[str, list[str]] = {}
    for path in ACCOUNT_PAGES:
        someone.open(path)
        faults[path] = faults_of(someone.page)
    someone.sign_in("tout@essai.example", PASSWORD)
    for path in (*(row.path.format(**names) for row in PAGES), "/compte/securite/"):
        someone.open(path)
        if someone.page.locator("figure[data-chart]").count():
            someone.page.locator(".plot .main-svg").first.wait_for()
        faults[path] = faults_of(someone.page)
    assert {path: found for path, found in faults.items() if found} == {}


def test_a_first_visit_to_a_chart_is_light(names: dict[str, object], visitor: Callable[..., Visitor]):
    someone = visitor(PHONE)
    answers: list[Any] = []
    someone.page.on("response", lambda answer: answers.append(answer))
    someone.open(f"/{names['coop']}/")
    someone.page.locator(".plot .main-svg").first.wait_for()
    # The tests' server sends files as they are; in production WhiteNoise sends text with Brotli, fonts as is.
    sizes = {
        answer.url: len(body) if ".woff2" in answer.url else len(brotli.compress(body))
        for answer in answers
        for body in [answer.body()]
    }
    assert any("plotly" in url for url in sizes)
    assert sum(sizes.values()) < FIRST_VISIT_BYTES, sizes


def test_the_figures_can_be_read_without_script(names: dict[str, object], visitor: Callable[..., Visitor]):
    someone = visitor(PHONE, java_script_enabled=False)
    someone.open(f"/{names['coop']}/toitures/{names['plant']}/")
    someone.page.get_by_text("Voir les chiffres").click()
    table = someone.page.inner_text("figure.chart table")
    assert "Mesuré (kWh)" in table
    assert re.search("\\d\u202f\\d{3},\\d", table)


def test_the_keyboard_reaches_the_content_first(names: dict[str, object], visitor: Callable[..., Visitor]):
    someone = visitor(DESK)
    someone.open(f"/{names['coop']}/")
    someone.page.keyboard.press("Tab")
    assert someone.page.evaluate("document.activeElement.textContent") == "Aller au contenu"
    someone.page.keyboard.press("Enter")
    someone.page.keyboard.press("Tab")
    assert someone.page.evaluate("document.activeElement.closest('main') !== null")


def test_english_is_one_button_away(names: dict[str, object], visitor: Callable[..., Visitor]):
    someone = visitor(DESK, locale="en-GB")
    someone.open(f"/{names['coop']}/toitures/")
    assert "toits produisent" in someone.page.inner_text("h1")
    someone.page.get_by_role("button", name="English").click()
    assert "roofs" in someone.page.inner_text("h1")
