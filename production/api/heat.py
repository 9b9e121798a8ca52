"""Heat networks, read like plants: list, detail, what is expected in an ordinary year and day by day."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import generics, permissions, serializers

from installations.models import HeatBuilding, HeatNetwork, Plant
from production.api.expected_days import ExpectedDays
from production.api.plants import Expected
from shareholders.models import Cooperative


class HeatBuildingSerializer(serializers.ModelSerializer[HeatBuilding]):
    annual_heat_wh = serializers.FloatField(source="heat_wh", read_only=True)

    class Meta:
        model = HeatBuilding
        fields = ["name", "kind", "annual_heat_wh", "hot_water_fraction"]


class NetworkSerializer(serializers.ModelSerializer[HeatNetwork]):
    """Boilers and pipes; fractions are of one."""

    buildings = HeatBuildingSerializer(many=True, read_only=True)

    class Meta:
        model = HeatNetwork
        fields = [
            "boiler_power_w",
            "minimum_fraction",
            "efficiency",
            "minimum_efficiency",
            "store_wh",
            "availability",
            "humidity",
            "gas_power_w",
            "gas_efficiency",
            "pipes_length_m",
            "pipe_loss_method",
            "pipe_loss",
            "source",
            "buildings",
        ]


class HeatPlantSerializer(serializers.ModelSerializer[Plant]):
    network: serializers.BaseSerializer[Any] = NetworkSerializer(
        read_only=True, allow_null=True, default=None
    )

    class Meta:
        model = Plant
        fields = [
            "slug",
            "name",
            "commune",
            "commune_insee",
            "latitude_deg",
            "longitude_deg",
            "time_zone",
            "commissioned_on",
            "under_study",
            "network",
        ]


def networks_of(coop: str) -> QuerySet[Plant]:
    """The heat networks of a cooperative by its slug, or 404 for an unknown one."""
    return Plant.objects.heating(get_object_or_404(Cooperative, slug=coop))


class HeatNetworkList(generics.ListAPIView[Plant]):
    """The heat networks of a cooperative, in service or under study."""

    permission_classes = [permissions.AllowAny]
    serializer_class = HeatPlantSerializer

    def get_queryset(self) -> QuerySet[Plant]:
        if getattr(self, "swagger_fake_view", False):
            return Plant.objects.none()
        return networks_of(self.kwargs["coop"])


class HeatNetworkDetail(generics.RetrieveAPIView[Plant]):
    """One heat network with its buildings."""

    permission_classes = [permissions.AllowAny]
    serializer_class = HeatPlantSerializer
    lookup_field = "slug"

    def get_queryset(self) -> QuerySet[Plant]:
        if getattr(self, "swagger_fake_view", False):
            return Plant.objects.none()
        return networks_of(self.kwargs["coop"])


class HeatExpected(Expected):
    """Heat from wood expected of a network in an ordinary year."""

    kind = Plant.Kind.HEAT


class HeatExpectedDays(ExpectedDays):
    """Heat from wood expected of a network day by day, under the weather that was or is announced."""

    kind = Plant.Kind.HEAT
