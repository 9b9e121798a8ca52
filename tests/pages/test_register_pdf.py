"""Sealed extracts of the register: asked for by day, kept, listed."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from mine_de_soleil.core.models import User
from shareholders.models import Paper
from shareholders.roles import Role
from shareholders.services import register_papers
from shareholders.services.register_papers import make_asked_extract
from tests.factories import member
from tests.pages.scene import Scene, read
from tests.shareholders.sealed import give_certificate

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]


def path(scene: Scene) -> str:
    return f"{scene.base}conseil/registre/extraits/"


@pytest.fixture
def board(signed_in: SignIn, scene: Scene) -> Client:
    give_certificate(scene.cooperative)
    return signed_in(member(scene.cooperative, Role.BOARD))


def test_an_extract_is_made_and_listed(board: Client, scene: Scene):
    answer = board.post(path(scene), {"day": "2025-03-03"}, follow=True)
    assert "L’extrait est dans la liste." in answer.text
    assert "Registre arrêté au lundi 3 mars 2025" in read(board.get(path(scene)))


def test_the_same_day_twice_is_one_extract(board: Client, scene: Scene):
    for _ in range(2):
        board.post(path(scene), {"day": "2025-03-03"})
    assert Paper.objects.count() == 1


@pytest.mark.parametrize(
    ("day", "sentence"), [("2025-06-17", "jour passé"), ("hier", "date"), ("", "obligatoire")]
)
def test_a_wrong_day_gets_a_sentence(board: Client, scene: Scene, day: str, sentence: str):
    refused = board.post(path(scene), {"day": day})
    assert refused.status_code == 422
    assert sentence in refused.text


def test_a_long_register_is_left_to_the_worker(board: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch):
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(register_papers, "LINES_AT_ONCE", 1)
    monkeypatch.setattr(register_papers.make_register_extract, "defer", lambda **job: asked.append(job))
    assert "revenez dans une minute" in board.post(path(scene), {"day": "2025-03-03"}, follow=True).text
    assert not Paper.objects.exists()
    told = asked[0] | {"day": dt.date.fromisoformat(asked[0]["day"])}
    first, again = make_asked_extract(**told), make_asked_extract(**told)
    assert first == again


def test_a_register_too_long_for_a_pdf_is_told_where_to_go(
    board: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(register_papers, "MOST_LINES", 1)
    refused = board.post(path(scene), {"day": "2025-03-03"})
    assert refused.status_code == 422
    assert "trop long pour un PDF" in refused.text


def test_without_certificate_nothing_is_made(signed_in: SignIn, scene: Scene):
    refused = signed_in(member(scene.cooperative, Role.BOARD)).post(path(scene), {"day": "2025-03-03"})
    assert "pas encore de certificat" in refused.text
    assert not Paper.objects.exists()
