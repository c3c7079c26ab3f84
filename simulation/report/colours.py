"""The colours of the house, and with each a line and a marker, so that nothing depends on colour.

The areas' colours are those of the sources: innovation light blue, marketing and sales brown,
platform purple, the grey area grey; CRM black, CEM blue, social red. Actors take the
colour-blind-safe palette of Okabe & Ito (2008).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulation.scenario.words import Area, Function

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Look:
    """How something is drawn: colour, dash pattern and marker, none of which it shares."""

    colour: str
    line: str
    marker: str


INNOVATION = "#5BB0E6"
MARKETING_SALES = "#7A4E22"
EXPERIENCE_PLATFORM = "#7B4FA3"
GREY_AREA = "#8A8A8A"
CRM = "#1A1A1A"
CEM = "#1F5FBF"
SOCIAL = "#D7263D"

INK = "#1F2430"
FAINT = "#6B7280"
GRID = "#DDE1E7"
GOOD = "#0B7A5B"
BAD = "#B3261E"

FUNCTIONS: dict[str, Look] = {
    Function.INNOVATION: Look(INNOVATION, "-", "o"),
    Function.MARKETING_SALES: Look(MARKETING_SALES, "--", "s"),
    Function.EXPERIENCE_PLATFORM: Look(EXPERIENCE_PLATFORM, "-.", "^"),
}

AREAS: dict[str, Look] = {
    Area.CRM: Look(CRM, "-", "s"),
    Area.CEM: Look(CEM, "--", "o"),
    Area.SOCIAL: Look(SOCIAL, ":", "D"),
}

CO_CREATED = Look(INK, "-", "")
ALONE = Look(FAINT, ":", "")

PEOPLE: dict[str, Look] = {
    "customers": Look("#0072B2", "-", "o"),
    "non_customers": Look("#56B4E9", "--", "v"),
}

PARTS: dict[str, Look] = {
    "value_in_use": Look("#0072B2", "-", "o"),
    "co_production": Look("#E69F00", "--", "s"),
    "customer_to_customer": Look(SOCIAL, ":", "D"),
}

CAUSES: dict[str, Look] = {
    "new_customers_by_advertising": Look(MARKETING_SALES, "--", "s"),
    "new_customers_by_word_of_mouth": Look(SOCIAL, "-", "D"),
    "new_customers_returning": Look("#56B4E9", ":", "o"),
}

_FIRMS = ("#D55E00", "#009E73", "#CC79A7", "#E69F00", "#332288", "#999933", "#882255", "#44AA99")
_LINES = ("-", "--", "-.", (":"))
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")


def firms(names: Iterable[str]) -> dict[str, Look]:
    """Return a look for each company and partner, by its place in the order given."""
    return {
        name: Look(
            _FIRMS[place % len(_FIRMS)],
            _LINES[place % len(_LINES)],
            _MARKERS[place % len(_MARKERS)],
        )
        for place, name in enumerate(names)
    }


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def contrast_on_white(colour: str) -> float:
    """Return the contrast of ``#rrggbb`` with white, 1 to 21 (WCAG 2.2, relative luminance)."""
    red, green, blue = (_linear(channel) for channel in _channels(colour))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def ink(colour: str, least: float = 4.5) -> str:
    """Return the colour, darkened until text in it can be read on white (WCAG AA: 4.5)."""
    red, green, blue = _channels(colour)
    while contrast_on_white(colour) < least:
        red, green, blue = red * 0.95, green * 0.95, blue * 0.95
        colour = "#" + "".join(f"{round(channel * 255):02X}" for channel in (red, green, blue))
    return colour


def pale(colour: str, share: float = 0.8) -> str:
    """Return the colour mixed with white, for areas behind text."""
    mixed = (channel + (1 - channel) * share for channel in _channels(colour))
    return "#" + "".join(f"{round(channel * 255):02X}" for channel in mixed)
