"""The board's rounds and its queue of subscriptions."""

import html
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mine_de_soleil.core.models import User
from shareholders import round_pages
from shareholders.models import Attachment, FundingRound, Shareholder, Subscription
from shareholders.roles import Role
from shareholders.round_pages import subscription_page
from shareholders.services.gates import decide, pass_gates
from tests.factories import ShareholderFactory, UserFactory, member
from tests.pages.scene import read
from tests.shareholders.joining_scene import PDF, Offer, draft, make_offer, receive, set_clock, sign, signed

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch, db: None) -> Offer:
    return make_offer(set_clock(monkeypatch))


@pytest.fixture
def board(offer: Offer, signed_in: SignIn) -> Client:
    return signed_in(member(offer.cooperative, Role.BOARD, full_name="Anne Conseil"))


def at(offer: Offer, path: str) -> str:
    return f"/{offer.cooperative.slug}/conseil/{path}"


FORM = {
    "name": "Le toit de la mairie",
    "pitch": "40 panneaux.",
    "opens_on": "2025-07-01",
    "closes_on": "2025-09-30",
    "minimum_shares": "0",
    "target_shares": "100",
    "maximum_shares": "150",
    "premium": "0",
    "least_each": "1",
    "most_each": "",
    "rule": "first_come",
}


# What the page of a round that has its minimum sends when it is closed.
SUCCEEDING = {"outcome": "succeeded", "understood": "on"}


def test_what_waits_for_a_decision_comes_first_oldest_first(offer: Offer, board: Client):
    first, second, third = signed(offer), signed(offer), signed(offer)
    decide(actor=UserFactory(), subscription=first, approved=True)
    text = read(board.get(at(offer, "souscriptions/")))
    assert "2 souscriptions attendent votre décision" in text
    names = [f"Delattre Jeanne-{row.number}" for row in (second, third, first)]
    places = [text.index(name) for name in names]
    assert places == sorted(places)


def test_a_subscription_shows_what_helps_to_decide(offer: Offer, board: Client):
    ShareholderFactory(
        college=offer.colleges["citoyens"], number=8, first_names="Jeanne-1", last_name="DELATTRE"
    )
    found = signed(offer)
    receive(found, 40)
    text = read(board.get(at(offer, f"souscriptions/{found.pk}/")))
    assert "Jeanne-1 Delattre demande 2 actions, soit 100 €" in text
    assert "3 rue des Terrils, 62750 Loos-en-Gohelle" in text
    assert "Argent : 40 € reçus" in text
    assert "déjà au registre" in text
    assert "2 (deux actions)" in text


def test_an_account_merged_into_another_is_no_namesake(offer: Offer, board: Client):
    college = offer.colleges["citoyens"]
    kept, dropped = (
        ShareholderFactory(college=college, number=number, first_names="Jeanne-1", last_name="Delattre")
        for number in (8, 9)
    )
    Shareholder.objects.filter(pk=dropped.pk).update(merged_into=kept)
    found = signed(offer)
    assert subscription_page(found, Decimal(0)).namesakes == (kept,)


def test_approving_a_paid_one_issues_its_shares(offer: Offer, board: Client):
    found = signed(offer)
    receive(found, 100)
    pass_gates(actor=None, subscription=found)
    board.post(at(offer, f"souscriptions/{found.pk}/decider/"), {"word": "approve"})
    found.refresh_from_db()
    assert found.state == "issued"
    assert found.decided_by is not None


def test_a_refusal_must_say_why(offer: Offer, board: Client):
    found = signed(offer)
    path = at(offer, f"souscriptions/{found.pk}/decider/")
    response = board.post(path, {"word": "refuse", "reason": "  "})
    assert response.status_code == 422
    assert "Dites pourquoi" in response.text
    board.post(path, {"word": "refuse", "reason": "Déjà actionnaire"})
    found.refresh_from_db()
    assert (found.state, found.decision_reason) == ("refused", "Déjà actionnaire")


