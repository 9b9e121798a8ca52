"""What can go wrong at Stripe's border. No message holds a key, a card or a person's data."""


class ProviderDown(Exception):
    """No answer, or an answer that says nothing: network, overload, Stripe's own fault.

    What was asked may or may not have been done: ask again with the same idempotency key. `reference` is
    Stripe's own request number, for its support.
    """

    def __init__(self, sentence: str, *, reference: str = "") -> None:
        super().__init__(sentence)
        self.reference = reference


class ProviderRefused(Exception):
    """Stripe understood and said no; asking the same again changes nothing. `code` is Stripe's own word."""

    def __init__(self, sentence: str, *, code: str, reference: str = "") -> None:
        super().__init__(sentence)
        self.code = code
        self.reference = reference


class ForgedEvent(Exception):
    """A webhook without a right signature, too old, or unreadable: nothing in it may be believed.

    `why` is one of "signature", "stale", "unreadable".
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
