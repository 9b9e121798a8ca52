"""A newborn's panel and a register taken over: killed anywhere, they are there whole or not at all."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from mine_de_soleil.core.papers.seal import seals_of
from shareholders.models import Attachment, NewbornPanel, Paper, ShareMovement
from shareholders.reports import capital_on
from tests.factories import CollegeFactory, CooperativeFactory, UserFactory
from tests.shareholders.killed_at_each_step import acts
from tests.shareholders.killed_at_each_step.conftest import KillWhole
from tests.shareholders.money import open_cooperative
from tests.shareholders.register_texts import MOVEMENTS, text
from tests.shareholders.sealed import NOW, give_certificate

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_panel_is_asked_for_given_and_certified_once(kill_whole: KillWhole):
    coop = open_cooperative()
    give_certificate(coop)
    asked = kill_whole(acts.ask_panel, cooperative=coop.pk, now=NOW)
    letter_to_write = {"procrastinate_jobs", "procrastinate_events"}
    assert asked == {"shareholders_newbornpanel", "core_journalentry"} | letter_to_write
    panel = NewbornPanel.objects.get()
    kill_whole(acts.confirm_panel, panel=panel.pk, now=NOW)
    kill_whole(acts.give_panel, panel=panel.pk, actor=UserFactory().pk, now=NOW)
    jobs = ProcrastinateJob.objects.filter(task_name__endswith="make_newborn_papers")
    assert [job.args for job in jobs] == [{"panel_id": panel.pk}]
    made = kill_whole(acts.make_newborn_paper, panel=panel.pk, now=NOW, stride=8)
    assert made == {"shareholders_paper", "core_journalentry"} | letter_to_write
    [seal] = seals_of(bytes(Paper.objects.get().content))
    assert seal.holds


def test_a_register_is_taken_over_whole_with_the_file_it_comes_from(kill_whole: KillWhole):
    coop = CollegeFactory(cooperative=CooperativeFactory(), code="citoyens", name="Citoyens").cooperative
    tables = kill_whole(acts.take_register_over, cooperative=coop.pk, content=text(*MOVEMENTS).decode())
    assert {"shareholders_sharemovement", "shareholders_attachment"} < tables
    assert (ShareMovement.objects.count(), Attachment.objects.count()) == (4, 1)
    assert capital_on(coop, NOW.date()).shares == 13
