"""The technical sheet of a plant: checked by the engine before anything is stored."""

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields, replace
from typing import Any

from django.db import transaction

from installations.models import Plant, TechnicalSheet
from mine_de_soleil.core.journal import record
from mine_de_soleil.core.models import User
from production.described import described, losses_from, physics_from, sheet_of
from production.fleet import FleetError, Losses, Physics, PvPlant, build_fleet
from production.sheet_words import (
    not_a_number,
    not_known,
    said_of_fleet,
    too_long,
    twelve_months,
)

SEASONAL = ("soiling", "shading", "snow")
LONGEST_SOURCE = 300
LARGEST = 10**12
LOSS_DEFAULTS: dict[str, Any] = asdict(Losses())
PHYSICS_DEFAULTS: dict[str, Any] = asdict(Physics())
_TEXTS = tuple(field.name for field in fields(Physics) if isinstance(PHYSICS_DEFAULTS[field.name], str))


class SheetRefused(Exception):
    """A sheet no engine can compute: `faults` are sentences by field, `plant` for what isn't the sheet's."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__(" ".join(self.faults.values()))


class SheetChanged(Exception):
    """Somebody else saved the sheet since it was read."""


def seen_token(plant: Plant) -> str:
    """What stands in the sheet now, as a short text: whoever saves gives back the one they read."""
    sheet = sheet_of(plant)
    if sheet is None:
        return "new"
    stands = [sheet.losses, sheet.physics, sheet.horizon_deg, sheet.source]
    return hashlib.sha256(json.dumps(stands, sort_keys=True).encode()).hexdigest()[:16]


def save_sheet(
    *,
    actor: User | None,
    plant: Plant,
    losses: Mapping[str, Any],
    physics: Mapping[str, Any],
    horizon_deg: Sequence[Any],
    source: str = "",
    seen: str | None = None,
) -> TechnicalSheet:
    """Store what of a sheet differs from the engine's published defaults; the journal says what changed.

    losses [1], a year's or twelve months'; horizon_deg [°]; seen: `seen_token` when the sheet was read (None:
    whatever stands). Saved twice alike, the second time writes nothing. Raises SheetRefused, SheetChanged.
    """
    wanted = _checked(plant, losses, physics, horizon_deg, source)
    with transaction.atomic():
        # The plant's row stands for a sheet that isn't there yet: of two first ones, the second waits.
        locked = Plant.objects.select_for_update(of=("self",)).select_related("cooperative").get(pk=plant.pk)
        if seen is not None and seen != seen_token(locked):
            raise SheetChanged
        before = sheet_of(locked)
        changed = _changes(before, wanted)
        if before is not None and not changed:
            return before
        sheet, _made = TechnicalSheet.objects.update_or_create(plant=locked, defaults=wanted)
        record(
            actor,
            "save_sheet",
            sheet,
            scope=locked.cooperative.slug,
            plant=locked.slug,
            changed=changed,
        )
    return sheet


def _checked(
    plant: Plant, losses: Mapping[str, Any], physics: Mapping[str, Any], horizon: Sequence[Any], source: str
) -> dict[str, Any]:
    """The sheet as it is stored. Raises SheetRefused with every fault found."""
    faults = _shape_faults(losses, physics, horizon, source)
    if faults:
        raise SheetRefused(faults)
    own_losses = {name: _plain(value) for name, value in losses.items()}
    bare = replace(described(plant), losses=Losses(), physics=Physics(), horizon_deg=())
    faults = _engine_faults(bare, own_losses, dict(physics), horizon)
    if faults:
        raise SheetRefused(faults)
    return {
        "losses": _differing(own_losses, LOSS_DEFAULTS),
        "physics": _differing(dict(physics), PHYSICS_DEFAULTS),
        "horizon_deg": [float(height) for height in horizon],
        "source": source.strip(),
    }


def _shape_faults(
    losses: Mapping[str, Any], physics: Mapping[str, Any], horizon: Sequence[Any], source: str
) -> dict[str, str]:
    """What isn't even of the right kind: unknown names, texts for numbers."""
    faults = {name: not_known(name) for name in losses if name not in LOSS_DEFAULTS}
    faults |= {name: not_known(name) for name in physics if name not in PHYSICS_DEFAULTS}
    for name, value in losses.items():
        if name in LOSS_DEFAULTS and (fault := _loss_fault(name, value)):
            faults[name] = fault
    for name, value in physics.items():
        if name in PHYSICS_DEFAULTS and not _fits(name, value):
            faults[name] = not_a_number(name)
    if not all(_is_number(height) for height in horizon):
        faults["horizon_deg"] = not_a_number("horizon_deg")
    if len(source.strip()) > LONGEST_SOURCE:
        faults["source"] = too_long(LONGEST_SOURCE)
    return faults


