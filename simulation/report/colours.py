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
_OTHERS = ("#332288", "#999933", "#882255", "#44AA99")
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


def others(names: Iterable[str]) -> dict[str, Look]:
    """Return a look for each of what is no actor, area or function: segments, what-ifs, traits.

    None of its colours stands for anybody, unless there are more than four companies and partners.
    """
    return {
        name: Look(
            _OTHERS[place % len(_OTHERS)],
            _LINES[(place + place // len(_OTHERS)) % len(_LINES)],
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


DARK_PAPER, DARK_INK = "#14171C", "#E8EAEE"
"""Background and text of a dark page."""


def on_dark(colour: str) -> str:
    """Return what ``#rrggbb`` on white becomes on a dark page: as light as it was dark.

    Lightness is turned round in OKLab (Ottosson 2020), so that white is the dark page, ink is
    light, hues stay, and what stood out still does.
    """
    if colour.lower() == "#ffffff":
        return DARK_PAPER.lower()
    light, green_red, blue_yellow = _oklab(colour)
    darkest, lightest = _oklab(DARK_PAPER)[0], _oklab(DARK_INK)[0]
    turned = darkest + (1.0 - light) * (lightest - darkest) / (1.0 - _oklab(INK)[0])
    return _from_oklab(min(turned, 0.97), green_red, blue_yellow)


def _oklab(colour: str) -> tuple[float, float, float]:
    red, green, blue = (_linear(channel) for channel in _channels(colour))
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _from_oklab(light: float, green_red: float, blue_yellow: float) -> str:
    long = (light + 0.3963377774 * green_red + 0.2158037573 * blue_yellow) ** 3
    middle = (light - 0.1055613458 * green_red - 0.0638541728 * blue_yellow) ** 3
    short = (light - 0.0894841775 * green_red - 1.2914855480 * blue_yellow) ** 3
    channels = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(255 * _curved(min(max(c, 0.0), 1.0))):02x}" for c in channels)


def _curved(channel: float) -> float:
    return 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055
