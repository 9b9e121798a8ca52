"""The monthly letter: who gets it, once, and how one stops."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from installations.models import Meter
from mine_de_soleil.core.models import JournalEntry
from mine_de_soleil.core.tasks import send_letter
from production.models import LetterMonth, LetterReader, LetterSent
from production.services import letters
from production.services.letters import (
    NotAReader,
    ask_letter,
    choose_letter,
    confirm_letter,
    forget_unconfirmed,
    reads_letter,
    send_due,
    send_to_me,
    stop_letter,
)
from shareholders.models import Cooperative
from shareholders.roles import Role
from tests.factories import CooperativeFactory, UserFactory, flat_forecast, member, plant_with_meter
from tests.production.deliveries import read_month
from tests.production.troubles import a_closed_alert

pytestmark = pytest.mark.django_db

JULY_2 = dt.date(2025, 7, 2)
Posted = list[dict[str, Any]]


@pytest.fixture(autouse=True)
def posted(monkeypatch: pytest.MonkeyPatch) -> Posted:
    """What was handed to the worker."""
    found: Posted = []
    monkeypatch.setattr("mine_de_soleil.core.post.send_letter.defer", lambda **letter: found.append(letter))
    return found


@pytest.fixture(autouse=True)
def _july(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2025, 7, 2, 8, tzinfo=dt.UTC))


def read_june(meter: Meter, days: int) -> None:
    read_month(meter, 4_000, days)


@pytest.fixture
def meter() -> Meter:
    found = plant_with_meter(name="École Lamendin")
    flat_forecast(found.plant)
    return found


@pytest.fixture
def coop(meter: Meter) -> Cooperative:
    return meter.plant.cooperative


def reader(coop: Cooperative, **fields: Any) -> LetterReader:
    user = member(coop, Role.SHAREHOLDER, **fields)
    found = choose_letter(actor=user, cooperative=coop, wanted=True, language="fr")
    assert found is not None
    return found


def token_in(letter: dict[str, Any], route: str) -> str:
    return letter["body"].split(f"/{route}/")[1].split("/")[0]


# who gets it


def test_nobody_gets_the_letter_unasked(coop: Cooperative, meter: Meter, posted: Posted):
    member(coop, Role.SHAREHOLDER)
    read_june(meter, 30)
    assert send_due(cooperative=coop, today=JULY_2) is False
    assert posted == []
    assert not LetterMonth.objects.exists()


def test_a_shareholder_chooses_and_changes_her_mind(coop: Cooperative):
    jeanne = member(coop, Role.SHAREHOLDER)
    assert not reads_letter(jeanne, coop)
    for wanted in (True, True, False, True):
        choose_letter(actor=jeanne, cooperative=coop, wanted=wanted, language="en")
        assert reads_letter(jeanne, coop) == wanted
    assert LetterReader.objects.get().language == "en"
    assert JournalEntry.objects.filter(act="choose_letter").count() == 4


def test_who_never_read_and_says_no_leaves_no_row(coop: Cooperative):
    assert choose_letter(actor=UserFactory(), cooperative=coop, wanted=False, language="fr") is None
    assert not LetterReader.objects.exists()


def test_an_address_reads_once_it_said_yes(coop: Cooperative, posted: Posted):
    ask_letter(cooperative=coop, email="Ali@essai.example", language="fr")
    assert not LetterReader.objects.of(coop).exists()
    (letter,) = posted
    assert letter["to"] == "Ali@essai.example"
    token = token_in(letter, "oui")
    for _time in range(2):
        confirm_letter(cooperative=coop, token=token)
    assert LetterReader.objects.of(coop).get().email == "Ali@essai.example"


def test_asking_again_writes_once_and_tells_nobody_who_reads(coop: Cooperative, posted: Posted):
    for email in ("ali@essai.example", "ALI@essai.example"):
        ask_letter(cooperative=coop, email=email, language="fr")
    assert len(posted) == 1
    confirm_letter(cooperative=coop, token=token_in(posted[0], "oui"))
    ask_letter(cooperative=coop, email="ali@essai.example", language="fr")
    assert len(posted) == 1
    assert LetterReader.objects.count() == 1


def test_who_stopped_is_written_to_once_however_often_the_address_is_typed(coop: Cooperative, posted: Posted):
    user = UserFactory()
    for wanted in (True, False):
        choose_letter(actor=user, cooperative=coop, wanted=wanted, language="fr")
    LetterReader.objects.update(asked_at=dt.datetime(2025, 7, 1, tzinfo=dt.UTC))
    for _ in range(3):
        ask_letter(cooperative=coop, email=user.email, language="fr")
    assert [letter["to"] for letter in posted] == [user.email]
    assert not reads_letter(user, coop)


def test_an_address_that_never_answers_is_forgotten(coop: Cooperative):
    ask_letter(cooperative=coop, email="ali@essai.example", language="fr")
    reader(coop)
    soon, late = (timezone.now() + dt.timedelta(days=n) for n in (6, 8))
    assert forget_unconfirmed(now=soon) == 0
    assert forget_unconfirmed(now=late) == 1
    assert LetterReader.objects.count() == 1


def test_a_follower_who_opens_an_account_stays_one_reader(coop: Cooperative, posted: Posted):
    ask_letter(cooperative=coop, email="ali@essai.example", language="fr")
    confirm_letter(cooperative=coop, token=token_in(posted[0], "oui"))
    ali = member(coop, Role.SHAREHOLDER, email="ali@essai.example")
    choose_letter(actor=ali, cooperative=coop, wanted=True, language="fr")
    assert LetterReader.objects.get().user == ali


def test_the_letter_follows_an_account_to_its_new_address(coop: Cooperative, meter: Meter, posted: Posted):
    found = reader(coop, email="avant@essai.example")
    found.user.email = "apres@essai.example"
    found.user.save()
    read_june(meter, 30)
    send_due(cooperative=coop, today=JULY_2)
    assert [letter["to"] for letter in posted] == ["apres@essai.example"]


@pytest.mark.parametrize("token", ["", "faux", "WzFd:1abc:def", "é", "x" * 5_000])
def test_a_made_up_link_does_nothing(coop: Cooperative, token: str):
    reader(coop)
    for act in (confirm_letter, stop_letter):
        with pytest.raises(NotAReader):
            act(cooperative=coop, token=token)
    assert LetterReader.objects.of(coop).count() == 1


def test_a_link_opens_one_door_only(coop: Cooperative, meter: Meter, posted: Posted):
    """A link that stops doesn't confirm, and none works in another cooperative."""
    reader(coop)
    read_june(meter, 30)
    send_due(cooperative=coop, today=JULY_2)
    token = token_in(posted[0], "arret")
    with pytest.raises(NotAReader):
        confirm_letter(cooperative=coop, token=token)
    stop_letter(cooperative=CooperativeFactory(), token=token)
    assert LetterReader.objects.of(coop).count() == 1