def _loss_fault(name: str, value: Any) -> str:
    if isinstance(value, list | tuple):
        if name not in SEASONAL or len(value) != 12:
            return twelve_months(name, seasonal=name in SEASONAL)
        return "" if all(_is_number(one) for one in value) else not_a_number(name)
    return "" if _is_number(value) else not_a_number(name)


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    # An integer of four hundred digits is a number, but none a float can hold.
    return math.isfinite(value) if isinstance(value, float) else abs(value) < LARGEST


def _fits(name: str, value: Any) -> bool:
    if name == "diffuse_iam":
        return isinstance(value, bool)
    return isinstance(value, str) and "\0" not in value if name in _TEXTS else _is_number(value)


def _engine_faults(
    bare: PvPlant, losses: dict[str, Any], physics: dict[str, Any], horizon: Sequence[Any]
) -> dict[str, str]:
    """What the engine says no to, field by field, so that all faults are told at once."""
    trials: dict[str, Callable[[], PvPlant]] = {"plant": lambda: bare}
    for name, value in losses.items():
        trials[name] = lambda name=name, value=value: replace(bare, losses=losses_from({name: value}))  # type: ignore[misc]
    for name, value in physics.items():
        # A mounting is only known to its own temperature model.
        with_model = {"temperature": physics.get("temperature", "faiman")} if name == "mounting" else {}
        if name == "temperature":
            with_model = {"mounting": physics.get("mounting", "")}
        own = {**with_model, name: value}
        trials[name] = lambda own=own: replace(bare, physics=physics_from(own))  # type: ignore[misc]
    trials["horizon_deg"] = lambda: replace(bare, horizon_deg=tuple(float(height) for height in horizon))
    faults = {}
    for name, trial in trials.items():
        try:
            build_fleet([trial()])
        except FleetError as error:
            faults[name] = said_of_fleet(error, name)
            if name == "plant":  # nothing else could be told apart from it
                break
    return faults


def _plain(value: Any) -> Any:
    """Twelve equal months are one figure."""
    if not isinstance(value, list | tuple):
        return float(value)
    months = [float(one) for one in value]
    return months[0] if len(set(months)) == 1 else months


def _differing(values: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value != defaults[name]}


def _changes(before: TechnicalSheet | None, wanted: dict[str, Any]) -> dict[str, Any]:
    """Each item that changes: from, to; the default where the sheet says nothing."""
    old = {
        "losses": before.losses if before else {},
        "physics": before.physics if before else {},
        "horizon_deg": before.horizon_deg if before else [],
        "source": before.source if before else "",
    }
    changed: dict[str, Any] = {}
    for part, defaults in (("losses", LOSS_DEFAULTS), ("physics", PHYSICS_DEFAULTS)):
        for name in sorted(old[part].keys() | wanted[part].keys()):
            pair = [values.get(name, defaults.get(name)) for values in (old[part], wanted[part])]
            if pair[0] != pair[1]:
                changed[name] = pair
    changed |= {
        name: [old[name], wanted[name]] for name in ("horizon_deg", "source") if old[name] != wanted[name]
    }
    return changed
