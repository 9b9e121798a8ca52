"""From the public page to the signed bulletin, one question a screen."""

import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mine_de_soleil.core.models import User
from shareholders.models import Attachment, Subscription
from shareholders.roles import Role
from shareholders.services import issue_shares
from shareholders.services.gates import decide, pass_gates
from shareholders.services.invitations import give_link
from shareholders.views.joining import Starts
from tests.factories import ShareholderFactory, UserFactory, member
from tests.pages.scene import read
from tests.shareholders.joining_scene import PDF, Offer, last_code, letters, make_offer, receive, set_clock

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]

JEANNE = {
    "last_name": "Delattre",
    "first_names": "Jeanne",
    "birth_date": "1956-03-03",
    "birth_place": "Lens",
    "street": "3 rue des Terrils",
    "postcode": "62750",
    "commune": "Loos-en-Gohelle",
    "country": "FR",
    "tax_residence": "FR",
    "college": "citoyens",
}
PARENT = {"rep_last_name": "Delattre", "rep_first_names": "Paul", "rep_birth_date": "1980-01-01"}


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch, db: None) -> Offer:
    Starts.cache.clear()
    return make_offer(set_clock(monkeypatch))


class Visitor:
    """Somebody at the keyboard: follows links and sends forms."""

    def __init__(self, offer: Offer, client: Client | None = None) -> None:
        self.offer, self.client, self.at = offer, client or Client(), offer.base

    def send(self, step: str, told: dict[str, Any] | None = None) -> HttpResponse:
        response = self.client.post(self.link + step, told or {})
        return self._follow(response)

    def _follow(self, response: Any) -> HttpResponse:
        while response.status_code == 302:
            self.at = response.headers["Location"]
            response = self.client.get(self.at)
        return response

    def open(self, step: str) -> HttpResponse:
        return self._follow(self.client.get(self.link + step))

    def start(self) -> "Visitor":
        self._follow(self.client.post(self.offer.base + "commencer/", {"round": self.offer.round.pk}))
        self.link = re.sub(r"[^/]+/$", "", self.at)
        return self

    def go(self, *, until: str, quantity: int = 2, email: str = "jeanne@essai.example") -> "Visitor":
        """Answer everything before the step `until`."""
        answers = [
            ("actions/", {"quantity": quantity}),
            ("adresse/", {"email": email}),
            ("identite/moi/", JEANNE),
            ("documents/", self.ticks()),
        ]
        self.start()
        for step, told in answers:
            if step == until:
                break
            assert self.send(step, told).status_code == 200, step
        return self

    def ticks(self) -> dict[str, str]:
        papers = Attachment.objects.filter(cooperative=self.offer.cooperative, holder=None)
        return {f"read_{paper.sha256}": "on" for paper in papers}

    def sign(self) -> HttpResponse:
        self.send("bulletin/code/", {"place": "Lens"})
        return self.send("bulletin/signer/", {"code": last_code()})

    @property
    def subscription(self) -> Subscription:
        return Subscription.objects.latest("pk")


def test_a_neighbour_goes_from_the_first_click_to_the_signature(offer: Offer):
    visitor = Visitor(offer).go(until="")
    assert visitor.at.endswith("/bulletin/")
    page = read(visitor.open("bulletin/"))
    assert "2 (deux actions)" in page
    assert "Jeanne Delattre" in page
    text = read(visitor.sign())
    assert "C’est signé. Il reste à payer." in text
    assert "Paiement : attendu" in text
    assert "Agrément : en cours" in text
    assert visitor.subscription.reference in text.replace(" ", "")


def test_the_link_of_the_letter_leads_back_to_where_one_was(offer: Offer):
    visitor = Visitor(offer).go(until="documents/")
    found = re.search(r"http://testserver(\S+)", letters()[0]["body"])
    assert found
    elsewhere = Client()
    response = elsewhere.get(found[1], follow=True)
    assert response.redirect_chain[-1][0] == visitor.link + "documents/"


def test_a_later_step_visited_too_early_leads_to_the_right_one(offer: Offer):
    visitor = Visitor(offer).start()
    for step in ("identite/", "documents/", "bulletin/", "suivi/", "identite/moi/"):
        visitor.open(step)
        assert visitor.at.endswith("/actions/"), step


def test_the_back_button_may_change_an_answer(offer: Offer):
    visitor = Visitor(offer).go(until="documents/")
    visitor.send("actions/", {"quantity": 5})
    assert visitor.subscription.quantity == 5
    assert visitor.subscription.state == "identified"


