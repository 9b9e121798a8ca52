"""/<coop>/conseil/ventes/: the year, contracts, months, invoices, statements, sharing."""

import datetime as dt
import html
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from installations.models import Plant
from production.models import (
    BuyerStatement,
    ContractTerms,
    IndexCoefficient,
    MarketPrice,
    Participant,
    SaleContract,
    SaleInvoice,
    SharingKeys,
    StatementSettlement,
)
from production.revenue import Part, StatementLine, agreed
from production.revenue.terms import ComplementTerms, terms_from
from production.services.sales import statements
from production.services.sales.contracts import enter_contract
from production.services.sales.invoices import cancel_invoice
from shareholders.roles import Role
from tests.factories import CooperativeFactory, PlantFactory, member
from tests.production.deliveries import csv_of, paris_day
from tests.production.sales.scenes import (
    FIRST,
    LAST,
    NOW,
    TODAY,
    a_roof,
    a_statement,
    june,
    new,
    read,
    sold,
)
from tests.shareholders.money import open_cooperative
from tests.shareholders.sealed import give_certificate

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


@pytest.fixture(autouse=True)
def _the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def roof() -> Plant:
    return a_roof(cooperative=open_cooperative(), name="École Basly")


@pytest.fixture
def treasurer(roof: Plant, signed_in: SignIn) -> Client:
    return signed_in(member(roof.cooperative, Role.TREASURER))


def text_of(response: Any) -> str:
    """What a reader sees of the page itself, refused or not: no tags, single ordinary spaces."""
    main = response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", "<main" + main)))


def base(plant: Plant) -> str:
    return f"/{plant.cooperative.slug}/conseil/ventes/"


def test_an_empty_page_says_what_will_be_here_and_what_to_do(roof: Plant, treasurer: Client):
    told = text_of(treasurer.get(base(roof)))
    assert "Aucun contrat de vente n’est encore saisi." in told
    assert "École Basly n’a pas de contrat de vente en cours" in told
    assert "Saisir un contrat" in told


def test_the_year_tells_euros_energy_and_what_waits(roof: Plant, treasurer: Client):
    a_statement(sold(roof))
    told = text_of(treasurer.get(base(roof)))
    assert "Depuis janvier, 5 760 kWh ont été vendus 462,24 €" in told
    assert "1 mois à facturer, sur un contrat." in told
    assert "le relevé reçu le 3 juillet 2025 diffère de −1,17 €" in told
    assert "juin 2025" in told and "Le reste n’est pas compté" not in told


def test_other_years_and_nonsense_are_answered(roof: Plant, treasurer: Client):
    sold(roof)
    for year in ("2024", "abc", "99999", "-1", "²", "9" * 5000):
        assert treasurer.get(base(roof), {"annee": year}).status_code == 200


def test_the_page_asks_as_much_of_the_database_for_many_roofs(
    roof: Plant, treasurer: Client, assert_flat_queries: Any
):
    a_statement(sold(roof))
    june(roof.sale_contracts.get())

    def grow() -> None:
        for wh in range(7):
            other = sold(a_roof(1_000 + wh, days=1, cooperative=roof.cooperative))
            june(other, incomplete_agreed=True)
            a_statement(other)

    assert_flat_queries(lambda: treasurer.get(base(roof)), grow)


def test_the_months_as_a_file_hold_no_formula(roof: Plant, treasurer: Client):
    contract = sold(roof)
    SaleContract.objects.filter(pk=contract.pk).update(reference="=1+1")
    [head, june_line, *_] = treasurer.get(f"{base(roof)}mois.csv").content.decode().splitlines()
    assert head.startswith("plant;contract;month;energy_wh;net_eur")
    assert ";'=1+1;2025-06;5760000;462.24;30;30;0;" in june_line


# Entering a contract


def asked(plant: Plant, **more: str) -> dict[str, str]:
    return {"toit": plant.slug, "vente": "purchase", "debut": "2025-06-01", "demande": "2024-11-05"} | more


def test_the_laws_tariff_is_proposed_with_its_source_and_doubt(roof: Plant, treasurer: Client):
    told = text_of(treasurer.get(f"{base(roof)}nouveau/", asked(roof)))
    assert "Proposé : Sources secondaires" in told and "À vérifier au contrat." in told
    assert (
        "31/05/2045" in told
        or "2045-05-31" in treasurer.get(f"{base(roof)}nouveau/", asked(roof)).content.decode()
    )


