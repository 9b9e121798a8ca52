"""The commands of money: statement_import, stripe_connect, payments_check."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from shareholders.models import ProviderAccount, StatementLine
from tests.shareholders.banking.statements import camt053
from tests.shareholders.money import open_cooperative, pay_online, subscribe, told, transfer, with_account
from tests.stripe_stand_in import StandIn

pytestmark = pytest.mark.django_db


def run(*words: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command(*words, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_a_statement_from_the_command_line(tmp_path: Path):
    coop = open_cooperative()
    subscription = subscribe(coop, 42)
    file = tmp_path / "mars.xml"
    file.write_bytes(camt053([transfer("100.00", 42)]))
    dry = run("statement_import", str(file), "--cooperative", coop.slug, "--dry-run")
    assert (dry["files"][0]["exact"], StatementLine.objects.count()) == (1, 0)
    done = run("statement_import", str(file), "--cooperative", coop.slug)
    assert done["files"][0]["lines_new"] == 1
    again = run("statement_import", str(file), "--cooperative", coop.slug)
    assert (again["files"][0]["is_known"], again["files"][0]["lines_new"]) == (True, 0)
    assert told(subscription)[1] == 100


def test_refused_input_exits_1_and_misuse_2(tmp_path: Path):
    coop = open_cooperative()
    bad = tmp_path / "releve.xml"
    bad.write_text("rien")
    for code, words in (
        (1, [str(bad), "--cooperative", coop.slug]),
        (1, [str(bad), "--cooperative", "nulle-part"]),
        (2, [str(tmp_path / "absent.xml"), "--cooperative", coop.slug]),
    ):
        with pytest.raises(CommandError) as error:
            call_command("statement_import", *words)
        assert error.value.returncode == code


def test_keys_come_from_the_environment_and_are_kept_closed(monkeypatch: pytest.MonkeyPatch):
    coop = open_cooperative()
    with pytest.raises(CommandError, match="MDS_STRIPE_KEY"):
        call_command("stripe_connect", "--cooperative", coop.slug)
    monkeypatch.setenv("MDS_STRIPE_KEY", "sk_test_essai")
    monkeypatch.setenv("MDS_STRIPE_WEBHOOK_SECRET", "whsec_essai")
    done = run("stripe_connect", "--cooperative", coop.slug)
    assert (done["live"], done["webhook_path"]) == (False, f"/{coop.slug}/paiement/stripe/")
    assert "sk_test_essai" not in json.dumps(done)
    assert ProviderAccount.objects.get().secret_key == "sk_test_essai"
    assert run("stripe_connect", "--cooperative", coop.slug, "--close")["closed"]
    assert not ProviderAccount.objects.get().is_open


def test_a_demo_refuses_live_keys(monkeypatch: pytest.MonkeyPatch):
    coop = open_cooperative(is_demo=True)
    monkeypatch.setenv("MDS_STRIPE_KEY", "sk_live_essai")
    monkeypatch.setenv("MDS_STRIPE_WEBHOOK_SECRET", "whsec_essai")
    with pytest.raises(CommandError, match="argent réel"):
        call_command("stripe_connect", "--cooperative", coop.slug)
    assert not ProviderAccount.objects.exists()


def test_keys_in_each_others_place_are_noticed(monkeypatch: pytest.MonkeyPatch):
    coop = open_cooperative()
    monkeypatch.setenv("MDS_STRIPE_KEY", "whsec_essai")
    monkeypatch.setenv("MDS_STRIPE_WEBHOOK_SECRET", "sk_test_essai")
    with pytest.raises(CommandError, match="en place"):
        call_command("stripe_connect", "--cooperative", coop.slug)


def test_the_check_tells_what_differs_and_enters_it_when_asked():
    with StandIn() as stripe:
        coop = open_cooperative()
        with_account(coop, stripe)
        subscription = subscribe(coop, 42)
        pay_online(subscription, stripe)
        found = run("payments_check", "--cooperative", coop.slug)
        assert not found["agrees"]
        assert "Nos comptes disent 0" in found["provider"]["differences"][0]["sentence"]
        assert run("payments_check", "--cooperative", coop.slug, "--enter")["agrees"]
        assert told(subscription)[1] == 100


def test_a_missing_statement_is_noticed_by_its_balance(tmp_path: Path):
    coop = open_cooperative()
    for day, opening in ((2, 1000), (9, 5000)):
        file = tmp_path / f"{day}.xml"
        file.write_bytes(camt053([transfer("10.00", day=day)], opening=opening))
        run("statement_import", str(file), "--cooperative", coop.slug)
    found = run("payments_check", "--cooperative", coop.slug)
    assert found["bank"]["money_in"] == "20.00"
    assert "Il manque un relevé" in found["bank"]["faults"][0]