def test_of_two_browsers_the_one_that_signs_sees_what_the_other_changed(offer: Offer):
    one = Visitor(offer).go(until="")
    one.send("bulletin/code/", {"place": "Lens"})
    code = last_code()
    other = Visitor(offer)
    other.link = one.link
    other.send("actions/", {"quantity": 5})
    text = read(one.send("bulletin/signer/", {"code": code}))
    assert "Le document a changé depuis l’envoi du code. Relisez-le" in text
    assert "5 (cinq actions)" in text
    assert one.subscription.signed_at is None


def test_a_double_click_on_sign_signs_once(offer: Offer):
    visitor = Visitor(offer).go(until="")
    visitor.send("bulletin/code/", {"place": "Lens"})
    code = last_code()
    visitor.send("bulletin/signer/", {"code": code})
    first = visitor.subscription.signed_at
    text = read(visitor.send("bulletin/signer/", {"code": code}))
    assert "C’est signé" in text
    assert visitor.subscription.signed_at == first


def test_a_signed_one_shows_its_status_whatever_step_is_asked(offer: Offer):
    visitor = Visitor(offer).go(until="")
    visitor.sign()
    for step in ("", "actions/", "adresse/", "identite/", "documents/", "bulletin/"):
        visitor.open(step)
        assert visitor.at.endswith("/suivi/"), step
    visitor.send("actions/", {"quantity": 50})
    assert visitor.subscription.quantity == 2


def test_a_double_click_on_start_harms_nobody(offer: Offer):
    client = Client()
    for _ in range(2):
        client.post(offer.base + "commencer/", {"round": offer.round.pk})
    assert Subscription.objects.count() == 2


def test_a_robot_that_fills_the_hidden_field_opens_nothing(offer: Offer):
    Client().post(offer.base + "commencer/", {"round": offer.round.pk, "website": "http://spam.example"})
    assert not Subscription.objects.exists()


def test_a_flood_from_one_address_is_stopped(offer: Offer):
    client = Client()
    statuses = {
        client.post(offer.base + "commencer/", {"round": offer.round.pk}).status_code for _ in range(31)
    }
    assert statuses == {302, 429}
    assert Subscription.objects.count() == 30


def test_these_pages_are_kept_by_no_cache_and_no_search_engine(offer: Offer):
    visitor = Visitor(offer).start()
    response = visitor.open("actions/")
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert response.headers["Referrer-Policy"] == "same-origin"


def test_the_key_itself_is_stored_nowhere(offer: Offer):
    visitor = Visitor(offer).start()
    key = visitor.link.strip("/").rsplit("/", 1)[-1]
    assert len(key) >= 40
    assert key != visitor.subscription.key_sha256
    assert not Subscription.objects.filter(key_sha256=key).exists()


def test_an_unknown_key_is_not_found(offer: Offer):
    assert Client().get(offer.base + "x" * 43 + "/").status_code == 404


def test_a_key_of_another_cooperative_is_not_found_here(offer: Offer):
    key = Visitor(offer).start().link.strip("/").rsplit("/", 1)[-1]
    other = make_offer(offer.clock)
    assert Client().get(f"{other.base}{key}/actions/").status_code == 404


@pytest.mark.parametrize("asked", ["0", "-3", "1.5", "beaucoup", "", "9999999999999999999", "201", "²"])
def test_an_impossible_number_of_shares_is_told_and_nothing_is_lost(offer: Offer, asked: str):
    visitor = Visitor(offer).start()
    response = visitor.send("actions/", {"quantity": asked})
    assert response.status_code == 422
    assert 'class="field-error"' in response.text
    assert visitor.subscription.quantity == 1


def test_the_price_is_shown_for_the_number_being_typed(offer: Offer):
    text = read(Visitor(offer).start().open("actions/?quantity=7"))
    assert "7 actions : 350 €" in text