def test_the_second_of_two_board_members_is_told(offer: Offer, board: Client):
    found = signed(offer)
    decide(actor=UserFactory(), subscription=found, approved=False, reason="Non")
    response = board.post(at(offer, f"souscriptions/{found.pk}/decider/"), {"word": "approve"}, follow=True)
    assert "Quelqu’un d’autre a décidé entre-temps" in html.unescape(response.text)
    found.refresh_from_db()
    assert found.state == "refused"


def test_an_auditor_reads_and_has_no_button(offer: Offer, signed_in: SignIn):
    found = signed(offer)
    auditor = signed_in(member(offer.cooperative, Role.AUDITOR))
    text = read(auditor.get(at(offer, f"souscriptions/{found.pk}/")))
    assert "Agréer" not in text
    response = auditor.post(at(offer, f"souscriptions/{found.pk}/decider/"), {"word": "approve"})
    assert response.status_code == 403


def test_drafts_are_nobodys_business(offer: Offer, board: Client):
    found = Subscription.objects.create(
        cooperative=offer.cooperative,
        round=offer.round,
        number=99,
        reference="RF00",
        key_sha256="f" * 64,
        quantity=1,
        expires_at=offer.clock.now,
    )
    assert board.get(at(offer, f"souscriptions/{found.pk}/")).status_code == 404


def test_the_queue_makes_as_many_queries_for_nine_as_for_two(
    offer: Offer, board: Client, assert_flat_queries: Any
):
    for _ in range(2):
        signed(offer)
    assert_flat_queries(
        lambda: board.get(at(offer, "souscriptions/")), lambda: [signed(offer) for _ in range(7)]
    )


def test_a_long_queue_shows_its_beginning_then_a_list_page_by_page(
    offer: Offer, board: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(round_pages, "FIRST_SHOWN", 2)
    monkeypatch.setattr(round_pages, "ROWS_A_PAGE", 3)
    for _ in range(5):
        signed(offer)
    rows = re.compile(r'href="[^"]*/souscriptions/(\d+)/"')

    def shown(query: str = "") -> list[str]:
        return rows.findall(board.get(at(offer, f"souscriptions/{query}")).content.decode())

    oldest_first = [str(one.pk) for one in Subscription.objects.order_by("signed_at", "pk")]
    assert shown() == oldest_first[:2]
    page = board.get(at(offer, "souscriptions/"))
    assert "Voir les 5" in read(page) and "?liste=a-decider" in page.content.decode()
    assert shown("?liste=a-decider") == oldest_first[:3]
    assert shown("?liste=a-decider&page=2") == oldest_first[3:]
    assert (
        "?liste=a-decider&amp;page=1"
        in board.get(at(offer, "souscriptions/?liste=a-decider&page=2")).content.decode()
    )
    assert shown("?liste=terminees") == []


@pytest.mark.parametrize("query", ["?liste=x", "?liste=a-decider&page=99", "?page=0", "?liste=%00&page=-1"])
def test_a_queue_asked_for_in_vain_is_shown_anyway(offer: Offer, board: Client, query: str):
    signed(offer)
    page = board.get(at(offer, f"souscriptions/{query}"))
    assert page.status_code == 200 and "À décider" in read(page)


def test_the_campaign_makes_as_many_queries_for_nine_as_for_two(
    offer: Offer, board: Client, assert_flat_queries: Any
):
    for _ in range(2):
        signed(offer)
    assert_flat_queries(
        lambda: board.get(at(offer, f"levees/{offer.round.slug}/")),
        lambda: [signed(offer) for _ in range(7)],
    )


def test_a_round_is_opened_with_its_document(offer: Offer, board: Client):
    file = SimpleUploadedFile("notice.pdf", PDF, content_type="application/pdf")
    response = board.post(at(offer, "levees/nouvelle/"), FORM | {"information_file": file})
    assert response.status_code == 302
    made = FundingRound.objects.get(slug="levee-le-toit-de-la-mairie")
    assert made.information.content == PDF
    assert made.information.kind == Attachment.Kind.INFORMATION


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"closes_on": "2025-06-01"}, "clôture vient après"),
        ({"target_shares": "200"}, "maximum ne peut être sous"),
        ({"minimum_shares": "101"}, "objectif ne peut être sous"),
        ({"least_each": "0"}, "une action au moins"),
        ({"least_each": "9", "most_each": "3"}, "sous le minimum par personne"),
        ({"premium": "-1"}, "pas négative"),
        ({"name": ""}, "obligatoire"),
    ],
)
def test_an_impossible_round_is_told_where_it_can_be_put_right(
    offer: Offer, board: Client, changed: dict[str, str], sentence: str
):
    response = board.post(at(offer, "levees/nouvelle/"), FORM | changed)
    assert response.status_code == 422
    assert sentence in html.unescape(response.text)


