"""Pages of transfers and withdrawals, for the two sides, the invited and the board."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from mine_de_soleil.core.models import User
from shareholders.models import Shareholder, ShareTransfer, Withdrawal
from shareholders.roles import Role
from shareholders.services.orders import order_to_sign
from shareholders.services.people import name_representative
from shareholders.services.transfers import agree, propose_transfer
from shareholders.transfer_pages import awaiting_board, queue_of
from tests.factories import CooperativeFactory, member
from tests.pages.scene import read
from tests.shareholders.village import TODAY, Clock, Village, build_village, last_code, letters

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
GIFT = {"kind": "gift", "quantity": "5", "taker_number": "2", "taker_name": "Haddad", "kinship": "descendant"}
GIFT |= {"kinship_declared": "on"}
NADIA = {
    "who": "self",
    "first_names": "Nadia",
    "last_name": "Benali",
    "birth_date": "1990-01-02",
    "birth_place": "Lens",
    "address": "3 rue des Terrils",
    "postcode": "62750",
    "commune": "Loos-en-Gohelle",
}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def village(db: None, clock: Clock) -> Village:
    return build_village()


def at(village: Village, path: str) -> str:
    return f"/{village.cooperative.slug}/{path}"


def ask(client: Client, village: Village, **more: Any) -> Any:
    data = {"holder": village.jeanne.pk, **GIFT, **more}
    return client.post(at(village, "mon-espace/actions/ceder/"), data)


def test_a_gift_from_the_form_to_the_register(signed_in: SignIn, village: Village):
    jeanne, karim = signed_in(village.jeanne.user), signed_in(village.karim.user)
    assert "Vous pouvez céder 40 actions." in read(jeanne.get(at(village, "mon-espace/actions/ceder/")))
    assert ask(jeanne, village).status_code == 302
    own = at(village, f"mon-espace/transferts/{ShareTransfer.objects.get().pk}/")
    assert "Jeanne Delattre attend votre réponse." in read(karim.get(own))
    karim.post(f"{own}accepter/")
    page = read(jeanne.get(own))
    assert "Il vous reste à signer." in page
    assert "cinq actions" in page
    jeanne.post(f"{own}code/")
    jeanne.post(f"{own}signer/", {"code": last_code("jeanne@essai.example")})
    assert "les actions ont changé de mains" in read(jeanne.get(own))
    assert village.held() == [35, 35, 10, 20]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"quantity": "41"}, "Vous détenez 40 actions"),
        ({"quantity": "0"}, "1"),
        ({"taker_number": "99"}, "Aucun actionnaire ne porte ce numéro"),
        ({"taker_name": "Autre"}, "Aucun actionnaire ne porte ce numéro"),
        ({"taker_number": "1", "taker_name": "Delattre"}, "soi-même"),
        ({"kind": "transfer"}, "prix d’une action"),
        ({"price_per_share": "12"}, "Un don n’a pas de prix"),
        ({"taker_number": "", "taker_name": ""}, "Dites à qui"),
        ({"taker_email": "x@essai.example"}, "pas les deux"),
        ({"quantity": "9" * 400}, ""),
        ({"kind": "inheritance"}, ""),
    ],
)
def test_a_wrong_request_says_why(signed_in: SignIn, village: Village, wrong: dict[str, str], sentence: str):
    response = ask(signed_in(village.jeanne.user), village, **wrong)
    assert response.status_code == 422
    assert sentence in response.text
    assert not ShareTransfer.objects.exists()


def test_nobody_gives_somebody_elses_shares(signed_in: SignIn, village: Village):
    response = ask(signed_in(village.karim.user), village, holder=village.jeanne.pk)
    assert response.status_code == 422


def test_who_has_nothing_to_do_with_it_sees_nothing(signed_in: SignIn, village: Village):
    ask(signed_in(village.jeanne.user), village)
    own = at(village, f"mon-espace/transferts/{ShareTransfer.objects.get().pk}/")
    paul = signed_in(village.paul.user)
    assert paul.get(own).status_code == 404
    assert paul.post(f"{own}accepter/").status_code == 404
    assert signed_in(village.jeanne.user).post(f"{own}accepter/").status_code == 404
    assert signed_in(village.karim.user).post(f"{own}n-importe-quoi/").status_code == 404


def invited(signed_in: SignIn, village: Village) -> str:
    more = {"taker_number": "", "taker_name": "", "taker_email": "nadia@essai.example", "kinship": ""}
    ask(signed_in(village.jeanne.user), village, **more)
    body = letters("nadia@essai.example")[0]["body"]
    return next(word for word in body.split() if word.startswith("http")).removeprefix("http://testserver")


def test_somebody_invited_says_who_she_is(signed_in: SignIn, village: Village):
    link, visitor = invited(signed_in, village), Client()
    response = visitor.get(link)
    assert "Jeanne Delattre veut vous donner 5 actions." in read(response)
    assert response.headers["Referrer-Policy"] != "no-referrer"
    assert "no-store" in response.headers["Cache-Control"]
    for _ in range(2):
        assert visitor.post(link, NADIA).status_code == 302
    assert "Vous avez accepté" in read(visitor.get(link))
    assert ShareTransfer.objects.get().taker.number == 6


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"postcode": "6"}, "cinq chiffres"),
        ({"birth_date": "2099-01-01"}, "à venir"),
        ({"first_names": ""}, "Ce champ est vide"),
        ({"who": "legal", "legal_name": "Asso", "siren": "123456789"}, "SIREN"),
        ({"birth_date": "2015-01-01"}, "Un enfant ne signe pas seul"),
    ],
)
def test_a_wrong_identity_says_why(signed_in: SignIn, village: Village, wrong: dict[str, str], sentence: str):
    response = Client().post(invited(signed_in, village), {**NADIA, **wrong})
    assert response.status_code == 422
    assert sentence in response.text
    assert ShareTransfer.objects.get().taker is None


def test_an_invited_parent_takes_shares_for_a_child(signed_in: SignIn, village: Village):
    speaker = {"speaker_first_names": "Anne", "speaker_last_name": "Benali"}
    data = {**NADIA, "who": "child", "birth_date": "2015-01-01", **speaker}
    assert Client().post(invited(signed_in, village), data).status_code == 302
    child = ShareTransfer.objects.get().taker
    assert child.user is None
    assert child.representatives.get().user.email == "nadia@essai.example"


def test_another_cooperatives_address_doesnt_open_the_link(signed_in: SignIn, village: Village):
    link = invited(signed_in, village)
    other = CooperativeFactory()
    assert Client().get(link.replace(village.cooperative.slug, other.slug)).status_code == 404
    assert Client().get(f"{link[:-3]}xx/").status_code == 404


def test_the_board_sees_deadlines_and_what_silence_means(signed_in: SignIn, village: Village):
    ask(signed_in(village.jeanne.user), village, kinship="")
    transfer = ShareTransfer.objects.get()
    signed_in(village.karim.user).post(at(village, f"mon-espace/transferts/{transfer.pk}/accepter/"))
    board = signed_in(village.board)
    text = read(board.get(at(village, "conseil/transferts/")))
    assert "1 transfert attend votre réponse." in text
    assert "le silence vaut agrément après le 14 septembre 2025" in text
    case = at(village, f"conseil/transferts/{transfer.pk}/")
    assert "dimanche 14 septembre 2025, le silence vaut agrément" in read(board.get(case))
    board.post(f"{case}decision/", {"refuse": "1", "reason": ""})
    assert "Dites le motif" in board.get(case).text
    board.post(f"{case}decision/", {"approve": "1"})
    transfer.refresh_from_db()
    assert transfer.state == "approved"


def test_the_auditor_reads_only(signed_in: SignIn, village: Village):
    transfer = propose_transfer(
        actor=village.jeanne.user, giver=village.jeanne, quantity=1, kind="gift", taker=village.karim
    )
    auditor = signed_in(member(village.cooperative, Role.AUDITOR))
    case = at(village, f"conseil/transferts/{transfer.pk}/")
    assert "Donner l’agrément" not in auditor.get(case).text
    assert auditor.post(f"{case}decision/", {"approve": "1"}).status_code == 403


def test_a_withdrawal_tells_its_day_and_floor_first(signed_in: SignIn, village: Village):
    jeanne = signed_in(village.jeanne.user)
    path = at(village, "mon-espace/actions/retirer/")
    text = read(jeanne.get(path))
    assert "mardi 16 décembre 2025" in text
    assert "260 actions au plus" in text
    assert jeanne.post(path, {"holder": village.jeanne.pk, "quantity": "41"}).status_code == 422
    assert jeanne.post(path, {"holder": village.jeanne.pk, "quantity": "4"}).status_code == 302
    assert "200" in read(jeanne.get(path))
    found = Withdrawal.objects.get()
    jeanne.post(at(village, f"mon-espace/retraits/{found.pk}/abandonner/"))
    found.refresh_from_db()
    assert found.state == "cancelled"


def test_the_board_enters_a_withdrawal_on_its_day(signed_in: SignIn, village: Village, clock: Clock):
    path = at(village, "mon-espace/actions/retirer/")
    signed_in(village.jeanne.user).post(path, {"holder": village.jeanne.pk, "quantity": "4"})
    found = Withdrawal.objects.get()
    decision = at(village, f"conseil/retraits/{found.pk}/decision/")
    signed_in(village.board).post(decision, {"enter": "1"})
    found.refresh_from_db()
    assert found.state == "asked"
    clock.go_to(found.effective_on)
    board = signed_in(village.board)
    assert "Inscrire au registre" in board.get(at(village, "conseil/retraits/")).text
    board.post(decision, {"enter": "1"})
    found.refresh_from_db()
    assert (found.state, found.payout.amount) == ("entered", 200)


def test_without_statutes_the_page_says_so(signed_in: SignIn, clock: Clock):
    cooperative = CooperativeFactory()
    client = signed_in(member(cooperative, Role.SHAREHOLDER))
    for path in ("actions/ceder/", "actions/retirer/"):
        response = client.get(f"/{cooperative.slug}/mon-espace/{path}")
        assert "statuts ne sont pas encore enregistrés" in read(response)


def test_a_browser_that_answers_an_invitation_says_from_where(
    signed_in: SignIn, village: Village, client: Client
):
    propose_transfer(
        actor=village.jeanne.user,
        giver=village.jeanne,
        quantity=1,
        kind="gift",
        taker_email="nadia@essai.example",
        address_of=lambda key: at(village, f"actions/offertes/{key}/"),
    )
    found = re.search(r"/[^ ]*offertes/[^ ]*/", letters("nadia@essai.example")[-1]["body"])
    assert found
    page = client.get(found.group())
    # Without any referrer Chromium posts the form from « null », and the site refuses it.
    assert page.headers["Referrer-Policy"] == "same-origin"


def test_who_gives_to_her_child_is_asked_for_both_sides(signed_in: SignIn, village: Village):
    Shareholder.objects.filter(pk=village.karim.pk).update(birth_date=dt.date(2015, 1, 1), user=None)
    name_representative(
        actor=None,
        holder=village.karim,
        quality="parent",
        since=TODAY,
        user=village.jeanne.user,
        first_names="Jeanne",
        last_name="Delattre",
    )
    jeanne = signed_in(village.jeanne.user)
    ask(jeanne, village)
    own = at(village, f"mon-espace/transferts/{ShareTransfer.objects.get().pk}/")
    assert jeanne.post(f"{own}accepter/").status_code == 302
    assert "Il vous reste à signer." in read(jeanne.get(own))


def test_a_reason_that_cannot_be_stored_is_told_so(signed_in: SignIn, village: Village):
    ask(signed_in(village.jeanne.user), village, kinship="")
    found = ShareTransfer.objects.get()
    agree(actor=village.karim.user, transfer=found)
    board = signed_in(village.board)
    address = at(village, f"conseil/transferts/{found.pk}/decision/")
    assert board.post(address, {"refuse": "1", "reason": "a\0b"}).status_code == 422
    found.refresh_from_db()
    assert found.state == "agreed"


def test_the_board_reads_the_kinship_declared_of_a_sale(signed_in: SignIn, village: Village):
    ask(signed_in(village.jeanne.user), village, kind="transfer", price_per_share="50", kinship="spouse")
    found = ShareTransfer.objects.get()
    agree(actor=village.karim.user, transfer=found)
    page = read(signed_in(village.board).get(at(village, f"conseil/transferts/{found.pk}/")))
    assert "Lien de parenté déclaré mari ou femme" in page


def test_what_awaits_the_board_is_what_its_queue_shows(signed_in: SignIn, village: Village):
    ask(signed_in(village.jeanne.user), village, kind="transfer", price_per_share="50", kinship="")
    found = agree(actor=village.karim.user, transfer=ShareTransfer.objects.get())
    for day in (
        TODAY,
        found.pre_emption_until,
        dt.date(2025, 7, 17),
        found.approval_until,
        dt.date(2026, 1, 1),
    ):
        shown = [page.transfer for page in queue_of(village.cooperative, day).to_decide]
        assert list(awaiting_board(village.cooperative, day)) == shown
    assert awaiting_board(village.cooperative, dt.date(2025, 7, 17)).count() == 1


def test_a_kinship_is_declared_in_so_many_words_and_stands_in_the_order(signed_in: SignIn, village: Village):
    client = signed_in(village.jeanne.user)
    refused = ask(client, village, kinship_declared="")
    assert refused.status_code == 422
    assert "Cochez cette case" in refused.text
    assert not ShareTransfer.objects.exists()
    sides: dict[str, Any] = {"giver": village.jeanne, "taker": village.karim, "kind": "gift", "quantity": 5}
    for kinship, said in (("descendant", "enfant ou petit-enfant"), ("", "aucun, ou autre")):
        found = propose_transfer(actor=village.jeanne.user, kinship=kinship, **sides)
        order = order_to_sign(found, TODAY)
        assert f"Lien de parenté, déclaré par l’ancien titulaire et non vérifié : {said}" in order
