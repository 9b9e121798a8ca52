"""A browser on the running site, on a phone and on a desk."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page

from shareholders.views.joining import Starts

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)


class Visitor:
    """One person's browser: collects what went wrong behind the page's back."""

    def __init__(self, page: Page, base_url: str) -> None:
        self.page = page
        self.base_url = base_url
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("console", self._heard)

    def _heard(self, message: Any) -> None:
        # A refused upload answers 4xx, which the browser also reports as a failed resource.
        if message.type == "error" and "status of 4" not in message.text:
            self.faults.append(f"console: {message.text}")

    def open(self, path: str) -> None:
        self.page.goto(self.base_url + path)

    def sign_in(self, email: str, password: str) -> None:
        self.open("/connexion/")
        self.page.get_by_label("E-mail").first.fill(email)
        self.page.get_by_label("Mot de passe").first.fill(password)
        self.page.get_by_role("button", name="Se connecter", exact=True).last.click()
        self.page.wait_for_url(lambda url: "/connexion/" not in url)


@pytest.fixture
def visitor(chrome: Browser, live_server: Any) -> Iterator[Any]:
    """Makes visitors: `visitor(PHONE)`; at the end none of them may have met a script or policy fault."""
    cache.clear()  # rate limits are counted in a table that the flush between tests doesn't know
    Starts.cache.clear()  # and these in the process, which outlives tests
    made: list[Visitor] = []
    contexts = []

    def make(viewport: dict[str, int] = DESK, **options: Any) -> Visitor:
        context = chrome.new_context(viewport=viewport, **options)  # type: ignore[arg-type]
        contexts.append(context)
        made.append(Visitor(context.new_page(), live_server.url))
        return made[-1]

    yield make
    for context in contexts:
        context.close()
    assert [fault for one in made for fault in one.faults] == []
