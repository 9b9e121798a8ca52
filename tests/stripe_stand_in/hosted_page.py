"""The Checkout page, in plain HTML, so that a real browser can press its buttons."""

from html import escape

from tests.stripe_stand_in.wire import Json

BUTTONS = (
    ("card", "card", "Payer"),
    ("sepa_debit", "debit", "Payer par prélèvement"),
    ("card", "decline", "Refuser la carte"),
)


def checkout_page(session: Json, *, refused: bool = False) -> str:
    """The page of an open session, or a sentence when it is open no more."""
    if session["status"] != "open":
        return _document("<p>Cette page de paiement n’est plus ouverte.</p>" + _back(session))
    euros = f"{session['amount_total'] / 100:.2f}".replace(".", ",")
    said = "<p role='alert'>Votre carte a été refusée.</p>" if refused else ""
    buttons = "".join(
        f"<p><button name='act' value='{act}'>{label}</button></p>"
        for method, act, label in BUTTONS
        if method in session["payment_method_types"]
    )
    email = escape(session["customer_email"] or "")
    amount = f"<p>{euros} {escape(session['currency'].upper())} — {email}</p>"
    return _document(f"{said}{amount}<form method='post'>{buttons}</form>{_back(session)}")


def _back(session: Json) -> str:
    return f"<p><a href='{escape(session['cancel_url'], quote=True)}'>Annuler</a></p>"


def _document(inside: str) -> str:
    return (
        "<!doctype html><html lang='fr'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>Paiement (essai)</title></head><body><main><h1>Paiement</h1>{inside}</main></body></html>"
    )
