"""Every route of the API, version 1."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from mine_de_soleil.api import NotHere
from production.api import (
    alerts,
    balances,
    expected_days,
    heat,
    open_data,
    quality,
    sales,
    sheets,
    studies,
    weathers,
)
from production.api import imports as meter_files
from production.api import plants as plant_routes
from production.api import readings as posted_readings
from shareholders.api import cooperatives, holdings, papers, payments, register, rounds, subscriptions

cooperative = "cooperatives/<slug:coop>/"
plants = cooperative + "plants/"
networks = cooperative + "heat-networks/"

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
    path(cooperative + "sales/contracts/", sales.SaleContracts.as_view(), name="api_sale_contracts"),
    path(cooperative + "sales/months/", sales.SaleMonths.as_view(), name="api_sale_months"),
    path(cooperative + "sales/invoices/", sales.SaleInvoices.as_view(), name="api_sale_invoices"),
    path(
        cooperative + "sales/contracts/<int:pk>/statements/",
        sales.SaleStatements.as_view(),
        name="api_sale_statements",
    ),
    path("my-holdings/", holdings.MyHoldings.as_view(), name="api_my_holdings"),
    path("my-movements/", holdings.MyMovements.as_view(), name="api_my_movements"),
    path("my-subscriptions/", subscriptions.MySubscriptions.as_view(), name="api_my_subscriptions"),
    path("my-papers/", papers.MyPapers.as_view(), name="api_my_papers"),
    path(plants, plant_routes.PlantList.as_view(), name="api_plants"),
    path(plants + "<slug:slug>/", plant_routes.PlantDetail.as_view(), name="api_plant"),
    path(plants + "<slug:slug>/expected/", plant_routes.Expected.as_view(), name="api_expected"),
    path(plants + "<slug:slug>/days/", plant_routes.Days.as_view(), name="api_days"),
    path(
        plants + "<slug:slug>/expected-days/", expected_days.ExpectedDays.as_view(), name="api_expected_days"
    ),
    path(plants + "<slug:slug>/quality/", quality.Quality.as_view(), name="api_quality"),
    path(plants + "<slug:slug>/sheet/", sheets.Sheet.as_view(), name="api_sheet"),
    path(networks, heat.HeatNetworkList.as_view(), name="api_heat_networks"),
    path(networks + "<slug:slug>/", heat.HeatNetworkDetail.as_view(), name="api_heat_network"),
    path(networks + "<slug:slug>/expected/", heat.HeatExpected.as_view(), name="api_heat_expected"),
    path(
        networks + "<slug:slug>/expected-days/",
        heat.HeatExpectedDays.as_view(),
        name="api_heat_expected_days",
    ),
    path(cooperative + "open-data/", open_data.OpenData.as_view(), name="api_open_data"),
    path(
        cooperative + "open-data/<slug:name>.<slug:ending>",
        open_data.OpenDataFile.as_view(),
        name="api_open_data_file",
    ),
    path(cooperative + "alerts/", alerts.Alerts.as_view(), name="api_alerts"),
    path(cooperative + "alerts/<int:pk>/", alerts.AlertDetail.as_view(), name="api_alert"),
    path(
        cooperative + "alerts/<int:pk>/acknowledgement/", alerts.AlertTaken.as_view(), name="api_alert_taken"
    ),
    path(cooperative + "alerts/<int:pk>/closing/", alerts.AlertClosed.as_view(), name="api_alert_closed"),
    path(plants + "<slug:slug>/maintenance/", alerts.Maintenance.as_view(), name="api_maintenance"),
    path(plants + "<slug:slug>/judgement/", balances.Judgement.as_view(), name="api_judgement"),
    path(cooperative + "weathers/", weathers.Weathers.as_view(), name="api_weathers"),
    path(cooperative + "weathers/<int:pk>/", weathers.WeatherDetail.as_view(), name="api_weather"),
    path(plants + "<slug:slug>/studies/", studies.Studies.as_view(), name="api_studies"),
    path(plants + "<slug:slug>/studies/draft/", studies.StudyDraft.as_view(), name="api_study_draft"),
    path(plants + "<slug:slug>/studies/<int:pk>/", studies.StudyDetail.as_view(), name="api_study"),
    path("meters/<str:code>/readings/", meter_files.Readings.as_view(), name="api_readings"),
    path("readings/", posted_readings.PostReadings.as_view(), name="api_post_readings"),
    path("imports/", meter_files.Imports.as_view(), name="api_imports"),
    path("imports/<int:pk>/", meter_files.ImportDetail.as_view(), name="api_import"),
    path("imports/<int:pk>/consent/", meter_files.ImportConsent.as_view(), name="api_import_consent"),
    path("imports/<int:pk>/discard/", meter_files.ImportDiscard.as_view(), name="api_import_discard"),
    path("schema/", login_not_required(SpectacularAPIView.as_view()), name="api_schema"),
    path(
        "docs/",
        login_not_required(SpectacularSwaggerSplitView.as_view(url_name="api_schema")),
        name="api_docs",
    ),
    re_path(r"", NotHere.as_view(), name="api_unknown"),
]
