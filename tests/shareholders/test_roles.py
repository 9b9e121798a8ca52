"""The roles of the contract, and which of them need a second factor."""

from django.utils.functional import Promise

from shareholders.roles import NEEDS_SECOND_FACTOR, Role


def test_the_roles_are_those_of_the_contract():
    assert set(Role.values) == {
        "shareholder",
        "municipality",
        "operator",
        "board",
        "treasurer",
        "scrutineer",
        "auditor",
        "administrator",
    }


def test_who_decides_pays_or_opens_doors_needs_a_second_factor():
    assert {"board", "treasurer", "operator", "administrator"} == NEEDS_SECOND_FACTOR


def test_role_names_wait_for_the_readers_language():
    assert all(isinstance(role._label_, Promise) for role in Role)
