"""Programs that bring the demo's readings: a gateway in service, and a portal whose token was ended."""

import datetime as dt

from installations.models import Meter
from mine_de_soleil.core.models import User
from production.models import MeterToken
from production.services.meter_tokens import make_meter_token, revoke_meter_token
from shareholders.models import Cooperative

OPERATOR = "operateur@demo.example"


def make_tokens(cooperative: Cooperative, now: dt.datetime) -> None:
    """Two tokens, once; nobody knows their keys, so that they open nothing."""
    owner = User.objects.filter(email=OPERATOR).first()
    meters = list(
        Meter.objects.filter(plant__cooperative=cooperative).select_related("plant").order_by("code")
    )
    if owner is None or not meters or MeterToken.objects.of(cooperative).exists():
        return
    for name, chosen, is_ended in (
        (f"Passerelle, {meters[0].plant.name}"[:60], meters[:1], False),
        ("Portail des onduleurs", meters, True),
    ):
        token, _key = make_meter_token(
            actor=owner,
            owner=owner,
            cooperative=cooperative,
            name=name,
            meters=chosen,
            life=dt.timedelta(days=365),
            now=now,
        )
        if is_ended:
            revoke_meter_token(actor=owner, token=token, now=now)
