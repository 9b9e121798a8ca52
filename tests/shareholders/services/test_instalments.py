"""Later calls are reminded of once a step, whoever has the shares."""

import datetime as dt

import pytest
from django.db import Error, transaction

from shareholders.models import CallReminder, CarriedDebt, Subscription
from shareholders.services import instalments
from shareholders.services.instalments import remind_calls, step_on
from tests.factories import CooperativeFactory
from tests.shareholders.instalment_scene import hand_over, partly_paid, pay
from tests.shareholders.village import Village, letters

pytestmark = pytest.mark.django_db
DUE = dt.date(2027, 6, 14)
LATER = {"2027-06-14": "100.00", "2028-06-14": "50.00"}


def night(day: dt.date) -> int:
    return remind_calls(dt.datetime.combine(day, dt.time(4), tzinfo=dt.UTC))


def subjects(to: str) -> list[str]:
    return [one["subject"].replace("\u202f", " ").replace("\u00a0", " ") for one in letters(to)]


@pytest.mark.parametrize(
    ("days", "step"),
    [
        (-31, None),
        (-30, "soon"),
        (0, "soon"),
        (6, "soon"),
        (7, "late"),
        (29, "late"),
        (30, "very_late"),
        (900, "very_late"),
    ],
)
def test_the_step_is_that_of_the_day(days: int, step: str | None):
    assert step_on(DUE, DUE + dt.timedelta(days=days)) == step


def test_one_letter_for_each_call_and_step(village: Village):
    partly_paid(village, village.jeanne, 4, paid="50.00", later=LATER)
    assert night(DUE - dt.timedelta(days=31)) == 0
    assert [night(DUE - dt.timedelta(days=30)), night(DUE - dt.timedelta(days=29)), night(DUE)] == [1, 0, 0]
    assert [night(DUE + dt.timedelta(days=n)) for n in (7, 8, 30, 31, 32)] == [1, 0, 1, 0, 0]
    assert subjects("jeanne@essai.example") == [
        "Il vous reste 100 € à verser avant le lundi 14 juin 2027",
        "Votre versement de 100 € n’est pas arrivé",
        "Votre versement de 100 € n’est pas arrivé",
    ]
    assert "mise en demeure" in letters("jeanne@essai.example")[-1]["body"]
    assert "mise en demeure" not in letters("jeanne@essai.example")[-2]["body"]


def test_a_worker_that_was_away_writes_the_last_letter_only(village: Village):
    partly_paid(village, village.jeanne, 4, paid="50.00", later=LATER)
    assert night(DUE + dt.timedelta(days=45)) == 1
    assert CallReminder.objects.get().step == "very_late"


def test_what_is_paid_is_reminded_of_no_more(village: Village):
    part = partly_paid(village, village.jeanne, 4, paid="50.00", later=LATER)
    pay(part, "100.00")
    assert night(DUE) == 0


def test_what_is_left_of_a_call_is_what_the_letter_says(village: Village):
    part = partly_paid(village, village.jeanne, 4, paid="50.00", later=LATER)
    pay(part, "60.50")
    night(DUE)
    assert subjects("jeanne@essai.example") == ["Il vous reste 39,50 € à verser avant le lundi 14 juin 2027"]


def test_the_new_holder_is_written_to_with_her_own_reference(village: Village):
    part = partly_paid(village, village.jeanne, 4, paid="50.00", later=LATER)
    hand_over(village.jeanne, village.karim, 42)
    assert night(DUE) == 2
    row = CarriedDebt.objects.get()
    body = letters("karim@essai.example")[-1]["body"]
    assert row.reference in body.replace(" ", "")
    assert part.reference not in body.replace(" ", "")


def test_letters_are_in_the_language_one_subscribed_in(village: Village):
    part = partly_paid(village, village.jeanne, 4, paid="50.00", later=LATER)
    Subscription.objects.filter(pk=part.pk).update(language="en")
    night(DUE)
    assert letters("jeanne@essai.example")[-1]["body"].startswith("Hello")


def test_nobody_writes_to_the_dead(village: Village):
    partly_paid(village, village.jeanne, 4, paid="50.00", later=LATER)
    village.jeanne.died_on = dt.date(2026, 1, 1)
    village.jeanne.save()
    assert night(DUE) == 0


def test_one_debt_that_fails_keeps_no_other_waiting(village: Village, monkeypatch: pytest.MonkeyPatch):
    for holder in (village.jeanne, village.karim):
        partly_paid(village, holder, 4, paid="50.00", later=LATER)
    tell = instalments.tell_call

    def tell_all_but_jeanne(debt, call, step):
        if debt.holder == village.jeanne:
            raise RuntimeError("no letter")
        tell(debt, call, step)

    monkeypatch.setattr(instalments, "tell_call", tell_all_but_jeanne)
    assert night(DUE) == 1
    assert CallReminder.objects.get().subscription.holder == village.karim
    monkeypatch.setattr(instalments, "tell_call", tell)
    assert night(DUE) == 1


def test_a_reminder_is_never_rewritten(village: Village):
    partly_paid(village, village.jeanne, 4, paid="50.00", later=LATER)
    night(DUE)
    with pytest.raises(Error), transaction.atomic():
        CallReminder.objects.all().delete()


def test_a_cooperative_whose_debts_cannot_be_read_keeps_no_other_waiting(
    village: Village, monkeypatch: pytest.MonkeyPatch
):
    partly_paid(village, village.jeanne, 4, paid="50.00", later=LATER)
    # First in the order of the night.
    broken = CooperativeFactory(pk=village.cooperative.pk - 1_000)
    read = instalments.debts_in

    def read_all_but_one(cooperative):
        if cooperative == broken:
            raise AssertionError("no first call")
        return read(cooperative)

    monkeypatch.setattr(instalments, "debts_in", read_all_but_one)
    assert night(DUE) == 1
