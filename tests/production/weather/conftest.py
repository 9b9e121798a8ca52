"""A local server that speaks what weather services speak, faults included."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from production.weather import get_typical_year, http_fetch

Answer = Callable[[BaseHTTPRequestHandler], None]


class Service:
    """`answers` are given in turn, the last one for ever; `paths` are those asked for."""

    def __init__(self, url: str) -> None:
        self.url, self.paths, self.answers = url, list[str](), list[Answer]()

    def gives(self, *answers: Answer) -> None:
        self.answers = list(answers)


def says(content: bytes, status: int = 200, length: int | None = None, **headers: str) -> Answer:
    """A plain answer; `length` is the one announced."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content) if length is None else length))
        handler.end_headers()
        handler.wfile.write(content)

    return answer


@pytest.fixture
def service() -> Iterator[Service]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            service.paths.append(self.path)
            turn = min(len(service.paths), len(service.answers)) - 1
            try:
                service.answers[turn](self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: a test's output is its own."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    service = Service(f"http://127.0.0.1:{server.server_port}/")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield service
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def fetch() -> Callable[[str], bytes]:
    """The real client, hurried."""
    return partial(http_fetch, timeout_s=0.4, deadline_s=0.8, pauses_s=(0.0, 0.0))


@pytest.fixture(scope="session")
def loos():
    return get_typical_year(50.456, 2.795, 55.0)
