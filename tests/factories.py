"""Rows for tests, each with the least that makes it valid."""

import datetime as dt
import hashlib
import uuid
from decimal import Decimal
from functools import lru_cache
from typing import Any

import factory
from allauth.mfa.models import Authenticator
from django.utils import timezone
from factory.django import DjangoModelFactory

from installations.models import Meter, Plant, PVArray
from mine_de_soleil.core.models import User
from mine_de_soleil.rules.statutes import edition_text
from production.fleet import PvArray, PvPlant
from production.models import Forecast, ForecastMonth, MeterToken, PlantAlert
from production.services.meter_tokens import make_meter_token
from production.study import Study, Subject, make_study
from production.weather import get_typical_year
from shareholders.banking.references import reference_for
from shareholders.models import (
    BankStatement,
    Checkout,
    College,
    CollegeMembership,
    Cooperative,
    FundingRound,
    NewbornPanel,
    Paper,
    Representative,
    RoleGrant,
    Shareholder,
    ShareTransfer,
    StatementLine,
    Subscription,
    Withdrawal,
)
from shareholders.paper_keys import panel_key, paper_key
from shareholders.roles import NEEDS_SECOND_FACTOR, Role
from shareholders.services.company_bank import enter_bank
from shareholders.services.estates import enter_death
from shareholders.services.paying import pay_token
from shareholders.services.payouts import return_line
from shareholders.services.people import adopt_statutes, attach
from shareholders.services.register import issue_shares

PASSWORD = "mine-de-soleil"
FOUNDED_ON = dt.date(2019, 7, 12)


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
    founded_on = FOUNDED_ON
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
        django_get_or_create = ("cooperative", "code")

    cooperative = factory.SubFactory(CooperativeFactory)
    code = factory.Sequence(lambda n: f"college-{n}")
    name = factory.Sequence(lambda n: f"Collège {n}")


class ShareholderFactory(DjangoModelFactory[Shareholder]):
    """A holder, in `college` since the foundation."""

    class Meta:
        model = Shareholder
        exclude = ["college"]
        skip_postgeneration_save = True

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

    @classmethod
    def _create(cls, model_class: type[Shareholder], *args: Any, **kwargs: Any) -> Shareholder:
        college = kwargs.pop("_college")
        holder = super()._create(model_class, *args, **kwargs)
        CollegeMembership.objects.create(
            shareholder=holder, college=college, cooperative=college.cooperative, since=FOUNDED_ON
        )
        return holder

    _college = factory.SelfAttribute("college")


class FundingRoundFactory(DjangoModelFactory[FundingRound]):
    """Open all of 2025: 200 shares at most, at the nominal value, first come first served."""

    class Meta:
        model = FundingRound

    cooperative = factory.SubFactory(CooperativeFactory)
    slug = factory.Sequence(lambda n: f"levee-{n}")
    name = factory.Sequence(lambda n: f"Levée {n}")
    pitch = "Les panneaux de l’école."
    opens_on = dt.date(2025, 1, 1)
    closes_on = dt.date(2025, 12, 31)
    target_shares = 100
    maximum_shares = 200


JEANNE = {
    "kind": "natural",
    "first_names": "Jeanne",
    "last_name": "Delattre",
    "birth_date": "1956-03-03",
    "birth_place": "Lens",
    "address": "3 rue des Terrils",
    "postcode": "62750",
    "commune": "Loos-en-Gohelle",
    "country": "FR",
    "tax_residence": "FR",
}


class SubscriptionFactory(DjangoModelFactory[Subscription]):
    """A draft for 2 shares; `signed`: Jeanne's, 100 €, to be paid and approved."""

    class Meta:
        model = Subscription

    round = factory.SubFactory(FundingRoundFactory)
    cooperative = factory.SelfAttribute("round.cooperative")
    number = factory.Sequence(lambda n: n + 1)
    reference = factory.Sequence(lambda n: reference_for("MDS", n + 1))
    key_sha256 = factory.Sequence(lambda n: f"{n:064x}")
    quantity = 2
    email = factory.Sequence(lambda n: f"souscripteur{n}@essai.example")
    expires_at = dt.datetime(2026, 1, 31, tzinfo=dt.UTC)

    class Params:
        signed = factory.Trait(
            state=Subscription.State.SIGNED,
            identity=JEANNE,
            college=factory.SubFactory(
                CollegeFactory, cooperative=factory.SelfAttribute("..cooperative"), code="citoyens"
            ),
            signed_at=dt.datetime(2025, 6, 14, 10, tzinfo=dt.UTC),
            signed_place="Loos-en-Gohelle",
            nominal_value=Decimal("50.00"),
            premium=Decimal("0.00"),
            first_call=factory.LazyAttribute(lambda made: made.quantity * Decimal("50.00")),
            bulletin_sha256="0" * 64,
        )


