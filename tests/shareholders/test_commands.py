"""`register_export`, `register_verify` and `shareholders_import`: what they say, and how they end."""

import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from shareholders.models import Cooperative, Shareholder, ShareMovement
from shareholders.register_export import read_export
from shareholders.services.register import transfer_shares
from tests.factories import CollegeFactory
from tests.shareholders.register_texts import HOLDERS, MOVEMENTS, text

pytestmark = pytest.mark.django_db


def run(*words: str) -> dict[str, Any]:
    """The JSON document a command prints."""
    out = io.StringIO()
    call_command(*words, "--json", stdout=out)
    return json.loads(out.getvalue())


def refusal(*words: str) -> tuple[int, str, dict[str, Any]]:
    """Exit code, message and JSON document of a command that refuses."""
    out = io.StringIO()
    with pytest.raises(CommandError) as refused:
        call_command(*words, "--json", stdout=out)
    return refused.value.returncode, str(refused.value), json.loads(out.getvalue() or "{}")


@pytest.fixture
def coop() -> str:
    return CollegeFactory(code="citoyens", name="Citoyens").cooperative.slug


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "registre.csv"
    path.write_bytes(text(*MOVEMENTS))
    return path


@pytest.fixture
def imported(coop: str, file: Path) -> str:
    run("shareholders_import", str(file), "--cooperative", coop)
    return coop


# shareholders_import


def test_an_import_says_what_came_in(coop: str, file: Path):
    done = run("shareholders_import", str(file), "--cooperative", coop)
    assert (done["holders_new"], done["movements_new"]) == (2, 4)
    assert (done["capital_before_eur"], done["capital_after_eur"]) == ("0.00", "650.00")
    assert [who["name"] for who in done["newcomers"]] == ["Jeanne Delattre", "Karim Benali"]
    assert ShareMovement.objects.count() == 4


def test_a_dry_run_says_the_same_and_enters_nothing(coop: str, file: Path):
    dry = run("shareholders_import", str(file), "--cooperative", coop, "--dry-run")
    assert (dry["dry_run"], ShareMovement.objects.count()) == (True, 0)
    done = run("shareholders_import", str(file), "--cooperative", coop)
    assert done == dry | {"dry_run": False}


def test_the_second_import_of_a_file_changes_nothing(imported: str, file: Path):
    again = run("shareholders_import", str(file), "--cooperative", imported)
    assert (again["changes_nothing"], again["movements_known"]) == (True, 4)


def test_a_list_of_holders_may_be_dated(coop: str, file: Path):
    file.write_bytes(text(*HOLDERS))
    run("shareholders_import", str(file), "--cooperative", coop, "--on", "2024-12-31")
    assert set(ShareMovement.objects.values_list("dated", flat=True)) == {dt.date(2024, 12, 31)}


def test_a_refused_file_exits_1_with_each_fault_and_its_line(coop: str, file: Path):
    file.write_bytes(text(*MOVEMENTS[:2], "2;31/02/2020;émission;;;Roy;Léa;;;;beaucoup;"))
    code, message, document = refusal("shareholders_import", str(file), "--cooperative", coop)
    assert (code, document["fault_count"]) == (1, 2)
    assert [error["line"] for error in document["errors"]] == [3, 3]
    assert all("Que faire" in error["message"] for error in document["errors"])
    assert "Ligne 3" in message


def test_an_unknown_cooperative_exits_1(file: Path):
    assert refusal("shareholders_import", str(file), "--cooperative", "nulle-part")[0] == 1


def test_a_day_that_is_none_exits_1(coop: str, file: Path):
    code, message, _ = refusal("shareholders_import", str(file), "--cooperative", coop, "--on", "hier")
    assert (code, "n’est pas un jour" in message) == (1, True)


def test_a_missing_file_is_misuse(coop: str, tmp_path: Path):
    assert refusal("shareholders_import", str(tmp_path / "rien.csv"), "--cooperative", coop)[0] == 2


