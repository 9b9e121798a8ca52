"""What tests of acts share."""

import pytest

from tests.shareholders.village import Clock, Village, build_village


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def village(db: None, clock: Clock) -> Village:
    return build_village()
