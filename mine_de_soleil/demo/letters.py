"""Letters of the demo's people: their codes are read, and nothing is sent, as nobody lives there."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

DOMAIN = "@demo.example"
LETTER = "mine_de_soleil.core.tasks.send_letter"
# The worker writes these letters itself, one to each of 120 people.
WRITES_LETTERS = "shareholders.tasks.tell_about_pre_emption"
_CODE = re.compile(r"\b(\d{6})\b")


def code_sent_to(email: str) -> str:
    """The figures of the latest code handed to the worker for that address, in this transaction."""
    waiting = ProcrastinateJob.objects.filter(task_name=LETTER, status="todo", args__to=email)
    letters = waiting.order_by("-pk").values_list("args", flat=True)
    found = (_CODE.search(letter["body"]) for letter in letters)
    return next(code.group(1) for code in found if code)


@contextmanager
def nobody_is_written_to() -> Iterator[None]:
    """Take back the letters to the demo's people that acts inside have handed to the worker.

    Inside a transaction that holds the cooperative's row: nobody else's act writes letters meanwhile.
    """
    last = ProcrastinateJob.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    yield
    waiting = ProcrastinateJob.objects.filter(pk__gt=last, status="todo").order_by("pk")
    to_us = waiting.filter(task_name=LETTER, args__to__endswith=DOMAIN)
    for job in [*to_us, *waiting.filter(task_name=WRITES_LETTERS)]:
        app.job_manager.cancel_job_by_id(job.pk, delete_job=True)
