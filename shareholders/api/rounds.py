"""API of funding rounds: what is offered, and how much of it is taken."""

from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import generics, permissions, serializers
from rest_framework.request import Request

from shareholders.models import STANDING, Cooperative, FundingRound
from shareholders.reports import nominal_on

STATES = ["coming", "open", "closed"]


class RoundSerializer(serializers.ModelSerializer[FundingRound]):
    """A round on the day of the request. `outcome` is empty until it is closed for good."""

    state = serializers.SerializerMethodField()
    subscribed_shares = serializers.IntegerField(help_text="Signed, and not refused nor given up.")
    price_per_share_eur = serializers.SerializerMethodField(help_text="Nominal value and premium.")

    class Meta:
        model = FundingRound
        fields = [
            "slug",
            "name",
            "pitch",
            "opens_on",
            "closes_on",
            "state",
            "outcome",
            "rule",
            "minimum_shares",
            "target_shares",
            "maximum_shares",
            "least_each",
            "most_each",
            "subscribed_shares",
            "price_per_share_eur",
        ]

    def get_state(self, offer: FundingRound) -> str:
        today = self.context["today"]
        if offer.closed_at is not None or today > offer.closes_on:
            return "closed"
        return "coming" if today < offer.opens_on else "open"

    def get_price_per_share_eur(self, offer: FundingRound) -> str:
        return f"{self.context['nominal_value'] + offer.premium:.2f}"


class _Rounds(generics.GenericAPIView[FundingRound]):
    permission_classes = [permissions.AllowAny]
    serializer_class = RoundSerializer
    lookup_field = "slug"
    request: Request

    def get_queryset(self) -> QuerySet[FundingRound]:
        if getattr(self, "swagger_fake_view", False):
            return FundingRound.objects.none()
        self.cooperative = get_object_or_404(Cooperative, slug=self.kwargs["coop"])
        taken = Sum(
            Coalesce(F("subscriptions__granted"), F("subscriptions__quantity")),
            filter=Q(subscriptions__state__in=STANDING),
        )
        return FundingRound.objects.of(self.cooperative).annotate(subscribed_shares=Coalesce(taken, 0))

    def get_serializer_context(self) -> dict[str, Any]:
        """With the day, and what a share is worth on it, of the cooperative `get_queryset` looked up."""
        context = dict(super().get_serializer_context())
        if not hasattr(self, "cooperative"):
            return context
        today = timezone.localdate(timezone=self.cooperative.zone)
        return context | {"today": today, "nominal_value": nominal_on(self.cooperative, today)}


class RoundList(_Rounds, generics.ListAPIView[FundingRound]):
    """The funding rounds of a cooperative."""


class RoundDetail(_Rounds, generics.RetrieveAPIView[FundingRound]):
    """One funding round."""
