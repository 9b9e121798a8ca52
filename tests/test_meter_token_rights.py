"""A token of readings opens one route of the whole site: the rights matrix walked with one in hand."""

import pytest
from django.test import Client

from installations.models import Meter
from shareholders.roles import Role
from tests.factories import member, token_for
from tests.rights import ROWS, Row
from tests.test_rights import alone, ask, names  # noqa: F401 (fixtures)


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.route)
def test_a_token_of_readings_opens_nothing_else(row: Row, names: dict[str, object]):  # noqa: F811 (a fixture)
    """The token of somebody who holds every role there. Pages don't even look at it."""
    meter = Meter.objects.get(code=names["meter"])
    _, key = token_for(meter, owner=member(meter.plant.cooperative, *Role))
    response = ask(Client(headers={"Authorization": f"Token {key}"}), row, names)
    if row.route == "api_post_readings":
        assert response.status_code == 201
    elif row.is_api:
        assert response.status_code == (404 if row.route == "api_unknown" else 401)
    else:
        as_visitor = ask(Client(), row, names)
        assert response.status_code == as_visitor.status_code
        assert response.headers.get("Location") == as_visitor.headers.get("Location")