def test_people_read_a_sentence(coop: str, file: Path):
    out = io.StringIO()
    call_command("shareholders_import", str(file), "--cooperative", coop, stdout=out)
    assert "2 actionnaires et 4 mouvements sont inscrits" in out.getvalue()
    call_command("shareholders_import", str(file), "--cooperative", coop, stdout=out)
    assert "rien n’a changé" in out.getvalue()


# register_export


def test_an_export_tells_holders_and_lines(imported: str):
    told = run("register_export", "--cooperative", imported)
    assert (told["shares"], told["capital_eur"]) == (13, "650.00")
    assert [(holder["name"], holder["shares"]) for holder in told["holders"]] == [
        ("Karim Benali", 7),
        ("Jeanne Delattre", 6),
    ]
    assert [line["number"] for line in told["movements"]] == [1, 2, 3, 4]


def test_an_export_stops_at_its_day(imported: str):
    told = run("register_export", "--cooperative", imported, "--on", "2019-12-31")
    assert (told["shares"], len(told["movements"])) == (15, 2)


@pytest.mark.parametrize("name", ["registre.csv", "registre.xlsx"])
def test_a_written_register_reads_back(imported: str, tmp_path: Path, name: str):
    run("register_export", "--cooperative", imported, "--to", str(tmp_path / name))
    meta, lines = read_export((tmp_path / name).read_bytes())
    assert (meta.cooperative if hasattr(meta, "cooperative") else imported) == imported
    assert [line.number for line in lines] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--on", "demain"], 1),
        (["--to", "registre.pdf"], 2),
        (["--to", "/nulle/part/registre.csv"], 1),
    ],
)
def test_a_wrong_export_says_so(imported: str, words: list[str], code: int):
    assert refusal("register_export", "--cooperative", imported, *words)[0] == code


def test_a_cooperative_nobody_knows_has_no_register():
    assert refusal("register_export", "--cooperative", "nulle-part")[0] == 1
    assert refusal("register_verify", "--cooperative", "nulle-part")[0] == 1


# register_verify


def test_a_sound_register_is_said_sound(imported: str):
    told = run("register_verify", "--cooperative", imported)
    assert (told["lines"], told["shares"], told["holders"], told["capital_eur"]) == (4, 13, 2, "650.00")


@pytest.mark.as_owner
def test_a_line_changed_behind_the_back_of_the_database_exits_1(imported: str):
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE shareholders_sharemovement SET quantity = 11 WHERE number = 1")
        cursor.execute("SET session_replication_role = DEFAULT")
    code, message, document = refusal("register_verify", "--cooperative", imported)
    assert (code, document["fault_count"]) == (1, len(document["faults"]))
    assert "Ligne 1" in message


def test_a_written_register_is_verified_without_the_database(imported: str, tmp_path: Path):
    path = tmp_path / "registre.csv"
    run("register_export", "--cooperative", imported, "--to", str(path))
    assert run("register_verify", "--file", str(path))["lines"] == 4
    path.write_bytes(path.read_bytes().replace(b"Karim", b"Kamil"))
    assert refusal("register_verify", "--file", str(path))[0] == 1


def test_what_is_no_export_is_refused_and_named(file: Path, tmp_path: Path):
    assert refusal("register_verify", "--file", str(file))[0] == 1
    assert refusal("register_verify", "--file", str(tmp_path / "rien.csv"))[0] == 1


@pytest.mark.parametrize("words", [[], ["--cooperative", "a", "--file", "b"]])
def test_one_register_at_a_time(words: list[str]):
    assert refusal("register_verify", *words)[0] == 2


def test_a_taken_over_register_lives_on(imported: str):
    jeanne, karim = Shareholder.objects.order_by("number")
    transfer_shares(actor=None, seller=karim, buyer=jeanne, quantity=1, dated=dt.date(2025, 1, 1))
    assert run("register_verify", "--cooperative", imported)["lines"] == 5
    assert Cooperative.objects.get(slug=imported).share_movements.last().number == 5
