"""Every address of the site; see the contract for the ones others rely on."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from mine_de_soleil import views
from production import views as production

handler500 = "mine_de_soleil.api.server_error"

in_cooperative = [
    path("", views.cooperative, name="cooperative"),
    path("couleurs.css", views.colours, name="colours"),
    path("production.csv", views.cooperative_csv, name="cooperative_csv"),
    path("mon-espace/", views.my_space, name="my_space"),
    path("toitures/", production.roofs, name="roofs"),
    path("toitures/<slug:slug>/", production.plant, name="plant"),
    path("toitures/<slug:slug>/production.csv", production.plant_csv, name="plant_csv"),
    path("commune/", views.commune, name="commune"),
    path("exploitation/", production.operation, name="operation"),
    path("exploitation/deposer/", production.upload, name="upload"),
    path("exploitation/imports/<int:pk>/", production.import_report, name="import_report"),
    path("exploitation/imports/<int:pk>/annuler/", production.undo, name="undo_import"),
    path("exploitation/imports/<int:pk>/enregistrer/", production.store_checked, name="store_checked"),
    path("exploitation/imports/<int:pk>/fichier/", production.import_file, name="import_file"),
    path("conseil/", views.board, name="board"),
    path("comptes/", views.accounts, name="accounts"),
    path("transparence/", views.transparency, name="transparency"),
]

urlpatterns = [
    path("", views.network, name="network"),
    path("", include("mine_de_soleil.core.account_urls")),
    path("mes-espaces/", views.my_places, name="my_places"),
    path("accessibilite/", views.accessibility, name="accessibility"),
    path("langue/", login_not_required(set_language), name="set_language"),
    path("sante/", views.health, name="health"),
    path("api/v1/", include("mine_de_soleil.api_urls")),
    path("<slug:coop>/", include(in_cooperative)),
]
