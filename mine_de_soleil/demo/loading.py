"""Loading a demo cooperative of any scale, through the services of everybody, again and again without harm.

First the company, its people and its plants in one transaction; then one meter file a plant and year, each
imported whole or not at all; then what people do about shares, a transaction a step. Wherever a load was
cut, the next one goes on from there; a load on a later day appends the days since, and opens a round when
none is open.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from installations.models import Meter, Plant, PVArray
from mine_de_soleil.core.calendar import local_day
from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import JournalEntry
from mine_de_soleil.demo import series
from mine_de_soleil.demo.accounts import open_accounts
from mine_de_soleil.demo.bulk_register import write_in_bulk
from mine_de_soleil.demo.company import complete, found_company, make_colleges
from mine_de_soleil.demo.errors import DayOutOfRange, NotBuilt, RealDataPresent
from mine_de_soleil.demo.gateways import make_tokens
from mine_de_soleil.demo.heat import plan_heat
from mine_de_soleil.demo.letter_readers import choose_letters
from mine_de_soleil.demo.life import enliven
from mine_de_soleil.demo.registering import write_register
from mine_de_soleil.demo.roofs import ALTITUDE_M, Roof
from mine_de_soleil.demo.sales import sell
from mine_de_soleil.demo.scales import SCALES, Scale
from mine_de_soleil.demo.series import Metering
from mine_de_soleil.demo.telling import tell, write_sheets
from mine_de_soleil.demo.troubles import trouble
from production.formats import generic
from production.models import DailyEnergy, ReadingImport
from production.services.forecasts import make_forecasts
from production.services.imports import Delivery, import_at_once
from production.services.quality import check_late_days, solar_meters
from production.services.studies import freeze_study
from production.services.trends import ask_trends
from shareholders.models import Cooperative, Shareholder

NAMES = ("small", "town", "network")
# Any number will do, as long as nothing else in the product locks the same one.
LOAD_LOCK = 62_528
QUALITY_DAYS_BACK = dt.timedelta(days=365)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class DemoLoaded:
    """What there is now, and what this load added to it."""

    cooperative: str
    is_new: bool
    shareholders: int
    plants: int
    files_imported: int
    readings_stored: int
    energy_wh: int
    last_day: dt.date


def scale_named(name: str) -> Scale:
    """The description of that size. Raises NotBuilt."""
    if name not in SCALES:
        raise NotBuilt(
            _(
                "La démonstration « %(scale)s » n’est pas encore construite : "
                "choisissez « small » ou « town »."
            )
            % {"scale": name}
        )
    return SCALES[name]


def is_loaded(slug: str = SCALES["small"].company.slug) -> bool:
    """Whether that demo was loaded to its end once: a load that was cut goes on where it stopped."""
    return JournalEntry.objects.filter(act="finish_demo", scope="", detail__slug=slug).exists()


def load_demo(
    *,
    scale: str | Scale = "small",
    until: dt.date,
    since: dt.date | None = None,
    say: Say = lambda _line: None,
) -> DemoLoaded:
    """Load the demo with readings of every local day from `since` to `until`, both included.

    Without `since`, from the scale's first day on. What is there already is left alone. `say` hears how far
    it is. Raises RealDataPresent, NotBuilt, DayOutOfRange.
    """
    chosen = scale if isinstance(scale, Scale) else scale_named(scale)
    metering = chosen.metering()
    since = since or metering.first_day
    _check(metering.first_day, since, until)
    with transaction.atomic():
        cooperative, is_new = _cooperative(chosen)
        complete(cooperative, chosen.company)
        if is_new:
            say(_("Coopérative, actionnaires et centrales…"))
            _fill(cooperative, chosen, metering)
    if is_new:
        _tell_planner()
    imports: list[ReadingImport] = []
    for roof in metering.roofs:
        imports += _import_missing(cooperative, metering, roof, since, until, say)
    tell(cooperative, until, say)
    if chosen is SCALES["small"]:
        _furnish(cooperative, until, say)
    if imports:
        _judge(cooperative, chosen, until, say)
    # What was lost is told in euros by the contracts, and outages by the quality of days: both before.
    trouble(cooperative, until, say)
    # Last, so that the board's latest acts are those of people.
    enliven(cooperative, local_day(timezone.now()), say, chosen)
    if imports:
        _tell_planner()
    if not is_loaded(cooperative.slug):
        # The network's act: the latest ones of the company stay those of people.
        record(None, "finish_demo", cooperative, scope="", slug=cooperative.slug)
    return DemoLoaded(
        cooperative=cooperative.slug,
        is_new=is_new,
        shareholders=Shareholder.objects.filter(cooperative=cooperative).count(),
        plants=Plant.objects.of(cooperative).count(),
        files_imported=len(imports),
        readings_stored=sum(done.rows_stored for done in imports),
        energy_wh=sum(done.energy_wh for done in imports),
        last_day=until,
    )


def _check(first_day: dt.date, since: dt.date, until: dt.date) -> None:
    real = Cooperative.objects.filter(is_demo=False).first()
    if real:
        raise RealDataPresent(
            _(
                "Une coopérative réelle est enregistrée ici (%(name)s) : la démonstration ne se charge pas "
                "à côté d’elle. Que faire : chargez-la dans une autre base de données."
            )
            % {"name": real.short_name}
        )
    if since > until or since < first_day:
        raise DayOutOfRange(_("La démonstration commence le %(day)s.") % {"day": f"{first_day:%d/%m/%Y}"})
    if until >= local_day(timezone.now()):
        raise DayOutOfRange(
            _("Le %(day)s n’est pas terminé : donnez un jour passé.") % {"day": f"{until:%d/%m/%Y}"}
        )


def _furnish(cooperative: Cooperative, until: dt.date, say: Say) -> None:
    """What only the small demo has: heat under study, a gateway's token, readers of the letter, sales."""
    plan_heat(cooperative)
    make_tokens(cooperative, timezone.now())
    choose_letters(cooperative)
    sell(cooperative, until, say)


