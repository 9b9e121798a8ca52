"""Whether the movements of a file make a register: their order, what everybody holds, nominal values."""

from collections.abc import Sequence
from decimal import Decimal

from mine_de_soleil.core.sentences import gettext_noop as _
from mine_de_soleil.core.sentences import worded
from shareholders.capital import Accounts, Kind
from shareholders.register_files.faults import Faults
from shareholders.register_files.movements import Movement
from shareholders.register_files.people import Holder


def in_order(movements: Sequence[Movement]) -> list[Movement]:
    """As they are to be entered: by number where every movement has one, else by day.

    `movements` come oldest first; those of one day keep their order.
    """
    if all(movement.number is not None for movement in movements):
        return list(movements)
    return sorted(movements, key=lambda movement: movement.dated)


def check_history(movements: Sequence[Movement], holders: Sequence[Holder], faults: Faults) -> dict[int, int]:
    """Add the faults of `movements`, which must be in order; returns shares held by place in `holders`."""
    _check_nominal(movements, faults)
    return _check_holdings(movements, holders, faults).holdings()


def check_stated(holders: Sequence[Holder], held: dict[int, int], faults: Faults) -> None:
    """Add a fault where a list of holders and the movements beside it don't say the same."""
    remedy = _("cherchez le mouvement qui manque, ou corrigez ce nombre")
    for at, holder in enumerate(holders):
        moved = held.get(at, 0)
        if holder.quantity is not None and holder.quantity != moved:
            told = worded(
                _("%(name)s a %(quantity)s actions ici, mais ses mouvements en font %(moved)s"),
                name=holder.name,
                quantity=holder.quantity,
                moved=moved,
            )
            faults.add(holder.line, "", told, remedy)


def _check_nominal(movements: Sequence[Movement], faults: Faults) -> None:
    in_force: Decimal | None = None
    for movement in movements:
        value = movement.nominal_value
        if value is None:
            continue
        if in_force not in (None, value) and movement.kind != Kind.NOMINAL_CHANGE:
            told = worded(
                _("la valeur nominale est %(value)s €, et %(in_force)s € jusque-là"),
                value=f"{value}",
                in_force=f"{in_force}",
            )
            remedy = _("corrigez-la, ou ajoutez la ligne « changement de la valeur nominale »")
            faults.add(movement.line, "", told, remedy)
        else:
            in_force = value


def _check_holdings(movements: Sequence[Movement], holders: Sequence[Holder], faults: Faults) -> Accounts:
    accounts = Accounts()
    remedy = _("corrigez le nombre ou la date, ou ajoutez le mouvement qui manque avant")
    overdrawn = set()
    for movement in movements:
        left = accounts.move(movement.giver, movement.taker, movement.quantity, movement.dated)
        if left < 0 and movement.giver is not None:
            overdrawn.add(movement.giver)
            name, had = holders[movement.giver].name, max(left + movement.quantity, 0)
            told = worded(
                _("%(name)s donne %(quantity)s actions et n’en a que %(had)s ce jour-là"),
                name=name,
                quantity=movement.quantity,
                had=had,
            )
            faults.add(movement.line, "", told, remedy)
    for short in accounts.shortfalls():
        if short.holder not in overdrawn:
            gifts = (m for m in movements if m.giver == short.holder and m.dated == short.day)
            line = next((movement.line for movement in gifts), None)
            name, day = holders[short.holder].name, f"{short.day:%d/%m/%Y}"
            told = worded(
                _("%(name)s donne plus d’actions qu’il n’en détient au soir du %(day)s"), name=name, day=day
            )
            faults.add(line, "", told, remedy)
    return accounts