def test_a_wrong_e_mail_is_told(offer: Offer):
    visitor = Visitor(offer).start()
    response = visitor.send("adresse/", {"email": "jeanne"})
    assert response.status_code == 422
    assert "il faut un nom, @ et un domaine" in response.text


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"birth_date": "2020-01-01"}, "Un enfant ne signe pas seul"),
        ({"birth_date": "2030-01-01"}, "à venir"),
        ({"birth_date": "pas une date"}, "Cette date n’existe pas"),
        ({"postcode": "627"}, "cinq chiffres"),
        ({"last_name": ""}, "Ce champ est vide"),
        ({"last_name": "🌞"}, "lettres"),
        ({"last_name": "x" * 130}, "trop long"),
        ({"refund_iban": "FR7630006000011234567890180"}, "clé de contrôle"),
        ({"country": "ZZ"}, "ZZ"),
    ],
)
def test_each_fault_of_an_identity_is_told_where_it_stands(
    offer: Offer, changed: dict[str, str], sentence: str
):
    visitor = Visitor(offer).go(until="identite/moi/")
    response = visitor.send("identite/moi/", JEANNE | changed)
    assert response.status_code == 422
    assert sentence in html.unescape(response.text)
    assert "3 rue des Terrils" in html.unescape(response.text)
    assert visitor.subscription.state == "draft"


def test_the_refund_account_is_kept_encrypted_and_shown_masked(offer: Offer):
    visitor = Visitor(offer).go(until="identite/moi/")
    visitor.send("identite/moi/", JEANNE | {"refund_iban": "FR76 3000 6000 0112 3456 7890 189"})
    assert visitor.subscription.refund_iban == "FR7630006000011234567890189"
    assert visitor.subscription.refund_iban_masked == "FR76 •••• •••• 0189"


CHILD = JEANNE | {"first_names": "Léo", "birth_date": "2020-05-05"} | PARENT


def test_a_child_is_entered_by_a_parent(offer: Offer):
    visitor = Visitor(offer).go(until="identite/moi/")
    visitor.send("identite/enfant/", CHILD | {"rep_capacity": "parent"})
    assert visitor.at.endswith("/documents/")
    speaker = visitor.subscription.identity["representative"]
    assert speaker == {"quality": "parent", "last_name": "Delattre", "first_names": "Paul"}


def test_a_child_without_representative_is_refused(offer: Offer):
    visitor = Visitor(offer).go(until="identite/moi/")
    nobody = dict.fromkeys(PARENT, "")
    response = visitor.send("identite/enfant/", CHILD | nobody)
    assert response.status_code == 422
    assert visitor.subscription.identity == {}


def test_a_child_cannot_sign_for_a_child(offer: Offer):
    visitor = Visitor(offer).go(until="identite/moi/")
    told = CHILD | {"rep_capacity": "parent", "rep_birth_date": "2015-01-01"}
    response = visitor.send("identite/enfant/", told)
    assert response.status_code == 422
    assert "majeur" in response.text


COMPANY = {
    "name": "Les Amis du terril",
    "legal_form": "association",
    "siren": "732 829 320",
    "street": "1 place de la République",
    "postcode": "62750",
    "commune": "Loos-en-Gohelle",
    "country": "FR",
    "college": "citoyens",
    "rep_mandate_reference": "statuts, article 12",
    "rep_mandate_from": "2020-01-01",
} | PARENT


def test_an_association_chooses_its_college_and_sees_each_rule(offer: Offer):
    visitor = Visitor(offer).go(until="identite/moi/")
    page = read(visitor.open("identite/societe/"))
    assert "Citoyens – Toute personne" in page
    assert "Exploitant – Les entreprises" in page
    visitor.send("identite/societe/", COMPANY)
    assert visitor.subscription.identity["siren"] == "732829320"
    assert visitor.subscription.college.code == "citoyens"


def test_a_siren_with_a_wrong_key_is_told(offer: Offer):
    visitor = Visitor(offer).go(until="identite/moi/")
    response = visitor.send("identite/societe/", COMPANY | {"siren": "732829321"})
    assert "clé de ce numéro SIREN" in response.text


TOWN = {
    "name": "Commune de Loos-en-Gohelle",
    "insee_code": "62528",
    "siren": "",
    "street": "Place de la République",
    "postcode": "62750",
    "commune": "Loos-en-Gohelle",
    "country": "FR",
    "deliberation_reference": "2025-042",
    "deliberated_on": "2025-05-01",
} | PARENT


