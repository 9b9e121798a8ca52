"""The operator's page of a heat network: description, draft, frozen studies and their files."""

import io
import json

import openpyxl
import pytest
from django.db import connection
from django.test import Client

from installations.models import HeatNetwork, Plant
from mine_de_soleil.core.models import JournalEntry
from mine_de_soleil.core.papers.seal import seals_of
from production.heat_forms import MOST_BUILDINGS
from production.models import Forecast
from production.services.weather import keep_weather
from production.study.heat import HeatStudy
from production.weather import get_typical_year
from shareholders.models import Paper
from shareholders.roles import Role
from tests.core.papers.reading import says
from tests.factories import CooperativeFactory, member
from tests.production.heat_networks import bare_heat_plant, frozen_heat_study, heat_plant, reread

pytestmark = pytest.mark.django_db

BOILER = {
    "boiler_power_w": "150",
    "minimum_fraction": "30",
    "efficiency": "84",
    "minimum_efficiency": "81",
    "store_wh": "60",
    "start_loss_fraction": "5",
    "availability": "95",
    "first_month": "1",
    "last_month": "12",
    "humidity": "30",
    "gas_power_w": "0",
    "gas_efficiency": "90",
    "pipes_length_m": "250",
    "pipe_loss_method": "per_kelvin",
    "pipe_loss": "0,45",
    "supply_cold_c": "80",
    "supply_mild_c": "70",
    "return_c": "55",
    "depth_m": "0,8",
    "source": "",
}
SCHOOL = {"name": "École", "kind": "school", "annual_heat_wh": "200", "hot_water_fraction": "5"}
FLATS = {
    "name": "Résidence",
    "kind": "flats",
    "floor_area_m2": "3 000",
    "heat_kwh_per_m2": "100",
    "hot_water_fraction": "25",
}


def sent(*buildings: dict[str, str], standing: int = 0, **boiler: str) -> dict[str, str]:
    """A form as a browser sends it, with an empty line at its end."""
    lines = [*buildings, {"name": "", "kind": ""}]
    found = {"batiments-TOTAL_FORMS": str(len(lines)), "batiments-INITIAL_FORMS": str(standing)}
    found |= {f"batiments-{n}-{name}": value for n, line in enumerate(lines) for name, value in line.items()}
    return {**BOILER, **boiler, **found}


@pytest.fixture
def plant() -> Plant:
    return heat_plant()


@pytest.fixture
def operator(plant: Plant, signed_in) -> Client:
    return signed_in(member(plant.cooperative, Role.OPERATOR))


def url(plant: Plant, path: str = "") -> str:
    return f"/{plant.cooperative.slug}/exploitation/chaleur/{plant.slug}/{path}"


def save(client: Client, plant: Plant, data: dict[str, str]):
    return client.post(url(plant, "enregistrer/"), data)


def test_the_page_shows_the_study_as_it_would_be_today(operator: Client, plant: Plant):
    text = operator.get(url(plant)).text
    assert "de la chaleur de 2 bâtiments" in text
    for chart in ("mois", "puissance", "taille", "pertes", "bois"):
        assert f'id="chaleur-{chart}"' in text
    assert "P90" in text and "à vérifier" in text
    assert not Forecast.objects.exists()


def test_a_network_nobody_described_says_what_to_do(signed_in):
    plant = bare_heat_plant()
    client = signed_in(member(plant.cooperative, Role.OPERATOR))
    text = client.get(url(plant)).text
    assert "L’étude ne peut pas encore être faite." in text
    assert "ajoutez au moins un bâtiment" in text
    assert save(client, plant, sent(SCHOOL, FLATS)).status_code == 303
    assert "de la chaleur de 2 bâtiments" in client.get(url(plant)).text


def test_a_saved_description_is_stored_in_watts_and_parts(operator: Client, plant: Plant):
    data = sent(
        SCHOOL, FLATS, boiler_power_w="180,5", humidity="35 %", pipe_loss_method="fraction", pipe_loss="9"
    )
    assert save(operator, plant, data).status_code == 303
    network = HeatNetwork.objects.get()
    assert (network.boiler_power_w, network.humidity, network.pipe_loss) == (180_500, 0.35, 0.09)
    assert [house.heat_wh for house in network.buildings.all()] == [200e6, 300e6]
    assert JournalEntry.objects.filter(act="save_network").count() == 1


def test_saved_twice_alike_the_second_time_writes_nothing(operator: Client, plant: Plant):
    for _ in range(2):
        assert save(operator, plant, sent(SCHOOL, FLATS)).status_code == 303
    assert JournalEntry.objects.filter(act="save_network").count() <= 1


def test_a_building_is_removed_and_another_added(operator: Client, plant: Plant):
    gone, new = {**SCHOOL, "DELETE": "on"}, {**SCHOOL, "name": "Mairie", "kind": "town_hall"}
    assert save(operator, plant, sent(gone, FLATS, new, standing=2)).status_code == 303
    names = HeatNetwork.objects.get().buildings.values_list("name", flat=True)
    assert list(names.order_by("pk")) == ["Résidence", "Mairie"]


