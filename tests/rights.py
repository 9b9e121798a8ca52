"""The rights matrix: every page and route of the site, and what each role gets there.

Read it as a table. A route that is missing here fails `test_rights.py`. `who` lists the roles of the coop
that get in; the others get 403, members of other cooperatives 404 (it isn't there for them), visitors the
sign-in page (401 for the API).
"""

from dataclasses import dataclass

from shareholders.roles import Role

ANYONE = frozenset({"visitor", "stranger", *Role.values})
SIGNED_IN = frozenset({"stranger", *Role.values})
OPERATION = frozenset({Role.OPERATOR, Role.BOARD, Role.AUDITOR})


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
    Row("transparency", "/{coop}/transparence/", ANYONE),
    # spaces
    Row("my_space", "/{coop}/mon-espace/", frozenset({Role.SHAREHOLDER})),
    Row("commune", "/{coop}/commune/", frozenset({Role.MUNICIPALITY, Role.AUDITOR})),
    Row("board", "/{coop}/conseil/", frozenset({Role.BOARD, Role.TREASURER, Role.AUDITOR})),
    Row("accounts", "/{coop}/comptes/", frozenset({Role.ADMINISTRATOR, Role.AUDITOR})),
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
    # API
    Row("api_schema", "/api/v1/schema/", ANYONE, is_api=True),
    Row("api_docs", "/api/v1/docs/", ANYONE, is_api=True),
    Row("api_unknown", "/api/v1/rien/", ANYONE, granted=404, is_api=True),
    Row("api_cooperatives", "/api/v1/cooperatives/", ANYONE, is_api=True),
    Row("api_cooperative", "/api/v1/cooperatives/{coop}/", ANYONE, is_api=True),
    Row("api_plants", "/api/v1/cooperatives/{coop}/plants/", ANYONE, is_api=True),
    Row("api_plant", "/api/v1/cooperatives/{coop}/plants/{plant}/", ANYONE, is_api=True),
    Row("api_expected", "/api/v1/cooperatives/{coop}/plants/{plant}/expected/", ANYONE, is_api=True),
    Row(
        "api_days",
        "/api/v1/cooperatives/{coop}/plants/{plant}/days/?from=2025-01-01&to=2025-01-02",
        ANYONE,
        is_api=True,
    ),
    Row("api_my_holdings", "/api/v1/my-holdings/", SIGNED_IN, is_api=True),
    Row("api_readings", "/api/v1/meters/{meter}/readings/", OPERATION, is_api=True),
    Row("api_import", "/api/v1/imports/{import}/", OPERATION, is_api=True),
    Row(
        "api_imports",
        "/api/v1/imports/",
        frozenset({Role.OPERATOR}),
        method="POST",
        granted=202,
        is_api=True,
    ),
)
