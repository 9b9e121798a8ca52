"""What tests of pages share."""

import pytest
from django.utils import timezone

from tests.pages.scene import NOW, Scene, set_the_scene


@pytest.fixture
def scene(db: None, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """The small cooperative of `scene.py`, on its day."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return set_the_scene()