def pdf(content: bytes = PDF, name: str = "deliberation.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def test_a_town_brings_its_councils_decision(offer: Offer):
    visitor = Visitor(offer).go(until="identite/moi/")
    visitor.send("identite/collectivite/", TOWN | {"deliberation": pdf()})
    assert visitor.at.endswith("/documents/")
    paper = Attachment.objects.get(kind="deliberation")
    assert visitor.subscription.identity["representative"]["mandate_id"] == paper.pk
    assert visitor.subscription.college.code == "communes"
    # Corrected later, the paper needn't be brought again.
    visitor.send("identite/collectivite/", TOWN | {"name": "Ville de Loos-en-Gohelle"})
    assert visitor.subscription.identity["representative"]["mandate_id"] == paper.pk


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (None, "Joignez la délibération"),
        (pdf(b"MZ virus", "deliberation.pdf"), "pas un PDF"),
        (pdf(PDF + b"0" * (5 * 1024**2)), "dépasse 5"),
        (pdf(b""), "vide"),
    ],
)
def test_what_is_not_a_small_pdf_is_refused(offer: Offer, file: SimpleUploadedFile | None, sentence: str):
    visitor = Visitor(offer).go(until="identite/moi/")
    response = visitor.send("identite/collectivite/", TOWN | ({"deliberation": file} if file else {}))
    assert response.status_code == 422
    assert sentence in html.unescape(response.text)
    assert not Attachment.objects.filter(kind="deliberation").exists()


PAIR = {
    "p1_last_name": "Delattre",
    "p1_first_names": "Jeanne",
    "p1_birth_date": "1956-03-03",
    "p2_last_name": "Haddad",
    "p2_first_names": "Karim",
    "p2_birth_date": "1960-03-03",
    "proxy": "p1_",
    "street": "3 rue des Terrils",
    "postcode": "62750",
    "commune": "Loos-en-Gohelle",
    "country": "FR",
}


def test_two_together_name_one_proxy(offer: Offer):
    visitor = Visitor(offer).go(until="identite/moi/")
    visitor.send("identite/ensemble/", PAIR)
    identity = visitor.subscription.identity
    assert identity["legal_name"] == "Indivision Delattre – Haddad"
    assert [part["is_proxy"] for part in identity["parts"]] == [True, False]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"proxy": "p3_"}, "une seule personne qui votera"),
        (
            {"p2_last_name": "Delattre", "p2_first_names": "Jeanne", "p2_birth_date": "1956-03-03"},
            "deux fois",
        ),
        ({"p1_birth_date": "2015-03-03"}, "majeur"),
        ({"p3_last_name": "Seul"}, "Ce champ est vide"),
    ],
)
def test_each_fault_of_several_people_is_told(offer: Offer, changed: dict[str, str], sentence: str):
    visitor = Visitor(offer).go(until="identite/moi/")
    response = visitor.send("identite/ensemble/", PAIR | changed)
    assert response.status_code == 422
    assert sentence in html.unescape(response.text)


def test_usufruct_and_bare_ownership_are_two_people(offer: Offer):
    visitor = Visitor(offer).go(until="identite/moi/")
    told = {
        name.replace("p1_", "bare_").replace("p2_", "usu_"): value.replace("p1_", "usu_")
        for name, value in PAIR.items()
    }
    visitor.send("identite/usufruit/", told | {"bare_birth_date": "2015-03-03"})
    qualities = [part["quality"] for part in visitor.subscription.identity["parts"]]
    assert qualities == ["bare_owner", "usufructuary"]


def test_a_protected_adult_has_a_guardian_with_a_judgment(offer: Offer):
    visitor = Visitor(offer).go(until="identite/moi/")
    told = JEANNE | PARENT | {"protection": "guardianship", "rep_capacity": "guardian"}
    response = visitor.send("identite/protege/", told)
    assert response.status_code == 422
    assert "Ce champ est vide" in response.text
    told |= {"rep_mandate_reference": "jugement du 3 mars 2020", "rep_mandate_from": "2020-03-03"}
    visitor.send("identite/protege/", told)
    assert visitor.subscription.identity["protection"] == "guardianship"


def test_documents_must_all_be_ticked(offer: Offer):
    visitor = Visitor(offer).go(until="documents/")
    response = visitor.send("documents/", dict(list(visitor.ticks().items())[:1]))
    assert response.status_code == 422
    assert visitor.subscription.state == "identified"


def test_a_document_can_be_downloaded_as_it_was_brought(offer: Offer):
    visitor = Visitor(offer).go(until="documents/")
    paper = Attachment.objects.get(kind="statutes")
    response = visitor.client.get(f"{visitor.link}documents/{paper.pk}/")
    assert response.content == PDF
    assert response.headers["Content-Type"] == "application/pdf"


def test_no_other_paper_of_the_company_can_be_downloaded(offer: Offer):
    visitor = Visitor(offer).go(until="documents/")
    secret = Attachment.objects.create(
        cooperative=offer.cooperative, kind="identity", file_name="x.pdf", content=b"x", sha256="0" * 64
    )
    assert visitor.client.get(f"{visitor.link}documents/{secret.pk}/").status_code == 404


