"""A death, and the heirs."""

import datetime as dt

import pytest

from mine_de_soleil.core.models import JournalEntry
from shareholders.models import Attachment, MovementKind, RoleGrant, Shareholder, ShareTransfer, Withdrawal
from shareholders.services import transfer_shares
from shareholders.services.estates import (
    Heir,
    enter_approved_inheritance,
    enter_death,
    pass_to_heirs,
    undo_death,
)
from shareholders.services.people import attach, end_representation, name_representative
from shareholders.services.register_decisions import correct_line
from shareholders.services.transfer_checks import TransferRefused
from shareholders.services.transfer_clocks import run_clocks
from shareholders.services.transfers import decide_transfer, propose_transfer
from shareholders.services.withdrawals import ask_withdrawal
from tests.factories import JEANNE
from tests.shareholders.village import TODAY, Clock, Village, state_of

pytestmark = pytest.mark.django_db
DAY = dt.date(2025, 6, 1)
NADIA = {**JEANNE, "first_names": "Nadia", "last_name": "Delattre", "birth_date": "1990-01-02"}


@pytest.fixture
def deed(village: Village) -> Attachment:
    return attach(
        actor=village.board,
        cooperative=village.cooperative,
        holder=village.jeanne,
        kind="deed",
        file_name="acte.pdf",
        content_type="application/pdf",
        content=b"%PDF-1.7 acte",
    )


def bury(village: Village, deed: Attachment) -> Shareholder:
    return enter_death(actor=village.board, holder=village.jeanne, died_on=DAY, deed=deed)


def share_out(village: Village, deed: Attachment, *heirs: Heir) -> list[ShareTransfer]:
    return pass_to_heirs(actor=village.board, holder=village.jeanne, heirs=heirs, deed=deed)


def test_the_account_is_frozen_and_its_role_ends(village: Village, deed: Attachment):
    ask = {"actor": village.jeanne.user, "giver": village.jeanne, "kind": "gift", "taker": village.karim}
    under_way = propose_transfer(quantity=5, **ask)
    ask_withdrawal(actor=village.jeanne.user, holder=village.jeanne, quantity=5)
    frozen = bury(village, deed)
    assert state_of(under_way) == ShareTransfer.State.CANCELLED
    assert Withdrawal.objects.get().state == "cancelled"
    assert RoleGrant.objects.get(user=village.jeanne.user).revoked_at is not None
    with pytest.raises(TransferRefused, match="gelé"):
        propose_transfer(**{**ask, "giver": frozen, "quantity": 1})


def test_entered_twice_it_is_one_death(village: Village, deed: Attachment):
    bury(village, deed)
    bury(village, deed)
    with pytest.raises(TransferRefused, match="déjà inscrit"):
        enter_death(actor=village.board, holder=village.jeanne, died_on=TODAY, deed=deed)


@pytest.mark.parametrize("day", [dt.date(2025, 6, 17), dt.date(1969, 1, 1)])
def test_an_impossible_day_is_refused(village: Village, deed: Attachment, day: dt.date):
    with pytest.raises(TransferRefused, match="pas possible"):
        enter_death(actor=village.board, holder=village.jeanne, died_on=day, deed=deed)


def test_children_inherit_at_once(village: Village, deed: Attachment):
    bury(village, deed)
    new = Heir(
        15, identity=NADIA, email="nadia@essai.example", college=village.citizens, kinship="descendant"
    )
    known = Heir(25, holder=village.karim, kinship="descendant")
    made = share_out(village, deed, new, known)
    assert [transfer.state for transfer in made] == ["registered", "registered"]
    assert village.held() == [0, 55, 10, 20]
    assert {transfer.movement.kind for transfer in made} == {"inheritance"}
    assert made[0].evidence["deed_sha256"] == deed.sha256
    assert RoleGrant.objects.in_force().filter(user__email="nadia@essai.example").exists()


def test_others_wait_for_the_board(village: Village, deed: Attachment):
    bury(village, deed)
    (made,) = share_out(village, deed, Heir(40, holder=village.karim))
    assert (made.state, made.pre_emption_until) == ("agreed", None)
    decide_transfer(actor=village.board, transfer=made, approved=True)
    for _ in range(2):
        enter_approved_inheritance(actor=village.board, transfer=made)
    assert village.held() == [0, 70, 10, 20]


def test_silence_passes_an_inheritance_on(village: Village, deed: Attachment, clock: Clock):
    bury(village, deed)
    (made,) = share_out(village, deed, Heir(40, holder=village.karim))
    later = dt.date(2025, 9, 15)
    run_clocks(clock.go_to(later))
    assert state_of(made) == "registered"
    assert village.held(day=later)[1] == 70


def test_a_refused_inheritance_may_be_shared_out_anew(village: Village, deed: Attachment):
    bury(village, deed)
    (made,) = share_out(village, deed, Heir(40, holder=village.karim))
    decide_transfer(actor=village.board, transfer=made, approved=False, reason="Hors des statuts.")
    assert share_out(village, deed, Heir(40, holder=village.lucie))


@pytest.mark.parametrize("parts", [(39,), (41,), (20, 21), (0, 40), ()])
def test_the_parts_must_add_up(village: Village, deed: Attachment, parts: tuple[int, ...]):
    bury(village, deed)
    heirs = [
        Heir(part, holder=holder) for part, holder in zip(parts, [village.karim, village.lucie], strict=False)
    ]
    with pytest.raises(TransferRefused, match="ni plus ni moins"):
        share_out(village, deed, *heirs)


