"""Sales: contracts, months, invoices to read; statements of buyers to bring."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import generics, parsers, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from mine_de_soleil.core.api import CursorByKey, idempotent, problem
from production.formats import FileRefused
from production.models import SaleContract, SaleInvoice
from production.permissions import can_bring_statements, can_see_sales
from production.revenue import Part, StatementLine
from production.revenue.statement_file import MAX_BYTES, read_statement
from production.revenue.stored import invoice_from, line_json
from production.sales_book import Book, BookMonth, books
from production.sales_comparison import Compared, compared, statement_of
from production.sales_pages import OLDEST_YEAR
from production.services.sales.statements import Receipt, receive_statement
from production.services.sales.words import SaleRefused
from shareholders.api.asked import actor_for, caller
from shareholders.models import Cooperative

YEAR = OpenApiParameter("year", int, description="This year without it.")


class SaleContractSerializer(serializers.ModelSerializer[SaleContract]):
    """A sale contract. `terms`: its figures with source and mark (V read in a text, C in the contract)."""

    plant = serializers.CharField(source="plant.slug")
    participant = serializers.CharField(source="participant.name", allow_null=True, default=None)
    edition = serializers.SerializerMethodField()
    terms = serializers.SerializerMethodField()

    class Meta:
        model = SaleContract
        fields = [
            "id",
            "plant",
            "kind",
            "buyer",
            "reference",
            "first_day",
            "last_day",
            "participant",
            "edition",
            "terms",
        ]

    def get_edition(self, contract: SaleContract) -> int:
        return contract.editions.all()[0].number

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_terms(self, contract: SaleContract) -> Any:
        return contract.editions.all()[0].terms


class SaleContracts(generics.ListAPIView[SaleContract]):
    """The sale contracts of a cooperative."""

    serializer_class = SaleContractSerializer

    def get_queryset(self) -> QuerySet[SaleContract]:
        if getattr(self, "swagger_fake_view", False):
            return SaleContract.objects.none()
        cooperative = actor_for(self.request, self.kwargs["coop"], can_see_sales).cooperative
        return SaleContract.objects.of(cooperative).prefetch_related("editions")


class SaleMonthSerializer(serializers.Serializer[Any]):
    """One contract in one month: watt-hours, euros before VAT, and what is missing."""

    contract = serializers.IntegerField()
    plant = serializers.CharField()
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    energy_wh = serializers.IntegerField()
    net_eur = serializers.DecimalField(max_digits=14, decimal_places=2)
    days = serializers.IntegerField()
    days_read = serializers.IntegerField(help_text="Days read completely; the others are counted as read.")
    unpriced_wh = serializers.IntegerField(help_text="Energy that has no price yet.")
    notes = serializers.ListField(child=serializers.CharField())
    invoice = serializers.CharField(allow_null=True)
    lines = serializers.ListField(child=serializers.DictField())


class SaleYearSerializer(serializers.Serializer[Any]):
    """The months of a year; `problems`: contracts that can't be computed, and why."""

    year = serializers.IntegerField()
    net_eur = serializers.DecimalField(max_digits=14, decimal_places=2)
    months = SaleMonthSerializer(many=True)
    problems = serializers.DictField(child=serializers.CharField())


class YearSerializer(serializers.Serializer[Any]):
    """`year`: of the contracts' lives."""

    year = serializers.IntegerField(required=False, min_value=OLDEST_YEAR, max_value=2150)


class SaleMonths(APIView):
    """Every contract's months of a year, from energy to euros."""

    @extend_schema(parameters=[YEAR], responses=SaleYearSerializer)
    def get(self, request: Request, coop: str) -> Response:
        cooperative = actor_for(request, coop, can_see_sales).cooperative
        asked = YearSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        today = timezone.localdate(timezone=cooperative.zone)
        year = asked.validated_data.get("year", today.year)
        first, last = today.replace(year=year, month=1, day=1), today.replace(year=year, month=12, day=31)
        own = SaleContract.objects.of(cooperative).touching(first, last)
        found = books(list(own), first, last, today)
        months = [_month(book, entry) for book in found for entry in book.months]
        told = {
            "year": year,
            "net_eur": sum((book.total.net for book in found), start=0),
            "months": months,
            "problems": {f"{book.row.pk}": book.problem for book in found if book.problem},
        }
        return Response(SaleYearSerializer(told).data)