def demo_statutes() -> str:
    """The text of the edition the demo ships."""
    return edition_text("mine-de-soleil-2019-07-12")


def college_of(holder: Shareholder) -> College:
    """The college a holder was last entered in."""
    return holder.memberships.latest("since", "pk").college


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


def an_alert(plant: Plant, **fields: Any) -> PlantAlert:
    """A plant behind its neighbours from 2 to 11 June 2025, unless told otherwise; nobody has answered."""
    known = {
        "kind": PlantAlert.Kind.BEHIND,
        "began_on": dt.date(2025, 6, 2),
        "raised_on": dt.date(2025, 6, 5),
        "ended_on": dt.date(2025, 6, 11),
        "facts": {"by": "neighbours", "behind": 0.05, "days_judged": 9, "evidence": 6.0},
    }
    return PlantAlert.objects.create(plant=plant, **(known | fields))


@lru_cache(maxsize=1)
def example_study() -> Study:
    """A study of one south roof of 50 kWp in Loos-en-Gohelle: computed once, for pages that only show one."""
    subject = Subject("École d’essai", "Loos-en-Gohelle", "SAS Essai", "Mine de Soleil", "essai")
    plant = PvPlant(50.456, 2.795, 55, 45_000, (PvArray(15, 180, 50_000),))
    data, meta = get_typical_year(50.456, 2.795, 55)
    return make_study(subject, plant, data, meta, made_on=dt.date(2025, 6, 16))


def frozen_study(plant: Plant, **fields: Any) -> Forecast:
    """A forecast of `plant` with the example's study, whatever the plant is."""
    study = example_study()
    year = study.band(1)
    forecast = Forecast.objects.create(
        plant=plant,
        weather_name=study.weather.code,
        weather_sha256=study.weather.sha256,
        engine=study.engine,
        year_p50_wh=study.year_wh,
        year_p10_wh=year.at(0.1),
        year_p75_wh=year.at(0.75),
        year_p90_wh=year.at(0.9),
        assumptions={},
        study=study.as_json(),
        **{"valid_from": plant.commissioned_on.replace(day=1)} | fields,
    )
    ForecastMonth.objects.bulk_create(
        ForecastMonth(forecast=forecast, month=m.month, p50_wh=m.p50_wh, p10_wh=m.p10_wh, p90_wh=m.p90_wh)
        for m in study.months
    )
    return forecast


def token_for(*meters: Meter, owner: User | None = None, **more: Any) -> tuple[MeterToken, str]:
    """A token for readings of `meters`, and its key; of a new operator of theirs unless told."""
    cooperative = meters[0].plant.cooperative
    said = {"name": f"Passerelle {uuid.uuid4()}", "life": dt.timedelta(days=365), "now": timezone.now()}
    return make_meter_token(
        actor=None,
        owner=owner or member(cooperative, Role.OPERATOR),
        cooperative=cooperative,
        meters=meters,
        **(said | more),
    )


def hourly_csv(first: dt.datetime, energies_wh: list[int]) -> bytes:
    """A generic meter file: one line an hour from `first` (UTC)."""
    lines = [
        f"{first + dt.timedelta(hours=n):%Y-%m-%dT%H:%M:%SZ};{energy}" for n, energy in enumerate(energies_wh)
    ]
    return "\n".join(["horodate_utc;energie_wh", *lines, ""]).encode()


# After the issue: transfers, withdrawals, holders.


