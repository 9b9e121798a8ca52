"""From a visitor's first click to shares in the register: by transfer, and by card, on a phone."""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from mine_de_soleil.core.papers.certificates import self_signed
from shareholders.models import Cooperative, Payment, ProviderAccount, Subscription
from shareholders.register_reports import verified
from shareholders.roles import Role
from shareholders.services.certificates import enter_certificate
from shareholders.services.people import adopt_statutes, attach
from tests.browser.conftest import DESK, PHONE, Visitor
from tests.factories import (
    PASSWORD,
    CollegeFactory,
    CooperativeFactory,
    FundingRoundFactory,
    demo_statutes,
    member,
)
from tests.shareholders.banking.statements import OUR_IBAN, Line, camt053
from tests.stripe_stand_in import StandIn
from tests.worker import work_off_queue

pytestmark = pytest.mark.django_db(transaction=True)
EMAIL = "aline@essai.example"


@pytest.fixture
def cooperative() -> Cooperative:
    """A company with statutes, a bank account, an open round, a board member and a treasurer."""
    cooperative = CooperativeFactory(iban=OUR_IBAN, bic="DEMOFRPPXXX", short_name="Soleil d’essai")
    CollegeFactory(cooperative=cooperative, code="citoyens", name="Citoyens")
    adopt_statutes(actor=None, cooperative=cooperative, text=demo_statutes())
    now = timezone.now()
    certificate = self_signed("Soleil d’essai", at=now)
    enter_certificate(actor=None, cooperative=cooperative, certificate=certificate, now=now)
    day = timezone.localdate()
    _statutes, information = (
        attach(
            actor=None,
            cooperative=cooperative,
            kind=kind,
            file_name=f"{kind}.pdf",
            content_type="application/pdf",
            content=b"%PDF-1.7 " + kind.encode(),
        )
        for kind in ("statutes", "information")
    )
    FundingRoundFactory(
        cooperative=cooperative,
        name="Toit de l’école",
        opens_on=day - dt.timedelta(days=9),
        closes_on=day + dt.timedelta(days=90),
        information=information,
    )
    for role, email in ((Role.BOARD, "conseil@essai.example"), (Role.TREASURER, "argent@essai.example")):
        user = member(cooperative, role, email=email, demo=True)
        user.set_password(PASSWORD)
        user.save()
        user.emailaddress_set.create(email=email, verified=True, primary=True)
    return cooperative


def press(one: Visitor, name: str) -> None:
    one.page.get_by_role("button", name=name, exact=True).first.click()


def subscribe(one: Visitor, cooperative: Cooperative) -> Subscription:
    """From the public page to a signed bulletin for two shares."""
    page = one.page
    page.set_default_timeout(10_000)
    one.open(f"/{cooperative.slug}/")
    page.get_by_role("link", name="Devenir actionnaire").first.click()
    expect(page.locator("h1")).to_contain_text("Une action coûte 50")
    press(one, "Je souscris")
    page.wait_for_load_state("networkidle")  # the price follows once its script is there
    page.get_by_label("Combien d’actions ?").fill("2")
    expect(page.locator("#price")).to_contain_text("100")
    press(one, "Continuer")
    page.get_by_label(re.compile("e-mail", re.IGNORECASE)).fill(EMAIL)
    press(one, "Continuer")
    page.get_by_role("link", name=re.compile("Pour moi", re.IGNORECASE)).click()
    for label, said in {
        "Prénoms": "Aline",
        "Nom": "Petit",
        "Lieu de naissance": "Lens",
        "Numéro et rue": "5 rue du Puits",
        "Code postal": "62750",
        "Commune": "Loos-en-Gohelle",
    }.items():
        page.get_by_label(re.compile(f"^{label}")).first.fill(said)
    page.get_by_label(re.compile("^Date de naissance")).first.fill("1956-03-03")
    press(one, "Continuer")
    for box in page.get_by_role("checkbox").all():
        box.check()
    press(one, "J’ai lu, continuer")
    expect(page.locator("main")).to_contain_text("deux actions")
    page.get_by_label("Vous signez à").fill("Loos-en-Gohelle")
    press(one, "Recevoir mon code")
    work_off_queue()
    page.get_by_label(re.compile("code", re.IGNORECASE)).first.fill(code_received())
    press(one, "Signer")
    expect(page.locator("main")).to_contain_text("Paiement : attendu")
    return Subscription.objects.get()


