"""An existing register taken over: whole or not at all, and the same file again changes nothing."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from mine_de_soleil.core.models import JournalEntry
from shareholders.models import Attachment, CollegeMembership, Cooperative, Shareholder, ShareMovement
from shareholders.register_files import RegisterFileRefused
from shareholders.register_reports import holders_on, verified
from shareholders.reports import capital_on
from shareholders.services import register_import
from shareholders.services.register import issue_shares, transfer_shares
from shareholders.services.register_import import RegisterImport, import_register
from tests.factories import CollegeFactory, CooperativeFactory, ShareholderFactory
from tests.shareholders.bands import put_in_force
from tests.shareholders.register_texts import HOLDERS, MOVEMENTS, text

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def cooperative() -> Cooperative:
    return CollegeFactory(code="citoyens", name="Citoyens").cooperative


def take(cooperative: Cooperative, *lines: str, **more) -> RegisterImport:
    return import_register(
        actor=None, cooperative=cooperative, file_name="registre.csv", content=text(*lines), **more
    )


def refusal(cooperative: Cooperative, *lines: str, **more) -> RegisterFileRefused:
    with pytest.raises(RegisterFileRefused) as refused:
        take(cooperative, *lines, **more)
    return refused.value


def counts() -> tuple[int, ...]:
    tables = (Shareholder, CollegeMembership, ShareMovement, Attachment, JournalEntry)
    return tuple(table.objects.count() for table in tables)


def test_a_register_of_movements_comes_in_sealed_and_sound(cooperative: Cooperative):
    done = take(cooperative, *MOVEMENTS)
    assert (len(done.newcomers), done.movements_new) == (2, 4)
    assert (done.before.shares, done.after.shares, done.after.amount) == (0, 13, Decimal("650.00"))
    report = verified(cooperative)
    assert (report.is_sound, report.lines, report.holders) == (True, 4, 2)
    held = {row.name: row.shares for row in holders_on(cooperative, TODAY)}
    assert held == {"Karim Benali": 7, "Jeanne Delattre": 6}
    assert ShareMovement.objects.get(number=4).reason == "départ"


def test_a_newcomer_is_of_the_college_since_the_first_line_that_names_the_newcomer(cooperative: Cooperative):
    take(cooperative, *MOVEMENTS)
    since = dict(CollegeMembership.objects.values_list("shareholder__last_name", "since"))
    assert since == {"Delattre": dt.date(2019, 7, 12), "Benali": dt.date(2019, 9, 1)}


def test_a_list_of_holders_becomes_one_issue_each_that_says_where_it_comes_from(cooperative: Cooperative):
    done = take(cooperative, *HOLDERS, on=dt.date(2024, 12, 31))
    assert done.after.shares == 33
    assert set(ShareMovement.objects.values_list("kind", "dated", "reason")) == {
        ("issue", dt.date(2024, 12, 31), "repris de l’état des actionnaires")
    }
    assert Shareholder.objects.get(siren="443061841").legal_name == "SAS Rayon du Nord"


def test_the_file_stays_beside_the_register_and_the_journal_names_it(cooperative: Cooperative):
    done = take(cooperative, *MOVEMENTS)
    entry = JournalEntry.objects.get(act="import_register")
    kept = Attachment.objects.get(pk=entry.detail["attachment"])
    assert (bytes(kept.content), kept.sha256) == (text(*MOVEMENTS), done.sha256)
    assert (entry.detail["sha256"], entry.detail["movements"]) == (done.sha256, 4)


def test_the_same_file_again_changes_nothing(cooperative: Cooperative):
    take(cooperative, *MOVEMENTS)
    before = counts()
    again = take(cooperative, *MOVEMENTS)
    assert again.changes_nothing and again.imported_at
    assert counts() == before


def test_the_same_file_again_changes_nothing_even_after_the_register_lived_on(cooperative: Cooperative):
    take(cooperative, *HOLDERS)
    jeanne, karim = Shareholder.objects.order_by("number")[:2]
    transfer_shares(actor=None, seller=jeanne, buyer=karim, quantity=1, dated=TODAY)
    assert take(cooperative, *HOLDERS).changes_nothing


def test_a_file_saved_again_is_known_by_what_it_says(cooperative: Cooperative):
    take(cooperative, *MOVEMENTS)
    before = counts()
    again = take(cooperative, *(line.replace("Lens", "LENS") for line in MOVEMENTS))
    assert again.imported_at is None
    assert (again.changes_nothing, again.movements_known, again.holders_known) == (True, 4, 2)
    assert counts() == before


def test_a_longer_file_adds_what_is_new(cooperative: Cooperative):
    take(cooperative, *MOVEMENTS[:3])
    done = take(cooperative, *MOVEMENTS)
    assert (done.movements_known, done.movements_new, done.newcomers) == (2, 2, ())
    assert verified(cooperative).lines == 4


def test_a_dry_run_says_it_all_and_changes_nothing(cooperative: Cooperative):
    before = counts()
    dry = take(cooperative, *MOVEMENTS, dry_run=True)
    assert (dry.dry_run, dry.movements_new, dry.after.shares) == (True, 4, 13)
    assert [(who.number, who.name, who.shares) for who in dry.newcomers] == [
        (1, "Jeanne Delattre", 6),
        (2, "Karim Benali", 7),
    ]
    assert counts() == before
    assert take(cooperative, *MOVEMENTS).imported_at is None


def test_a_register_that_tells_another_story_is_left_alone(cooperative: Cooperative):
    stranger = ShareholderFactory(college=cooperative.colleges.get(), number=1, last_name="Autre")
    issue_shares(actor=None, shareholder=stranger, quantity=3, dated=dt.date(2019, 7, 12))
    before = counts()
    (fault,) = refusal(cooperative, *MOVEMENTS).faults
    assert fault.line == 2
    assert "émission de 3 actions à Jeanne Autre (n° 1 du registre), le 12/07/2019" in fault.sentence
    assert counts() == before


def test_one_faulty_line_keeps_the_whole_file_out(cooperative: Cooperative):
    before = counts()
    refused = refusal(cooperative, *MOVEMENTS, "5;06/06/2022;retrait;Karim Benali;;;;;;;99;")
    assert [fault.line for fault in refused.faults] == [6]
    assert counts() == before


def test_what_the_database_refuses_is_told_with_its_line(cooperative: Cooperative):
    put_in_force(cooperative, floor=700)
    before = counts()
    (fault,) = refusal(cooperative, *MOVEMENTS).faults
    assert (fault.line, "plancher" in fault.sentence) == (5, True)
    assert counts() == before


def test_the_line_refused_is_found_among_thousands(cooperative: Cooperative, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(register_import, "CHUNK", 2)
    test_what_the_database_refuses_is_told_with_its_line(cooperative)


def test_an_order_number_of_the_file_is_kept_for_ever(cooperative: Cooperative):
    take(cooperative, "N°;Nom;Prénom;Nombre d’actions", "12;Delattre;Jeanne;6", "30;Benali;Karim;1")
    assert list(Shareholder.objects.values_list("number", flat=True)) == [12, 30]
    done = take(
        cooperative,
        "N°;Nom;Prénom;Nombre d’actions",
        "12;Delattre;Jeanne;6",
        "30;Benali;Karim;1",
        "7;Roy;Léa;2",
    )
    assert [who.number for who in done.newcomers] == [7]


def test_a_number_that_is_somebody_else_s_is_a_fault(cooperative: Cooperative):
    take(cooperative, "N°;Nom;Prénom;Nombre d’actions", "12;Delattre;Jeanne;6")
    (fault,) = refusal(cooperative, "N°;Nom;Prénom;Nombre d’actions", "12;Benali;Karim;6").faults
    assert str(fault.problem) == "le n° 12 du registre est Jeanne Delattre, pas Karim Benali"


def test_the_nominal_value_is_that_of_the_cooperative(cooperative: Cooperative):
    (fault,) = refusal(cooperative, "Nom;Prénom;Nombre d’actions;Valeur nominale", "Roy;Léa;6;20,00").faults
    said = fault.sentence.replace("\u202f", " ").replace("\xa0", " ")
    assert (fault.line, "est 20 €, au registre 50 € ce jour-là" in said) == (2, True)


def test_a_change_of_the_nominal_value_counts_from_its_day(cooperative: Cooperative):
    head = "Date;Nature;Nom;Prénom;Nombre d’actions;Valeur nominale"
    take(
        cooperative,
        head,
        "12/07/2019;émission;Roy;Léa;6;50,00",
        "12/07/2021;changement de la valeur nominale;;;0;60,00",
        "13/07/2021;émission;Benali;Karim;1;60,00",
    )
    assert capital_on(cooperative, TODAY).amount == Decimal("420.00")
    assert verified(cooperative).is_sound


def test_a_cooperative_without_college_says_so():
    assert "aucun collège" in str(refusal(CooperativeFactory(), *HOLDERS))


def test_a_day_to_come_is_no_day_of_a_register(cooperative: Cooperative):
    assert "n’est pas encore venu" in str(refusal(cooperative, *HOLDERS, on=TODAY + dt.timedelta(days=9)))


def test_a_number_too_large_for_those_who_come_after_is_a_fault(cooperative: Cooperative):
    refused = refusal(cooperative, "N°;Nom;Prénom;Nombre d’actions", "2000000000;Roy;Léa;1")
    assert "trop grand" in refused.sentences[0]


def test_an_address_no_form_would_take_is_a_fault_of_its_line(cooperative: Cooperative):
    refused = refusal(cooperative, "Nom;Prénom;E-mail;Nombre d’actions", "Roy;Léa;lea@-nord-.example;1")
    assert [fault.line for fault in refused.faults] == [2]


def test_another_cooperative_s_import_is_another_s(cooperative: Cooperative):
    other = CollegeFactory(code="citoyens").cooperative
    take(cooperative, *MOVEMENTS)
    assert take(other, *MOVEMENTS).movements_new == 4


@settings(max_examples=25)
@given(cut=st.integers(0, 12), issues=st.lists(st.integers(1, 50), min_size=1, max_size=12))
def test_cut_anywhere_and_taken_again_whole_a_register_ends_the_same(cut: int, issues: list[int]):
    lines = [f"{n};12/07/2019;émission;;;Essai{n % 4};Léa;;;;{q};" for n, q in enumerate(issues, start=1)]
    cooperative = CollegeFactory(code="citoyens", name="Citoyens").cooperative
    if lines[:cut]:
        take(cooperative, MOVEMENTS[0], *lines[:cut])
    take(cooperative, MOVEMENTS[0], *lines)
    report = verified(cooperative)
    assert (report.is_sound, report.lines, report.shares) == (True, len(issues), sum(issues))
