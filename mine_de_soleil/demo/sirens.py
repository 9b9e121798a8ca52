"""Invented company numbers: no real one begins with 0 [from memory, to be checked]. Pure."""


def invented_siren(number: int) -> str:
    """A SIREN with a valid key that begins with 0; the same number, the same SIREN."""
    body = f"0{number:07d}"
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-sum(n // 10 + n % 10 for n in doubled) % 10}"
