"""API of subscriptions: one's own, the board's queue, its decision."""

from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from mine_de_soleil.core.api import idempotent, problem
from shareholders.api.asked import actor_for, caller
from shareholders.api.holdings import accounts_of
from shareholders.bulletin import name_of
from shareholders.models import SIGN, Subscription
from shareholders.permissions import can_decide_shares, can_see_register
from shareholders.services.gates import NotDecidable, decide

_MONEY: "DecimalField[Decimal, Decimal]" = DecimalField(max_digits=12, decimal_places=2)
_NOTHING = Decimal("0.00")


def with_received(rows: QuerySet[Subscription]) -> QuerySet[Subscription]:
    """Adds `received_eur`: euros received less given back, by the ledger."""
    came, went = ([kind.value for kind, sign in SIGN.items() if sign == side] for side in (1, -1))

    def total(kinds: list[str]) -> Coalesce:
        amount = Sum("payments__amount", filter=Q(payments__kind__in=kinds), output_field=_MONEY)
        return Coalesce(amount, _NOTHING, output_field=_MONEY)

    return rows.annotate(received_eur=total(came) - total(went)).select_related(
        "cooperative", "round", "movement"
    )


class SubscriptionSerializer(serializers.ModelSerializer[Subscription]):
    """A subscription and its two gates: money (`paid_at`), the board's word (`decision`)."""

    cooperative = serializers.CharField(source="cooperative.slug")
    round = serializers.CharField(source="round.slug")
    shares = serializers.IntegerField(help_text="Asked for, or granted if fewer were.")
    price_eur = serializers.SerializerMethodField(help_text="For all the shares; null before the signature.")
    first_call_eur = serializers.DecimalField(
        max_digits=12, decimal_places=2, source="first_call", allow_null=True
    )
    received_eur = serializers.DecimalField(max_digits=12, decimal_places=2)
    register_line = serializers.IntegerField(source="movement.number", allow_null=True)

    class Meta:
        model = Subscription
        fields = [
            "cooperative",
            "round",
            "number",
            "reference",
            "state",
            "quantity",
            "shares",
            "price_eur",
            "first_call_eur",
            "received_eur",
            "signed_at",
            "paid_at",
            "decision",
            "decided_at",
            "decision_reason",
            "register_line",
            "ended_at",
        ]

    def get_price_eur(self, subscription: Subscription) -> str | None:
        return f"{subscription.price:.2f}" if subscription.signed_at else None


class QueuedSubscriptionSerializer(SubscriptionSerializer):
    """The same as the board reads it: with the name signed."""

    name = serializers.SerializerMethodField()

    class Meta(SubscriptionSerializer.Meta):
        fields = ["name", *SubscriptionSerializer.Meta.fields]

    def get_name(self, subscription: Subscription) -> str:
        return name_of(subscription.identity)


class MySubscriptions(generics.ListAPIView[Subscription]):
    """The caller's subscriptions, and those of the accounts the caller acts for, in every cooperative."""

    serializer_class = SubscriptionSerializer

    def get_queryset(self) -> QuerySet[Subscription]:
        if getattr(self, "swagger_fake_view", False):
            return Subscription.objects.none()
        user = caller(self.request)
        own = Q(user=user, holder=None) | Q(holder__in=accounts_of(user).values("pk"))
        return with_received(Subscription.objects.filter(own))


# Before the signature a subscription is its author's alone.
_SHOWN = [choice for choice in Subscription.State.choices if choice[0] not in ("draft", "identified", "read")]
STATE = OpenApiParameter("state", str, enum=[value for value, _label in _SHOWN])


class StateSerializer(serializers.Serializer[Any]):
    """`state`: of which subscriptions."""

    state = serializers.ChoiceField(choices=_SHOWN, required=False)


@extend_schema_view(get=extend_schema(parameters=[STATE]))
class Subscriptions(generics.ListAPIView[Subscription]):
    """The signed subscriptions of a cooperative, whatever became of them."""

    serializer_class = QueuedSubscriptionSerializer

    def get_queryset(self) -> QuerySet[Subscription]:
        if getattr(self, "swagger_fake_view", False):
            return Subscription.objects.none()
        cooperative = actor_for(self.request, self.kwargs["coop"], can_see_register).cooperative
        asked = StateSerializer(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        rows = Subscription.objects.of(cooperative).filter(signed_at__isnull=False)
        return with_received(rows.filter(**asked.validated_data))


class DecisionSerializer(serializers.Serializer[Any]):
    """The board's word; a refusal says why."""

    approved = serializers.BooleanField()
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["approved"] and not attrs["reason"]:
            raise serializers.ValidationError({"reason": _("Dites pourquoi : la personne le lira.")})
        return attrs


class Decision(APIView):
    """Approve or refuse a signed subscription. The same word twice changes nothing."""

    @extend_schema(request=DecisionSerializer, responses=QueuedSubscriptionSerializer)
    @idempotent
    def post(self, request: Request, coop: str, number: int) -> Response:
        cooperative = actor_for(request, coop, can_decide_shares).cooperative
        signed = Subscription.objects.of(cooperative).filter(signed_at__isnull=False)
        found = get_object_or_404(signed, number=number)
        asked = DecisionSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        word = asked.validated_data
        reason = "" if word["approved"] else word["reason"]
        try:
            decide(actor=caller(request), subscription=found, approved=word["approved"], reason=reason)
        except NotDecidable:
            sentence = _("Cette souscription a été décidée autrement, ou elle est close.")
            return problem(409, _("Plus à décider"), sentence)
        return Response(QueuedSubscriptionSerializer(with_received(signed).get(pk=found.pk)).data)
