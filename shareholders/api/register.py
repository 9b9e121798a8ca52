"""API of the share register: who holds what on a day, its lines with their seals, its verification."""

from typing import Any

from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from mine_de_soleil.core.api import CursorByKey
from shareholders.api.asked import ON, actor_for, day_asked
from shareholders.capital import Stake
from shareholders.models import Shareholder, ShareMovement
from shareholders.permissions import can_see_register
from shareholders.register_reports import verified
from shareholders.reports import capital_on


class CursorByNumber(CursorByKey):
    """In the order of the register."""

    ordering = "number"


class HolderSerializer(serializers.ModelSerializer[Shareholder]):
    """A holder by the close of a day."""

    name = serializers.CharField(source="__str__")
    college = serializers.SerializerMethodField()
    shares = serializers.IntegerField(source="shares_held")
    value_eur = serializers.SerializerMethodField()
    capital_fraction = serializers.SerializerMethodField()

    class Meta:
        model = Shareholder
        fields = [
            "number",
            "kind",
            "name",
            "college",
            "postcode",
            "commune",
            "shares",
            "value_eur",
            "capital_fraction",
        ]

    def get_college(self, holder: Shareholder) -> str | None:
        colleges: dict[int, str] = self.context["colleges"]
        return colleges.get(holder.college_id_then) if holder.college_id_then else None

    def get_value_eur(self, holder: Shareholder) -> str:
        return f"{self._stake(holder).value:.2f}"

    def get_capital_fraction(self, holder: Shareholder) -> float:
        return self._stake(holder).fraction

    def _stake(self, holder: Shareholder) -> Stake:
        capital = self.context["capital"]
        return Stake(holder.shares_held, capital.shares, capital.nominal_value)


@extend_schema_view(get=extend_schema(parameters=[ON]))
class Holders(generics.ListAPIView[Shareholder]):
    """Everybody who holds shares of a cooperative by the close of a day, by order number."""

    serializer_class = HolderSerializer
    pagination_class = CursorByNumber

    def get_queryset(self) -> QuerySet[Shareholder]:
        if getattr(self, "swagger_fake_view", False):
            return Shareholder.objects.none()
        cooperative = actor_for(self.request, self.kwargs["coop"], can_see_register).cooperative
        self.capital = capital_on(cooperative, day_asked(self.request, cooperative))
        holders = Shareholder.objects.filter(cooperative=cooperative)
        day = self.capital.day
        return holders.holding_on(day).with_college_on(day).filter(Q(shares_held__gt=0))

    def get_serializer_context(self) -> dict[str, Any]:
        """With the capital the shares are a part of, which `get_queryset` looked up."""
        context = dict(super().get_serializer_context())
        capital = getattr(self, "capital", None)
        if capital is None:
            return context
        return context | {
            "capital": capital,
            "colleges": {share.college.pk: share.college.code for share in capital.colleges},
        }


class MovementSerializer(serializers.ModelSerializer[ShareMovement]):
    """A line of the register, with all that its seal covers (docs/algorithms/register-chain.md)."""

    giver_number = serializers.IntegerField(source="from_shareholder.number", allow_null=True)
    taker_number = serializers.IntegerField(source="to_shareholder.number", allow_null=True)
    reverses = serializers.IntegerField(source="reverses.number", allow_null=True)

    class Meta:
        model = ShareMovement
        fields = [
            "number",
            "kind",
            "dated",
            "entered_at",
            "giver_number",
            "giver_identity",
            "taker_number",
            "taker_identity",
            "quantity",
            "nominal_value",
            "reverses",
            "reason",
            "previous_sha256",
            "entry_sha256",
        ]


class Movements(generics.ListAPIView[ShareMovement]):
    """The lines of a share register, in their order."""

    serializer_class = MovementSerializer
    pagination_class = CursorByNumber

    def get_queryset(self) -> QuerySet[ShareMovement]:
        if getattr(self, "swagger_fake_view", False):
            return ShareMovement.objects.none()
        cooperative = actor_for(self.request, self.kwargs["coop"], can_see_register).cooperative
        lines = ShareMovement.objects.filter(cooperative=cooperative)
        return lines.select_related("from_shareholder", "to_shareholder", "reverses")


class FindingSerializer(serializers.Serializer[Any]):
    """Something wrong in the register."""

    number = serializers.IntegerField(allow_null=True, help_text="The line; null: of the whole.")
    rule = serializers.CharField()
    sentence = serializers.CharField()


class VerificationSerializer(serializers.Serializer[Any]):
    """What verifying a register found."""

    is_sound = serializers.BooleanField()
    lines = serializers.IntegerField()
    last_sha256 = serializers.CharField()
    shares = serializers.IntegerField()
    holders = serializers.IntegerField()
    nominal_value_eur = serializers.DecimalField(max_digits=10, decimal_places=2, source="nominal_value")
    capital_eur = serializers.DecimalField(max_digits=20, decimal_places=2, source="capital")
    finding_count = serializers.IntegerField()
    findings = FindingSerializer(many=True)


class Verification(APIView):
    """The whole register verified now: its chain, its numbers, its sums on every day."""

    @extend_schema(responses=VerificationSerializer)
    def get(self, request: Request, coop: str) -> Response:
        cooperative = actor_for(request, coop, can_see_register).cooperative
        return Response(VerificationSerializer(verified(cooperative)).data)