def test_a_document_changed_meanwhile_has_to_be_read_again(offer: Offer):
    visitor = Visitor(offer).go(until="")
    Attachment.objects.create(
        cooperative=offer.cooperative, kind="statutes", file_name="v2.pdf", content=b"x", sha256="1" * 64
    )
    text = read(visitor.open("bulletin/"))
    assert visitor.at.endswith("/documents/")
    assert "Lire les statuts (PDF)" in text


@pytest.mark.as_owner
def test_without_statutes_to_read_nobody_signs(offer: Offer):
    visitor = Visitor(offer).go(until="documents/")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM shareholders_attachment WHERE kind = 'statutes'")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    assert "n’ont pas encore été déposés" in read(visitor.open("documents/"))
    visitor.send("documents/", visitor.ticks())
    assert visitor.subscription.state == "identified"


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "1234567"])
def test_what_is_no_code_is_told(offer: Offer, typed: str):
    visitor = Visitor(offer).go(until="")
    visitor.send("bulletin/code/", {"place": "Lens"})
    text = visitor.send("bulletin/signer/", {"code": typed}).text
    assert "six chiffres" in text
    assert visitor.subscription.state == "read"


def test_a_member_with_one_account_needn_t_say_again_who_she_is(offer: Offer, signed_in: SignIn):
    user = member(offer.cooperative, Role.SHAREHOLDER)
    holder = ShareholderFactory(college=offer.colleges["citoyens"], number=7, user=user, commune="Lens")
    issue_shares(actor=None, shareholder=holder, quantity=3, dated=offer.clock.now.date())
    visitor = Visitor(offer, signed_in(user)).start()
    assert "Vous en détenez déjà 3" in read(visitor.open("actions/"))
    visitor.send("actions/", {"quantity": 4})
    assert visitor.at.endswith("/documents/")
    visitor.send("documents/", visitor.ticks())
    assert "C’est signé" in read(visitor.sign())
    assert visitor.subscription.holder == holder
    assert visitor.subscription.email == user.email


def test_what_is_held_already_counts_for_the_cap(offer: Offer, signed_in: SignIn):
    user = member(offer.cooperative, Role.SHAREHOLDER)
    holder = ShareholderFactory(college=offer.colleges["citoyens"], number=7, user=user)
    issue_shares(actor=None, shareholder=holder, quantity=240, dated=offer.clock.now.date())
    visitor = Visitor(offer, signed_in(user)).start()
    response = visitor.send("actions/", {"quantity": 20})
    # (240 + 10) / (1240 + 10) is one fifth exactly.
    assert "vous pouvez encore prendre 10 actions au plus" in html.unescape(response.text)


def test_who_speaks_for_several_accounts_chooses(offer: Offer, signed_in: SignIn):
    user = member(offer.cooperative, Role.SHAREHOLDER)
    _first, second = (
        ShareholderFactory(college=offer.colleges["citoyens"], number=n, user=user) for n in (7, 8)
    )
    visitor = Visitor(offer, signed_in(user)).start()
    visitor.send("actions/", {"quantity": 1})
    visitor.send("adresse/", {"email": user.email})
    assert "n° 8" in read(visitor.open("identite/"))
    visitor.send("identite/", {"holder": str(second.pk)})
    assert visitor.subscription.holder == second


def test_nobody_subscribes_under_anothers_account(offer: Offer, signed_in: SignIn):
    stranger = ShareholderFactory(college=offer.colleges["citoyens"], number=9, user=UserFactory())
    user = member(offer.cooperative, Role.SHAREHOLDER)
    visitor = Visitor(offer, signed_in(user)).start()
    visitor.send("adresse/", {"email": user.email})
    visitor.send("identite/", {"holder": str(stranger.pk)})
    assert visitor.subscription.holder is None


def test_given_up_before_the_signature_nothing_personal_stays(offer: Offer):
    visitor = Visitor(offer).go(until="")
    text = read(visitor.send("abandonner/"))
    assert "Votre souscription est abandonnée" in text
    assert (visitor.subscription.email, visitor.subscription.identity) == ("", {})


def test_a_signed_one_is_not_given_up(offer: Offer):
    visitor = Visitor(offer).go(until="")
    visitor.sign()
    visitor.send("abandonner/")
    assert visitor.subscription.state == "signed"


