"""What the tests of killed acts share."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from shareholders.models import Cooperative
from shareholders.register_reports import verified
from tests.killing import Killer
from tests.production.test_storage import database_url
from tests.shareholders.killed_at_each_step import acts

Kill = Callable[..., list[set[str]]]
KillWhole = Callable[..., set[str]]


@pytest.fixture(scope="session")
def killer(django_db_setup: None) -> Iterator[Killer]:
    with Killer.running(database_url()) as running:
        yield running


@pytest.fixture
def kill(killer: Killer, transactional_db: None) -> Kill:
    """Kill an act of `acts` everywhere; the register is sound in each state that is met."""

    def everywhere(act: Callable[..., None], **told: Any) -> list[set[str]]:
        check = told.pop("check", lambda: None)

        def sound() -> None:
            assert all(verified(cooperative).is_sound for cooperative in Cooperative.objects.all())
            check()

        return killer.kill_everywhere(f"{acts.__name__}:{act.__name__}", check=sound, **told)

    return everywhere


@pytest.fixture
def kill_whole(kill: Kill) -> KillWhole:
    """Kill an act that is done at once or not at all; gives the tables that it changed."""

    def everywhere(act: Callable[..., None], **told: Any) -> set[str]:
        steps = kill(act, **told)
        assert len(steps) == 1, (act.__name__, steps)
        return steps[0]

    return everywhere
