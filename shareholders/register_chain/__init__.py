"""The share register as a chain: what each line says, its seal, and the proof that nothing was touched.

Pure: no Django, no clock. A trigger of the database writes the same seal with its own `sha256()`; the
canonical text is the contract between both. See docs/algorithms/register-chain.md.
"""

from shareholders.register_chain.line import GENESIS, Line, Unsealable, canonical_text, fingerprint, seal
from shareholders.register_chain.verification import MAX_FINDINGS, Finding, Report, Stated, verify

__all__ = [
    "GENESIS",
    "MAX_FINDINGS",
    "Finding",
    "Line",
    "Report",
    "Stated",
    "Unsealable",
    "canonical_text",
    "fingerprint",
    "seal",
    "verify",
]
