"""Bank transfers, the part a pencil can check: references, IBANs, QR codes, statements, matching.

Pure Python: no Django, no clock, no network. What these modules say to people is in French.
"""
