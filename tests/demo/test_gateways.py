"""The demo's tokens: made once, one in service, one ended."""

import pytest
from django.utils import timezone

from mine_de_soleil.demo.gateways import OPERATOR, make_tokens
from production.models import MeterToken
from shareholders.roles import Role
from tests.factories import member, plant_with_meter

pytestmark = pytest.mark.django_db


def test_two_tokens_are_made_once_and_one_is_ended():
    meter = plant_with_meter()
    cooperative = meter.plant.cooperative
    make_tokens(cooperative, timezone.now())
    assert not MeterToken.objects.exists()  # nobody to own them
    member(cooperative, Role.OPERATOR, email=OPERATOR, demo=True)
    for _time in range(2):
        make_tokens(cooperative, timezone.now())
    ended = [token.revoked_at is not None for token in MeterToken.objects.order_by("pk")]
    assert ended == [False, True]
