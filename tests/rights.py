"""The rights matrix: every page and route of the site, and what each role gets there.

Read it as a table. A route that is missing here fails `test_rights.py`. `who` lists the roles of the coop
that get in; the others get 403, members of other cooperatives 404 (it isn't there for them), visitors the
sign-in page (401 for the API).
"""

from dataclasses import dataclass

from shareholders.roles import Role

ANYONE = frozenset({"visitor", "stranger", *Role.values})
SIGNED_IN = frozenset({"stranger", *Role.values})
REGISTER = frozenset({Role.BOARD, Role.TREASURER, Role.AUDITOR})
OPERATION = frozenset({Role.OPERATOR, Role.BOARD, Role.AUDITOR})
SALES = frozenset({Role.TREASURER, Role.BOARD, Role.OPERATOR, Role.AUDITOR})
SELLERS = frozenset({Role.TREASURER, Role.BOARD})
# The municipality of the example follows its roof; that of another commune: tests/pages/test_studies.py.
STUDIES = OPERATION | {Role.MUNICIPALITY}


@dataclass(frozen=True, slots=True)
class Row:
    """One address: its route name, an example, the method, who gets in and with what answer."""

    route: str
    path: str
    who: frozenset[str]
    method: str = "GET"
    granted: int = 200
    is_api: bool = False


