"""The answer of a search in words: is anything better than the base, what, and for whom?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulation.report.words import count, listing, number, sentence
from simulation.studies.optimisation.tables import OptimisationTables

NOTHING = 0.01
"""Of the margin: who gains or loses less is not said to."""


def answer(tables: OptimisationTables) -> list[str]:
    """Return the sentences of the answer."""
    texts = (best_text, nearest_text, side_text, limits_text, front_text, equal_text, curse_text)
    return [sentence(text) for one in texts if (text := one(tables))]


def gain_text(tables: OptimisationTables, one: dict[str, Any], *, plural: bool = False) -> str:
    """Return what a candidate gains or loses on fresh pairs: "gains 33.1 EUR a month (…)".

    Of several whose benefit counts each is named.
    """
    parts = []
    for name in tables.whose:
        whom = f" for {tables.whom(name)}" if len(tables.whose) > 1 else ""
        parts.append(_gain(tables, one["gain"][name], whom, plural=plural))
    return listing(parts)


def _gain(tables: OptimisationTables, gain: Mapping[str, float], whom: str, *, plural: bool) -> str:
    ending = "" if plural else "s"
    mean, low, high = (float(gain[key]) for key in ("mean", "low", "high"))
    if low > 0.0:
        return f"gain{ending} {tables.money(mean)}{whom} {_interval(tables, low, high)}"
    if high < 0.0:
        verb = "lose" if plural else "loses"
        return f"{verb} {tables.money(-mean)}{whom} {_interval(tables, -high, -low)}"
    verb = f"neither clearly gain{ending} nor lose{ending}"
    return f"{verb}{whom}: {tables.amount(mean)} {_interval(tables, low, high)}"


def _interval(tables: OptimisationTables, low: float, high: float) -> str:
    ends = f"{number(low * tables.factor)} to {number(high * tables.factor)}"
    return f"(95\u00a0% interval {ends})"


def shown_better(tables: OptimisationTables) -> list[dict[str, Any]]:
    """Return the candidates shown better than the base, best on fresh pairs first."""
    first = tables.whose[0]
    shown = [one for one in tables.tested if one["better"]]
    return sorted(shown, key=lambda one: -float(one["gain"][first]["mean"]))


def best_text(tables: OptimisationTables) -> str:
    """Say for whom anything is shown better than the base, and what."""
    better, n = shown_better(tables), int(tables.findings["fresh_pairs"])
    test = f"tested on {count(n, 'pair')} of seed and future not used in the search"
    whom = f"for {listing([tables.whom(name) for name in tables.whose])}"
    tried = sum(not is_base(one) for one in tables.tested)
    if not tried:
        return f"{whom}, no candidate did better than the base in the search, so none was tested"
    if not better:
        none = f"none of {tried} candidates is" if tried > 1 else "the only candidate is not"
        return f"{whom}, {none} shown to be better than the base, {test}"
    best = better[0]
    return (
        f"{whom}, {best['name']} ({', '.join(tables.settings(best))}) is shown to be better than "
        f"the base: it {gain_text(tables, best)}; {test}"
    )


def is_base(one: Mapping[str, Any]) -> bool:
    """Return whether a candidate is the base itself."""
    return int(one["candidate"]) == 0


def nearest_text(tables: OptimisationTables) -> str:
    """Say what the search's first choice gains where nothing is shown better, and what it lacks."""
    best = tables.best
    if shown_better(tables) or len(tables.tested) < 2:
        return ""
    if is_base(best):
        return "the search ranked no candidate above the base"
    settings = ", ".join(tables.settings(best))
    return f"{best['name']} ({settings}) {gain_text(tables, best)}{lack_text(tables, best)}"


def margin_text(tables: OptimisationTables) -> str:
    """Return the gain that counts: "the margin of 55 EUR that counts"."""
    margin = float(tables.findings["margin"]) * tables.factor
    return f"the margin of {number(margin, 2)} {tables.currency} that counts"