def test_a_quarter_nobody_read_is_said(roof: Plant, treasurer: Client):
    told = text_of(treasurer.get(f"{base(roof)}nouveau/", asked(roof, demande="2019-05-06")))
    assert "n’est pas connu ici" in told and "Lu au contrat" in told


def test_a_tariff_is_proposed_even_where_the_caps_day_is_not_known(roof: Plant, treasurer: Client):
    page = treasurer.get(f"{base(roof)}nouveau/", asked(roof, demande="2021-05-06"))
    assert 'value="9,52"' in page.content.decode()
    assert "pas de valeur connue au 06/05/2021" in text_of(page)


SAID = {
    "buyer": "EDF OA",
    "reference": "BTA 7",
    "since": "2025-06-01",
    "last_day": "2045-05-31",
    "reason": "contrat signé",
}


def test_a_proposed_figure_keeps_its_mark_and_a_read_one_is_the_contracts(roof: Plant, treasurer: Client):
    figures = {
        "price": "11,32",
        "cap_hours": "1500",
        "cap_hours_read": "on",
        "excess": "5",
        "is_indexed": "on",
    }
    answer = treasurer.post(f"{base(roof)}nouveau/", asked(roof) | SAID | figures)
    assert answer.status_code == 303, text_of(answer)
    terms = terms_from(ContractTerms.objects.get().terms)
    assert (terms.prices[0].figure.value, terms.prices[0].figure.confidence) == (Decimal("11.32"), "S")
    assert (terms.cap.hours.value, terms.cap.hours.confidence) == (1500, "C")
    assert (terms.cap.excess.confidence, terms.cap.peak_power_w) == ("M", 50_000)


def test_another_figure_must_be_said_to_be_read(roof: Plant, treasurer: Client):
    answer = treasurer.post(f"{base(roof)}nouveau/", asked(roof) | SAID | {"price": "12"})
    assert answer.status_code == 422 and "cochez « Lu au contrat »" in text_of(answer)
    assert not SaleContract.objects.exists()


@pytest.mark.parametrize("price", ["-1", "1e9", "abc", "NaN", "1,123456789", "9" * 40])
def test_figures_that_cannot_be_are_refused_on_the_form(roof: Plant, treasurer: Client, price: str):
    said = asked(roof) | SAID | {"price": price, "price_read": "on"}
    assert treasurer.post(f"{base(roof)}nouveau/", said).status_code == 422


def test_an_overlap_is_told_on_the_form(roof: Plant, treasurer: Client):
    sold(roof)
    answer = treasurer.post(f"{base(roof)}nouveau/", asked(roof) | SAID | {"price": "9", "price_read": "on"})
    assert answer.status_code == 422 and "déjà vendus" in text_of(answer)


def test_each_kind_of_sale_can_be_entered(roof: Plant, treasurer: Client):
    mairie = Participant.objects.create(plant=roof, name="Mairie")
    shared = {"price": "12", "price_read": "on", "vat": "20", "participant": f"{mairie.pk}"}
    strike = {"strike": "88,73", "strike_read": "on"}
    heat = {"r1": "45", "r1_read": "on", "r2": "36,5", "r2_read": "on", "renewable": "60"}
    heat |= {"renewable_read": "on", "subscribed_kw": "200", "meter": f"{roof.meters.get().pk}"}
    for kind, figures in (("shared", shared), ("heat", heat)):
        said = asked(roof, vente=kind) | SAID | figures | {"reference": kind}
        answer = treasurer.post(f"{base(roof)}nouveau/", said)
        assert answer.status_code == 303, text_of(answer)
    other = a_roof(500, 1, cooperative=roof.cooperative)
    answer = treasurer.post(f"{base(roof)}nouveau/", asked(other, vente="complement") | SAID | strike)
    assert answer.status_code == 303, text_of(answer)
    for contract in SaleContract.objects.all():
        assert treasurer.get(f"{base(roof)}contrats/{contract.pk}/").status_code == 200
        assert treasurer.get(f"{base(roof)}contrats/{contract.pk}/conditions/").status_code == 200


def test_another_cooperatives_roof_is_no_choice(roof: Plant, treasurer: Client):
    answer = treasurer.post(f"{base(roof)}nouveau/", asked(PlantFactory()) | SAID)
    assert answer.status_code == 422


# One contract