def code_received() -> str:
    """The six digits of the last letter."""
    letter = mail.outbox[-1]
    assert letter.to == [EMAIL]
    found = re.search(r"\b(\d{6})\b", f"{letter.subject} {letter.body}")
    assert found
    return found[1]


def approve(board: Visitor, cooperative: Cooperative) -> None:
    board.sign_in("conseil@essai.example", PASSWORD)
    board.open(f"/{cooperative.slug}/conseil/souscriptions/")
    board.page.get_by_role("link", name=re.compile("Petit")).first.click()
    press(board, "Agréer")
    work_off_queue()


def bring_statement(treasurer: Visitor, cooperative: Cooperative, file: Path) -> None:
    treasurer.sign_in("argent@essai.example", PASSWORD)
    treasurer.open(f"/{cooperative.slug}/conseil/argent/")
    treasurer.page.set_input_files("input[type=file]", file)
    press(treasurer, "Envoyer le relevé")
    treasurer.page.get_by_text(re.compile("100,00|100\u202f€")).first.wait_for()
    work_off_queue()


def sees_shares(one: Visitor, cooperative: Cooperative, subscription: Subscription) -> None:
    """The status page says so, the register holds them, and the space opens with a code by e-mail."""
    one.page.reload()
    subscription.refresh_from_db()
    assert subscription.state == Subscription.State.ISSUED
    report = verified(cooperative)
    assert (report.findings, report.shares, report.capital) == ((), 2, Decimal(100))
    assert subscription.user
    one.open(reverse("account_request_login_code"))
    one.page.get_by_label(re.compile("e-mail", re.IGNORECASE)).first.fill(EMAIL)
    one.page.locator("main").get_by_role("button").first.click()
    digits = re.search(r"^\s*([A-Z0-9]{3,4}-[A-Z0-9]{3,4})\s*$", mail.outbox[-1].body, re.MULTILINE)
    assert digits, mail.outbox[-1].body
    one.page.locator("input[name=code]").fill(digits[1])
    one.page.locator("main").get_by_role("button").first.click()
    one.open(f"/{cooperative.slug}/mon-espace/")
    expect(one.page.locator("h1").first).to_contain_text("Vous détenez 2 actions")
    expect(one.page.locator("main")).to_contain_text("Bulletin")


def test_a_neighbour_pays_by_transfer_and_holds_shares(
    cooperative: Cooperative, visitor: Callable[..., Visitor], tmp_path: Path
):
    aline = visitor(PHONE)
    subscription = subscribe(aline, cooperative)
    assert subscription.reference in aline.page.inner_text("main").replace(" ", "").replace("\u202f", "")

    approve(visitor(DESK), cooperative)
    aline.page.reload()
    expect(aline.page.locator("main")).to_contain_text("Agrément : donné")

    file = tmp_path / "releve.xml"
    today = timezone.localdate()
    file.write_bytes(camt053([Line(Decimal(100), f"VIR {subscription.reference}", on=today, name="A PETIT")]))
    bring_statement(visitor(DESK), cooperative, file)
    sees_shares(aline, cooperative, subscription)


def test_a_neighbour_pays_by_card_and_holds_shares(
    cooperative: Cooperative, visitor: Callable[..., Visitor], live_server: Any
):
    with StandIn(webhooks="now") as stripe:
        ProviderAccount.objects.create(
            cooperative=cooperative,
            secret_key=stripe.secret_key,
            webhook_secret=stripe.webhook_secret,
            api_base=stripe.base,
        )
        stripe.add_endpoint(f"{live_server.url}/{cooperative.slug}/paiement/stripe/")
        aline = visitor(PHONE)
        subscription = subscribe(aline, cooperative)
        press(aline, "Payer par carte")
        aline.page.get_by_role("link", name="Payer sur la page sécurisée").click()
        press(aline, "Payer")
        aline.page.wait_for_url(re.compile(live_server.url))
        expect(aline.page.locator("main")).to_contain_text("Votre paiement est arrivé")
        stripe.wait()
        work_off_queue()
        # The return page and the message both told of it: counted once.
        assert Payment.objects.get().amount == 100
        approve(visitor(DESK), cooperative)
        sees_shares(aline, cooperative, subscription)