def test_what_the_page_shows_can_be_sent_back_unchanged(operator: Client, plant: Plant):
    page = operator.get(url(plant)).context["page"]
    data = {name: page.form[name].value() for name in page.form.fields}
    data |= {f"batiments-{k}": v for k, v in (("TOTAL_FORMS", "2"), ("INITIAL_FORMS", "2"))}
    for line in page.lines.initial_forms:
        data |= {line.add_prefix(name): line[name].value() or "" for name in line.fields}
    assert save(operator, plant, data).status_code == 303
    assert not JournalEntry.objects.filter(act="save_network").exists()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("boiler_power_w", "500000000", "vérifiez l’unité"),
        ("boiler_power_w", "-5", "Entre 1 et 1\u202f000\u202f000"),
        ("boiler_power_w", "beaucoup", "Écrivez un nombre"),
        ("boiler_power_w", "NaN", "Écrivez un nombre"),
        ("boiler_power_w", "", "obligatoire"),
        ("boiler_power_w", "1", "ne vont pas ensemble"),
        ("humidity", "75", "Entre 0 et 60"),
        ("efficiency", "840", "Entre 30 et 100"),
        ("return_c", "90", "moins chaud que le départ"),
        ("pipe_loss", "45", "Entre 0 et 10"),
        ("pipe_loss_method", "../etc", "Sélectionnez un choix valide"),
        ("first_month", "13", "Sélectionnez un choix valide"),
        ("source", "x" * 301, "300"),
    ],
)
def test_bad_input_gets_a_sentence_and_nothing_is_stored(
    operator: Client, plant: Plant, field: str, value: str, sentence: str
):
    answer = save(operator, plant, sent(SCHOOL, FLATS, **{field: value}))
    assert answer.status_code == 422
    assert sentence in answer.text.replace("&#x27;", "'")
    assert HeatNetwork.objects.get().boiler_power_w == 150_000


@pytest.mark.parametrize(
    ("building", "sentence"),
    [
        ({**SCHOOL, "annual_heat_wh": "200 000 000"}, "vérifiez l’unité"),
        ({**SCHOOL, "floor_area_m2": "100"}, "soit la chaleur par an, soit la surface"),
        ({**SCHOOL, "annual_heat_wh": ""}, "soit la chaleur par an, soit la surface"),
        ({**SCHOOL, "kind": "castle"}, "Sélectionnez un choix valide"),
        ({**SCHOOL, "hot_water_fraction": "120"}, "Entre 0 et 100"),
        ({**SCHOOL, "name": "Résidence"}, "Deux bâtiments s’appellent"),
        ({**SCHOOL, "name": "x" * 101}, "100"),
    ],
)
def test_a_bad_building_gets_a_sentence_beside_it(
    operator: Client, plant: Plant, building: dict[str, str], sentence: str
):
    answer = save(operator, plant, sent(building, FLATS))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert HeatNetwork.objects.get().buildings.count() == 2


def test_a_form_without_its_frame_or_with_too_many_lines_is_refused(operator: Client, plant: Plant):
    answer = save(operator, plant, BOILER)
    assert answer.status_code == 422 and "incomplet" in answer.text
    many = [{**SCHOOL, "name": f"École {n}"} for n in range(MOST_BUILDINGS + 1)]
    answer = save(operator, plant, sent(*many))
    assert answer.status_code == 422 and "Trop de bâtiments" in answer.text


def test_no_building_at_all_is_refused(operator: Client, plant: Plant):
    answer = save(operator, plant, sent({**SCHOOL, "DELETE": "on"}, {**FLATS, "DELETE": "on"}, standing=2))
    assert answer.status_code == 422
    assert "ajoutez au moins un bâtiment" in answer.text


def test_whoever_read_an_older_description_is_told(operator: Client, plant: Plant):
    answer = save(operator, plant, sent(SCHOOL, FLATS, seen="0123456789abcdef", humidity="20"))
    assert answer.status_code == 409
    assert "Rien n’est écrasé" in answer.text
    assert HeatNetwork.objects.get().humidity == 0.3


def test_a_hostile_name_is_shown_as_text(operator: Client, plant: Plant):
    save(operator, plant, sent({**SCHOOL, "name": "<script>alert(1)</script>"}, FLATS))
    text = operator.get(url(plant)).text
    assert "<script>alert" not in text


def test_the_study_shown_is_the_one_frozen(operator: Client, plant: Plant):
    seen = operator.get(url(plant)).context["page"].view.study.fingerprint
    answer = operator.post(url(plant, "figer/"), {"seen": seen, "meteo": ""})
    assert answer.status_code == 303
    forecast = Forecast.objects.get()
    assert answer.headers["Location"] == url(plant, f"etudes/{forecast.pk}/")
    assert HeatStudy.from_json(forecast.study).fingerprint == seen
    assert "Étude figée le" in operator.get(answer.headers["Location"]).text


def test_a_study_that_moved_since_it_was_read_is_not_frozen(operator: Client, plant: Plant):
    answer = operator.post(url(plant, "figer/"), {"seen": "0" * 64}, follow=True)
    assert "L’étude a changé" in answer.text
    assert not Forecast.objects.exists()


