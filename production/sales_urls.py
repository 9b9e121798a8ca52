"""Addresses of sales, under `/<coop>/conseil/ventes/`."""

from django.urls import path

from production.views import sales, sales_indexing, sales_invoices, sales_statements, sharing

contracts = "contrats/<int:pk>/"

urlpatterns = [
    path("", sales.sales, name="sales"),
    path("mois.csv", sales.sales_csv, name="sales_csv"),
    path("nouveau/", sales.contract_new, name="sale_contract_new"),
    path(contracts, sales.contract, name="sale_contract"),
    path(contracts + "conditions/", sales.terms, name="sale_terms"),
    path(contracts + "coefficients/", sales.coefficient, name="sale_coefficient"),
    path(contracts + "indice/", sales_indexing.index, name="sale_index"),
    path(contracts + "marche/", sales.market, name="sale_market"),
    path(contracts + "fin/", sales.end, name="sale_end"),
    path(contracts + "facturer/", sales_invoices.issue, name="sale_issue"),
    path(contracts + "releve/", sales_statements.drop, name="sale_statement_drop"),
    path(contracts + "<int:year>-<int:number>/", sales_invoices.month, name="sale_month"),
    path("factures/<int:pk>/", sales_invoices.invoice, name="sale_invoice"),
    path("factures/<int:pk>/pdf/", sales_invoices.invoice_pdf, name="sale_invoice_pdf"),
    path("factures/<int:pk>/lignes.csv", sales_invoices.invoice_lines, name="sale_invoice_csv"),
    path("factures/<int:pk>/annuler/", sales_invoices.cancel, name="sale_cancel"),
    path("releves/<int:pk>/", sales_statements.statement, name="sale_statement"),
    path("releves/<int:pk>/lignes.csv", sales_statements.statement_csv, name="sale_statement_csv"),
    path("releves/<int:pk>/suite/", sales_statements.settle, name="sale_settle"),
    path("partage/<slug:slug>/", sharing.sharing, name="sharing"),
    path("partage/<slug:slug>/participants/", sharing.participant, name="sharing_participant"),
    path("partage/<slug:slug>/cles/", sharing.keys, name="sharing_keys"),
    path("partage/<slug:slug>/consommations/", sharing.consumption, name="sharing_consumption"),
]