def test_nobody_inherits_from_the_living(village: Village, deed: Attachment):
    with pytest.raises(TransferRefused, match="d’abord le décès"):
        share_out(village, deed, Heir(40, holder=village.karim))


def test_the_same_heir_twice_is_refused(village: Village, deed: Attachment):
    bury(village, deed)
    with pytest.raises(TransferRefused, match="deux fois"):
        share_out(village, deed, Heir(20, holder=village.karim), Heir(20, holder=village.karim))


def test_a_refused_estate_leaves_nobody_new(village: Village, deed: Attachment):
    bury(village, deed)
    before = Shareholder.objects.count()
    with pytest.raises(TransferRefused):
        share_out(
            village,
            deed,
            Heir(20, identity=NADIA, college=village.citizens),
            Heir(20, holder=village.jeanne),
        )
    assert Shareholder.objects.count() == before


def test_several_may_keep_the_shares_together_under_one_proxy(village: Village, deed: Attachment):
    bury(village, deed)
    parts = [
        {"quality": "joint_owner", "first_names": name, "last_name": "Delattre", "is_proxy": proxy}
        for name, proxy in (("Nadia", True), ("Omar", False))
    ]
    identity = {"kind": "joint", "legal_name": "Indivision Delattre", "parts": parts}
    heir = Heir(
        40, identity=identity, email="nadia@essai.example", college=village.citizens, kinship="descendant"
    )
    (made,) = share_out(village, deed, heir)
    assert made.taker.kind == "joint"
    assert made.taker.parts.get(is_proxy=True).user.email == "nadia@essai.example"
    assert list(Shareholder.objects.of(made.taker.parts.get(is_proxy=True).user, village.cooperative)) == [
        made.taker
    ]


def undo(village: Village, reason: str = "Homonyme") -> Shareholder:
    return undo_death(actor=village.board, holder=village.jeanne, reason=reason)


def test_a_death_entered_by_mistake_is_taken_back(village: Village, deed: Attachment):
    child = {
        "quality": "parent",
        "first_names": "Jeanne",
        "last_name": "Delattre",
        "email": "j@essai.example",
    }
    power = name_representative(
        actor=None, holder=village.paul, since=dt.date(2020, 1, 1), user=village.jeanne.user, **child
    )
    bury(village, deed)
    power.refresh_from_db()
    assert power.until is not None
    for _ in range(2):
        assert undo(village).died_on is None
    power.refresh_from_db()
    assert power.until is None
    assert RoleGrant.objects.in_force().filter(user=village.jeanne.user).exists()
    assert JournalEntry.objects.filter(act="undo_death").count() == 1
    assert JournalEntry.objects.filter(act="enter_death").exists()


def test_a_power_ended_before_the_death_stays_ended(village: Village, deed: Attachment):
    said = {"quality": "proxy", "first_names": "Anne", "last_name": "Roux", "email": "anne@essai.example"}
    old = name_representative(actor=None, holder=village.jeanne, since=dt.date(2020, 1, 1), **said)
    end_representation(actor=None, representative=old, until=dt.date(2021, 1, 1))
    bury(village, deed)
    undo(village)
    old.refresh_from_db()
    assert old.until == dt.date(2021, 1, 1)


def test_once_shares_passed_to_heirs_the_death_stays(village: Village, deed: Attachment):
    bury(village, deed)
    (passed,) = share_out(village, deed, Heir(40, holder=village.karim, kinship="descendant"))
    with pytest.raises(TransferRefused, match=f"ligne n° {passed.movement.number}"):
        undo(village)
    correct_line(actor=village.board, movement=passed.movement, dated=TODAY, reason="Homonyme")
    assert undo(village).died_on is None
    assert village.held()[0] == 40


def test_an_inheritance_that_waits_is_given_up(village: Village, deed: Attachment):
    bury(village, deed)
    (made,) = share_out(village, deed, Heir(40, holder=village.karim))
    undo(village)
    assert state_of(made) == "cancelled"


def test_nothing_is_taken_back_from_the_living_or_without_a_reason(village: Village, deed: Attachment):
    with pytest.raises(TransferRefused, match="Aucun décès"):
        undo(village)
    bury(village, deed)
    with pytest.raises(TransferRefused, match="Dites pourquoi"):
        undo(village, " ")


def test_shares_an_old_register_says_inherited_count_too(village: Village, deed: Attachment):
    bury(village, deed)
    passing = {"seller": village.jeanne, "buyer": village.karim, "quantity": 4}
    transfer_shares(actor=None, dated=DAY, kind=MovementKind.INHERITANCE, **passing)
    with pytest.raises(TransferRefused, match="passées aux héritiers"):
        undo(village)


def test_nobody_undoes_a_death_for_her_own_account(village: Village):
    village.jeanne.died_on = TODAY
    village.jeanne.save(update_fields=["died_on"])
    with pytest.raises(TransferRefused, match="autre personne du conseil"):
        undo_death(actor=village.jeanne.user, holder=village.jeanne, reason="Homonyme")
    with pytest.raises(TransferRefused, match="invisible"):
        undo_death(actor=village.board, holder=village.jeanne, reason="Homo\u202enyme")
