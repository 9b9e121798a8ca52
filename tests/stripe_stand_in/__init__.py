"""A stand-in for Stripe: a real HTTP server that speaks Stripe's wire format, for tests alone.

    with StandIn() as stripe:
        account = Account(secret_key=stripe.secret_key, api_base=stripe.base, …)

It is driven by the real SDK. It holds what the software uses: Checkout, payments, charges, refunds,
disputes, events, balance; the hosted page can be pressed in a real browser; webhooks are signed as Stripe
signs them and arrive when a test says so. Shapes follow the API version named in `wire`.
"""

from tests.stripe_stand_in.stand_in import StandIn
from tests.stripe_stand_in.webhooks import Delivery

__all__ = ["Delivery", "StandIn"]
