"""The invented people: who they are, and that nobody is meant."""

import datetime as dt

from stdnum import luhn

from mine_de_soleil.demo import people as crowd
from mine_de_soleil.demo.people import CITIZENS, LEGAL_PERSONS, people

CITIZENS_PLACES = slice(len(LEGAL_PERSONS), len(LEGAL_PERSONS) + CITIZENS)


def test_nobody_shares_a_name_or_an_address_of_mail():
    invented = people()
    assert len({(p.first_names, p.last_name, p.legal_name) for p in invented}) == len(invented)
    assert len({p.email for p in invented}) == len(invented)


def test_every_address_of_mail_is_in_a_domain_nobody_can_own():
    addresses = [p.email for p in people()] + [p.speaker.email for p in people() if p.speaker]
    assert all(address.isascii() and address.endswith("@demo.example") for address in addresses)


def test_people_are_the_same_at_every_draw():
    assert crowd.citizens.__wrapped__() == crowd.citizens.__wrapped__()


def test_every_person_has_a_birth_date_and_a_place_and_only_two_are_children():
    natural = [p for p in people() if p.kind == "natural"]
    assert all(p.birth_date and p.birth_place for p in natural)
    children = [p for p in natural if p.birth_date and p.birth_date > dt.date(2008, 12, 31)]
    assert {p.first_names for p in children} == {"Lina", "Noé"}
    assert all(p.speaker and p.speaker.quality == "parent" for p in children)


def test_jeannes_daughter_is_spoken_for_by_jeannes_own_account():
    lina = people()[len(LEGAL_PERSONS) + crowd.GRANDDAUGHTER]
    assert lina.speaker is not None
    assert lina.speaker.account == "citoyenne@demo.example"
    assert not lina.account


def test_every_kind_of_account_is_there():
    assert {p.kind for p in people()} == {"natural", "legal", "public", "joint", "split"}


def test_joint_and_split_accounts_have_one_proxy_and_several_people():
    together = [p for p in people() if p.kind in ("joint", "split")]
    assert len(together) == 2
    for account in together:
        assert len(account.parts) >= 2
        assert sum(part.is_proxy for part in account.parts) == 1


def test_companies_and_the_town_have_a_delegate():
    assert all(p.speaker for p in people() if p.kind in ("legal", "public"))


def test_siren_numbers_have_a_valid_key_and_begin_as_no_real_one_does():
    numbers = [p.siren for p in people() if p.siren] + [crowd.COMPANY_SIREN]
    assert len(set(numbers)) == 3
    assert all(luhn.is_valid(number) and number.startswith("0") for number in numbers)


def test_several_communes_around_are_home_to_somebody():
    communes = {p.commune for p in people()[CITIZENS_PLACES]}
    assert {"Loos-en-Gohelle", "Lens", "Liévin", "Divion", "Grenay"} <= communes


def test_two_pay_their_taxes_in_belgium():
    assert sum(p.tax_residence == "BE" for p in people()) == len(crowd.TAXED_IN_BELGIUM)