def test_one_link_stops_the_letter_for_good(coop: Cooperative, meter: Meter, posted: Posted):
    ask_letter(cooperative=coop, email="ali@essai.example", language="fr")
    confirm_letter(cooperative=coop, token=token_in(posted[0], "oui"))
    jeanne = reader(coop)
    read_june(meter, 30)
    send_due(cooperative=coop, today=JULY_2)
    for letter in posted[1:]:
        for _time in range(2):
            stop_letter(cooperative=coop, token=token_in(letter, "arret"))
    assert not LetterReader.objects.of(coop).exists()
    # The address without an account is forgotten; the account's choice is kept.
    assert list(LetterReader.objects.all()) == [jeanne]


# sending


def test_the_letter_says_the_month_its_roofs_and_how_to_stop(coop: Cooperative, meter: Meter, posted: Posted):
    good = plant_with_meter(name="Piscine", cooperative=coop)
    flat_forecast(good.plant)
    read_month(good, 4_500, 30)
    read_june(meter, 30)
    a_closed_alert(meter.plant, dt.date(2025, 6, 10), dt.date(2025, 6, 12), 120_000)
    found = reader(coop)
    send_due(cooperative=coop, today=JULY_2)
    (letter,) = posted
    assert letter["to"] == found.address
    text = letter["body"].replace("\u202f", " ")
    # 2,880 + 3,240 = 6,120 of 6,000: +2 %; the outage took 120 of 6,000.
    assert letter["subject"].replace("\u202f", " ").startswith("Juin : 6 120 kWh, 2 % de plus que prévu")
    assert "une panne à l’école Lamendin pour −2 %" in text
    assert "Piscine : 3 240 kWh, 8 % de plus que prévu" in text
    assert "École Lamendin : 2 880 kWh, 4 % de moins que prévu" in text
    assert "CO₂ évité ce mois-ci" in text
    assert f"/{coop.slug}/lettre/arret/" in text
    assert "<strong>Juin" in letter["html"]
    headers = letter["headers"]
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Unsubscribe"].startswith("<http")
    assert token_in(letter, "arret") in headers["List-Unsubscribe"]
    assert token_in(letter, "arret") in letter["html"]


def test_each_reads_her_own_language(coop: Cooperative, meter: Meter, posted: Posted):
    reader(coop)
    anne = member(coop, Role.SHAREHOLDER)
    choose_letter(actor=anne, cooperative=coop, wanted=True, language="en")
    read_june(meter, 30)
    send_due(cooperative=coop, today=JULY_2)
    assert "2,880" in posted[1]["body"]
    assert 'lang="en"' in posted[1]["html"]


def test_repeated_it_sends_nothing_twice(coop: Cooperative, meter: Meter, posted: Posted):
    reader(coop)
    read_june(meter, 30)
    for _time in range(3):
        assert send_due(cooperative=coop, today=JULY_2) is False
    assert len(posted) == 1
    assert JournalEntry.objects.filter(act="send_letters").count() == 1


