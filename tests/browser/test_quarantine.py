"""A file that is held back, decided of in a real browser: on a phone, without script, by axe's rules."""

from collections.abc import Callable
from typing import Any

import pytest

from production.models import ReadingImport
from production.services.imports import store_waiting_import
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_every_page import PASSWORD, _everybody, faults_of
from tests.factories import plant_with_meter
from tests.pages.test_quarantine import BARE, NEGATIVE

MONTHS = b"Date;Index (kWh)\n2025-01-01;1000\n2025-02-01;1310\n2025-03-01;1590\n"


def drop(someone: Any, coop: str, name: str, content: bytes) -> None:
    someone.open(f"/{coop}/exploitation/")
    someone.page.get_by_label("Compteur").select_option(index=1)
    file = {"name": name, "mimeType": "text/csv", "buffer": content}
    someone.page.locator("input[type=file]").set_input_files(file)
    someone.page.get_by_role("button", name="Envoyer le fichier").click()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_held_file_is_decided_of_without_script(size: dict[str, int], visitor: Callable[..., Any]):
    meter = plant_with_meter(name="École Lamendin")
    cooperative = meter.plant.cooperative
    _everybody(cooperative)
    someone = visitor(size, java_script_enabled=False)
    someone.sign_in("tout@essai.example", PASSWORD)
    drop(someone, cooperative.slug, "juin.csv", NEGATIVE)
    assert "ligne 7" in someone.page.inner_text("main")
    someone.page.get_by_role("button", name="Enregistrer le reste").click()
    store_waiting_import(ReadingImport.objects.get().pk)
    drop(someone, cooperative.slug, "portail.csv", BARE)
    someone.page.get_by_role("link", name="Dire ce que contient chaque colonne").click()
    page = someone.page
    page.get_by_label("A", exact=True).select_option("value")
    page.get_by_label("B", exact=True).select_option("value")
    page.get_by_label("Les valeurs sont").select_option("energy|kWh")
    page.get_by_label("03/04/2025 est").select_option("day first")
    page.get_by_role("button", name="Voir ce que cela donne").click()
    assert "seraient lus ainsi" in page.inner_text("h1")
    page.get_by_role("button", name="Retenir cette lecture et enregistrer").click()
    assert ReadingImport.objects.get(file_name="portail.csv").found_format == "mapped"


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing_on_the_pages_of_a_decision(size: dict[str, int], visitor: Callable[..., Any]):
    meter = plant_with_meter(name="École Lamendin")
    cooperative = meter.plant.cooperative
    _everybody(cooperative)
    someone = visitor(size)
    someone.sign_in("tout@essai.example", PASSWORD)
    faults: dict[str, list[str]] = {}
    base = f"/{cooperative.slug}/exploitation"
    for name, content in (("juin.csv", NEGATIVE), ("portail.csv", BARE), ("mois.csv", MONTHS)):
        drop(someone, cooperative.slug, name, content)
        faults[name] = faults_of(someone.page)
    columns = ReadingImport.objects.get(file_name="portail.csv")
    someone.open(f"{base}/imports/{columns.pk}/colonnes/")
    faults["columns"] = faults_of(someone.page)
    store_waiting_import(ReadingImport.objects.get(file_name="mois.csv").pk)
    someone.open(f"{base}/compteurs/{meter.pk}/")
    faults["meter"] = faults_of(someone.page)
    assert {path: found for path, found in faults.items() if found} == {}