ROWS = (
    # the site
    Row("network", "/", ANYONE),
    Row("accessibility", "/accessibilite/", ANYONE),
    Row("health", "/sante/", ANYONE, granted=503),  # no worker runs beside this test
    Row("set_language", "/langue/", ANYONE, method="POST", granted=302),
    Row("my_places", "/mes-espaces/", SIGNED_IN, granted=0),  # 200 or straight to the only space
    # public pages of a cooperative
    Row("cooperative", "/{coop}/", ANYONE),
    Row("colours", "/{coop}/couleurs.css", ANYONE),
    Row("cooperative_csv", "/{coop}/production.csv", ANYONE),
    Row("roofs", "/{coop}/toitures/", ANYONE),
    Row("plant", "/{coop}/toitures/{plant}/", ANYONE),
    Row("plant_csv", "/{coop}/toitures/{plant}/production.csv?du=2025-01-01&au=2025-01-02", ANYONE),
    Row("plant_steps_csv", "/{coop}/toitures/{plant}/releves.csv?jour=2025-01-01", ANYONE),
    Row("transparency", "/{coop}/transparence/", ANYONE),
    Row("letter_follow", "/{coop}/lettre/", ANYONE),
    Row("letter_thanks", "/{coop}/lettre/merci/", ANYONE),
    # Whoever has the link: a made-up one leads nowhere.
    Row("letter_confirm", "/{coop}/lettre/oui/faux/", ANYONE, granted=404),
    Row("letter_stop", "/{coop}/lettre/arret/faux/", ANYONE, "POST", 404),
    Row("letter_choose", "/{coop}/mon-espace/lettre/", frozenset({Role.SHAREHOLDER}), "POST", 302),
    Row("letter_preview", "/{coop}/conseil/lettre/", REGISTER),
    Row("letter_copy", "/{coop}/conseil/lettre/exemplaire/", frozenset({Role.BOARD}), "POST", 302),
    Row("open_data_package", "/{coop}/transparence/donnees/datapackage.json", ANYONE),
    Row("open_data_file", "/{coop}/transparence/donnees/mois.csv", ANYONE),
    Row("choose_licence", "/{coop}/transparence/licence/", frozenset({Role.BOARD}), "POST", 302),
    # spaces
    Row("my_space", "/{coop}/mon-espace/", frozenset({Role.SHAREHOLDER})),
    Row("own_calls", "/{coop}/mon-espace/versements/", frozenset({Role.SHAREHOLDER})),
    Row("commune", "/{coop}/commune/", frozenset({Role.MUNICIPALITY, Role.AUDITOR})),
    Row("board", "/{coop}/conseil/", REGISTER),
    *(
        Row(name, f"/{{coop}}/conseil/{path}", REGISTER)
        for name, path in (
            ("register", "registre/"),
            ("register_csv", "registre/registre.csv"),
            ("register_xlsx", "registre/registre.xlsx"),
            ("capital", "capital/"),
            ("capital_csv", "capital/capital.csv"),
        )
    ),
    Row("accounts", "/{coop}/comptes/", frozenset({Role.ADMINISTRATOR, Role.AUDITOR})),
    # heat networks
    Row("heat", "/{coop}/chaleur/", ANYONE),
    Row("heat_network", "/{coop}/exploitation/chaleur/{network}/", OPERATION),
    *(
        Row(
            name,
            f"/{{coop}}/exploitation/chaleur/{{network}}/{path}/",
            frozenset({Role.OPERATOR}),
            "POST",
            code,
        )
        for name, path, code in (
            ("save_heat_network", "enregistrer", 422),
            ("freeze_heat_study", "figer", 303),
        )
    ),
    *(
        Row(name, f"/{{coop}}/exploitation/chaleur/{{network}}/etudes/{{heat_study}}/{path}", OPERATION)
        for name, path in (
            ("heat_study", ""),
            ("heat_study_xlsx", "etude.xlsx"),
            ("heat_study_json", "etude.json"),
        )
    ),
    # sales
    Row("sales", "/{coop}/conseil/ventes/", SALES),
    Row("sales_csv", "/{coop}/conseil/ventes/mois.csv", SALES),
    Row("sale_contract_new", "/{coop}/conseil/ventes/nouveau/", SELLERS),
    *(
        Row(name, f"/{{coop}}/conseil/ventes/{path}", SALES)
        for name, path in (
            ("sale_contract", "contrats/{sale}/"),
            ("sale_month", "contrats/{sale}/2025-6/"),
            ("sale_invoice", "factures/{sale_invoice}/"),
            ("sale_invoice_csv", "factures/{sale_invoice}/lignes.csv"),
            ("sale_statement", "releves/{sale_statement}/"),
            ("sale_statement_csv", "releves/{sale_statement}/lignes.csv"),
            ("sharing", "partage/{plant}/"),
        )
    ),
    Row("sale_invoice_pdf", "/{coop}/conseil/ventes/factures/{sale_invoice}/pdf/", SALES, "POST", 303),
    *(
        Row(name, f"/{{coop}}/conseil/ventes/{path}", SELLERS, "POST", 422)
        for name, path in (
            ("sale_terms", "contrats/{sale}/conditions/"),
            ("sale_coefficient", "contrats/{sale}/coefficients/"),
            ("sale_index", "contrats/{sale}/indice/"),
            ("sale_market", "contrats/{sale}/marche/"),
            ("sale_end", "contrats/{sale}/fin/"),
            ("sale_issue", "contrats/{sale}/facturer/"),
            ("sale_cancel", "factures/{sale_invoice}/annuler/"),
            ("sale_settle", "releves/{sale_statement}/suite/"),
            ("sharing_participant", "partage/{plant}/participants/"),
            ("sharing_keys", "partage/{plant}/cles/"),
        )
    ),
    *(
        Row(name, f"/{{coop}}/conseil/ventes/{path}", SALES - {Role.AUDITOR}, "POST", 422)
        for name, path in (
            ("sale_statement_drop", "contrats/{sale}/releve/"),
            ("sharing_consumption", "partage/{plant}/consommations/"),
        )
    ),
    # back to the study: that cooperative has no certificate to seal a report under
    Row(
        "heat_study_pdf",
        "/{coop}/exploitation/chaleur/{network}/etudes/{heat_study}/rapport/",
        OPERATION,
        "POST",
        302,
    ),
    Row("operation", "/{coop}/exploitation/", OPERATION),
    Row("import_report", "/{coop}/exploitation/imports/{import}/", OPERATION),
    Row("import_file", "/{coop}/exploitation/imports/{import}/fichier/", OPERATION),
    Row("upload", "/{coop}/exploitation/deposer/", frozenset({Role.OPERATOR}), method="POST", granted=422),
    Row(
        "undo_import",
        "/{coop}/exploitation/imports/{import}/annuler/",
        frozenset({Role.OPERATOR}),
        method="POST",
        granted=302,
    ),
    Row(
        "store_checked",
        "/{coop}/exploitation/imports/{import}/enregistrer/",
        frozenset({Role.OPERATOR}),
        method="POST",
        granted=302,
    ),
    Row("alerts", "/{coop}/exploitation/alertes/", OPERATION),
    Row("alert", "/{coop}/exploitation/alertes/{alert}/", OPERATION),
    *(
        Row(name, f"/{{coop}}/exploitation/{path}/", frozenset({Role.OPERATOR}), "POST", code)
        for name, path, code in (
            ("take_alert", "alertes/{alert}/prendre", 303),
            ("close_alert", "alertes/{alert}/clore", 422),
            ("note_on_alert", "alertes/{alert}/noter", 422),
            ("note_on_plant", "toitures/{plant}/entretien/noter", 422),
        )
    ),
    Row("maintenance", "/{coop}/exploitation/toitures/{plant}/entretien/", OPERATION),
    Row("balance", "/{coop}/exploitation/toitures/{plant}/bilan/", OPERATION),
    Row("balance_csv", "/{coop}/exploitation/toitures/{plant}/bilan/bilan.csv", OPERATION),
    Row("meter_tokens", "/{coop}/exploitation/acces/", OPERATION),
    *(
        Row(name, f"/{{coop}}/exploitation/acces/{path}/", frozenset({Role.OPERATOR}), "POST", code)
        for name, path, code in (
            ("make_meter_token", "creer", 422),
            ("revoke_meter_token", "{meter_token}/revoquer", 302),
        )
    ),
    *(
        Row(
            name,
            f"/{{coop}}/exploitation/imports/{{import}}/{path}/",
            frozenset({Role.OPERATOR}),
            method=method,
            granted=302,  # back to the report: that import isn't in quarantine
        )
        for name, path, method in (
            ("store_rest", "reste", "POST"),
            ("discard_import", "jeter", "POST"),
            ("import_columns", "colonnes", "GET"),
        )
    ),
    *(
        Row(
            f"api_import_{name}",
            f"/api/v1/imports/{{import}}/{name}/",
            frozenset({Role.OPERATOR}),
            method="POST",
            granted=409,
            is_api=True,
        )
        for name in ("consent", "discard")
    ),
    Row("quality", "/{coop}/exploitation/toitures/{plant}/qualite/", OPERATION),
    Row("quality_days", "/{coop}/exploitation/toitures/{plant}/qualite/jours.csv", OPERATION),
    Row("meter", "/{coop}/exploitation/compteurs/{meter_pk}/", OPERATION),
    *(
        Row(
            name,
            f"/{{coop}}/exploitation/compteurs/{{meter_pk}}/{path}/",
            frozenset({Role.OPERATOR}),
            "POST",
            code,
        )
        for name, path, code in (
            ("save_meter", "enregistrer", 303),
            ("replace_meter", "remplacer", 422),
            ("withdraw_replacement", "remplacements/1/retirer", 303),
        )
    ),
    Row("sheet", "/{coop}/exploitation/toitures/{plant}/fiche/", OPERATION),
    Row(
        "sheet_catalogue",
        "/{coop}/exploitation/toitures/{plant}/fiche/catalogue/?module=ab",
        frozenset({Role.OPERATOR}),
    ),
    Row(
        "save_sheet",
        "/{coop}/exploitation/toitures/{plant}/fiche/enregistrer/",
        frozenset({Role.OPERATOR}),
        method="POST",
        granted=409,  # an empty form, which doesn't say what it was filled from
    ),
    Row("weathers", "/{coop}/exploitation/meteo/", OPERATION),
    Row("weather", "/{coop}/exploitation/meteo/{weather}/", OPERATION),
    Row("weather_csv", "/{coop}/exploitation/meteo/{weather}/heures.csv", OPERATION),
    Row("weather_original", "/{coop}/exploitation/meteo/{weather}/fichier/", OPERATION),
    Row("weather_draft", "/{coop}/exploitation/meteo/depots/{weather_draft}/", frozenset({Role.OPERATOR})),
    *(
        Row(
            name,
            f"/{{coop}}/exploitation/meteo/{path}",
            frozenset({Role.OPERATOR}),
            method="POST",
            granted=code,
        )
        for name, path, code in (
            ("weather_drop", "deposer/", 422),
            ("keep_weather", "depots/{weather_draft}/garder/", 302),
            ("discard_weather", "depots/{weather_draft}/jeter/", 302),
        )
    ),
    # yield studies
    *(
        Row(name, f"/{{coop}}/exploitation/toitures/{{plant}}/etudes/{path}", STUDIES)
        for name, path in (
            ("studies", ""),
            ("study", "{study}/"),
            ("study_xlsx", "{study}/etude.xlsx"),
            ("study_json", "{study}/etude.json"),
            ("study_csv", "{study}/etude-mois.csv"),
        )
    ),
    # back to the study: that cooperative has no certificate to seal a report under
    Row("study_pdf", "/{coop}/exploitation/toitures/{plant}/etudes/{study}/rapport/", STUDIES, "POST", 302),
    Row("study_draft", "/{coop}/exploitation/toitures/{plant}/etudes/nouvelle/", frozenset({Role.OPERATOR})),
    Row(
        "freeze_study",
        "/{coop}/exploitation/toitures/{plant}/etudes/figer/",
        frozenset({Role.OPERATOR}),
        "POST",
        422,
    ),
    *(
        Row(name, f"/api/v1/cooperatives/{{coop}}/plants/{{plant}}/studies/{path}", STUDIES, is_api=True)
        for name, path in (("api_studies", ""), ("api_study", "{study}/"))
    ),
    Row(
        "api_study_draft",
        "/api/v1/cooperatives/{coop}/plants/{plant}/studies/draft/",
        frozenset({Role.OPERATOR}),
        "POST",
        is_api=True,
    ),
    # statutes, the company's own account
    Row("statutes", "/{coop}/conseil/statuts/", REGISTER),
    Row("statutes_edition", "/{coop}/conseil/statuts/{edition}/", REGISTER),
    Row("statutes_text", "/{coop}/conseil/statuts/{edition}/texte/", REGISTER),
    Row("statutes_drop", "/{coop}/conseil/statuts/deposer/", frozenset({Role.BOARD}), "POST", 422),
    Row("statutes_adopt", "/{coop}/conseil/statuts/adopter/", frozenset({Role.BOARD}), "POST", 302),
    Row("company_bank", "/{coop}/conseil/compte-bancaire/", REGISTER | {Role.ADMINISTRATOR}),
    Row(
        "decide_company_bank",
        "/{coop}/conseil/compte-bancaire/{company_bank}/decision/",
        frozenset({Role.BOARD}),
        "POST",
        422,
    ),
    # subscribing, rounds, the board's queue
    Row("join", "/{coop}/devenir-actionnaire/", ANYONE),
    Row("join_start", "/{coop}/devenir-actionnaire/commencer/", ANYONE, method="POST", granted=302),
    Row("join_gift", "/{coop}/devenir-actionnaire/offrir/", ANYONE, granted=302),  # no round is open there
    Row("join_given", "/{coop}/devenir-actionnaire/cadeau/faux/", ANYONE, granted=404),
    *(
        # Whoever has the key: without it there is nothing.
        Row(f"join_{name}", f"/{{coop}}/devenir-actionnaire/{'x' * 43}/{path}", ANYONE, method, 404)
        for name, path, method in (
            ("resume", "", "GET"),
            ("actions", "actions/", "GET"),
            ("adresse", "adresse/", "GET"),
            ("identite", "identite/", "GET"),
            ("person", "identite/moi/", "GET"),
            ("documents", "documents/", "GET"),
            ("document", "documents/1/", "GET"),
            ("bulletin", "bulletin/", "GET"),
            ("suivi", "suivi/", "GET"),
            ("abandon", "abandonner/", "POST"),
        )
    ),
    *(
        # An empty form leads back to the bulletin, whatever the key.
        Row(f"join_{name}", f"/{{coop}}/devenir-actionnaire/{'x' * 43}/bulletin/{path}/", ANYONE, "POST", 302)
        for name, path in (("code", "code"), ("sign", "signer"))
    ),
    Row("rounds", "/{coop}/conseil/levees/", REGISTER),
    Row("round_new", "/{coop}/conseil/levees/nouvelle/", frozenset({Role.BOARD})),
    Row("round", "/{coop}/conseil/levees/{round}/", REGISTER),
    Row("round_csv", "/{coop}/conseil/levees/{round}/semaines.csv", REGISTER),
    Row("round_change", "/{coop}/conseil/levees/{round}/modifier/", frozenset({Role.BOARD})),
    Row("round_close", "/{coop}/conseil/levees/{round}/clore/", frozenset({Role.BOARD}), "POST", 422),
    Row("queue", "/{coop}/conseil/souscriptions/", REGISTER),
    Row("subscription", "/{coop}/conseil/souscriptions/{subscription}/", REGISTER),
    Row(
        "decide_subscription",
        "/{coop}/conseil/souscriptions/{subscription}/decider/",
        frozenset({Role.BOARD}),
        "POST",
        422,
    ),
    Row(
        "subscription_paper",
        "/{coop}/conseil/souscriptions/{subscription}/pieces/1/",
        REGISTER,
        granted=404,
    ),
    # API
    Row("api_schema", "/api/v1/schema/", ANYONE, is_api=True),
    Row("api_docs", "/api/v1/docs/", ANYONE, is_api=True),
    Row("api_unknown", "/api/v1/rien/", ANYONE, granted=404, is_api=True),
    Row("api_cooperatives", "/api/v1/cooperatives/", ANYONE, is_api=True),
    Row("api_cooperative", "/api/v1/cooperatives/{coop}/", ANYONE, is_api=True),
    *(
        Row(f"api_sale_{name}", f"/api/v1/cooperatives/{{coop}}/sales/{name}/", SALES, is_api=True)
        for name in ("contracts", "months", "invoices")
    ),
    Row(
        "api_sale_statements",
        "/api/v1/cooperatives/{coop}/sales/contracts/{sale}/statements/",
        SALES - {Role.AUDITOR},
        "POST",
        422,
        is_api=True,
    ),
    Row("api_plants", "/api/v1/cooperatives/{coop}/plants/", ANYONE, is_api=True),
    Row("api_plant", "/api/v1/cooperatives/{coop}/plants/{plant}/", ANYONE, is_api=True),
    *(
        Row(name, f"/api/v1/cooperatives/{{coop}}/heat-networks/{path}", ANYONE, is_api=True)
        for name, path in (
            ("api_heat_networks", ""),
            ("api_heat_network", "{network}/"),
            ("api_heat_expected", "{network}/expected/"),
            ("api_heat_expected_days", "{network}/expected-days/?from=2025-01-01&to=2025-01-02"),
        )
    ),
    Row("api_open_data", "/api/v1/cooperatives/{coop}/open-data/", ANYONE, is_api=True),
    Row("api_open_data_file", "/api/v1/cooperatives/{coop}/open-data/mois.json", ANYONE, is_api=True),
    Row("api_expected", "/api/v1/cooperatives/{coop}/plants/{plant}/expected/", ANYONE, is_api=True),
    Row(
        "api_days",
        "/api/v1/cooperatives/{coop}/plants/{plant}/days/?from=2025-01-01&to=2025-01-02",
        ANYONE,
        is_api=True,
    ),
    Row(
        "api_expected_days",
        "/api/v1/cooperatives/{coop}/plants/{plant}/expected-days/?from=2025-01-01&to=2025-01-02",
        ANYONE,
        is_api=True,
    ),
    Row(
        "api_quality",
        "/api/v1/cooperatives/{coop}/plants/{plant}/quality/?from=2025-06-01&to=2025-06-30",
        OPERATION,
        is_api=True,
    ),
    Row("api_sheet", "/api/v1/cooperatives/{coop}/plants/{plant}/sheet/", OPERATION, is_api=True),
    Row(
        "api_sheet",
        "/api/v1/cooperatives/{coop}/plants/{plant}/sheet/",
        frozenset({Role.OPERATOR}),
        method="PUT",
        is_api=True,
    ),
    Row("api_alerts", "/api/v1/cooperatives/{coop}/alerts/", OPERATION, is_api=True),
    Row("api_alert", "/api/v1/cooperatives/{coop}/alerts/{alert}/", OPERATION, is_api=True),
    *(
        Row(
            name,
            f"/api/v1/cooperatives/{{coop}}/{path}/",
            frozenset({Role.OPERATOR}),
            "POST",
            code,
            is_api=True,
        )
        for name, path, code in (
            ("api_alert_taken", "alerts/{alert}/acknowledgement", 200),
            ("api_alert_closed", "alerts/{alert}/closing", 400),
            ("api_maintenance", "plants/{plant}/maintenance", 400),
        )
    ),
    Row("api_maintenance", "/api/v1/cooperatives/{coop}/plants/{plant}/maintenance/", OPERATION, is_api=True),
    Row(
        "api_judgement",
        "/api/v1/cooperatives/{coop}/plants/{plant}/judgement/?from=2025-01-01&to=2025-02-28",
        OPERATION,
        is_api=True,
    ),
    Row("api_weathers", "/api/v1/cooperatives/{coop}/weathers/", OPERATION, is_api=True),
    Row(
        "api_weathers",
        "/api/v1/cooperatives/{coop}/weathers/",
        frozenset({Role.OPERATOR}),
        method="POST",
        granted=201,
        is_api=True,
    ),
    Row("api_weather", "/api/v1/cooperatives/{coop}/weathers/{weather}/", OPERATION, is_api=True),
    Row("api_my_holdings", "/api/v1/my-holdings/", SIGNED_IN, is_api=True),
    Row("api_readings", "/api/v1/meters/{meter}/readings/", OPERATION, is_api=True),
    Row(
        "api_post_readings",
        "/api/v1/readings/",
        frozenset({Role.OPERATOR}),
        method="POST",
        granted=201,
        is_api=True,
    ),
    Row("api_import", "/api/v1/imports/{import}/", OPERATION, is_api=True),
    Row(
        "api_imports",
        "/api/v1/imports/",
        frozenset({Role.OPERATOR}),
        method="POST",
        granted=202,
        is_api=True,
    ),
    # after the issue: transfers, withdrawals, holders
    *(
        Row(name, f"/{{coop}}/mon-espace/{path}", frozenset({Role.SHAREHOLDER}))
        for name, path in (
            ("my_transfers", "transferts/"),
            ("give_shares", "actions/ceder/"),
            ("withdraw", "actions/retirer/"),
            ("my_details", "mes-informations/"),
        )
    ),
    # somebody else's: as if it weren't there
    Row("transfer", "/{coop}/mon-espace/transferts/{transfer}/", frozenset({Role.SHAREHOLDER}), granted=404),
    *(
        Row(name, f"/{{coop}}/mon-espace/{path}", frozenset({Role.SHAREHOLDER}), method="POST", granted=404)
        for name, path in (
            ("transfer_act", "transferts/{transfer}/accepter/"),
            ("cancel_withdrawal", "retraits/{withdrawal}/abandonner/"),
            ("change_my_details", "mes-informations/{holder}/"),
            ("ask_my_bank", "mes-informations/{holder}/compte/"),
            ("confirm_my_bank", "mes-informations/{holder}/compte/confirmer/"),
        )
    ),
    Row("transfer_offer", "/{coop}/actions-proposees/{transfer_key}/", ANYONE),
    *(
        Row(name, f"/{{coop}}/conseil/{path}", REGISTER)
        for name, path in (
            ("transfer_queue", "transferts/"),
            ("transfer_case", "transferts/{transfer}/"),
            ("withdrawal_queue", "retraits/"),
            ("holders", "titulaires/"),
            ("holder", "titulaires/{holder}/"),
            ("read_paper", "titulaires/{holder}/pieces/{paper}/"),
        )
    ),
    *(
        Row(name, f"/{{coop}}/conseil/{path}", frozenset({Role.BOARD}), method="POST", granted=302)
        for name, path in (
            ("decide_transfer", "transferts/{transfer}/decision/"),
            ("decide_withdrawal", "retraits/{withdrawal}/decision/"),
            ("holder_death", "titulaires/{holder}/deces/"),
            ("holder_college", "titulaires/{holder}/college/"),
            ("holder_representative", "titulaires/{holder}/representants/"),
            ("end_representative", "titulaires/{holder}/representants/{representative}/fin/"),
            ("holder_paper", "titulaires/{holder}/pieces/"),
        )
    ),
    Row("holder_heirs", "/{coop}/conseil/titulaires/{late_holder}/heritiers/", frozenset({Role.BOARD})),
    # the board's acts on the register
    Row("register_line", "/{coop}/conseil/registre/lignes/{movement}/", REGISTER),
    *(
        Row(name, f"/{{coop}}/conseil/{path}", frozenset({Role.BOARD}), granted=granted)
        for name, path, granted in (
            ("correct_line", "registre/lignes/{movement}/corriger/", 200),
            ("change_nominal", "registre/valeur-nominale/", 200),
            ("cancel_shares", "titulaires/{holder}/annuler-des-actions/", 200),
            ("merge_accounts", "titulaires/{holder}/reunir/", 200),
            ("undo_death", "titulaires/{late_holder}/deces/annuler/", 200),
            ("joint_owners", "titulaires/{holder}/titulaires/", 404),  # one person's account
        )
    ),
    Row(
        "value_withdrawal",
        "/{coop}/conseil/retraits/{withdrawal}/valeur/",
        frozenset({Role.TREASURER}),
        method="POST",
        granted=302,
    ),
    # the API of shares, and an existing register taken over
    *(
        Row(name, f"/api/v1/{path}", ANYONE, is_api=True)
        for name, path in (
            ("api_capital", "cooperatives/{coop}/capital/?on=2025-03-03"),
            ("api_rounds", "cooperatives/{coop}/rounds/"),
            ("api_round", "cooperatives/{coop}/rounds/argent/"),
        )
    ),
    *(
        Row(name, f"/api/v1/cooperatives/{{coop}}/{path}", REGISTER, is_api=True)
        for name, path in (
            ("api_holders", "holders/?on=2025-03-03"),
            ("api_movements", "movements/"),
            ("api_register_verified", "register/verification/"),
            ("api_subscriptions", "subscriptions/?state=signed"),
            ("api_payments", "payments/"),
        )
    ),
    *(
        Row(name, f"/api/v1/{path}", SIGNED_IN, is_api=True)
        for name, path in (
            ("api_my_movements", "my-movements/"),
            ("api_my_subscriptions", "my-subscriptions/"),
            ("api_my_papers", "my-papers/"),
        )
    ),
    Row(
        "api_decision",
        "/api/v1/cooperatives/{coop}/subscriptions/9001/decision/",
        frozenset({Role.BOARD}),
        method="POST",
        granted=400,  # no word
        is_api=True,
    ),
    Row(
        "api_bank_statements",
        "/api/v1/cooperatives/{coop}/bank-statements/",
        frozenset({Role.TREASURER}),
        method="POST",
        granted=400,  # no file
        is_api=True,
    ),
    Row("register_import", "/{coop}/conseil/registre/importer/", frozenset({Role.BOARD})),
    Row(
        "register_import_confirm",
        "/{coop}/conseil/registre/importer/confirmer/",
        frozenset({Role.BOARD}),
        method="POST",
        granted=302,
    ),
    # money: the treasurer's pages, the payer's, and the provider's door
    *(
        Row(name, f"/{{coop}}/conseil/argent/{path}", REGISTER)
        for name, path in (
            ("money", ""),
            ("bank_statement", "releves/{statement}/"),
            ("bank_line", "lignes/{line}/"),
            ("payout", "remboursements/{payout}/"),
        )
    ),
    *(
        Row(
            name,
            f"/{{coop}}/conseil/argent/{path}",
            frozenset({Role.TREASURER}),
            method="POST",
            granted=422 if name == "statement_drop" else 302,
        )
        for name, path in (
            ("statement_drop", "releve/"),
            ("bank_line_act", "lignes/{line}/faire/"),
            ("payout_act", "remboursements/{payout}/faire/"),
            ("pay_again", "perdus/{paid}/redemander/"),
        )
    ),
    Row(
        "undo_issue",
        "/{coop}/conseil/argent/perdus/{paid}/annuler/",
        frozenset({Role.BOARD}),
        method="POST",
        granted=302,
    ),
    Row("pay", "/{coop}/payer/{pay}/", ANYONE),
    Row("pay_go", "/{coop}/payer/{pay}/vers/{checkout}/", ANYONE),
    Row("pay_return", "/{coop}/payer/{pay}/retour/", ANYONE, granted=302),
    # no account with the provider: no door
    Row("stripe_webhook", "/{coop}/paiement/stripe/", ANYONE, method="POST", granted=404),
    # papers, one's own shares, newborns' panels
    Row("verify", "/verifier/", ANYONE),
    Row("verify_one", "/verifier/41-K7QM2F9DXW/", ANYONE),
    # whose paper it is, is looked at row by row: tests/pages/test_paper.py
    Row("paper", "/{coop}/documents/0/", REGISTER | {Role.SHAREHOLDER, Role.MUNICIPALITY}, granted=404),
    Row("paper_by_key", "/{coop}/documents/{own_paper}/{own_paper_key}/", ANYONE),
    Row("register_pdf", "/{coop}/conseil/registre/extraits/", REGISTER),
    Row(
        "own_subscription", "/{coop}/mon-espace/souscriptions/0/", frozenset({Role.SHAREHOLDER}), granted=404
    ),
    *(
        Row(name, f"/{{coop}}/mon-espace/0/{path}", frozenset({Role.SHAREHOLDER}), method="POST", granted=404)
        for name, path in (("own_certificate", "attestation/"), ("own_invitation", "invitation/"))
    ),
    Row("newborns", "/{coop}/panneau-de-naissance/", ANYONE),
    Row("newborn_thanks", "/{coop}/panneau-de-naissance/merci/", ANYONE),
    Row("newborn", "/{coop}/panneau-de-naissance/{panel}/{panel_key}/", ANYONE),
    Row(
        "newborn_confirm",
        "/{coop}/panneau-de-naissance/{panel}/{panel_key}/confirmer/",
        ANYONE,
        method="POST",
        granted=303,
    ),
    Row(
        "newborn_requests",
        "/{coop}/panneau-de-naissance/demandes/",
        frozenset({Role.MUNICIPALITY, Role.BOARD, Role.AUDITOR}),
    ),
    Row(
        "newborn_answer",
        "/{coop}/panneau-de-naissance/demandes/{panel}/",
        frozenset({Role.MUNICIPALITY, Role.BOARD}),
        method="POST",
        granted=302,
    ),
)
