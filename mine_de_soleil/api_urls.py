"""Every route of the API, version 1."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from mine_de_soleil.api import NotHere
from production import api as production
from shareholders.api import cooperatives, holdings, papers, payments, register, rounds, subscriptions

cooperative = "cooperatives/<slug:coop>/"
plants = cooperative + "plants/"

urlpatterns = [
    path("cooperatives/", cooperatives.CooperativeList.as_view(), name="api_cooperatives"),
    path(cooperative, cooperatives.CooperativeDetail.as_view(), name="api_cooperative"),
    path(cooperative + "capital/", cooperatives.CapitalOn.as_view(), name="api_capital"),
    path(cooperative + "rounds/", rounds.RoundList.as_view(), name="api_rounds"),
    path(cooperative + "rounds/<slug:slug>/", rounds.RoundDetail.as_view(), name="api_round"),
    path(cooperative + "holders/", register.Holders.as_view(), name="api_holders"),
    path(cooperative + "movements/", register.Movements.as_view(), name="api_movements"),
    path(
        cooperative + "register/verification/", register.Verification.as_view(), name="api_register_verified"
    ),
    path(cooperative + "subscriptions/", subscriptions.Subscriptions.as_view(), name="api_subscriptions"),
    path(
        cooperative + "subscriptions/<int:number>/decision/",
        subscriptions.Decision.as_view(),
        name="api_decision",
    ),
    path(cooperative + "payments/", payments.Payments.as_view(), name="api_payments"),
    path(cooperative + "bank-statements/", payments.BankStatements.as_view(), name="api_bank_statements"),
    path("my-holdings/", holdings.MyHoldings.as_view(), name="api_my_holdings"),
    path("my-movements/", holdings.MyMovements.as_view(), name="api_my_movements"),
    path("my-subscriptions/", subscriptions.MySubscriptions.as_view(), name="api_my_subscriptions"),
    path("my-papers/", papers.MyPapers.as_view(), name="api_my_papers"),
    path(plants, production.PlantList.as_view(), name="api_plants"),
    path(plants + "<slug:slug>/", production.PlantDetail.as_view(), name="api_plant"),
    path(plants + "<slug:slug>/expected/", production.Expected.as_view(), name="api_expected"),
    path(plants + "<slug:slug>/days/", production.Days.as_view(), name="api_days"),
    path("meters/<str:code>/readings/", production.Readings.as_view(), name="api_readings"),
    path("imports/", production.Imports.as_view(), name="api_imports"),
    path("imports/<int:pk>/", production.ImportDetail.as_view(), name="api_import"),
    path("schema/", login_not_required(SpectacularAPIView.as_view()), name="api_schema"),
    path(
        "docs/",
        login_not_required(SpectacularSwaggerSplitView.as_view(url_name="api_schema")),
        name="api_docs",
    ),
    re_path(r"", NotHere.as_view(), name="api_unknown"),
]
