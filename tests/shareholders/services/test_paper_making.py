"""Papers are made once, say what was signed, and leave nothing half done."""

import datetime as dt
import hashlib
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from mine_de_soleil.core.models import JournalEntry
from mine_de_soleil.core.papers.seal import seals_of
from shareholders.models import Paper, ShareTransfer, Subscription
from shareholders.paper_contents import order_of
from shareholders.paper_keys import paper_key, printed_code
from shareholders.services import paper_making
from shareholders.services.newborns import give_panel
from shareholders.services.paper_making import (
    certificate_on_demand,
    extract_on_demand,
    make_missing_papers,
    make_missing_transfer_papers,
    make_newborn_paper,
    make_owed_papers,
)
from shareholders.services.register import issue_shares, transfer_shares
from tests.core.papers.reading import says
from tests.factories import ShareholderFactory, UserFactory, college_of
from tests.shareholders.money import open_cooperative
from tests.shareholders.sealed import LINES, NOW, TEXT_SHA256, give_certificate, issued, panel, signed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def posted(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The letters handed to the worker."""
    letters: list[dict[str, Any]] = []
    monkeypatch.setattr("mine_de_soleil.core.post.send_letter.defer", lambda **letter: letters.append(letter))
    return letters


@pytest.fixture
def cooperative(db: None) -> Any:
    made = open_cooperative(short_name="Soleil d’essai")
    give_certificate(made)
    return made


def content(paper: Paper) -> bytes:
    return bytes(Paper.objects.get(pk=paper.pk).content)


def test_the_bulletin_holds_the_signed_text_word_for_word(cooperative: Any):
    [paper] = make_missing_papers(signed(cooperative).pk)
    lines = [text for line in LINES for text in line]
    assert says(content(paper), *lines) == []
    assert says(content(paper), TEXT_SHA256, "2 (deux)", "j…e@essai.example", "192.0.2.17") == []


def test_what_the_company_says_of_itself_later_doesnt_change_a_bulletin(cooperative: Any):
    subscription = signed(cooperative)
    cooperative.legal_name, cooperative.seat_commune = "SAS Rebaptisée", "Lens"
    cooperative.save()
    [paper] = make_missing_papers(subscription.pk)
    assert says(content(paper), "SAS Soleil d’essai") == []
    assert says(content(paper), "SAS Rebaptisée") != []


def test_a_paper_is_sealed_whole_and_kept_under_its_fingerprint(cooperative: Any):
    [paper] = make_missing_papers(signed(cooperative).pk)
    [seal] = seals_of(content(paper))
    assert seal.holds and seal.sealed_at == NOW
    assert paper.sha256 == hashlib.sha256(content(paper)).hexdigest()


def test_a_clock_with_a_fraction_of_a_second_makes_papers_too(
    cooperative: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(timezone, "now", lambda: NOW.replace(microsecond=123_456))
    assert len(make_missing_papers(signed(cooperative).pk)) == 1


def test_a_paper_prints_the_address_that_verifies_it(cooperative: Any, settings: Any):
    [paper] = make_missing_papers(signed(cooperative).pk)
    assert says(content(paper), f"{settings.SITE_URL}/verifier/{printed_code(paper.pk)}/") == []


def test_asked_twice_a_paper_is_made_once_and_told_once(cooperative: Any, posted: list[dict[str, Any]]):
    subscription = signed(cooperative)
    assert len(make_missing_papers(subscription.pk)) == 1
    assert make_missing_papers(subscription.pk) == []
    assert Paper.objects.count() == 1
    assert [letter["to"] for letter in posted] == ["jeanne@essai.example"]


def test_two_workers_at_once_keep_one_paper(
    cooperative: Any, monkeypatch: pytest.MonkeyPatch, posted: list[dict[str, Any]]
):
    subscription = signed(cooperative)
    print_it = paper_making._print

    def slow_print(order: paper_making.Order) -> tuple[int, bytes]:
        monkeypatch.setattr(paper_making, "_print", print_it)
        make_missing_papers(subscription.pk)  # the other worker, meanwhile
        return print_it(order)

    monkeypatch.setattr(paper_making, "_print", slow_print)
    make_missing_papers(subscription.pk)
    assert Paper.objects.count() == 1
    assert len(posted) == 1


@pytest.mark.parametrize("where", ["typeset", "seal", "record", "tell_paper"])
def test_killed_in_the_middle_nothing_is_kept_and_the_next_run_makes_it(
    where: str, cooperative: Any, monkeypatch: pytest.MonkeyPatch, posted: list[dict[str, Any]]
):
    subscription = signed(cooperative)

    def killed(*_args: Any, **_fields: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(paper_making, where, killed)
        with pytest.raises(SystemExit):
            make_missing_papers(subscription.pk)
    assert not Paper.objects.exists()
    assert posted == []
    assert len(make_missing_papers(subscription.pk)) == 1


def test_the_letter_before_there_is_an_account_opens_the_paper_by_itself(
    cooperative: Any, posted: list[dict[str, Any]]
):
    [paper] = make_missing_papers(signed(cooperative).pk)
    assert f"/documents/{paper.pk}/{paper_key(paper)}/" in posted[0]["body"]
    assert posted[0]["subject"] == "Votre document est prêt : bulletin de souscription"


def test_a_subscriber_in_english_gets_papers_in_english(cooperative: Any):
    [paper] = make_missing_papers(signed(cooperative, language="en").pk)
    assert paper.language == "en"
    assert says(content(paper), "Share subscription form") == []


def test_after_the_issue_there_is_a_certificate_of_the_line(cooperative: Any, posted: list[dict[str, Any]]):
    subscription = issued(cooperative)
    posted.clear()
    kinds = {paper.kind: paper for paper in make_missing_papers(subscription.pk)}
    assert set(kinds) == {Paper.Kind.BULLETIN, Paper.Kind.CERTIFICATE}
    certificate = kinds[Paper.Kind.CERTIFICATE]
    assert certificate.holder == subscription.holder
    assert subscription.movement is not None
    text = ["2 (deux)", "+2", "Jeanne Delattre", "100 €", subscription.movement.entry_sha256]
    assert says(content(certificate), *text) == []
    assert f"/documents/{certificate.pk}/\n" in posted[-1]["body"]


def test_a_draft_and_a_forgotten_person_get_no_paper(cooperative: Any):
    assert make_missing_papers(signed(cooperative, signed=False).pk) == []
    gone = signed(cooperative, 43)
    gone.state, gone.identity = Subscription.State.EXPIRED, {}
    gone.save()
    assert make_missing_papers(gone.pk) == []


def test_hostile_names_are_printed_as_they_are(cooperative: Any):
    hostile = '#read("/etc/passwd") $x$ <b>'
    identity = signed(cooperative).identity | {"last_name": hostile}
    [paper] = make_missing_papers(signed(cooperative, 44, identity=identity).pk)
    assert says(content(paper), hostile) == []


def test_a_real_company_without_certificate_waits_and_says_so(caplog: pytest.LogCaptureFixture):
    cooperative = open_cooperative()
    subscription = signed(cooperative)
    assert make_missing_papers(subscription.pk) == []
    assert "no sealing certificate" in caplog.text
    give_certificate(cooperative)
    assert make_owed_papers() == 1
    assert make_owed_papers() == 0


def test_a_certificate_asked_for_twice_in_a_day_is_the_same_one(
    cooperative: Any, posted: list[dict[str, Any]]
):
    holder, user = issued(cooperative).holder, UserFactory()
    assert holder is not None
    posted.clear()
    first = certificate_on_demand(actor=user, holder=holder, language="fr")
    assert certificate_on_demand(actor=user, holder=holder, language="fr") == first
    assert Paper.objects.filter(holder=holder, kind=Paper.Kind.CERTIFICATE).count() == 1
    assert posted == []
    assert JournalEntry.objects.filter(act="make_paper", actor=user).count() == 1


def test_the_next_day_gives_another_certificate(cooperative: Any, monkeypatch: pytest.MonkeyPatch):
    holder, user = issued(cooperative).holder, UserFactory()
    assert holder is not None
    first = certificate_on_demand(actor=user, holder=holder, language="fr")
    monkeypatch.setattr(timezone, "now", lambda: NOW + dt.timedelta(days=1))
    assert certificate_on_demand(actor=user, holder=holder, language="fr") != first


def test_a_line_more_or_another_language_gives_another_certificate(cooperative: Any):
    holder, user = issued(cooperative).holder, UserFactory()
    assert holder is not None
    first = certificate_on_demand(actor=user, holder=holder, language="fr")
    english = certificate_on_demand(actor=user, holder=holder, language="en")
    assert (english.language, english == first) == ("en", False)
    issue_shares(actor=None, shareholder=holder, quantity=1, dated=NOW.date())
    assert certificate_on_demand(actor=user, holder=holder, language="fr") != first


def transferred(cooperative: Any, **fields: Any) -> ShareTransfer:
    giver = issued(cooperative).holder
    assert giver is not None
    taker = ShareholderFactory(
        college=college_of(giver), number=90, user=UserFactory(email="karim@essai.example")
    )
    line = transfer_shares(actor=None, seller=giver, buyer=taker, quantity=1, dated=NOW.date())
    told: dict[str, Any] = {
        "cooperative": cooperative,
        "kind": "transfer",
        "giver": giver,
        "taker": taker,
        "quantity": 1,
        "price_per_share": 52,
        "state": ShareTransfer.State.REGISTERED,
        "giver_agreed_at": NOW,
        "taker_agreed_at": NOW,
        "signed_at": NOW,
        "order_sha256": "ab" * 32,
        "evidence": {"email": "jeanne@essai.example", "text": "ORDRE DE MOUVEMENT\nNombre : 1 (une action)"},
        "movement": line,
    }
    return ShareTransfer.objects.create(**told | fields)


def test_an_order_names_no_board_that_didnt_answer_and_who_typed_the_code(cooperative: Any):
    father = UserFactory()
    evidence = {"email": "pere@essai.example", "text": "ORDRE", "signed_by": father.pk}
    found = transferred(cooperative, decided_at=NOW, evidence=evidence)
    for user, name in ((UserFactory(), "Anne"), (father, "Paul")):
        found.giver.representatives.create(
            quality="parent", first_names=name, last_name="Essai", user=user, since=NOW.date()
        )
    found.refresh_from_db()
    order = order_of(found, "1", "https://essai.example")
    assert order.agreement == "par l’effet des statuts"
    assert "Paul Essai" in str(order.seller_signature)


def test_a_registered_sale_has_its_order_and_the_takers_certificate(
    cooperative: Any, posted: list[dict[str, Any]]
):
    transfer = transferred(cooperative)
    posted.clear()
    order, certificate = make_missing_transfer_papers(transfer.pk)
    assert says(content(order), "ORDRE DE MOUVEMENT", "Nombre : 1 (une action)", "52 €", "0,1 %") == []
    assert certificate.holder == transfer.taker
    assert [letter["to"] for letter in posted].count("karim@essai.example") == 2
    assert make_missing_transfer_papers(transfer.pk) == []


def test_a_gift_has_no_price_and_no_duty(cooperative: Any):
    order, _certificate = make_missing_transfer_papers(
        transferred(cooperative, kind="gift", price_per_share=0).pk
    )
    assert says(content(order), "Droit d’enregistrement") != []


def test_a_panel_that_was_given_has_its_certificate(cooperative: Any, posted: list[dict[str, Any]]):
    asked = panel(cooperative)
    assert make_newborn_paper(asked.pk) == []
    give_panel(actor=UserFactory(), panel=asked)
    [paper] = make_newborn_paper(asked.pk)
    assert says(content(paper), "Léonie", "3 mars 2025", "Loos-en-Gohelle", "ses grands-parents") == []
    assert posted[-1]["to"] == "famille@essai.example"
    assert "/panneau-de-naissance/" in posted[-1]["body"]


def test_an_extract_holds_the_lines_and_the_holders_of_its_day(cooperative: Any):
    subscription = issued(cooperative)
    day = NOW.date()
    extract = extract_on_demand(actor=UserFactory(), cooperative=cooperative, day=day, language="fr")
    assert subscription.movement is not None
    assert (
        says(content(extract), "DELATTRE Jeanne", subscription.movement.entry_sha256[:16], "100,00 %") == []
    )
    before = day - dt.timedelta(days=1)
    early = extract_on_demand(actor=UserFactory(), cooperative=cooperative, day=before, language="fr")
    assert says(content(early), "DELATTRE Jeanne") != []


def test_a_new_line_of_the_register_gives_a_new_extract(cooperative: Any):
    asker, day = UserFactory(), NOW.date()

    def extract() -> Paper:
        return extract_on_demand(actor=asker, cooperative=cooperative, day=day, language="fr")

    first = extract()
    assert extract() == first
    issued(cooperative)
    assert extract() != first


def test_a_paper_cannot_be_changed_even_by_sql(cooperative: Any):
    [paper] = make_missing_papers(signed(cooperative).pk)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE shareholders_paper SET content = 'x' WHERE id = %s", [paper.pk])


def test_one_paper_that_fails_holds_up_no_other(
    cooperative: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    broken, sound = signed(cooperative, 42), signed(cooperative, 43)
    make = paper_making.make_missing_papers

    def sometimes(pk: int) -> list[Paper]:
        if pk == broken.pk:
            raise RuntimeError("no ink")
        return make(pk)

    monkeypatch.setattr(paper_making, "make_missing_papers", sometimes)
    assert make_owed_papers() == 1
    assert Paper.objects.get().subscription == sound
    assert "no ink" in caplog.text