def _month(book: Book, entry: BookMonth) -> dict[str, Any]:
    month = entry.month
    return {
        "contract": book.row.pk,
        "plant": book.row.plant.slug,
        "first_day": month.first,
        "last_day": month.last,
        "energy_wh": month.energy_wh,
        "net_eur": month.net,
        "days": month.days,
        "days_read": month.days_read,
        "unpriced_wh": month.unpriced_wh,
        "notes": list(month.notes),
        "invoice": entry.invoice.label if entry.invoice else None,
        "lines": [line_json(line) for line in month.lines],
    }


class SaleInvoiceSerializer(serializers.ModelSerializer[SaleInvoice]):
    """An issued invoice, or the credit note that takes one back (`cancels`)."""

    number = serializers.CharField(source="label")
    plant = serializers.CharField(source="contract.plant.slug")
    cancels = serializers.CharField(source="cancels.label", allow_null=True, default=None)
    net_eur = serializers.DecimalField(max_digits=12, decimal_places=2, source="net")
    vat_eur = serializers.DecimalField(max_digits=12, decimal_places=2, source="vat")
    total_eur = serializers.DecimalField(max_digits=12, decimal_places=2, source="total")
    lines = serializers.SerializerMethodField()

    class Meta:
        model = SaleInvoice
        fields = [
            "id",
            "number",
            "contract",
            "plant",
            "first_day",
            "last_day",
            "issued_on",
            "cancels",
            "net_eur",
            "vat_eur",
            "total_eur",
            "incomplete_agreed",
            "lines",
        ]

    @extend_schema_field(serializers.ListField(child=serializers.DictField()))
    def get_lines(self, issued: SaleInvoice) -> Any:
        return [line_json(line) for line in invoice_from(issued.content).invoice.lines]


class SaleInvoices(generics.ListAPIView[SaleInvoice]):
    """The invoices of a cooperative, in the order they were issued."""

    serializer_class = SaleInvoiceSerializer
    pagination_class = CursorByKey

    def get_queryset(self) -> QuerySet[SaleInvoice]:
        if getattr(self, "swagger_fake_view", False):
            return SaleInvoice.objects.none()
        cooperative = actor_for(self.request, self.kwargs["coop"], can_see_sales).cooperative
        return SaleInvoice.objects.of(cooperative)


class StatementLineAsked(serializers.Serializer[Any]):
    """A line as the buyer states it; what it doesn't say is left out."""

    first_day = serializers.DateField()
    last_day = serializers.DateField()
    part = serializers.ChoiceField(choices=[part.value for part in Part], default=Part.ENERGY.value)
    amount_eur = serializers.DecimalField(max_digits=12, decimal_places=2)
    energy_wh = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=10**15)
    price = serializers.DecimalField(max_digits=14, decimal_places=8, required=False, allow_null=True)
    coefficient = serializers.DecimalField(max_digits=14, decimal_places=8, required=False, allow_null=True)
    reference_price = serializers.DecimalField(
        max_digits=14, decimal_places=8, required=False, allow_null=True
    )


class StatementAsked(serializers.Serializer[Any]):
    """A statement: a `file` (CSV or XLSX, as multipart form data), or `lines`."""

    file = serializers.FileField(required=False, allow_empty_file=True)
    lines = StatementLineAsked(many=True, required=False)
    reference = serializers.CharField(required=False, allow_blank=True, max_length=60)
    received_on = serializers.DateField(required=False)

    def validate_file(self, file: Any) -> Any:
        """Refuse by size before anything is read into memory."""
        if file.size > MAX_BYTES:
            raise serializers.ValidationError(_("Ce fichier dépasse 5 Mo."))
        return file


