"""Jobs of letters hold links and codes: they don't stay."""

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from mine_de_soleil.core.tasks import forget_old_letters, send_letter
from tests.worker import work_off_queue

pytestmark = pytest.mark.django_db(transaction=True)


def failed_letter(hours_ago: int) -> int:
    job = send_letter.defer(to="a@exemple.fr", subject="Code", body="123456")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [job])
        cursor.execute(
            "UPDATE procrastinate_events SET at = now() - make_interval(hours => %s) WHERE job_id = %s",
            [hours_ago, job],
        )
    return job


def test_a_letter_that_could_not_be_sent_is_forgotten_after_two_days():
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_periodic_defers CASCADE")
    old, recent = failed_letter(49), failed_letter(2)
    forget_old_letters.defer(timestamp=0)
    work_off_queue()
    left = ProcrastinateJob.objects.filter(queue_name="letters").values_list("pk", flat=True)
    assert old not in left
    assert recent in left