def lack_text(tables: OptimisationTables, one: Mapping[str, Any]) -> str:
    """Return why a candidate with a gain is not called better; nothing where it has no gain."""
    gains, margin = list(one["gain"].values()), float(tables.findings["margin"])
    counts = margin_text(tables)
    if not any(gain["low"] > 0.0 for gain in gains):
        return ""
    if all(gain["high"] <= margin for gain in gains):
        return f", less than {counts}"
    if all(gain["low"] <= margin for gain in gains):
        return f", not surely more than {counts}"
    if any(gain["low"] <= -margin for gain in gains):
        return f", but may cost somebody whose benefit counts more than {counts}"
    return ", but is not shown to keep all limits"


def limits_text(tables: OptimisationTables) -> str:
    """Say which candidates are shown to keep what has to be kept, and which may break it."""
    rows = [(one["name"], one.get("limits", [])) for one in tables.tested]
    if not any(limits for _, limits in rows):
        return ""
    kept = [name for name, limits in rows if all(one["kept"] == "kept" for one in limits)]
    broken = {
        name: [one["limit"] for one in limits if one["kept"] == "broken"] for name, limits in rows
    }
    parts = [f"all limits are shown to be kept by {listing(kept)}" if kept else
             "no candidate is shown to keep all limits"]  # fmt: skip
    parts += [f"{name} breaks {listing([f'“{one}”' for one in limits])}"
              for name, limits in broken.items() if limits]  # fmt: skip
    return "; ".join(parts)


def front_text(tables: OptimisationTables) -> str:
    """Say how many candidates cannot be distinguished, or make the front."""
    left = [one["name"] for one in tables.tested if not one["dominated"]]
    if len(left) < 2:
        return ""
    return f"none of {listing(left)} is shown to be worse than another in all that counts"


def equal_text(tables: OptimisationTables) -> str:
    """Say how equal shares do, where a budget was divided."""
    equal = next((one for one in tables.tested if one["name"] == "equal shares"), None)
    if equal is None or equal in (shown_better(tables)[:1] or [tables.best]):
        return ""
    return f"equal shares {gain_text(tables, equal, plural=True)}"


def side_text(tables: OptimisationTables) -> str:
    """Say what each actor gains or loses by the candidate that the answer is about."""
    best = (shown_better(tables) or [tables.best])[0]
    least = NOTHING * float(tables.findings["margin"])
    parts, same = list[str](), list[str]()
    for name, value in best["everybody"].items():
        if name == "everyone" or name in tables.whose:
            continue
        plural, gains = name == "customers", value > 0.0
        verb = ("gain" if gains else "lose") + ("" if plural else "s")
        if abs(value) > least:
            parts.append(f"{tables.whom(name)} {verb} {tables.money(abs(value))}")
        else:
            same.append(tables.whom(name))
    if not parts:
        return ""
    rest = f"; for {listing(same)} next to nothing changes" if same else ""
    return f"with {best['name']}, on average, {listing(parts)}{rest}"


def curse_text(tables: OptimisationTables) -> str:
    """Say by how much the search overrated, or underrated, the candidate that it ranked first.

    Nothing where that is the base, which is not measured against itself.
    """
    if is_base(tables.best):
        return ""
    curse = {name: float(value) for name, value in tables.findings["curse"].items()}
    if all(value >= 0.0 for value in curse.values()):
        parts = [f"{tables.money(value)} for {tables.whom(name)}" for name, value in curse.items()]
        return (
            "in the search its first choice had looked better than in the test, by "
            f"{listing(parts)}; what is said here is what the test shows"
        )
    parts = [f"{tables.money(abs(value))} {'worse' if value > 0.0 else 'better'} for "
             f"{tables.whom(name)}" for name, value in curse.items()]  # fmt: skip
    overrated = any(value > 0.0 for value in curse.values())
    close = "" if overrated else ", so the search has not flattered it"
    return f"in the test the search's first choice did {listing(parts)} than in the search{close}"
