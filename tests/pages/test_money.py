"""The treasurer's page: what waits, and a place to drop a statement."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from mine_de_soleil.core.models import User
from shareholders.models import BankStatement, Cooperative, Payout, StatementLine
from shareholders.roles import Role
from shareholders.services.payouts import enter_payout
from tests.factories import member
from tests.pages.scene import read
from tests.shareholders.banking.statements import DAY, OTHER_IBAN, camt053, french_iban
from tests.shareholders.money import bring, decide, open_cooperative, subscribe, told, transfer, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def coop() -> Cooperative:
    return open_cooperative()


@pytest.fixture
def treasurer(coop: Cooperative, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(member(coop, Role.TREASURER))


def page(client: Client, coop: Cooperative, path: str = "") -> str:
    return read(client.get(f"/{coop.slug}/conseil/argent/{path}"))


def drop(client: Client, coop: Cooperative, content: bytes, **more: str):
    data = {"file": SimpleUploadedFile("mars.xml", content), **more}
    return client.post(f"/{coop.slug}/conseil/argent/releve/", data)


def do(client: Client, coop: Cooperative, line: StatementLine, act: str, **more: str) -> str:
    path = f"/{coop.slug}/conseil/argent/lignes/{line.pk}/faire/"
    return read(client.post(path, {"act": act, **more}, follow=True))


def test_an_empty_page_says_that_all_is_in_its_place(coop: Cooperative, treasurer: Client):
    text = page(treasurer, coop)
    assert "Chaque euro reçu a trouvé sa place." in text
    assert "Déposer un relevé de compte" in text


def test_a_statement_pays_a_subscription_and_says_so(coop: Cooperative, treasurer: Client):
    subscription = subscribe(coop, 42)
    response = drop(treasurer, coop, camt053([transfer("100.00", 42, name="DELATTRE JEANNE")]))
    assert response.status_code == 302
    assert "100 € reçus, et tout est à sa place." in read(
        treasurer.get(response.headers["Location"])
    ).replace("\u202f", " ").replace("\u00a0", " ")
    assert told(subscription)[1] == 100


def test_the_same_statement_again_changes_nothing(coop: Cooperative, treasurer: Client):
    subscription = subscribe(coop, 42)
    content = camt053([transfer("100.00", 42)])
    drop(treasurer, coop, content)
    response = drop(treasurer, coop, content)
    assert "déjà importé : rien n’a changé" in read(treasurer.get(response.headers["Location"]))
    assert BankStatement.objects.count() == 1
    assert told(subscription)[1] == 100


def test_a_dry_run_stores_nothing(coop: Cooperative, treasurer: Client):
    subscribe(coop, 42)
    text = read(drop(treasurer, coop, camt053([transfer("100.00", 42)]), dry_run="on"))
    assert "Rien n’est enregistré." in text
    assert not StatementLine.objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"pas un releve",
        b"PK\x03\x04 casse",
        camt053([transfer("100.00", 42)], iban=OTHER_IBAN),
        camt053([transfer("100.00", 42)]).replace(b"1100.00", b"9999.00"),
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    ],
    ids=["empty", "text", "broken zip", "another account", "wrong balance", "entities"],
)
def test_a_bad_statement_is_refused_in_words_and_nothing_is_stored(
    coop: Cooperative, treasurer: Client, content: bytes
):
    subscribe(coop, 42)
    response = drop(treasurer, coop, content)
    assert response.status_code == 422
    assert "Rien n’a été enregistré." in response.text
    assert not BankStatement.objects.exists()


def test_no_file_is_said_on_the_page_itself(coop: Cooperative, treasurer: Client):
    response = treasurer.post(f"/{coop.slug}/conseil/argent/releve/", {})
    assert response.status_code == 422
    assert "Choisissez un fichier." in response.text


def test_one_click_confirms_a_suggestion_and_a_second_click_does_nothing(
    coop: Cooperative, treasurer: Client
):
    subscription = subscribe(coop, 42)
    bring(coop, [transfer("100.00", name="X", iban=french_iban(42))])
    line = StatementLine.objects.get()
    assert "même compte bancaire" in page(treasurer, coop)
    said = {"free": "100.00", "told": f"{subscription.reference}=100.00"}
    assert "C’est noté" in do(treasurer, coop, line, "accept", **said)
    again = do(treasurer, coop, line, "accept", **said)
    assert "vient d’être traitée" in again
    assert told(subscription) == ("signed", 100, 0)


def test_a_line_is_split_over_two_subscriptions(coop: Cooperative, treasurer: Client):
    one, other = subscribe(coop, 42), subscribe(coop, 43, shares=1)
    bring(coop, [transfer("150.00", name="M PETIT")])
    line = StatementLine.objects.get()
    do(treasurer, coop, line, "assign", reference=one.reference.lower(), amount="100,00", free="150.00")
    do(treasurer, coop, line, "assign", reference=other.reference, amount="50", free="50.00")
    assert (told(one)[1], told(other)[1], waiting(coop)) == (100, 50, 0)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"reference": "RF00", "amount": "10", "free": "150.00"}, "Aucune souscription n’a cette référence"),
        ({"reference": "{}", "amount": "0", "free": "150.00"}, "Le montant est entre"),
        ({"reference": "{}", "amount": "-5", "free": "150.00"}, "Le montant est entre"),
        ({"reference": "{}", "amount": "151", "free": "150.00"}, "Le montant est entre"),
        ({"reference": "{}", "amount": "beaucoup", "free": "150.00"}, "Écrivez le montant en chiffres"),
        ({"reference": "{}", "amount": "10", "free": "149.00"}, "vient d’être traitée"),
        ({"reference": "", "amount": "10", "free": "150.00"}, "Indiquez la référence"),
    ],
)
def test_a_wrong_assignment_is_told_and_nothing_moves(
    coop: Cooperative, treasurer: Client, said: dict[str, str], sentence: str
):
    subscription = subscribe(coop, 42)
    bring(coop, [transfer("150.00")])
    said = {key: value.format(subscription.reference) for key, value in said.items()}
    assert sentence in do(treasurer, coop, StatementLine.objects.get(), "assign", **said)
    assert waiting(coop) == 150


def test_money_nobody_claims_goes_back_to_where_it_came_from(coop: Cooperative, treasurer: Client):
    bring(coop, [transfer("80.00", name="DURAND ALAIN", iban=french_iban(7))])
    line = StatementLine.objects.get()
    do(treasurer, coop, line, "return", free="80.00")
    payout = Payout.objects.get()
    assert (payout.amount, payout.beneficiary, payout.iban) == (80, "DURAND ALAIN", french_iban(7))
    text = page(treasurer, coop, f"remboursements/{payout.pk}/")
    assert french_iban(7) in text
    assert payout.reference in text


def test_the_board_sees_the_account_masked_and_can_do_nothing(
    coop: Cooperative, treasurer: Client, signed_in: Callable[[User], Client]
):
    bring(coop, [transfer("80.00", name="DURAND ALAIN", iban=french_iban(7))])
    do(treasurer, coop, StatementLine.objects.get(), "return", free="80.00")
    payout = Payout.objects.get()
    board = signed_in(member(coop, Role.BOARD))
    response = board.get(f"/{coop.slug}/conseil/argent/remboursements/{payout.pk}/")
    assert french_iban(7) not in response.text
    assert "••••" in response.text
    assert "L’ordre est donné" not in response.text


def test_a_payout_without_account_asks_for_one(coop: Cooperative, treasurer: Client):
    bring(coop, [transfer("80.00")])
    do(treasurer, coop, StatementLine.objects.get(), "return", free="80.00")
    payout = Payout.objects.get()
    path = f"/{coop.slug}/conseil/argent/remboursements/{payout.pk}/faire/"
    assert "Indiquez d’abord le compte" in read(treasurer.post(path, {"act": "send"}, follow=True))
    wrong = {"act": "complete", "beneficiary": "Alain Durand", "iban": french_iban(7)[:-1] + "0"}
    assert "clé de contrôle" in read(treasurer.post(path, wrong, follow=True))
    right = {"act": "complete", "beneficiary": "Alain Durand", "iban": french_iban(7)}
    treasurer.post(path, right)
    assert "C’est noté" in read(treasurer.post(path, {"act": "send"}, follow=True))
    payout.refresh_from_db()
    assert payout.state == Payout.State.SENT


def test_an_unknown_act_is_refused_in_words(coop: Cooperative, treasurer: Client):
    bring(coop, [transfer("80.00")])
    assert "Choisissez ce qu’il faut faire." in do(treasurer, coop, StatementLine.objects.get(), "burn")


def test_a_line_of_another_cooperative_is_not_there(coop: Cooperative, treasurer: Client):
    elsewhere = open_cooperative()
    bring(elsewhere, [transfer("80.00")])
    line = StatementLine.objects.get()
    assert treasurer.get(f"/{coop.slug}/conseil/argent/lignes/{line.pk}/").status_code == 404


def test_money_of_another_currency_is_shown_and_never_a_payment(coop: Cooperative, treasurer: Client):
    subscription = subscribe(coop, 42)
    bring(coop, [transfer("100.00", 42, currency="CHF")])
    assert "CHF" in page(treasurer, coop)
    assert "CHF" in page(treasurer, coop, f"lignes/{StatementLine.objects.get().pk}/")
    assert told(subscription)[1] == 0


def test_the_page_makes_as_many_queries_for_nine_lines_as_for_two(
    coop: Cooperative, treasurer: Client, assert_flat_queries: Callable[..., None]
):
    def more(first: int, last: int) -> None:
        for number in range(first, last):
            subscribe(coop, number)
            refused = subscribe(coop, 100 + number)
            bring(
                coop,
                [
                    transfer("100.00", name=f"P {number}", iban=french_iban(number)),
                    transfer("100.00", 100 + number, iban=french_iban(500 + number), name="ROUX"),
                ],
                identifier=f"R{number}",
                opening=1000 + number,
            )
            decide(refused, approved=False)

    more(1, 3)
    path = f"/{coop.slug}/conseil/argent/"
    assert_flat_queries(lambda: treasurer.get(path), lambda: more(3, 10))


def test_who_only_reads_is_told_whom_the_work_waits_for(
    coop: Cooperative, signed_in: Callable[[User], Client]
):
    bring(coop, [transfer("80.00")])
    text = page(signed_in(member(coop, Role.AUDITOR)), coop)
    assert "1 chose attend la trésorerie." in text
    assert "votre décision" not in text


def test_a_statement_of_one_day_tells_it_once(coop: Cooperative, treasurer: Client):
    BankStatement.objects.create(
        cooperative=coop, file_name="mars.xml", content=b"", sha256="0" * 64, first_day=DAY, last_day=DAY
    )
    assert " – " not in page(treasurer, coop).partition("Derniers relevés")[2]


def test_a_refund_the_provider_keeps_waiting_is_shown(coop: Cooperative, treasurer: Client):
    subscription = subscribe(coop, 42)
    for number, age in ((1, 3), (2, 0)):
        asked = Payout(
            cooperative=coop,
            why=Payout.Why.REFUSED,
            cause=str(number),
            subscription=subscription,
            amount=number,
            method="card",
            beneficiary=f"Payeuse {number}",
            asked_at=timezone.now() - dt.timedelta(days=age),
        )
        enter_payout(actor=None, payout=asked)
    text = page(treasurer, coop)
    assert "Remboursements en attente chez le prestataire" in text
    assert "Payeuse 1" in text
    assert "Payeuse 2" not in text


def test_a_transfer_taken_back_is_shown_and_noted_by_the_treasurer(coop: Cooperative, treasurer: Client):
    subscription = subscribe(coop, 42)
    bring(coop, [transfer("100.00", 42)])
    bring(coop, [transfer("-100.00", 42, day=9, name="DELATTRE JEANNE", is_return=True)])
    assert "La banque du payeur semble reprendre un virement" in page(treasurer, coop)
    line = StatementLine.objects.get(amount__lt=0)
    assert subscription.reference in page(treasurer, coop, f"lignes/{line.pk}/")
    said = {"free": "100.00", "reference": subscription.reference, "amount": "100,00"}
    assert "ce virement est repris" in do(treasurer, coop, line, "recall", **said)
    assert told(subscription)[1] == 0
    assert "vient d’être traitée" in do(treasurer, coop, line, "recall", **said)
    assert "semble reprendre" not in page(treasurer, coop)