def test_the_database_itself_refuses_a_second_letter(coop: Cooperative):
    found = reader(coop)
    LetterSent.objects.create(reader=found, month=dt.date(2025, 6, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        LetterSent.objects.create(reader=found, month=dt.date(2025, 6, 1))


def test_many_readers_are_served_in_batches_and_a_cut_one_goes_on(
    coop: Cooperative, meter: Meter, posted: Posted, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(letters, "A_BATCH", 2)
    for _n in range(5):
        reader(coop)
    read_june(meter, 30)
    assert send_due(cooperative=coop, today=JULY_2) is True
    # The worker dies in the middle of the second batch: nothing of that batch is left.
    hand_over, calls = letters.hand_over, []

    def dying(*args: Any, **kwargs: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise SystemExit
        hand_over(*args, **kwargs)

    monkeypatch.setattr(letters, "hand_over", dying)
    with pytest.raises(SystemExit), transaction.atomic():
        send_due(cooperative=coop, today=JULY_2)
    assert LetterSent.objects.count() == 2
    del posted[2:]  # the worker's jobs are rows of the same transaction
    monkeypatch.setattr(letters, "hand_over", hand_over)
    assert send_due(cooperative=coop, today=JULY_2) is True
    assert send_due(cooperative=coop, today=JULY_2) is False
    assert len({letter["to"] for letter in posted}) == len(posted) == 5


def test_an_incomplete_month_waits_then_leaves_with_what_it_lacks(
    coop: Cooperative, meter: Meter, posted: Posted
):
    reader(coop)
    read_june(meter, 20)
    for day in (2, 9):
        assert send_due(cooperative=coop, today=dt.date(2025, 7, day)) is False
    assert posted == []
    send_due(cooperative=coop, today=dt.date(2025, 7, 10))
    assert "10 jours sans relevé ne comptent pas." in posted[0]["body"].replace("\u202f", " ")
    assert "Des relevés manquent encore" in posted[0]["body"]
    assert LetterMonth.objects.get().read_percent == 67


def test_late_data_sends_the_letter_the_same_day(coop: Cooperative, meter: Meter, posted: Posted):
    reader(coop)
    send_due(cooperative=coop, today=dt.date(2025, 7, 13))
    assert posted == []
    read_june(meter, 30)
    send_due(cooperative=coop, today=dt.date(2025, 7, 14))
    assert len(posted) == 1


def test_after_the_fifteenth_it_is_skipped_and_said_once(coop: Cooperative, meter: Meter, posted: Posted):
    reader(coop)
    for day in (16, 17):
        send_due(cooperative=coop, today=dt.date(2025, 7, day))
    decided = LetterMonth.objects.get()
    assert (decided.state, decided.read_percent) == (LetterMonth.State.SKIPPED, 0)
    assert JournalEntry.objects.filter(act="skip_letters").count() == 1
    read_june(meter, 30)
    send_due(cooperative=coop, today=dt.date(2025, 7, 18))
    assert posted == []


def test_who_asks_later_waits_for_the_next_month(
    coop: Cooperative, meter: Meter, posted: Posted, monkeypatch: pytest.MonkeyPatch
):
    reader(coop)
    read_june(meter, 30)
    send_due(cooperative=coop, today=JULY_2)
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2025, 7, 20, 8, tzinfo=dt.UTC))
    reader(coop)
    send_due(cooperative=coop, today=dt.date(2025, 7, 20))
    assert len(posted) == 1


def test_a_copy_counts_for_nobody(coop: Cooperative, meter: Meter, posted: Posted):
    board = member(coop, Role.BOARD)
    read_june(meter, 30)
    assert send_to_me(actor=board, cooperative=coop, today=JULY_2, language="fr") is not None
    assert [letter["to"] for letter in posted] == [board.email]
    assert "/lettre/arret/" not in posted[0]["body"]
    assert not LetterSent.objects.exists()


def test_readers_of_one_cooperative_get_no_letter_of_another(coop: Cooperative, meter: Meter, posted: Posted):
    reader(CooperativeFactory())
    read_june(meter, 30)
    send_due(cooperative=coop, today=JULY_2)
    assert posted == []


def test_the_mail_has_both_forms_and_its_headers():
    send_letter.func(
        to="a@b.example", subject="Juin", body="Texte", html="<p>Texte</p>", headers={"List-Id": "<x.y>"}
    )
    (message,) = mail.outbox
    raw = message.message()
    assert raw["List-Id"] == "<x.y>"
    assert [part.get_content_type() for part in raw.get_payload()] == ["text/plain", "text/html"]


def test_hostile_names_stay_text_in_both_forms(coop: Cooperative, meter: Meter, posted: Posted):
    meter.plant.name = "École <script>\nBcc: x@y.example"
    meter.plant.save()
    other = plant_with_meter(name="Piscine", cooperative=coop)
    flat_forecast(other.plant)
    read_june(meter, 30)
    a_closed_alert(meter.plant, dt.date(2025, 6, 10), dt.date(2025, 6, 12), 300_000)
    reader(coop)
    send_due(cooperative=coop, today=dt.date(2025, 7, 12))
    assert "\n" not in posted[0]["subject"]
    assert "<script>" not in posted[0]["html"]