def test_two_rounds_of_one_name_are_told(offer: Offer, board: Client):
    board.post(at(offer, "levees/nouvelle/"), FORM)
    response = board.post(at(offer, "levees/nouvelle/"), FORM)
    assert "porte déjà ce nom" in html.unescape(response.text)


def test_after_a_signature_the_price_cannot_be_changed_by_form(offer: Offer, board: Client):
    signed(offer)
    told = FORM | {"opens_on": "2025-01-01", "premium": "10", "target_shares": "100", "maximum_shares": "200"}
    response = board.post(at(offer, f"levees/{offer.round.slug}/modifier/"), told)
    assert response.status_code == 422
    assert "Des bulletins sont signés" in html.unescape(response.text)


def test_the_campaign_says_how_far_and_where_from(offer: Offer, board: Client):
    inviter = ShareholderFactory(college=offer.colleges["citoyens"], number=5, last_name="Haddad")
    one = signed(offer, 25)
    Subscription.objects.filter(pk=one.pk).update(invited_by=inviter)
    signed(offer, 5, commune="Lens")
    text = read(board.get(at(offer, f"levees/{offer.round.slug}/")))
    assert "30 % de l’objectif : 1 500 € sur 5 000 €" in text
    assert "Lens 1 5" in text
    assert "Loos-en-Gohelle 1 25" in text
    assert "Jeanne Haddad 1 25" in text
    assert "16 juin 2025 2 30 30" in text
    assert "Citoyens 2 30" in text


def test_a_round_is_closed_once(offer: Offer, board: Client):
    path = at(offer, f"levees/{offer.round.slug}/clore/")
    for _ in range(2):
        assert "réussie" in html.unescape(board.post(path, SUCCEEDING, follow=True).text)


def test_closing_needs_a_box_that_says_what_it_does_in_figures(offer: Offer, board: Client):
    FundingRound.objects.update(minimum_shares=50)
    for _ in range(2):
        signed(offer)
    text = read(board.get(at(offer, f"levees/{offer.round.slug}/")))
    assert "La levée court encore jusqu’au" in text
    sentence = (
        "Je sais que 2 souscriptions seront annulées et remboursées, et qu’on ne revient pas en arrière."
    )
    assert sentence in text
    response = board.post(at(offer, f"levees/{offer.round.slug}/clore/"), {"outcome": "failed"})
    assert response.status_code == 422
    assert "Cochez la case pour clore" in html.unescape(response.text)
    assert FundingRound.objects.get(pk=offer.round.pk).closed_at is None


def test_a_round_that_changed_meanwhile_is_read_again_before_it_is_closed(offer: Offer, board: Client):
    FundingRound.objects.update(minimum_shares=50)
    signed(offer)
    response = board.post(at(offer, f"levees/{offer.round.slug}/clore/"), SUCCEEDING)
    assert response.status_code == 422
    assert "La levée a changé entre-temps" in html.unescape(response.text)
    assert 'value="failed"' in response.text
    assert FundingRound.objects.get(pk=offer.round.pk).closed_at is None