@pytest.mark.parametrize("order", ["paid first", "approved first"])
def test_the_two_gates_are_understood_in_either_order(offer: Offer, order: str):
    visitor = Visitor(offer).go(until="")
    visitor.sign()
    board = member(offer.cooperative, Role.BOARD)

    def pay() -> None:
        receive(visitor.subscription, 100)
        pass_gates(actor=None, subscription=visitor.subscription)

    def approve() -> None:
        decide(actor=board, subscription=visitor.subscription, approved=True)

    first, second = (pay, approve) if order == "paid first" else (approve, pay)
    first()
    text = read(visitor.open("suivi/"))
    assert ("Paiement : reçu" in text) is (order == "paid first")
    assert ("Agrément : donné" in text) is (order == "approved first")
    second()
    text = read(visitor.open("suivi/"))
    assert "Vos actions sont inscrites. 2 actions à votre nom, à la ligne 2 du registre" in text


def test_an_invitation_is_remembered_and_shown_by_first_name_and_initial(offer: Offer):
    inviter = ShareholderFactory(
        college=offer.colleges["citoyens"], number=5, first_names="Jeanne Marie", last_name="Delattre"
    )
    link = give_link(holder=inviter)
    client = Client()
    response = client.get(f"{offer.base}?invitation={link.code}", follow=True)
    assert "Jeanne D. vous invite" in read(response)
    client.get(offer.base)
    Visitor(offer, client).start()
    assert Subscription.objects.get().invited_by == inviter
    link.refresh_from_db()
    assert link.visits == 1


@pytest.mark.parametrize("code", ["inconnu", "x" * 500, "%00", "<script>"])
def test_an_unknown_invitation_is_ignored(offer: Offer, code: str):
    client = Client()
    assert "vous invite" not in read(client.get(f"{offer.base}", {"invitation": code}, follow=True))
    Visitor(offer, client).start()
    assert Subscription.objects.get().invited_by is None


MOST_QUERIES = 12


@contextmanager
def at_most(limit: int) -> Iterator[None]:
    """Queries of one request. A savepoint isn't one: outside of tests it is the transaction itself."""
    with CaptureQueriesContext(connection) as found:
        yield
    asked = [q["sql"] for q in found.captured_queries if "SAVEPOINT" not in q["sql"]]
    assert len(asked) <= limit, "\n".join(asked)


@pytest.mark.parametrize("who", ["visitor", "member"])
def test_no_request_of_the_flow_makes_more_than_12_queries(offer: Offer, signed_in: SignIn, who: str):
    """Session, account and cooperative included; the slower of asking a page and sending its form."""
    client = Client()
    if who == "member":
        user = member(offer.cooperative, Role.SHAREHOLDER)
        for number in (7, 8):
            ShareholderFactory(college=offer.colleges["citoyens"], number=number, user=user)
        client = signed_in(user)
    visitor = Visitor(offer, client)
    client.get(offer.base)
    with at_most(MOST_QUERIES):
        response = client.post(offer.base + "commencer/", {"round": offer.round.pk})
    visitor.link = re.sub(r"[^/]+/$", "", response.headers["Location"])
    for step, told in [
        ("actions/", {"quantity": 2}),
        ("adresse/", {"email": "jeanne@essai.example"}),
        ("identite/moi/", JEANNE),
        ("identite/collectivite/", TOWN | {"deliberation": pdf()}),
        ("documents/", visitor.ticks()),
    ]:
        with at_most(MOST_QUERIES):
            assert client.get(visitor.link + step).status_code == 200
        with at_most(MOST_QUERIES):
            assert client.post(visitor.link + step, told).status_code == 302
    with at_most(MOST_QUERIES):
        client.get(visitor.link + "bulletin/")
    with at_most(MOST_QUERIES):
        client.post(visitor.link + "bulletin/code/", {"place": "Lens"})
    code = last_code()
    with at_most(MOST_QUERIES):
        assert client.post(visitor.link + "bulletin/signer/", {"code": code}).status_code == 302
    with at_most(MOST_QUERIES):
        client.get(visitor.link + "suivi/")
    assert visitor.subscription.state == "signed"


def test_the_same_paper_sent_twice_is_kept_once_and_a_flood_of_papers_is_stopped(offer: Offer):
    visitor = Visitor(offer).go(until="identite/moi/")
    for _again in range(2):
        visitor.send("identite/collectivite/", TOWN | {"deliberation": pdf()})
    assert Attachment.objects.filter(kind="deliberation").count() == 1
    answers = [
        visitor.send("identite/collectivite/", TOWN | {"deliberation": pdf()}).status_code for _n in range(30)
    ]
    assert answers[-1] == 429
