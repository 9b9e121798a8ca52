"""Every route of the API, version 1."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from mine_de_soleil.api import NotHere
from production import api as production
from shareholders import api as shareholders

plants = "cooperatives/<slug:coop>/plants/"

urlpatterns = [
    path("cooperatives/", shareholders.CooperativeList.as_view(), name="api_cooperatives"),
    path("cooperatives/<slug:coop>/", shareholders.CooperativeDetail.as_view(), name="api_cooperative"),
    path("my-holdings/", shareholders.MyHoldings.as_view(), name="api_my_holdings"),
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
