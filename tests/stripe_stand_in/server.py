"""The HTTP side: one connection, one request, one answer, or the trouble a test asked for."""

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from tests.stripe_stand_in.hosted_page import checkout_page
from tests.stripe_stand_in.wire import Answer, Refused, decoded

if TYPE_CHECKING:
    from tests.stripe_stand_in.stand_in import StandIn


class Server(ThreadingHTTPServer):
    """Any free port of this machine."""

    daemon_threads = True
    # A burst of simultaneous requests is one of the tests.
    request_queue_size = 64

    def __init__(self, stand_in: "StandIn") -> None:
        self.stand_in = stand_in
        super().__init__(("127.0.0.1", 0), Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up first (a timeout under test) is no fault of the stand-in's."""
        self.stand_in.broken_connections += 1


class Handler(BaseHTTPRequestHandler):
    """`/v1/…` is the API, `/c/pay/…` the hosted page."""

    server: Server
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: Any) -> None:
        """Silent: pytest shows what fails."""

    def do_GET(self) -> None:
        self._handle("GET", "")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self._handle("POST", self.rfile.read(length).decode())

    def _handle(self, method: str, form: str) -> None:
        if self.path.startswith("/c/pay/"):
            self._page(method, form)
        elif self.path == "/favicon.ico":
            self._send(204, b"", "image/x-icon")
        else:
            self._api(method, form)

    def _api(self, method: str, form: str) -> None:
        stand_in = self.server.stand_in
        parts = urlsplit(self.path)
        stand_in.requests.append(f"{method} {parts.path}")
        trouble = stand_in.trouble.next()
        time.sleep(trouble.slow_s)
        if trouble.status:
            self._json(stand_in.trouble.answer(trouble))
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = stand_in.answered(method, parts.path, form or parts.query, headers)
        if trouble.cut:
            # The work is done and nobody hears of it: what an idempotency key is for.
            self.close_connection = True
        else:
            self._json(answer)
        stand_in.after_an_act()

    def _json(self, answer: Answer) -> None:
        body = json.dumps(answer.body, ensure_ascii=False).encode()
        self._send(answer.status, body, "application/json", answer.headers)

    def _page(self, method: str, form: str) -> None:
        stand_in = self.server.stand_in
        key = urlsplit(self.path).path.removeprefix("/c/pay/")
        act = parse_qs(form).get("act", [""])[0] if method == "POST" else ""
        try:
            with stand_in.world.lock:
                if act:
                    stand_in.pressed(key, act)
                session = dict(stand_in.world.session(key))
        except Refused:
            self._send(404, b"Page inconnue.", "text/plain; charset=utf-8")
            return
        if session["status"] == "complete":
            where = session["success_url"].replace("{CHECKOUT_SESSION_ID}", key)
            self._send(303, b"", "text/html", {"Location": where})
        else:
            page = checkout_page(session, refused=act == "decline")
            self._send(200, page.encode(), "text/html; charset=utf-8")
        stand_in.after_an_act()

    def _send(self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Type": kind, "Connection": "close"}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Request-Id", f"req_{len(self.server.stand_in.requests):06d}")
        self.end_headers()
        self.wfile.write(body)


def parameters(form: str) -> dict[str, Any]:
    """The parameters of a request, `expand` always a list."""
    params = decoded(form)
    if isinstance(params.get("expand", []), str):
        raise Refused("Invalid array", param="expand")
    return params
