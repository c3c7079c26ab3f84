"""What a calibration learned, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulation.report.words import count, listing, number, percent
from simulation.studies.calibration.tables import CalibrationTables

EVEN = 0.05
LEARNED, NARROWED, UNKNOWN = "learned", "narrowed", "your data do not tell"


def answer(tables: CalibrationTables) -> list[str]:
    """Return what the data say, what they do not, and whether the model fits them."""
    sentences = [fit_text(tables)]
    if _has_ranges(tables):  # where data and model conflict, that is not silence
        sentences += [_called(tables, LEARNED), _called(tables, NARROWED), unknown_text(tables)]
    sentences += [held_out_text(tables), _useless(tables)]
    return [text for text in sentences if text]


def _has_ranges(tables: CalibrationTables) -> bool:
    """Whether ranges are given."""
    return tables.verdict != "no ranges"


def fit_text(tables: CalibrationTables) -> str:
    """Say whether the model fits the data."""
    fit = tables.learned["fit"]
    if tables.verdict == "fits":
        if fit["kappa"] == 0:
            return "The model fits: with the best parameters, data like these are not unusual."
        return "The model fits to within 5 % of each series' mean."
    apart = _apart(tables)
    if tables.verdict == "widened":
        return (f"The model fits only if each series may be off by {5 * fit['kappa']} % of its "
                f"mean; the ranges are widened by that.{apart}")  # fmt: skip
    return f"The model cannot bring the series together, so no ranges are given.{apart}"


def _apart(tables: CalibrationTables) -> str:
    fit = tables.learned["fit"]
    text = f" Hardest to reach: {tables.series(fit['strained'])}." if fit["strained"] else ""
    if fit["without"]:
        text += f" Without {' or '.join(tables.series([one]) for one in fit['without'])}"
        text += " the others would fit: check how it is counted."
    return text


def range_text(one: dict[str, Any]) -> str:
    """Return a parameter's 90 % range."""
    return f"{number(one['range'][0])} … {number(one['range'][2])}"


def _called(tables: CalibrationTables, what: str) -> str:
    chosen = [one for one in tables.parameters if one["learning"] == what]
    if not chosen:
        return "" if what == NARROWED else _nothing(tables)
    parts = [f"{tables.named(one['path'])} {range_text(one)}" for one in chosen]
    return f"{what.capitalize()} (90 % ranges): {'; '.join(parts)}."


def _nothing(tables: CalibrationTables) -> str:
    if any(one["learning"] == NARROWED for one in tables.parameters):
        return "Nothing is learned well: see what is narrowed."
    return "Nothing is learned or narrowed: the ranges are nearly as they were."


def unknown_text(tables: CalibrationTables) -> str:
    """Say what the data do not tell, and what would."""
    chosen = [one for one in tables.parameters if one["learning"] == UNKNOWN]
    if not chosen:
        return ""
    text = f"Your data say nothing about {listing([tables.named(one['path']) for one in chosen])}."
    helps: dict[str, list[str]] = {}
    for one in chosen:
        if one["would_tell"]:
            helps.setdefault(one["would_tell"][0], []).append(tables.named(one["path"]))
    for name, paths in helps.items():
        text += f" A monthly series of {tables.series([name])} would help with {listing(paths)}."
    silent = [tables.named(one["path"]) for one in chosen if not one["would_tell"]]
    if silent:
        text += f" No single series of yours or of the market would help with {listing(silent)}."
    return text


def held_out_text(tables: CalibrationTables) -> str:
    """Say how many months that were not used lie where the posterior expects them."""
    held = [one["held_out"] for one in tables.learned["held_out"].values()]
    months, inside = sum(one["months"] for one in held), sum(one["inside"] for one in held)
    if not months:
        return ""
    return (f"Of {months} monthly values that were held out, {inside} lie within the 90 % band of "
            f"the predictions ({percent(inside / months)}).")  # fmt: skip


