"""Why a demo isn't loaded; each carries a sentence for whoever asked."""


class DemoRefused(Exception):
    """The demo can't be loaded here, or not so."""


class RealDataPresent(DemoRefused):
    """A real cooperative or account is here: invented data would mix with it."""


class NotBuilt(DemoRefused):
    """A size of demo that exists in name only."""


class DayOutOfRange(DemoRefused):
    """A day before the demo's first, or one that isn't over yet."""
