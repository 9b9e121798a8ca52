"""The page of a roof's technical sheet."""

import html
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from installations.models import Plant, TechnicalSheet
from mine_de_soleil.core.models import User
from production.services.sheets import save_sheet
from production.sheet_forms import SheetForm, initial_of
from shareholders.roles import Role
from tests.factories import member, plant_with_meter
from tests.production.test_horizon_profiles import PVGIS_CSV

pytestmark = pytest.mark.django_db


@pytest.fixture
def plant() -> Plant:
    return plant_with_meter().plant


@pytest.fixture
def operator(plant: Plant, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(member(plant.cooperative, Role.OPERATOR))


def address(plant: Plant) -> str:
    return f"/{plant.cooperative.slug}/exploitation/toitures/{plant.slug}/fiche/"


def sent(plant: Plant, **more: Any) -> dict[str, Any]:
    """What a browser sends of the form as it stands, with some fields changed."""
    fresh = Plant.objects.select_related("sheet").get(pk=plant.pk)
    shown = initial_of(getattr(fresh, "sheet", None)) | {"seen": "new"}
    checked = {name: value for name, value in shown.items() if value is not False}
    return checked | more


def post(client: Client, plant: Plant, **more: Any) -> Any:
    return client.post(address(plant) + "enregistrer/", sent(plant, **more))


def test_the_page_says_what_is_lost_and_where_each_figure_comes_from(plant: Plant, operator: Client):
    text = html.unescape(operator.get(address(plant)).text)
    assert "Poussière, ombres, câbles et arrêts ôtent" in text
    assert "l’onduleur sont comptés à part" in text
    assert "Habituellement 2\u202f% (PVWatts (Dobos, NREL, 2014))." in text
    assert "Poussière et salissures, par mois" in text
    assert "Aucun relevé d’horizon\u202f: le calcul fait comme si rien ne cachait le soleil" in text


def test_the_form_as_it_stands_changes_no_default(plant: Plant, operator: Client):
    assert post(operator, plant).status_code == 303
    sheet = TechnicalSheet.objects.get()
    assert (sheet.losses, sheet.physics, sheet.horizon_deg) == ({}, {}, [])


def test_percentages_are_written_with_a_comma(plant: Plant, operator: Client):
    assert post(operator, plant, wiring="2,5 %", gamma_per_k="−0,4", soiling="").status_code == 303
    sheet = TechnicalSheet.objects.get()
    assert (sheet.losses, sheet.physics) == ({"wiring": 0.025}, {"gamma_per_k": -0.004})


def test_twelve_months_take_the_years_place(plant: Plant, operator: Client):
    months = {f"soiling_{month}": str(month) for month in range(1, 13)}
    post(operator, plant, **months)
    assert TechnicalSheet.objects.get().losses["soiling"][11] == 0.12
    text = html.unescape(operator.get(address(plant)).text)
    assert 'value="12"' in text


def test_eleven_months_are_not_twelve(plant: Plant, operator: Client):
    months = {f"soiling_{month}": "1" for month in range(1, 12)}
    response = post(operator, plant, **months)
    assert response.status_code == 422
    assert "Donnez les douze mois, ou aucun." in response.text
    assert not TechnicalSheet.objects.exists()


def test_pvgis_horizon_is_taken_from_its_file_and_drawn(plant: Plant, operator: Client):
    file = SimpleUploadedFile("horizon.csv", PVGIS_CSV.encode())
    assert post(operator, plant, horizon_file=file).status_code == 303
    assert len(TechnicalSheet.objects.get().horizon_deg) == 48
    assert "L’horizon monte jusqu’à 4°" in html.unescape(operator.get(address(plant)).text)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"wiring": "deux"}, "Écrivez un nombre"),
        ({"wiring": "NaN"}, "Écrivez un nombre"),
        ({"wiring": "1e999"}, "Écrivez un nombre"),
        ({"wiring": "250"}, "Câbles\u202f: entre 0 et 99,9"),
        ({"module": "Canadian_Solar_Inc__CS5P_220"}, "par exemple Canadian_Solar"),
        ({"temperature": "sapm"}, "choisissez une pose du même modèle"),
        ({"temperature": "froid"}, "Sélectionnez un choix valide"),
        ({"horizon": "1 2 3"}, "a 3 hauteurs"),
        ({"horizon": "<script>alert(1)</script>"}, "n’est pas un nombre"),
        ({"horizon_file": SimpleUploadedFile("vide.csv", b"")}, "relevé d’horizon est vide"),
        ({"horizon_file": SimpleUploadedFile("image.png", b"\x89PNG\x00\x00")}, "n’est pas un nombre"),
        ({"horizon_file": SimpleUploadedFile("gros.csv", b"1 " * 50_000)}, "trop long"),
        ({"source": "x" * 301}, "300"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_stored(
    plant: Plant, operator: Client, fields: dict[str, Any], words: str
):
    response = post(operator, plant, **fields)
    assert response.status_code == 422
    assert words in html.unescape(response.text)
    assert "<script>alert" not in response.text
    assert not TechnicalSheet.objects.exists()


def test_who_saves_second_is_told_and_overwrites_nothing(plant: Plant, operator: Client):
    save_sheet(actor=None, plant=plant, losses={"wiring": 0.05}, physics={}, horizon_deg=())
    response = post(operator, plant, wiring="9")
    assert response.status_code == 409
    assert "Rien n’est écrasé" in html.unescape(response.text)
    assert TechnicalSheet.objects.get().losses == {"wiring": 0.05}


def test_a_refused_sheets_page_opened_again_leads_back(plant: Plant, operator: Client):
    assert operator.get(address(plant) + "enregistrer/").headers["Location"] == address(plant)


@pytest.mark.parametrize("role", [Role.BOARD, Role.AUDITOR])
def test_board_and_auditor_read_and_do_not_save(
    plant: Plant, signed_in: Callable[[User], Client], role: Role
):
    client = signed_in(member(plant.cooperative, role))
    text = client.get(address(plant)).text
    assert "Enregistrer la fiche" not in text
    assert post(client, plant).status_code == 403


def test_the_catalogue_gives_near_names_and_nothing_for_two_letters(plant: Plant, operator: Client):
    near = operator.get(address(plant) + "catalogue/", {"module": "canadian solar"}).text
    assert near.count("<option") == 5
    for text in ("ca", "x" * 81, "", "<script>"):
        assert "<script>" not in operator.get(address(plant) + "catalogue/", {"module": text}).text
    assert "<option" not in operator.get(address(plant) + "catalogue/", {"module": "ca"}).text


def test_the_sheet_of_another_cooperatives_roof_isnt_there(plant: Plant, operator: Client):
    other = plant_with_meter().plant
    own = address(plant).replace(plant.slug, other.slug)
    assert operator.get(own).status_code == 404


def test_a_form_reads_back_what_it_shows(plant: Plant):
    sheet = save_sheet(
        actor=None,
        plant=plant,
        losses={"snow": [0.1] + [0.0] * 11, "lump": 0.0123},
        physics={"temperature": "pvsyst", "mounting": "insulated", "diffuse_iam": False, "faiman_u0": 20.5},
        horizon_deg=[0.5] * 8,
        source="visite",
    )
    form = SheetForm(initial_of(sheet))
    assert form.is_valid(), form.errors
    again = save_sheet(actor=None, plant=Plant.objects.get(), **(form.sheet | {"seen": None}))
    assert (again.losses, again.physics) == (sheet.losses, sheet.physics)
    assert list(again.horizon_deg) == list(sheet.horizon_deg)