def _cooperative(scale: Scale) -> tuple[Cooperative, bool]:
    # The worker's morning task and somebody's command may come at once: the second waits, then finds it made.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOAD_LOCK])
    return found_company(scale.company)


def _fill(cooperative: Cooperative, scale: Scale, metering: Metering) -> None:
    """Everything but the readings, and what people do about shares."""
    users = open_accounts(cooperative, scale.cast())
    write = write_in_bulk if scale.in_bulk else write_register
    write(cooperative, make_colleges(cooperative), users, scale.register())
    plants = [_build(cooperative, roof) for roof in metering.roofs]
    write_sheets(cooperative)
    _expect(plants, scale)
    record(None, "load_demo", cooperative, scope=cooperative.slug, plants=len(plants))


def _expect(plants: Sequence[Plant], scale: Scale) -> None:
    """What plants are judged by: a study each, frozen; of a whole town, forecasts computed together."""
    if scale.in_bulk:
        make_forecasts(actor=None, plants=plants)
        return
    for plant in plants:
        freeze_study(actor=None, plant=plant)


def _tell_planner() -> None:
    """Give PostgreSQL its statistics now: the first visitor shouldn't pay for tables it believes empty."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE production_reading, production_dailyenergy, shareholders_sharemovement,"
            " shareholders_shareholder, shareholders_collegemembership, installations_plant"
        )


def _build(cooperative: Cooperative, roof: Roof) -> Plant:
    plant = Plant.objects.create(
        cooperative=cooperative,
        slug=roof.slug,
        name=roof.name,
        building=roof.building,
        commune=roof.commune,
        commune_insee=roof.commune_insee,
        latitude_deg=roof.latitude_deg,
        longitude_deg=roof.longitude_deg,
        altitude_m=ALTITUDE_M,
        commissioned_on=roof.commissioned_on,
        panel_area_m2=roof.panel_area_m2,
        inverter_power_w=roof.inverter_power_w,
        loss_percent=roof.loss_percent,
    )
    PVArray.objects.bulk_create(
        PVArray(
            plant=plant,
            peak_power_w=array.peak_power_w,
            tilt_deg=array.tilt_deg,
            azimuth_deg=array.azimuth_deg,
        )
        for array in roof.arrays
    )
    Meter.objects.create(plant=plant, code=roof.meter_code)
    return plant


def _import_missing(
    cooperative: Cooperative, metering: Metering, roof: Roof, since: dt.date, until: dt.date, say: Say
) -> list[ReadingImport]:
    """Import what the meter recorded after the last day it has, one file a year."""
    # A plant or meter that somebody took away in the demo stays away.
    meter = Meter.objects.filter(code=roof.meter_code, plant__cooperative=cooperative).first()
    if meter is None:
        return []
    first = _next_day(meter, since)
    if first > until:
        return []
    span = {"plant": roof.name, "first": f"{first:%d/%m/%Y}", "last": f"{until:%d/%m/%Y}"}
    say(_("Relevés de %(plant)s, du %(first)s au %(last)s…") % span)
    return [_import(meter, block) for block in series.blocks(roof, first, until, metering)]


def _judge(cooperative: Cooperative, scale: Scale, until: dt.date, say: Say) -> None:
    """The quality of the last days, so that the first visitor sees some; the worker does the others.

    Of a town the worker does all: two hundred roofs take minutes.
    """
    if not scale.in_bulk:
        say(_("Qualité des relevés…"))
        check_late_days(
            timezone.now(),
            meters=list(solar_meters().filter(plant__cooperative=cooperative)),
            from_day=until - QUALITY_DAYS_BACK,
        )
    ask_trends()


def _next_day(meter: Meter, since: dt.date) -> dt.date:
    last = DailyEnergy.objects.filter(meter=meter).aggregate(last=Max("day"))["last"]
    return max(last + dt.timedelta(days=1), since) if last else since


def _import(meter: Meter, block: series.Block) -> ReadingImport:
    name = f"{meter.code}_{block.first_day}_{block.last_day}.csv"
    delivery = Delivery(name, series.as_csv(block), generic.NAME)
    return import_at_once(actor=None, meter=meter, delivery=delivery, now=timezone.now())