class ComparedLineSerializer(serializers.Serializer[Any]):
    """One line of the comparison: euros before VAT, causes in euros, and in French."""

    line = serializers.IntegerField(allow_null=True, help_text="Null: the statement lacks it.")
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    part = serializers.CharField()
    expected_eur = serializers.DecimalField(max_digits=16, decimal_places=2)
    received_eur = serializers.DecimalField(max_digits=16, decimal_places=2)
    difference_eur = serializers.DecimalField(max_digits=16, decimal_places=2)
    agrees = serializers.BooleanField()
    causes = serializers.DictField(child=serializers.CharField())
    sentences = serializers.ListField(child=serializers.CharField())


class ComparedSerializer(serializers.Serializer[Any]):
    """A statement held against ours."""

    id = serializers.IntegerField()
    is_new = serializers.BooleanField(help_text="False: the very same statement was received before.")
    agrees = serializers.BooleanField()
    difference_eur = serializers.DecimalField(max_digits=16, decimal_places=2)
    problem = serializers.CharField(allow_blank=True)
    lines = ComparedLineSerializer(many=True)


class SaleStatements(APIView):
    """Bring a statement of the buyer; the answer compares it line by line."""

    parser_classes = (parsers.JSONParser, parsers.MultiPartParser)

    @extend_schema(request=StatementAsked, responses={200: ComparedSerializer, 201: ComparedSerializer})
    @idempotent
    def post(self, request: Request, coop: str, pk: int) -> Response:
        cooperative = actor_for(request, coop, can_bring_statements).cooperative
        contract = get_object_or_404(SaleContract.objects.of(cooperative), pk=pk)
        asked = StatementAsked(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            lines, receipt = _received(asked.validated_data, cooperative)
            user = caller(request)
            kept, is_new = receive_statement(actor=user, contract=contract, lines=lines, receipt=receipt)
        except FileRefused as refusal:
            return problem(422, _("Relevé refusé"), str(refusal), errors=refusal.rows())
        except SaleRefused as refusal:
            return problem(422, _("Relevé refusé"), str(refusal))
        found = statement_of(cooperative, kept.pk)
        assert found is not None  # it was kept just now
        [told] = compared([found], timezone.localdate(timezone=cooperative.zone))
        return Response(ComparedSerializer(_told(told, is_new)).data, status=201 if is_new else 200)


def _received(said: dict[str, Any], cooperative: Cooperative) -> tuple[tuple[StatementLine, ...], Receipt]:
    """The lines that came, and how. Raises FileRefused."""
    day = said.get("received_on") or timezone.localdate(timezone=cooperative.zone)
    reference, file = said.get("reference", ""), said.get("file")
    if file is not None:
        content = file.read()
        return read_statement(content, file.name), Receipt(day, reference, file.name[:255], content)
    lines = tuple(
        StatementLine(
            line["first_day"],
            line["last_day"],
            Part(line["part"]),
            line["amount_eur"],
            line.get("energy_wh"),
            line.get("price"),
            line.get("coefficient"),
            line.get("reference_price"),
        )
        for line in said.get("lines", ())
    )
    return lines, Receipt(day, reference)


def _told(found: Compared, is_new: bool) -> dict[str, Any]:
    return {
        "id": found.statement.pk,
        "is_new": is_new,
        "agrees": found.agrees,
        "difference_eur": found.difference,
        "problem": found.problem,
        "lines": [
            {
                "line": line.comparison.number,
                "first_day": line.comparison.first,
                "last_day": line.comparison.last,
                "part": line.comparison.part.value,
                "expected_eur": line.comparison.expected_amount,
                "received_eur": line.comparison.received_amount,
                "difference_eur": line.comparison.difference,
                "agrees": line.comparison.agrees,
                "causes": {share.cause.value: f"{share.amount:f}" for share in line.comparison.shares},
                "sentences": list(line.sentences),
            }
            for line in found.lines
        ],
    }
