"""Revenue: sale contracts, energy to euros month by month, invoices, statements compared. Pure.

Formulas, sources and what is unverified: ``docs/algorithms/revenue.md``.
"""

from production.revenue.contracts import (
    Cap,
    ComplementContract,
    EnergyContract,
    HeatContract,
    Kind,
    propose_purchase,
    propose_sharing,
)
from production.revenue.counted import Counted
from production.revenue.energy import Metered, of_day
from production.revenue.explaining import sentences
from production.revenue.figures import Dated, Figure, agreed
from production.revenue.heat import heat_months
from production.revenue.indexation import IndexFormula, Term, coefficient
from production.revenue.invoice import Invoice, invoice
from production.revenue.lines import Line, MonthRevenue, Part, RevenueSum, add_up
from production.revenue.months import MarketMonth, complement_months, energy_months
from production.revenue.sharing import Allocation, share_by_consumption, share_by_key
from production.revenue.statement import Comparison, StatementLine, check_lines, compare
from production.revenue.tariffs import Sale, bonus, tariff

__all__ = [
    "Allocation",
    "Cap",
    "Comparison",
    "ComplementContract",
    "Counted",
    "Dated",
    "EnergyContract",
    "Figure",
    "HeatContract",
    "IndexFormula",
    "Invoice",
    "Kind",
    "Line",
    "MarketMonth",
    "Metered",
    "MonthRevenue",
    "Part",
    "RevenueSum",
    "Sale",
    "StatementLine",
    "Term",
    "add_up",
    "agreed",
    "bonus",
    "check_lines",
    "coefficient",
    "compare",
    "complement_months",
    "energy_months",
    "heat_months",
    "invoice",
    "of_day",
    "propose_purchase",
    "propose_sharing",
    "sentences",
    "share_by_consumption",
    "share_by_key",
    "tariff",
]