def test_the_contract_shows_each_figure_with_its_source(roof: Plant, treasurer: Client):
    told = text_of(treasurer.get(f"{base(roof)}contrats/{sold(roof).pk}/"))
    assert "7,92 c€/kWh" in told and "contrat signé" in told and "lu au contrat" in told
    assert "1,01325" in told and "lettre de l’acheteur" in told
    assert "Émettre la facture" in told


def test_terms_changed_on_the_page_are_a_new_edition(roof: Plant, treasurer: Client):
    contract = sold(roof)
    url = f"{base(roof)}contrats/{contract.pk}/conditions/"
    said = {"since": "2025-07-01", "is_indexed": "on", "reason": "avenant", "seen": "1"}
    answer = treasurer.post(url, said | {"price": "8,01", "price_read": "on"})
    assert answer.status_code == 303, text_of(answer)
    prices = terms_from(contract.editions.get(number=2).terms).prices
    assert [(step.since, step.figure.value) for step in prices] == [
        (FIRST, Decimal("7.92")),
        (dt.date(2025, 7, 1), Decimal("8.01")),
    ]
    stale = treasurer.post(url, said | {"price": "9", "price_read": "on"})
    assert stale.status_code == 422 and "Relisez" in text_of(stale)


def test_a_coefficient_is_entered_and_a_wrong_one_told(roof: Plant, treasurer: Client):
    contract = sold(roof)
    url = f"{base(roof)}contrats/{contract.pk}/coefficients/"
    said = {"since": "2025-11-01", "value": "1,0207", "source": "lettre du 3 novembre"}
    assert treasurer.post(url, said).status_code == 303
    row = IndexCoefficient.objects.get(since=dt.date(2025, 11, 1))
    assert (row.value, row.mark) == (Decimal("1.0207"), "C")
    for wrong in ({"since": "2019-01-01"}, {"value": "-1"}, {"value": "1000"}, {"since": "demain"}):
        assert treasurer.post(url, said | wrong).status_code == 422


# 0.8 + 0.1 × 126 / 120 + 0.1 × 121 / 110 = 0.8 + 0.105 + 0.11 = 1.015
INDEX = {
    "since": "2025-11-01",
    "constant": "0,8",
    "labour_weight": "0,1",
    "labour_start": "120",
    "labour_value": "126",
    "producer_weight": "0,1",
    "producer_start": "110",
    "producer_value": "121",
    "decimals": "5",
    "weights_read": "on",
    "source": "insee.fr, 3 novembre",
}
SUM = "0,8 + 0,1 × 126 / 120 + 0,1 × 121 / 110"


def test_a_coefficient_is_computed_shown_and_only_then_kept(roof: Plant, treasurer: Client):
    contract = sold(roof)
    url = f"{base(roof)}contrats/{contract.pk}/indice/"
    shown = treasurer.post(url, INDEX)
    told = text_of(shown)
    assert shown.status_code == 200 and f"Résultat : 1,015 . {SUM}" in told and "insee.fr" in told
    assert 'name="seen" value="1.01500"' in shown.content.decode()
    assert not contract.coefficients.filter(since=dt.date(2025, 11, 1)).exists()
    for _ in range(2):
        assert treasurer.post(url, INDEX | {"seen": "1.01500", "keep": "1"}).status_code == 303
    row = contract.coefficients.get(since=dt.date(2025, 11, 1))
    assert (row.value, row.mark) == (Decimal("1.015"), "C")
    assert row.source.startswith(f"{SUM} (INSEE 001565183, 010534796)")
    formula = terms_from(contract.editions.get(number=2).terms).formula
    assert (formula.constant.value, formula.terms[1].at_start) == (Decimal("0.8"), 110)
    page = treasurer.get(f"{base(roof)}contrats/{contract.pk}/").content.decode()
    assert 'value="120"' in page and 'value="110"' in page


def test_the_next_years_coefficient_keeps_the_terms_as_they_are(roof: Plant, treasurer: Client):
    contract = sold(roof)
    url = f"{base(roof)}contrats/{contract.pk}/indice/"
    treasurer.post(url, INDEX | {"seen": "1.01500", "keep": "1"})
    later = INDEX | {"since": "2026-11-01", "labour_value": "132", "seen": "1.02", "keep": "1"}
    assert treasurer.post(url, later).status_code == 303
    assert contract.editions.count() == 2 and contract.coefficients.count() == 3


