"""API of the caller's papers: where each is, and the fingerprint that anyone may verify."""

from django.db.models import Q, QuerySet
from rest_framework import generics, serializers

from shareholders.api.asked import caller
from shareholders.api.holdings import accounts_of
from shareholders.models import Cooperative, Paper
from shareholders.paper_keys import paper_address


class PaperSerializer(serializers.ModelSerializer[Paper]):
    """A sealed PDF the company made."""

    cooperative = serializers.CharField(source="cooperative.slug")
    address = serializers.SerializerMethodField()

    class Meta:
        model = Paper
        fields = ["cooperative", "kind", "made_at", "language", "sha256", "address"]

    def get_address(self, paper: Paper) -> str:
        return paper_address(paper, with_key=False)


class MyPapers(generics.ListAPIView[Paper]):
    """The caller's papers, and those of the accounts the caller acts for, in every cooperative."""

    serializer_class = PaperSerializer

    def get_queryset(self) -> QuerySet[Paper]:
        if getattr(self, "swagger_fake_view", False):
            return Paper.objects.none()
        user = caller(self.request)
        own = accounts_of(user).values("pk")
        signed = Q(subscription__user=user, subscription__holder=None)
        mine = Q(holder__in=own) | signed | Q(subscription__holder__in=own)
        orders = Q(transfer__giver__in=own) | Q(transfer__taker__in=own)
        # A certificate of one side of a transfer isn't the other's business.
        orders &= ~Q(kind=Paper.Kind.CERTIFICATE)
        papers = Paper.objects.filter(mine | orders, cooperative__in=Cooperative.objects.with_role_of(user))
        return papers.defer("content").select_related("cooperative")
