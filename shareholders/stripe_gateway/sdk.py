"""The one module that imports `stripe`: a client for an account, and its errors in our words."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import stripe
from django.utils.translation import gettext as _

from shareholders.stripe_gateway.account import Account
from shareholders.stripe_gateway.errors import ForgedEvent, ProviderDown, ProviderRefused

# Objects keep the shape of this version, whatever the account's default becomes. Changed with the SDK only.
API_VERSION = "2026-10-28.endive"

# Telemetry tells Stripe about this machine; the SDK's own log would write addresses and last digits of cards.
stripe.enable_telemetry = False
logging.getLogger("stripe").setLevel(logging.WARNING)


@lru_cache(maxsize=64)
def connected(account: Account) -> stripe.StripeClient:
    """A client that keeps its connections; safe between threads."""
    return stripe.StripeClient(
        account.secret_key,
        stripe_version=API_VERSION,
        base_addresses={"api": account.api_base.rstrip("/")} if account.api_base else None,
        max_network_retries=account.max_network_retries,
        http_client=stripe.RequestsClient(timeout=account.timeout_s),
    )


@contextmanager
def asking(when_down: str = "") -> Iterator[None]:
    """Turn the SDK's errors into ours. Theirs aren't kept as a cause: they carry headers and bodies."""
    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.APIError) as error:
        sentence = when_down or _(
            "Le prestataire de paiement ne répond pas. Réessayez dans quelques minutes."
        )
        raise ProviderDown(sentence, reference=error.request_id or "") from None
    except stripe.StripeError as error:
        raise refused(_code(error), reference=error.request_id or "") from None


def refused(code: str, *, reference: str = "") -> ProviderRefused:
    """The refusal, as it is told to a person."""
    sentence = _("Le prestataire de paiement a refusé la demande. Payez par virement, ou écrivez-nous.")
    return ProviderRefused(sentence, code=code, reference=reference)


def check_signature(payload: bytes, signature: str, secret: str) -> None:
    """Raises ForgedEvent unless `signature` is that of `payload` under `secret`, whatever its age."""
    try:
        stripe.WebhookSignature.verify_header(payload, signature, secret, tolerance=None)
    # Bytes that aren't UTF-8, or a header that isn't ASCII: the SDK stumbles over them.
    except (stripe.SignatureVerificationError, UnicodeError, TypeError):
        raise ForgedEvent("signature") from None


def _code(error: stripe.StripeError) -> str:
    """Stripe's code when it gives one, else the kind of error ("idempotency_error", "api_key_refused"…)."""
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        return error.code or "api_key_refused"
    kind = getattr(error.error, "type", None) if error.error else None
    return error.code or kind or "refused"