def test_usual_weights_make_a_coefficient_to_be_checked(roof: Plant, treasurer: Client):
    contract = sold(roof)
    said = {name: text for name, text in INDEX.items() if name != "weights_read"}
    url = f"{base(roof)}contrats/{contract.pk}/indice/"
    assert treasurer.post(url, said | {"seen": "1.015", "keep": "1"}).status_code == 303
    assert contract.coefficients.get(since=dt.date(2025, 11, 1)).mark == "M"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"labour_value": "0"}, "Un indice est un nombre positif"),
        ({"labour_value": "-126"}, "Ce nombre n’est pas possible"),
        ({"labour_value": "1e9"}, "Ce nombre n’est pas possible"),
        ({"labour_value": "12600"}, "Un indice est un nombre positif"),
        ({"producer_start": "0"}, "Un indice est un nombre positif"),
        ({"producer_start": ""}, "Il manque la valeur de cet indice"),
        ({"labour_value": "abc"}, "Écrivez un nombre"),
        ({"labour_start": "0,001", "labour_value": "9999"}, "coefficient impossible"),
        ({"constant": "0,9"}, "font 1,1"),
        ({"constant": "0,7", "labour_weight": "0,2", "weights_read": ""}, "Cochez"),
        ({"decimals": "13"}, "12"),
        ({"since": "2019-01-01", "seen": "1.015", "keep": "1"}, "pas dans le contrat"),
        ({"seen": "1.2", "keep": "1"}, "Relisez-le"),
        ({"source": "x" * 61}, "60"),
        ({"source": ""}, "obligatoire"),
        ({"constant": "1", "labour_weight": "0", "producer_weight": "0"}, "un indice au moins"),
    ],
)
def test_indices_that_cannot_be_are_refused(roof: Plant, treasurer: Client, wrong: dict[str, str], told: str):
    contract = sold(roof)
    answer = treasurer.post(f"{base(roof)}contrats/{contract.pk}/indice/", INDEX | wrong)
    assert answer.status_code == 422 and told in text_of(answer), text_of(answer)
    assert (contract.coefficients.count(), contract.editions.count()) == (1, 1)


def test_a_contract_that_isnt_indexed_has_no_coefficient_to_compute(roof: Plant, treasurer: Client):
    contract = sold(roof, None)
    assert treasurer.post(f"{base(roof)}contrats/{contract.pk}/indice/", INDEX).status_code == 422
    assert "Calculer le coefficient" not in text_of(treasurer.get(f"{base(roof)}contrats/{contract.pk}/"))


def test_a_reference_price_is_entered_for_a_complement_alone(roof: Plant, treasurer: Client):
    other = a_roof(500, 1, cooperative=roof.cooperative)
    terms = ComplementTerms(agreed(Decimal(88)))
    contract = enter_contract(actor=None, plant=other, new=new("complement"), terms=terms, reason="x")
    said = {"month": "2025-06-15", "reference": "-3,2", "source": "CRE"}
    assert treasurer.post(f"{base(roof)}contrats/{contract.pk}/marche/", said).status_code == 303
    assert MarketPrice.objects.get().month == FIRST
    assert treasurer.post(f"{base(roof)}contrats/{sold(roof).pk}/marche/", said).status_code == 422


def test_the_last_day_is_moved_but_not_before_the_first(roof: Plant, treasurer: Client):
    contract = sold(roof)
    url = f"{base(roof)}contrats/{contract.pk}/fin/"
    assert treasurer.post(url, {"last_day": "2030-12-31"}).status_code == 303
    assert treasurer.post(url, {"last_day": "2020-12-31"}).status_code == 422


# Months and invoices


def test_a_month_goes_from_energy_to_euros_line_by_line(roof: Plant, treasurer: Client):
    told = text_of(treasurer.get(f"{base(roof)}contrats/{sold(roof).pk}/2025-6/"))
    assert "En juin 2025, 5 760 kWh valent 462,24 €" in told
    assert "30 jours lus complètement sur 30." in told
    assert treasurer.get(f"{base(roof)}contrats/{sold_pk(roof)}/2025-13/").status_code == 404
    assert treasurer.get(f"{base(roof)}contrats/{sold_pk(roof)}/2019-1/").status_code == 404


def sold_pk(plant: Plant) -> int:
    return plant.sale_contracts.get().pk


