"""The answer of a search in words: is anything better than the base, what, and for whom?"""

from __future__ import annotations

from typing import Any

from simulation.report.words import count, listing, number, sentence
from simulation.studies.exploration.answer import name_of
from simulation.studies.optimisation.tables import OptimisationTables


def answer(tables: OptimisationTables) -> list[str]:
    """Return the sentences of the answer."""
    texts = (best_text, limits_text, front_text, equal_text, side_text, curse_text)
    return [sentence(text) for one in texts if (text := one(tables))]


def gain_text(tables: OptimisationTables, one: dict[str, Any]) -> str:
    """Return a candidate's gains on fresh pairs, with intervals."""
    parts = []
    for name in tables.whose:
        gain, scale = one["gain"][name], tables.factor
        parts.append(
            f"{tables.amount(gain['mean'])} for {name_of(name)} (95\u00a0% interval "
            f"{number(gain['low'] * scale)} to {number(gain['high'] * scale)})"
        )
    return listing(parts)


def shown_better(tables: OptimisationTables) -> list[dict[str, Any]]:
    """Return the candidates shown better than the base, best on fresh pairs first."""
    first = tables.whose[0]
    shown = [one for one in tables.tested if one["better"]]
    return sorted(shown, key=lambda one: -float(one["gain"][first]["mean"]))


def best_text(tables: OptimisationTables) -> str:
    """Say whether anything is shown better than the base."""
    better, n = shown_better(tables), int(tables.findings["fresh_pairs"])
    test = f"tested on {count(n, 'pair')} of seed and future not used in the search"
    if not better:
        tried = len(tables.tested)
        none = f"none of {tried} candidates is" if tried > 1 else "the only candidate is not"
        return f"{none} shown better than the base, {test}"
    best = better[0]
    return (
        f"better than the base is {best['name']} ({', '.join(tables.settings(best))}): "
        f"{gain_text(tables, best)}; {test}"
    )


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
    return "" if equal is None else f"equal shares gain {gain_text(tables, equal)}"


def side_text(tables: OptimisationTables) -> str:
    """Say who else gains or loses by the best candidate."""
    better = shown_better(tables)
    if not better:
        return ""
    best = better[0]
    parts = [f"{name_of(name)} {tables.amount(value)}"
             for name, value in best["everybody"].items() if name not in tables.whose]  # fmt: skip
    return f"actor by actor: {listing(parts)}" if parts else ""


def curse_text(tables: OptimisationTables) -> str:
    """Say by how much the search overrated the candidate that it ranked first."""
    parts = [f"{tables.amount(value)} for {name_of(name)}"
             for name, value in tables.findings["curse"].items()]  # fmt: skip
    return (
        f"in the search its first choice had looked better than in the test, by {listing(parts)}; "
        "what is said here is what the test shows"
        if all(value >= 0 for value in tables.findings["curse"].values())
        else f"search less test, for the search's first choice: {listing(parts)}"
    )
