"""API of money: the ledger, and statements of the bank."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import generics, parsers, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from mine_de_soleil.core.api import idempotent, problem
from shareholders.api.asked import actor_for, caller
from shareholders.banking.camt053 import StatementRefused
from shareholders.banking.camt053.envelope import MAX_BYTES
from shareholders.models import Payment
from shareholders.permissions import can_handle_money, can_see_money
from shareholders.services.money_words import MoneyRefused
from shareholders.services.statements import import_statement


class PaymentSerializer(serializers.ModelSerializer[Payment]):
    """A line of the ledger. `source`: the bank's entry or the provider's object it was read from."""

    amount_eur = serializers.DecimalField(max_digits=12, decimal_places=2, source="amount")
    subscription = serializers.CharField(source="subscription.reference", allow_null=True)
    payout = serializers.CharField(source="payout.reference", allow_null=True)

    class Meta:
        model = Payment
        fields = [
            "id",
            "kind",
            "method",
            "amount_eur",
            "dated",
            "entered_at",
            "subscription",
            "payout",
            "source",
        ]


class Payments(generics.ListAPIView[Payment]):
    """The ledger of a cooperative, in the order it was written."""

    serializer_class = PaymentSerializer

    def get_queryset(self) -> QuerySet[Payment]:
        if getattr(self, "swagger_fake_view", False):
            return Payment.objects.none()
        cooperative = actor_for(self.request, self.kwargs["coop"], can_see_money).cooperative
        return Payment.objects.filter(cooperative=cooperative).select_related("subscription", "payout")


class StatementUploadSerializer(serializers.Serializer[Any]):
    """A statement (CAMT.053) as multipart form data."""

    file = serializers.FileField(allow_empty_file=True)
    dry_run = serializers.BooleanField(default=False)


class StatementReportSerializer(serializers.Serializer[Any]):
    """What a statement brought; `received_eur` was given to subscriptions without anybody's help."""

    file_name = serializers.CharField()
    statement_id = serializers.IntegerField(allow_null=True)
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    is_known = serializers.BooleanField(help_text="The very same file was imported before.")
    is_dry_run = serializers.BooleanField()
    lines_read = serializers.IntegerField()
    lines_new = serializers.IntegerField()
    lines_known = serializers.IntegerField()
    paid_exactly = serializers.IntegerField(source="exact")
    paid_in_part = serializers.IntegerField(source="partial")
    paid_too_much = serializers.IntegerField(source="excess")
    paid_for_several = serializers.IntegerField(source="several")
    payouts_done = serializers.IntegerField()
    payouts_returned = serializers.IntegerField()
    to_look_at = serializers.IntegerField()
    received_eur = serializers.DecimalField(max_digits=14, decimal_places=2, source="received")


class BankStatements(APIView):
    """Bring a statement of the bank: read, matched and entered at once, whole or not at all."""

    parser_classes = [parsers.MultiPartParser]

    @extend_schema(request=StatementUploadSerializer, responses=StatementReportSerializer)
    @idempotent
    def post(self, request: Request, coop: str) -> Response:
        cooperative = actor_for(request, coop, can_handle_money).cooperative
        asked = StatementUploadSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        file, dry_run = asked.validated_data["file"], asked.validated_data["dry_run"]
        if file.size > MAX_BYTES:
            return problem(413, _("Fichier trop grand"), _("Exportez une période plus courte."))
        told = {"file_name": file.name, "content": file.read(), "dry_run": dry_run}
        try:
            report = import_statement(actor=caller(request), cooperative=cooperative, **told)
        except StatementRefused as refusal:
            errors = [{"line": fault.entry, "message": fault.told(_)} for fault in refusal.faults]
            return problem(422, _("Relevé refusé"), refusal.summary(_), errors=errors)
        except MoneyRefused as refusal:
            return problem(422, _("Relevé refusé"), str(refusal))
        return Response(StatementReportSerializer(report).data)