def issue(client: Client, plant: Plant, **more: str) -> Any:
    said = {"first": f"{FIRST}", "last": f"{LAST}", "seen_first": f"{FIRST}", "seen_last": f"{LAST}"}
    return client.post(f"{base(plant)}contrats/{sold_pk(plant)}/facturer/", said | more)


def test_an_invoice_is_issued_once_and_read_back(roof: Plant, treasurer: Client):
    sold(roof)
    first, again = issue(treasurer, roof, seen_net="462.24"), issue(treasurer, roof, seen_net="462.24")
    assert (first.status_code, again.url) == (303, first.url)
    told = text_of(treasurer.get(first.url))
    assert "La facture 2025-0001 demande 462,24 € à EDF OA." in told and "Autoliquidation" in told
    assert "462.24" in treasurer.get(f"{first.url}lignes.csv").content.decode()
    assert SaleInvoice.objects.count() == 1


def test_what_moved_since_it_was_read_and_months_not_over_are_refused(roof: Plant, treasurer: Client):
    sold(roof)
    moved = issue(treasurer, roof, seen_net="1")
    assert moved.status_code == 422 and "Relisez-le, puis émettez" in text_of(moved)
    early = issue(treasurer, roof, last="2025-07-31")
    assert early.status_code == 422 and "pas terminé" in text_of(early)


def test_the_pdf_is_sealed_once_or_the_page_says_why_not(roof: Plant, treasurer: Client):
    sold(roof)
    url = issue(treasurer, roof).url
    assert "certificat" in text_of(treasurer.post(f"{url}pdf/", follow=True))
    give_certificate(roof.cooperative)
    answer = treasurer.post(f"{url}pdf/")
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")


def test_an_invoice_is_taken_back_by_a_credit_note(roof: Plant, treasurer: Client):
    sold(roof)
    url = issue(treasurer, roof).url
    assert treasurer.post(f"{url}annuler/").status_code == 422
    note = treasurer.post(f"{url}annuler/", {"reason": "mauvais prix"})
    told = text_of(treasurer.get(note.url))
    assert "L’avoir 2025-0002 annule la facture 2025-0001 : −462,24 €" in told
    assert "annulée par l’avoir 2025-0002" in text_of(treasurer.get(url))


def test_a_complement_below_zero_is_a_credit_note_to_the_buyer(roof: Plant, treasurer: Client):
    terms = ComplementTerms(agreed(Decimal("88.73")))
    contract = enter_contract(actor=None, plant=roof, new=new("complement"), terms=terms, reason="x")
    told = text_of(treasurer.get(f"{base(roof)}contrats/{contract.pk}/"))
    assert "il manque un prix" in told
    said = {"month": "2025-06-15", "reference": "120", "source": "CRE"}
    treasurer.post(f"{base(roof)}contrats/{contract.pk}/marche/", said)
    url = issue(treasurer, roof).url
    assert "L’avoir 2025-0001 est dû à EDF OA : −180,12 €" in text_of(treasurer.get(url))
    assert "avoir" in text_of(treasurer.get(f"{base(roof)}contrats/{contract.pk}/"))


def test_a_month_whose_readings_changed_after_the_invoice_says_so(roof: Plant, treasurer: Client):
    contract = sold(roof)
    june(contract)
    read(roof.meters.get(), FIRST, 1, 9_000)
    told = text_of(treasurer.get(f"{base(roof)}contrats/{contract.pk}/2025-6/"))
    assert "+1,92 €" in told and "462,24 €" in told
    cancel_invoice(actor=None, target=contract.invoices.get(), reason="x", today=TODAY)
    assert "464,16 €" in text_of(treasurer.get(f"{base(roof)}contrats/{contract.pk}/2025-6/"))


# Statements


def drop(client: Client, plant: Plant, content: bytes, name: str = "releve.csv") -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(f"{base(plant)}contrats/{sold_pk(plant)}/releve/", {"file": file, "reference": "R"})


GOOD = "mois;énergie (kWh);prix;coefficient;montant HT\n2025-06;5760;7,90;1,01325;461,07\n".encode()


def test_a_statement_is_compared_line_by_line_and_explained(roof: Plant, treasurer: Client):
    june(sold(roof))
    told = text_of(treasurer.get(drop(treasurer, roof, GOOD).url))
    assert "Le relevé de l’acheteur diffère de −1,17 €" in told
    assert "le prix du relevé est 7,9, celui du contrat 7,92 c€/kWh, soit −1,17 €." in told
    statement = BuyerStatement.objects.get()
    text = treasurer.get(f"{base(roof)}releves/{statement.pk}/lignes.csv").content.decode()
    assert "price:-1.17" in text


