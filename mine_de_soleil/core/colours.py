"""Contrast of colours, as WCAG 2.2 defines it, and which pairs a cooperative may choose. Pure."""

WHITE, COAL = "#ffffff", "#16181d"
AA_TEXT = 4.5


class TooFaint(ValueError):
    """A colour on which text couldn't be read."""

    def __init__(self, colour: str, text: str, ratio: float) -> None:
        self.colour, self.text, self.ratio = colour, text, ratio
        super().__init__(f"{text} on {colour}: contrast {ratio:.1f}, at least {AA_TEXT} is needed")


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, from 0 (black) to 1 (white)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def check_pair(primary: str, accent: str) -> None:
    """Raise TooFaint unless white reads on `primary` and coal on `accent`; an empty colour is the kit's own.

    Buttons are white on primary by day and coal on accent by night, so these two pairs are what must be read.
    """
    for colour, text in ((primary, WHITE), (accent, COAL)):
        if colour and contrast(colour, text) < AA_TEXT:
            raise TooFaint(colour, text, contrast(colour, text))


def stylesheet(primary: str, accent: str) -> str:
    """The few tokens a cooperative's own colours replace; `tokens.css` says what each is for."""
    day = f"--action: {primary}; --action-over: {primary};" if primary else ""
    night = f"--action: {accent}; --action-over: {accent};" if accent else ""
    both = f"--sun: {accent}; --chart-sun: {accent};" if accent else ""
    dark = f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {night} }} }}"
    return f":root {{ {both} {day} }}\n{dark}\n"