def _useless(tables: CalibrationTables) -> str:
    names = tables.learned["useless"]
    if not names:
        return ""
    useless = "it says" if len(names) == 1 else "they say"
    return f"No parameter that is calibrated moves {tables.series(names)}: {useless} nothing here."


def changed_text(tables: CalibrationTables) -> list[str]:
    """Say how ranges fare where an assumption of the model is not as it was assumed."""
    changed = tables.learned["changed"]
    if not changed["truths"]:
        return []
    shares = [one["changed"]["coverage"] for one in tables.parameters]
    ends = (value_words(changed[end]) for end in ("value", "was"))
    what = f"{tables.named(changed['path'])} {', not '.join(ends)}"
    text = f"Where the model is wrong ({what}; {count(changed['truths'], 'truth')}): "
    given = changed["truths"] - changed["refused"]
    if not given:
        return [f"{text}it does not fit, and no ranges are given."]
    text += (f"90 % ranges hold the truth in {percent(min(shares))} to {percent(max(shares))} of "
             f"the {count(given, 'case')} in which they are given, by parameter")  # fmt: skip
    noticed = ((changed["widened"], "they are widened"), (changed["refused"], "none are given"))
    seen = [f"{words} for {n}" for n, words in noticed if n]
    return [f"{text}; {listing(seen) if seen else 'the misfit is never noticed'}."]


def value_words(value: Any) -> str:
    """Return a setting as it is read."""
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return number(value) if plain else str(value)


def trust_text(tables: CalibrationTables) -> list[str]:
    """Say how far the ranges can be trusted."""
    design = tables.learned["design"]
    shares = [one["selftest"]["coverage"] for one in tables.parameters]
    lines = [
        (
            f"Self-test: for {count(design['truths'], 'run')} whose parameters are known, "
            f"estimated by a fit that had not seen them, the 90 % ranges contain the truth in "
            f"{percent(min(shares))} to {percent(max(shares))} of cases, by parameter. The truth "
            f"was not ruled out in {percent(design['kept'])}."
        ),
        (
            f"The first wave leaves {percent(design['left'])} of the ranges (cut-off "
            f"{number(design['cut'])})."
        ),
    ]
    uneven = uneven_words({tables.named(one["path"]): one["selftest"] for one in tables.parameters})
    lines += [*([uneven] if uneven else []), *changed_text(tables)]
    if _has_ranges(tables):
        lines.append(_abc_text(tables))
    return lines + list(tables.learned["remarks"])


def _abc_text(tables: CalibrationTables) -> str:
    """Say whether another method gives the same ranges."""
    differ = [tables.named(one["path"]) for one in tables.parameters if not one["agrees"]]
    if differ:
        return (f"Regression-adjusted ABC from the same runs says otherwise of {listing(differ)}: "
                "be careful with these.")  # fmt: skip
    return "Regression-adjusted ABC from the same runs gives the same ranges."


def uneven_words(fared: Mapping[str, Mapping[str, Any]]) -> str:
    """Name the parameters whose truths do not lie anywhere in what is estimated alike.

    Of p parameters one is named where chance alone would give such ranks in less than 5 % / p.

    Args:
        fared: how each parameter fared in the self-test, by name (see ``Trust``).

    Returns:
        Nothing where there are none.
    """
    uneven = {path: one for path, one in fared.items() if one["rank_p"] < EVEN / len(fared)}
    if not uneven:
        return ""
    held = [f"{path} {_of_cases(one)}" for path, one in uneven.items()]
    return (
        f"Known truths of {listing(list(uneven))} lie in some parts of what is estimated more "
        "often than chance would have it: read the 90 % range, and not its middle, nor how likely "
        f"a part of it is. The range held the truth for {listing(held)}."
    )


def _of_cases(fared: Mapping[str, Any]) -> str:
    """Return in how many of the cases a range held the truth: "in 947 of 1,024 cases"."""
    n = int(fared["truths"])
    return f"in {round(fared['coverage'] * n):,} of {count(n, 'case')}"