def test_the_same_statement_twice_is_one(roof: Plant, treasurer: Client):
    sold(roof)
    assert drop(treasurer, roof, GOOD).url == drop(treasurer, roof, GOOD).url
    assert BuyerStatement.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "vide"),
        (b"a;b\n1;2\n", "ligne 1"),
        (b"mois;montant\n2025-13;4\n", "ligne 2, mois"),
        (b"mois;montant\n2025-06;abc\n", "ligne 2, montant"),
        (b"mois;montant\n2025-06;1,234\n", "deux décimales"),
        (b"mois;montant;kwh\n2025-06;1;-5\n", "négative"),
        (b"mois;montant\n2025-06;99999999999\n", "nombre possible"),
        (b"mois;montant;poste\n2025-06;1;prime\n", "ligne 2, poste"),
        ("début;fin;montant\n30/06/2025;01/06/2025;1\n".encode(), "finit avant"),
        (b"PK\x03\x04rien", "abîmé"),
        (b"%PDF-1.7", "PDF"),
        (b"<html>", "page web"),
    ],
)
def test_a_bad_statement_is_refused_with_its_line(roof: Plant, treasurer: Client, content: bytes, told: str):
    sold(roof)
    name = "releve.xlsx" if content.startswith(b"PK") else "releve.csv"
    answer = drop(treasurer, roof, content, name)
    assert answer.status_code == 422 and told in text_of(answer), text_of(answer)
    assert not BuyerStatement.objects.exists()


def test_lines_can_be_typed_instead(roof: Plant, treasurer: Client):
    sold(roof)
    url = f"{base(roof)}contrats/{sold_pk(roof)}/releve/"
    said = {"lignes-TOTAL_FORMS": "2", "lignes-INITIAL_FORMS": "0", "lignes-0-part": "energy"}
    said |= {"lignes-0-first": f"{FIRST}", "lignes-0-last": f"{LAST}", "lignes-0-amount": "462,24"}
    answer = treasurer.post(url, said | {"lignes-1-part": "energy"})
    assert answer.status_code == 303, text_of(answer)
    assert "d’accord" in text_of(treasurer.get(answer.url))
    empty = {"lignes-TOTAL_FORMS": "1", "lignes-INITIAL_FORMS": "0", "lignes-0-part": "energy"}
    assert treasurer.post(url, empty).status_code == 422
    half = said | {"lignes-0-amount": ""}
    assert treasurer.post(url, half).status_code == 422


