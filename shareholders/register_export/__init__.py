"""The share register as a file anybody can check without us, and back.

Pure: no Django, no clock. CSV for machines and for ever, XLSX for people; both carry what they claim to be
(`Stated`), so that `register_chain.verify` needs nothing else. See docs/register.md.
"""

from shareholders.register_export.layout import CLAIMS, COLUMNS, KINDS, Meta
from shareholders.register_export.reading import read_export
from shareholders.register_export.writing import ExportImpossible, as_csv, as_xlsx

__all__ = ["CLAIMS", "COLUMNS", "KINDS", "ExportImpossible", "Meta", "as_csv", "as_xlsx", "read_export"]