def test_of_a_round_that_succeeds_those_ready_are_served(offer: Offer, board: Client):
    FundingRound.objects.update(rule="pro_rata")
    ready, _unpaid = signed(offer), signed(offer)
    receive(ready, 100)
    pass_gates(actor=None, subscription=ready)
    decide(actor=UserFactory(), subscription=ready, approved=True)
    text = read(board.get(at(offer, f"levees/{offer.round.slug}/")))
    assert "Je sais que 1 souscription payée et agréée sera servie" in text


def test_a_failed_round_says_what_was_signed_and_never_0_percent(offer: Offer, board: Client):
    FundingRound.objects.update(minimum_shares=50)
    signed(offer, 10)
    board.post(
        at(offer, f"levees/{offer.round.slug}/clore/"), {"outcome": "failed", "understood": "on"}, follow=True
    )
    text = read(board.get(at(offer, f"levees/{offer.round.slug}/")))
    assert "10 actions signées sur 50 au moins : la levée a échoué." in text
    assert "annulée 1 10" in text
    assert "expirée" not in text


def test_a_round_closed_before_subscriptions_were_taken_here_points_to_the_register(
    offer: Offer, board: Client
):
    board.post(at(offer, f"levees/{offer.round.slug}/clore/"), SUCCEEDING)
    text = read(board.get(at(offer, f"levees/{offer.round.slug}/")))
    assert "Ses actions ont été émises avant que les souscriptions soient prises ici" in text
    assert "0 %" not in text
    assert "Rien encore" not in text


def test_who_paid_into_a_failed_round_reads_the_amount_that_comes_back(offer: Offer, board: Client):
    FundingRound.objects.update(minimum_shares=50)
    started = draft(offer)
    found = sign(offer, started)
    receive(found, 100)
    pass_gates(actor=None, subscription=found)
    board.post(
        at(offer, f"levees/{offer.round.slug}/clore/"), {"outcome": "failed", "understood": "on"}, follow=True
    )
    text = read(Client().get(f"{offer.base}{started.key}/suivi/"))
    assert "La levée n’a pas réuni assez d’actions : vous êtes remboursé." in text
    assert "100 € vous seront rendus par le même chemin" in text
    assert "Voir les levées ouvertes" not in text
    assert "éteinte" not in text


def test_the_list_says_where_each_round_stands(offer: Offer, board: Client):
    text = read(board.get(at(offer, "levees/")))
    assert "1 levée de fonds" in text
    assert "ouverte" in text


def test_the_campaign_is_drawn_week_by_week_and_told_in_figures(offer: Offer, board: Client):
    first = signed(offer)
    receive(first, 100)
    offer.clock.forward(days=9)
    signed(offer, 3)
    text = read(board.get(at(offer, f"levees/{offer.round.slug}/")))
    assert "250 € signés et 100 € payés, sur" in text
    assert "Semaine du" in text and "Télécharger (CSV)" in text
    lines = board.get(at(offer, f"levees/{offer.round.slug}/semaines.csv")).text.splitlines()
    assert lines[0] == "week_from,signed_eur,paid_eur"
    sums = [line.split(",")[1:] for line in lines[1:]]
    assert (sums[0], sums[-1]) == (["100.00", "100.00"], ["250.00", "100.00"])


def test_before_the_first_signature_no_chart_is_drawn(offer: Offer, board: Client):
    page = board.get(at(offer, f"levees/{offer.round.slug}/"))
    assert "data-chart" not in page.text and "Personne n’a encore signé." in read(page)


def test_who_only_reads_the_queue_is_told_who_decides(offer: Offer, signed_in: SignIn):
    auditor = signed_in(member(offer.cooperative, Role.AUDITOR))
    assert "Aucune souscription n’attend de décision." in read(auditor.get(at(offer, "souscriptions/")))
    signed(offer)
    text = read(auditor.get(at(offer, "souscriptions/")))
    assert "1 souscription attend la décision du conseil." in text and "votre décision" not in text