def test_a_day_of_another_age_in_a_statement_leaves_the_pages_of_sales_readable(
    roof: Plant, treasurer: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(statements, "check_lines", lambda lines: None)  # kept before it was checked
    contract = sold(roof)
    odd = a_statement(contract, StatementLine(dt.date.min, dt.date.max, Part.ENERGY, Decimal(1)))
    for path in ("", f"contrats/{contract.pk}/", f"releves/{odd.pk}/"):
        assert treasurer.get(base(roof) + path).status_code == 200


def test_what_is_decided_of_a_statement_is_kept_and_said_again_changes_nothing(
    roof: Plant, treasurer: Client
):
    statement = a_statement(sold(roof))
    url = f"{base(roof)}releves/{statement.pk}/"
    for _ in range(2):
        assert treasurer.post(f"{url}suite/", {"outcome": "settled", "note": "vu"}).status_code == 303
    assert StatementSettlement.objects.count() == 1
    assert "réglé" in text_of(treasurer.get(url))
    assert "diffère" not in text_of(treasurer.get(base(roof)))
    assert treasurer.post(f"{url}suite/", {"outcome": "payé"}).status_code == 422


# Rights


def test_the_operator_brings_statements_but_issues_nothing(roof: Plant, signed_in: SignIn):
    sold(roof)
    operator = signed_in(member(roof.cooperative, Role.OPERATOR))
    page = text_of(operator.get(f"{base(roof)}contrats/{sold_pk(roof)}/"))
    assert "Déposer ou saisir un relevé" in page and "Émettre la facture" not in page
    assert drop(operator, roof, GOOD).status_code == 303
    assert issue(operator, roof).status_code == 403


def test_another_cooperatives_contract_invoice_and_statement_arent_there(roof: Plant, signed_in: SignIn):
    contract = sold(roof)
    names = {"contrats": contract.pk, "factures": june(contract).pk, "releves": a_statement(contract).pk}
    other = CooperativeFactory()
    stranger = signed_in(member(other, Role.TREASURER))
    for place, pk in names.items():
        assert stranger.get(f"/{other.slug}/conseil/ventes/{place}/{pk}/").status_code == 404


# Sharing


def test_a_roof_is_shared_from_the_page(roof: Plant, treasurer: Client):
    url = f"{base(roof)}partage/{roof.slug}/"
    assert "ne partage pas encore" in text_of(treasurer.get(url))
    for name in ("École", "Mairie"):
        assert treasurer.post(f"{url}participants/", {"name": name}).status_code == 303
    assert treasurer.post(f"{url}participants/", {"name": "École"}).status_code == 422
    school, hall = Participant.objects.order_by("pk")
    keys = {"since": f"{FIRST}", "method": "fixed", f"key_{school.pk}": "60", f"key_{hall.pk}": "30"}
    assert treasurer.post(f"{url}cles/", keys).status_code == 303
    assert treasurer.post(f"{url}cles/", keys | {f"key_{hall.pk}": "41"}).status_code == 422
    for one, wh in ((school, 3_000), (hall, 9_000)):
        assert treasurer.post(f"{url}consommations/", curve_of(one, wh)).status_code == 303
    # 8 kWh an hour: the school is given 4.8 and takes 3, the hall 2.4; 720 hours. 2,160 and 1,728 kWh.
    told = text_of(treasurer.get(url))
    assert "2 160 kWh" in told and "1 728 kWh" in told and "1 872 kWh" in told
    assert SharingKeys.objects.count() == 1


def test_keys_that_would_be_cut_or_share_nothing_are_refused(roof: Plant, treasurer: Client):
    url = f"{base(roof)}partage/{roof.slug}/"
    treasurer.post(f"{url}participants/", {"name": "École"})
    key = f"key_{Participant.objects.get().pk}"
    said = {"since": f"{FIRST}", "method": "fixed"}
    for value in ("100,00001", "33,33333", "", "0"):
        assert treasurer.post(f"{url}cles/", said | {key: value}).status_code == 422, value
    assert treasurer.post(f"{url}cles/", said | {key: "33,3333"}).status_code == 303


@pytest.mark.parametrize(
    "row", ["2030-01-01T10:00:00Z,33,5,20", "2030-01-01T10:00:00Z,33,5", "2030-01-01T10:00:00Z,20,10,10"]
)
def test_a_line_with_more_keys_than_names_is_refused(roof: Plant, treasurer: Client, row: str):
    url = f"{base(roof)}partage/{roof.slug}/"
    treasurer.post(f"{url}participants/", {"name": "École"})
    file = SimpleUploadedFile("cles.csv", f"debut,École\n{row}\n".encode())
    answer = treasurer.post(f"{url}cles/", {"since": f"{FIRST}", "method": "by_step", "file": file})
    assert answer.status_code == 422
    assert "plus de clés que de participants" in text_of(answer)
    assert not SharingKeys.objects.exists()


def test_a_curve_of_an_odd_step_is_refused_and_spoils_no_month(roof: Plant, treasurer: Client):
    url = f"{base(roof)}partage/{roof.slug}/"
    treasurer.post(f"{url}participants/", {"name": "École"})
    rows = {dt.datetime(2022, 1, 3, tzinfo=dt.UTC) + dt.timedelta(minutes=7 * n): 100 for n in range(300)}
    file = SimpleUploadedFile("sept.csv", csv_of(rows))
    participant = Participant.objects.get().pk
    answer = treasurer.post(f"{url}consommations/", {"participant": f"{participant}", "file": file})
    assert answer.status_code == 422
    assert "ni une heure, ni une partie entière" in text_of(answer)


def curve_of(participant: Participant, hourly_wh: int) -> dict[str, Any]:
    rows: dict[dt.datetime, int] = {}
    for n in range(30):
        rows |= paris_day(FIRST + dt.timedelta(days=n), hourly_wh)
    file = SimpleUploadedFile(f"{participant.name}.csv", csv_of(rows))
    return {"participant": f"{participant.pk}", "file": file}