def after_issue(cooperative: Cooperative) -> dict[str, object]:
    """Names for addresses: a holder with a representative and a paper, one who died, an invited transfer…"""
    college = CollegeFactory(cooperative=cooperative, code="citoyens")
    holder = ShareholderFactory(college=college, number=4242)
    adopt_statutes(actor=None, cooperative=cooperative, text=demo_statutes())
    transfer = ShareTransfer.objects.create(
        cooperative=cooperative,
        kind="gift",
        giver=holder,
        taker_email="nadia@essai.example",
        key_sha256=hashlib.sha256(b"cle-d-essai").hexdigest(),
        quantity=1,
    )
    withdrawal = Withdrawal.objects.create(
        cooperative=cooperative,
        holder=holder,
        quantity=1,
        effective_on=dt.date(2100, 1, 1),
        reimburse_before=dt.date(2101, 1, 1),
        value_per_share=Decimal("50.00"),
        value_source="Valeur nominale",
    )
    speaker = Representative.objects.create(
        holder=holder, quality="proxy", first_names="Anne", last_name="Essai", since=FOUNDED_ON
    )
    paper = attach(
        actor=None,
        cooperative=cooperative,
        holder=holder,
        kind="other",
        file_name="piece.pdf",
        content_type="application/pdf",
        content=b"%PDF-1.7 essai",
    )
    movement = issue_shares(actor=None, shareholder=holder, quantity=10, dated=FOUNDED_ON)
    late = ShareholderFactory(college=college, number=4243)
    issue_shares(actor=None, shareholder=late, quantity=2, dated=FOUNDED_ON)
    enter_death(actor=UserFactory(), holder=late, died_on=FOUNDED_ON + dt.timedelta(days=90), deed=paper)
    return {
        "holder": holder.number,
        "late_holder": late.number,
        "movement": movement.number,
        "transfer": transfer.pk,
        "transfer_key": "cle-d-essai",
        "withdrawal": withdrawal.pk,
        "representative": speaker.pk,
        "paper": paper.pk,
    }


# Money


def money_examples(cooperative: Cooperative) -> dict[str, object]:
    """A signed subscription to pay, a page at the provider's, and a transfer from nobody, to be sent back."""
    offer = FundingRoundFactory(cooperative=cooperative, slug="argent")
    college = CollegeFactory(cooperative=cooperative, code="argent")
    subscription = SubscriptionFactory(round=offer, signed=True, college=college, number=9_001)
    checkout = Checkout.objects.create(
        subscription=subscription,
        amount=Decimal("100.00"),
        session_id="cs_test_essai",
        url="https://checkout.stripe.com/c/pay/cs_test_essai",
        idempotency_key=uuid.uuid4(),
    )
    statement = BankStatement.objects.create(
        cooperative=cooperative,
        file_name="mars.xml",
        content=b"",
        sha256="0" * 64,
        first_day=dt.date(2025, 3, 1),
        last_day=dt.date(2025, 3, 31),
    )
    line = StatementLine.objects.create(
        cooperative=cooperative,
        statement=statement,
        position=1,
        key="essai",
        amount=Decimal("80.00"),
        currency="EUR",
        booked_on=dt.date(2025, 3, 2),
        party_name="DURAND ALAIN",
    )
    payout = return_line(actor=None, line=line)
    return {
        "paid": subscription.pk,
        "pay": pay_token(subscription),
        "checkout": checkout.idempotency_key,
        "statement": statement.pk,
        "line": line.pk,
        "payout": payout.pk,
    }


# papers and newborns' panels


def paper_examples(cooperative: Cooperative) -> dict[str, object]:
    """A paper and a newborn's panel for the addresses that name one."""
    panel = NewbornPanel.objects.create(
        cooperative=cooperative,
        number=1,
        child_first_names="Léonie",
        child_last_name="Essai",
        born_on=dt.date(2025, 3, 3),
        commune="Loos-en-Gohelle",
        commune_insee="62528",
        offered_by="ses grands-parents",
        contact_email="famille@essai.example",
    )
    paper = Paper.objects.create(
        cooperative=cooperative,
        kind=Paper.Kind.NEWBORN,
        cause=f"newborn:{panel.pk}",
        newborn=panel,
        content=b"%PDF",
        sha256=f"{panel.pk:064x}",
    )
    return {
        "own_paper": paper.pk,
        "own_paper_key": paper_key(paper),
        "panel": panel.pk,
        "panel_key": panel_key(panel),
    }


def round_examples(cooperative: Cooperative) -> dict[str, object]:
    """A round that is over, and a subscription to it."""
    signed = SubscriptionFactory(signed=True, round__cooperative=cooperative)
    return {"round": signed.round.slug, "subscription": signed.pk}


def shares_examples(cooperative: Cooperative) -> dict[str, object]:
    """An example of everything that addresses of shares and money name."""
    return {
        **after_issue(cooperative),
        **money_examples(cooperative),
        **paper_examples(cooperative),
        **round_examples(cooperative),
        **company_examples(cooperative),
    }


def company_examples(cooperative: Cooperative) -> dict[str, object]:
    """An edition of the statutes, and an account of the company that waits for the board."""
    bank = enter_bank(
        actor=UserFactory(),
        cooperative=cooperative,
        account_name="Soleil d’essai",
        iban="FR7630006000011234567890189",
        payment_prefix="MDS",
    )
    edition = cooperative.statutes_editions.order_by("pk").values_list("pk", flat=True)[0]
    return {"company_bank": bank.pk, "edition": edition}