def test_what_cannot_be_computed_cannot_be_frozen(signed_in):
    plant = bare_heat_plant()
    client = signed_in(member(plant.cooperative, Role.OPERATOR))
    assert "ajoutez au moins un bâtiment" in client.post(url(plant, "figer/"), follow=True).text


def test_a_study_may_be_made_with_a_kept_weather(operator: Client, plant: Plant):
    kept = keep_weather(*get_typical_year(43.6, 1.44, 150.0))
    text = operator.get(url(plant) + f"?meteo={kept.pk}").text
    assert f'<option value="{kept.pk}" selected>' in text
    page = operator.get(url(plant) + f"?meteo={kept.pk}").context["page"]
    assert page.view.study.weather.sha256 == kept.sha256
    assert operator.post(url(plant, "figer/"), {"meteo": kept.pk}).status_code == 303
    assert Forecast.objects.get().weather == kept


@pytest.mark.parametrize("asked", ["0", "abc", "%00", "99999999999999999999"])
def test_an_unknown_weather_is_a_404(operator: Client, plant: Plant, asked: str):
    assert operator.get(url(plant) + f"?meteo={asked}").status_code == 404


def test_a_frozen_study_is_had_as_workbook_and_as_data(operator: Client, plant: Plant):
    forecast = frozen_heat_study(plant)
    answer = operator.get(url(plant, f"etudes/{forecast.pk}/etude.xlsx"))
    book = openpyxl.load_workbook(io.BytesIO(answer.content), data_only=True)
    assert book.sheetnames == [
        "Synthèse",
        "Mois",
        "Heures",
        "Bâtiments",
        "Puissances",
        "Bois",
        "Incertitudes",
    ]
    assert sum(row[1] for row in book["Heures"].iter_rows(min_row=2, max_row=8761, values_only=True)) == (
        forecast.year_p50_wh
    )
    data = json.loads(operator.get(url(plant, f"etudes/{forecast.pk}/etude.json")).content)
    assert HeatStudy.from_json(data).year_wh == forecast.year_p50_wh


def test_a_study_of_another_network_or_cooperative_is_a_404(operator: Client, plant: Plant):
    other = heat_plant(cooperative=plant.cooperative, slug="ailleurs")
    theirs = heat_plant(cooperative=CooperativeFactory())
    for found in (other, theirs):
        pk = frozen_heat_study(found).pk
        for path in ("", "etude.xlsx", "etude.json"):
            assert operator.get(url(plant, f"etudes/{pk}/{path}")).status_code == 404
    assert operator.get(url(theirs)).status_code == 404


def test_the_sealed_report_is_made_once(signed_in):
    plant = heat_plant(cooperative=CooperativeFactory(demo=True))
    forecast = frozen_heat_study(plant)
    board = signed_in(member(plant.cooperative, Role.BOARD))
    report = url(plant, f"etudes/{forecast.pk}/rapport/")
    first = board.post(report)
    assert first.status_code == 200 and first.headers["Content-Type"] == "application/pdf"
    assert (
        says(first.content, "Étude de chaleur au bois", "Centre-ville", forecast.study["fingerprint"]) == []
    )
    [seal] = seals_of(first.content)
    assert seal.holds
    assert board.post(report).content == first.content
    assert [paper.kind for paper in Paper.objects.all()] == ["heat_study"]
    assert board.get(report).status_code == 405


def test_without_a_certificate_the_page_says_so(operator: Client, plant: Plant):
    forecast = frozen_heat_study(plant)
    answer = operator.post(url(plant, f"etudes/{forecast.pk}/rapport/"), follow=True)
    assert "n’a pas encore de certificat" in answer.text
    assert not Paper.objects.exists()


@pytest.mark.as_owner
def test_an_altered_study_is_said_and_not_shown(operator: Client, plant: Plant):
    forecast = frozen_heat_study(plant)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE production_forecast SET study = jsonb_set(study, '{name}', '\"Ailleurs\"')")
    answers = [
        operator.get(url(plant, f"etudes/{forecast.pk}/{path}")) for path in ("", "etude.xlsx", "etude.json")
    ]
    answers.append(operator.post(url(plant, f"etudes/{forecast.pk}/rapport/")))
    for answer in answers:
        assert answer.status_code == 409
        assert "son empreinte ne correspond pas" in answer.text and "MWh" not in answer.text
        assert url(plant) in answer.text


def test_the_board_reads_and_does_not_change(signed_in, plant: Plant):
    board = signed_in(member(plant.cooperative, Role.BOARD))
    text = board.get(url(plant)).text
    assert "Figer cette étude" not in text and "Enregistrer le réseau" not in text
    assert save(board, plant, sent(SCHOOL, FLATS)).status_code == 403


def test_a_gas_boiler_too_small_for_a_cold_week_is_told(operator: Client, plant: Plant):
    HeatNetwork.objects.update(gas_power_w=50_000)
    assert "ne porterait pas seule une semaine froide" in operator.get(url(plant)).text
    HeatNetwork.objects.update(gas_power_w=5_000_000)
    assert "ne porterait pas seule" not in operator.get(url(reread(plant))).text
