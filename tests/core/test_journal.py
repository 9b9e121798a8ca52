"""The journal: one line an act, in the act's own transaction, never changed."""

import pytest
from django.db import transaction

from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import JournalEntry
from tests.factories import CooperativeFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_line_says_who_did_what_to_what_and_where():
    user, cooperative = UserFactory(), CooperativeFactory()
    entry = record(user, "found", cooperative, scope=cooperative.slug, colour="jaune")
    entry.refresh_from_db()
    assert (entry.actor, entry.act, entry.scope) == (user, "found", cooperative.slug)
    assert entry.subject == f"shareholders.Cooperative:{cooperative.pk}"
    assert entry.detail == {"colour": "jaune"}


def test_the_machine_acts_without_a_name():
    assert record(None, "found", CooperativeFactory(), scope="").actor is None


def test_an_act_that_fails_leaves_no_line():
    cooperative = CooperativeFactory()
    with pytest.raises(RuntimeError), transaction.atomic():
        record(None, "found", cooperative, scope=cooperative.slug)
        raise RuntimeError
    assert not JournalEntry.objects.exists()


def test_the_latest_line_comes_first():
    cooperative = CooperativeFactory()
    acts = [record(None, f"act-{n}", cooperative, scope=cooperative.slug) for n in range(3)]
    assert list(JournalEntry.objects.all()) == acts[::-1]
