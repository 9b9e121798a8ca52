"""Rows for tests, each with the least that makes it valid."""

import datetime as dt
from decimal import Decimal
from typing import Any

import factory
from allauth.mfa.models import Authenticator
from factory.django import DjangoModelFactory

from installations.models import Meter, Plant, PVArray
from mine_de_soleil.core.models import User
from production.models import Forecast, ForecastMonth
from shareholders.models import College, Cooperative, RoleGrant, Shareholder
from shareholders.roles import NEEDS_SECOND_FACTOR, Role

PASSWORD = "mine-de-soleil"


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"personne{n}@essai.example")
    full_name = factory.Sequence(lambda n: f"Personne {n}")

    class Params:
        demo = factory.Trait(is_demo=True)


class CooperativeFactory(DjangoModelFactory[Cooperative]):
    class Meta:
        model = Cooperative

    slug = factory.Sequence(lambda n: f"coop-{n}")
    short_name = factory.Sequence(lambda n: f"Coop {n}")
    legal_name = factory.LazyAttribute(lambda coop: f"SAS {coop.short_name}")
    seat_commune = "Loos-en-Gohelle"
    seat_insee = "62528"
    latitude_deg = 50.456
    longitude_deg = 2.795
    altitude_m = 55
    founded_on = dt.date(2019, 7, 12)
    nominal_value = Decimal("50.00")
    contact_email = "bonjour@essai.example"

    class Params:
        demo = factory.Trait(is_demo=True)


class RoleGrantFactory(DjangoModelFactory[RoleGrant]):
    class Meta:
        model = RoleGrant

    cooperative = factory.SubFactory(CooperativeFactory)
    user = factory.SubFactory(UserFactory)
    role = Role.SHAREHOLDER
    commune_insee = factory.LazyAttribute(lambda grant: "62528" if grant.role == Role.MUNICIPALITY else "")


class CollegeFactory(DjangoModelFactory[College]):
    class Meta:
        model = College

    cooperative = factory.SubFactory(CooperativeFactory)
    code = factory.Sequence(lambda n: f"college-{n}")
    name = factory.Sequence(lambda n: f"Collège {n}")


class ShareholderFactory(DjangoModelFactory[Shareholder]):
    class Meta:
        model = Shareholder

    college = factory.SubFactory(CollegeFactory)
    cooperative = factory.SelfAttribute("college.cooperative")
    number = factory.Sequence(lambda n: n + 1)
    kind = Shareholder.Kind.NATURAL
    first_names = "Jeanne"
    last_name = factory.Sequence(lambda n: f"Essai{n}")

    class Params:
        legal = factory.Trait(
            kind=Shareholder.Kind.LEGAL, first_names="", last_name="", legal_name="Société d’essai"
        )


class PlantFactory(DjangoModelFactory[Plant]):
    class Meta:
        model = Plant

    cooperative = factory.SubFactory(CooperativeFactory)
    slug = factory.Sequence(lambda n: f"toit-{n}")
    name = factory.Sequence(lambda n: f"Toit {n}")
    commune = "Loos-en-Gohelle"
    commune_insee = "62528"
    latitude_deg = 50.456
    longitude_deg = 2.795
    altitude_m = 55
    commissioned_on = dt.date(2020, 3, 1)
    panel_area_m2 = 278
    inverter_power_w = 45_000
    loss_percent = Decimal("14.0")


class PVArrayFactory(DjangoModelFactory[PVArray]):
    class Meta:
        model = PVArray

    plant = factory.SubFactory(PlantFactory)
    peak_power_w = 50_000
    tilt_deg = 15
    azimuth_deg = 180


class MeterFactory(DjangoModelFactory[Meter]):
    class Meta:
        model = Meter

    plant = factory.SubFactory(PlantFactory)
    code = factory.Sequence(lambda n: f"COMPTEUR-{n}")


def plant_with_meter(**fields: Any) -> Meter:
    """A plant of one 50 kWp array facing south, and its meter."""
    meter = MeterFactory(plant=PlantFactory(**fields))
    PVArrayFactory(plant=meter.plant)
    return meter


def member(cooperative: Cooperative, *roles: Role, second_factor: bool = True, **user_fields: Any) -> User:
    """Somebody who holds `roles` in `cooperative`, with the second factor they need unless told otherwise."""
    user = UserFactory(**user_fields)
    for role in roles:
        RoleGrantFactory(cooperative=cooperative, user=user, role=role)
    if second_factor and not user.is_demo and not NEEDS_SECOND_FACTOR.isdisjoint(roles):
        add_totp(user)
    return user


def add_totp(user: User) -> None:
    """An app of codes."""
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"})


def flat_forecast(plant: Plant, month_wh: int = 3_000_000, valid_from: dt.date | None = None) -> Forecast:
    """A forecast of the same energy each month, with a band of ±10 %: easy to check with a pencil."""
    forecast = Forecast.objects.create(
        plant=plant,
        valid_from=valid_from or plant.commissioned_on.replace(day=1),
        weather_name="essai",
        weather_sha256="0" * 64,
        engine="essai",
        year_p50_wh=12 * month_wh,
        year_p10_wh=12 * month_wh * 11 // 10,
        year_p75_wh=12 * month_wh * 95 // 100,
        year_p90_wh=12 * month_wh * 9 // 10,
        assumptions={},
    )
    ForecastMonth.objects.bulk_create(
        ForecastMonth(
            forecast=forecast,
            month=month,
            p50_wh=month_wh,
            p10_wh=month_wh * 11 // 10,
            p90_wh=month_wh * 9 // 10,
        )
        for month in range(1, 13)
    )
    return forecast


def hourly_csv(first: dt.datetime, energies_wh: list[int]) -> bytes:
    """A generic meter file: one line an hour from `first` (UTC)."""
    lines = [
        f"{first + dt.timedelta(hours=n):%Y-%m-%dT%H:%M:%SZ};{energy}" for n, energy in enumerate(energies_wh)
    ]
    return "\n".join(["horodate_utc;energie_wh", *lines, ""]).encode()
