"""What is judged, and over which months.

Two horizons are judged. *late*: the mean of the last 24 recorded months, in which what was decided
in month 1 has worked out. *all*: the mean of all recorded months, each discounted,

    b = Σ_t w_t v_t / Σ_t w_t,  w_t = (1 + rate)^(−t/12),

which is the discounted sum as an amount a month. Retention is a quotient, and both of its parts are
weighed: 1 − Σ_t w_t lapsed_t / Σ_t w_t due_t. All money is per 1000 people, so that markets of
different size can be compared.
"""

from __future__ import annotations

LAST = 24
HORIZONS = {"late": f"mean of the last {LAST} months", "all": "discounted mean of all months"}
PER = 1000.0

MONEY = "money/1000 people/month"
KEPT = {
    "everyone": (MONEY, "value created for everyone together"),
    "customers": (MONEY, "surplus of all people over what they would have had alone"),
    "company": (MONEY, "surplus of the focal company"),
    "rivals": (MONEY, "surplus of the other companies"),
    "partners": (MONEY, "surplus of the partners"),
    "adoption": ("share", "share of people who are the focal company's customers"),
    "retention": (
        "share",
        "share of the focal company's contracts up for renewal that are renewed",
    ),
    "savers": (MONEY, "surplus of the segment"),
    "doers": (MONEY, "surplus of the segment"),
    "explorers": (MONEY, "surplus of the segment"),
    "gross": (MONEY, "customers' gain over self-service"),
    "served": ("customers/1000 people", "people who have a provider"),
    "spending": (MONEY, "what the focal company spends"),
}
SHARE_OF = {
    "adoption": "all people as customers",
    "retention": "contracts up for renewal",
}
"""What a share is a part of, as it stands after "percentage points of"."""
ACTORS = ("everyone", "customers", "company", "rivals", "partners")
"""Those whose money makes up the value, and all of them together."""


def is_share(benefit: str) -> bool:
    """Whether a benefit is a share of people or of contracts, and no money."""
    return KEPT[benefit][0] == "share"


def column(horizon: str, benefit: str) -> str:
    """Return the column of the table of runs that holds a benefit."""
    return f"{horizon}:{benefit}"
