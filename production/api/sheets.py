"""The technical sheet of a plant, read and replaced whole."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from installations.models import Plant
from mine_de_soleil.core.api import idempotent, problem
from production.described import sheet_of
from production.permissions import can_import_readings, can_see_operation
from production.services.sheets import (
    LONGEST_SOURCE,
    LOSS_DEFAULTS,
    PHYSICS_DEFAULTS,
    SheetChanged,
    SheetRefused,
    save_sheet,
    seen_token,
)
from shareholders.api.asked import actor_for, caller
from shareholders.permissions import Predicate

MOST_HEIGHTS = 360


class SheetSerializer(serializers.Serializer[Any]):
    """What the sheet says and, in `defaults`, what holds where it says nothing."""

    losses = serializers.DictField(help_text="Fractions [1]; twelve values for a monthly item.")
    physics = serializers.DictField(help_text="Models and their parameters, by name.")
    horizon_deg = serializers.ListField(
        child=serializers.FloatField(), help_text="Heights [°], evenly spaced clockwise from north."
    )
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    defaults = serializers.DictField(read_only=True)
    seen = serializers.CharField(help_text="Send it back with a PUT: another's change is then a 409.")


class SheetAskedSerializer(serializers.Serializer[Any]):
    """A whole sheet; what it leaves out takes the published defaults."""

    losses = serializers.DictField(default=dict)
    physics = serializers.DictField(default=dict)
    horizon_deg = serializers.ListField(child=serializers.FloatField(), default=list, max_length=MOST_HEIGHTS)
    source = serializers.CharField(  # type: ignore[assignment]
        default="", allow_blank=True, max_length=LONGEST_SOURCE
    )
    seen = serializers.CharField(required=False, max_length=32)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A misspelt name would put every default back; `defaults` may come back as it was read."""
        unknown = sorted(set(self.initial_data) - set(self.fields) - {"defaults"})
        if unknown:
            raise serializers.ValidationError(
                {name[:60]: _("Ce nom n’est pas connu.") for name in unknown[:20]}
            )
        return attrs


class Sheet(APIView):
    """How a plant is computed: losses, models, horizon."""

    @extend_schema(responses=SheetSerializer)
    def get(self, request: Request, coop: str, slug: str) -> Response:
        return Response(_shown(_plant(request, coop, slug, can_see_operation)))

    @extend_schema(request=SheetAskedSerializer, responses=SheetSerializer)
    @idempotent
    def put(self, request: Request, coop: str, slug: str) -> Response:
        plant = _plant(request, coop, slug, can_import_readings)
        asked = SheetAskedSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            save_sheet(actor=caller(request), plant=plant, **asked.validated_data)
        except SheetRefused as refusal:
            return problem(422, _("Fiche refusée"), str(refusal), errors=refusal.faults)
        except SheetChanged:
            sentence = _("Quelqu’un a enregistré cette fiche entre-temps\u202f: relisez-la d’abord.")
            return problem(409, _("Fiche changée"), sentence)
        return Response(_shown(_plant(request, coop, slug, can_import_readings)))


def _plant(request: Request, coop: str, slug: str, predicate: Predicate) -> Plant:
    cooperative = actor_for(request, coop, predicate).cooperative
    own = Plant.objects.of(cooperative).select_related("cooperative", "sheet").prefetch_related("arrays")
    found: Plant = get_object_or_404(own, slug=slug)
    return found


def _shown(plant: Plant) -> dict[str, Any]:
    sheet = sheet_of(plant)
    return {
        "losses": sheet.losses if sheet else {},
        "physics": sheet.physics if sheet else {},
        "horizon_deg": sheet.horizon_deg if sheet else [],
        "source": sheet.source if sheet else "",
        "defaults": {"losses": LOSS_DEFAULTS, "physics": PHYSICS_DEFAULTS},
        "seen": seen_token(plant),
    }
