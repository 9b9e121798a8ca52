"""Running the worker inside a test."""

import threading

from django.db import connections
from procrastinate.contrib.django import app


def work_off_queue() -> None:
    """Run the worker until its queue is empty, in a thread: Playwright's event loop may hold this one."""

    def work() -> None:
        # Django's own connector can't run a worker (it leaves JSON as text): the command swaps it too.
        with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
            app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(60)
    assert not thread.is_alive(), "the worker is still busy after a minute"
