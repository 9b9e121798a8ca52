"""The client against a server that misbehaves."""

import gzip
import time
from functools import partial

import pytest

from production import weather
from tests.production.weather.conftest import says


def dripping(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(30):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.1)


def silent(handler):
    time.sleep(1.0)


def endless(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", str(200 * 1024 * 1024))
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(bytes(1024 * 1024))
        handler.sent = getattr(handler, "sent", 0) + 1
        SENT.append(1)


SENT: list[int] = []


def test_a_passing_failure_is_tried_again(service, fetch):
    service.gives(says(b"", 503), says(b"", 500), says(b"fine"))
    assert fetch(service.url) == b"fine"
    assert len(service.paths) == 3


@pytest.mark.parametrize(
    ("answer", "reason", "tries"),
    [
        (says(b"oops", 500), "http-500", 3),
        (says(b"", 429), "busy", 1),
        (says(b"{}", 404), "http-404", 1),
        (says(b"", 302, Location="http://192.0.2.1/"), "http-302", 1),
        (says(b"half an ans", length=5000), "cut-short", 3),
        (silent, "timeout", 3),
        (dripping, "timeout", 3),
    ],
)
def test_failures_have_a_name_and_a_number_of_tries(service, fetch, answer, reason, tries):
    service.gives(answer)
    with pytest.raises(weather.SourceUnreachable) as caught:
        fetch(service.url + "?apikey=secret")
    assert (caught.value.source, caught.value.reason) == ("127.0.0.1", reason)
    assert len(service.paths) == tries
    assert "secret" not in str(caught.value)


def test_two_hundred_megabytes_are_cut_off_early(service, fetch):
    SENT.clear()
    service.gives(endless)
    with pytest.raises(weather.SourceUnreachable, match="too-large"):
        partial(fetch, max_bytes=1024 * 1024)(service.url)
    assert len(service.paths) == 1
    assert len(SENT) < 100


def test_a_compressed_bomb_is_counted_unpacked(service, fetch):
    bomb = gzip.compress(bytes(40 * 1024 * 1024))
    service.gives(says(bomb, **{"Content-Encoding": "gzip"}))
    with pytest.raises(weather.SourceUnreachable, match="too-large"):
        partial(fetch, deadline_s=30.0)(service.url)


def test_no_network_is_a_name_too(fetch):
    with pytest.raises(weather.SourceUnreachable, match="connection"):
        fetch("http://127.0.0.1:9/")


@pytest.mark.parametrize("name", ["reason", "message"])
def test_a_service_that_says_no_is_quoted(service, fetch, name):
    service.gives(says(b'{"error": true, "%s": "Location over the sea.\\nSorry"}' % name.encode(), 400))
    with pytest.raises(weather.SourceRefused) as caught:
        fetch(service.url)
    assert caught.value.reason == "Location over the sea. Sorry"
    assert len(service.paths) == 1


@pytest.mark.parametrize("content", [b"<html>", b"[]", b"", b'{"reason": null}', b"[" * 9000])
def test_a_no_without_words_is_its_number(service, fetch, content):
    service.gives(says(content, 400))
    with pytest.raises(weather.SourceUnreachable, match="http-400"):
        fetch(service.url)
